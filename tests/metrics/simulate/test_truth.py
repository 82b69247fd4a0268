"""What was planted can be found again: rates, multipliers, delays, the rule change, the uplift, the handling."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from metrics.simulate import SAMPLE, SHOP, simulate
from metrics.simulate.scenario import DelayShift, Wave
from metrics.words import Refused
from tests.metrics.simulate.conftest import SCENARIO, opened

# In these categories no reason of the quality family is given for anything else.
OWN_QUALITY = {
    category.name: tuple(category.reasons["quality"])
    for category in SCENARIO.categories
    if "商品破损" not in category.reasons["quality"]
}
FAR = 4.0
"""Standard errors that chance does not bridge: 6 in 100,000."""


def share(con: duckdb.DuckDBPyConnection, what: str, of: str) -> tuple[float, float]:
    """Return a share of rows and its standard error."""
    (p, n) = con.execute(f"SELECT avg(CAST(({what}) IS TRUE AS INTEGER)), count(*) FROM {of}").fetchall()[0]
    return p, math.sqrt(p * (1 - p) / n)


def distance(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return how many standard errors the first share lies above the second."""
    return (first[0] - second[0]) / math.hypot(first[1], second[1])


@pytest.mark.parametrize("category", OWN_QUALITY)
def test_quality_rates_are_the_true_ones(category: str, shop: duckdb.DuckDBPyConnection) -> None:
    (expected, variance, observed) = shop.execute(
        f"""
        SELECT sum(b.quality), sum(b.quality * (1 - b.quality)),
               count(*) FILTER (s.reason_text IN {OWN_QUALITY[category]} AND s.type <> 'repair')
        FROM sold AS s JOIN true_batches AS b USING (sku_id, batch_id)
        WHERE s.category = '{category}'
        """
    ).fetchall()[0]
    assert abs(observed - expected) < FAR * math.sqrt(variance)


def test_size_and_change_of_mind_rates_are_the_true_ones(shop: duckdb.DuckDBPyConnection) -> None:
    rows = shop.execute(
        """
        SELECT s.category, sum(b.fit), sum(b.fit * (1 - b.fit)), count(*) FILTER (s.reason_text = '尺码不合适'),
               sum(b.mind), sum(b.mind * (1 - b.mind)),
               count(*) FILTER (s.reason_text IN ('7天无理由', '不想要了', '拍错/多拍', '其他'))
        FROM sold AS s JOIN true_batches AS b USING (sku_id, batch_id)
        WHERE s.paid_at < TIMESTAMP '2026-06-01'
        GROUP BY s.category
        """
    ).fetchall()
    assert len(rows) == len(SCENARIO.categories)
    for _, fit, fit_variance, fitted, mind, mind_variance, minded in rows:
        assert abs(fitted - fit) < FAR * math.sqrt(fit_variance)
        assert abs(minded - mind) < FAR * math.sqrt(mind_variance)


def test_category_rates_are_the_scenario_s(shop: duckdb.DuckDBPyConnection) -> None:
    """The SKUs of a category differ, and weigh out to exactly what the scenario says."""
    rates = dict(
        shop.execute(
            "SELECT category, sum(quality * share_of_lines) / sum(share_of_lines) FROM true_rates GROUP BY 1"
        ).fetchall()
    )
    for category in SCENARIO.categories:
        assert rates[category.name] == pytest.approx(category.rates["quality"])
    spread = shop.execute("SELECT stddev(ln(quality)) FROM true_rates WHERE category = '小家电'").fetchall()[0][0]
    assert 0.1 < spread < 0.35


def test_batches_scatter_as_the_scenario_says(shop: duckdb.DuckDBPyConnection) -> None:
    (spread, batches) = shop.execute(
        """
        SELECT stddev(ln(b.quality / (1 - b.quality)) - ln(r.quality / (1 - r.quality))), count(*)
        FROM true_batches AS b JOIN true_rates AS r USING (sku_id) WHERE b.multiplier = 1
        """
    ).fetchall()[0]
    assert abs(spread - SCENARIO.dispersion) < FAR * SCENARIO.dispersion / math.sqrt(2 * batches)


def test_a_planted_batch_is_as_bad_as_planted(shop: duckdb.DuckDBPyConnection) -> None:
    """Requests over what the same batch would have had: the multiplier, far from 1, and mostly its own reason."""
    (planted,) = SCENARIO.bad_batches
    ((multiplier, observed, named, base),) = shop.execute(
        f"""
        SELECT b.multiplier, count(*) FILTER (s.reason_text IN {OWN_QUALITY["小家电"]} AND s.type <> 'repair'),
               count(*) FILTER (s.reason_text = '{planted.reason}' AND s.type <> 'repair'),
               sum(b.quality / b.multiplier)
        FROM sold AS s JOIN true_batches AS b USING (sku_id, batch_id) JOIN true_rates AS r USING (sku_id)
        WHERE r.product_name = '{planted.product}' AND b.starts_on = DATE '{planted.starts_on}'
        GROUP BY b.multiplier
        """
    ).fetchall()
    error = math.sqrt(observed) / base
    assert multiplier == planted.multiplier
    assert abs(observed / base - multiplier) < FAR * error
    assert observed / base > 1 + FAR * error
    assert named > 0.6 * observed


def test_three_in_a_hundred_batches_are_bad(shop: duckdb.DuckDBPyConnection) -> None:
    (bad, batches) = shop.execute("SELECT count(*) FILTER (multiplier > 1), count(*) FROM true_batches").fetchall()[0]
    spread = math.sqrt(SCENARIO.bad_share * (1 - SCENARIO.bad_share) * batches)
    assert abs(bad - SCENARIO.bad_share * batches) < FAR * spread
    found = {row[0] for row in shop.execute("SELECT DISTINCT multiplier FROM true_batches").fetchall()}
    assert found == {1.0, *SCENARIO.bad_multipliers}


def test_bad_batches_begin_when_the_truth_says(shop: duckdb.DuckDBPyConnection) -> None:
    early = """
        SELECT count(*) FROM order_lines JOIN true_batches USING (sku_id, batch_id)
        WHERE CAST(ordered_at AS DATE) < starts_on
    """
    assert shop.execute(early).fetchall() == [(0,)]


def test_returns_come_within_thirty_days_and_repairs_may_come_later(shop: duckdb.DuckDBPyConnection) -> None:
    (returns, repairs) = shop.execute(
        """
        SELECT max(requested_at - paid_at) FILTER (type <> 'repair') < INTERVAL 30 DAY,
               max(requested_at - paid_at) FILTER (type = 'repair') > INTERVAL 30 DAY
        FROM sold
        """
    ).fetchall()[0]
    assert (returns, repairs) == (True, True)


def test_clothes_come_back_sooner_than_appliances(shop: duckdb.DuckDBPyConnection) -> None:
    days = dict(
        shop.execute(
            """
            SELECT category, avg(epoch(requested_at - delivered_at)) / 86400
            FROM sold WHERE reason_text = '与描述不符' GROUP BY category
            """
        ).fetchall()
    )
    assert days["服饰"] + 0.5 < days["小家电"]


def test_the_wider_window_shows_at_ages_eight_to_fifteen(shop: duckdb.DuckDBPyConnection) -> None:
    late = "CAST(requested_at AS DATE) - CAST(paid_at AS DATE) BETWEEN 8 AND 15 AND reason_text <> '未收到货'"
    wide = "(FROM sold WHERE category = '服饰' AND paid_at >= TIMESTAMP '2026-06-01')"
    before = share(shop, late, "(FROM sold WHERE category = '服饰' AND paid_at < TIMESTAMP '2026-06-01')")
    after = share(shop, late, wide)
    assert distance(after, before) > FAR
    # All of the late ones together are late_share of the size and change-of-mind rates.
    minded = "reason_text IN ('7天无理由', '不想要了', '拍错/多拍', '其他')"
    (beyond, error) = share(shop, f"{minded} AND requested_at > delivered_at + INTERVAL 8 DAY", wide)
    (apparel,) = [category for category in SCENARIO.categories if category.name == "服饰"]
    planted = SCENARIO.late_share * (apparel.rates["fit"] + apparel.rates["mind"])
    assert 0.7 * planted - FAR * error < beyond < planted + FAR * error


def test_arms_have_their_uplift(shop: duckdb.DuckDBPyConnection) -> None:
    shop.execute(
        """
        CREATE OR REPLACE TEMP TABLE followed AS
        SELECT f.arm, EXISTS (
            FROM order_lines AS l WHERE l.customer_id = f.customer_id
            AND l.ordered_at > f.assigned_at AND l.ordered_at <= f.assigned_at + INTERVAL 30 DAY) AS again
        FROM followups AS f WHERE f.assigned_at < TIMESTAMP '2026-11-16' - INTERVAL 30 DAY
        """
    )
    arms = {arm: share(shop, "again", f"(FROM followed WHERE arm = '{arm}')") for arm in SCENARIO.repurchase_uplift}
    (base, base_error) = arms["control"]
    assert base > 0.02
    for arm in ("message", "coupon"):
        # Whoever would have come back anyway cannot be won a second time.
        planted = SCENARIO.repurchase_uplift[arm] * (1 - base)
        assert abs(arms[arm][0] - base - planted) < FAR * math.hypot(arms[arm][1], base_error)
    assert distance(arms["coupon"], arms["control"]) > FAR


def test_the_desk_is_slower_at_night_and_on_sundays(shop: duckdb.DuckDBPyConnection) -> None:
    hours = "avg(epoch(responded_at - requested_at)) / 3600"
    of = "FROM tickets WHERE NOT auto_approved"
    (night, day, sunday, tuesday) = shop.execute(
        f"""
        SELECT (SELECT {hours} {of} AND hour(requested_at) IN (23, 0, 1)),
               (SELECT {hours} {of} AND hour(requested_at) BETWEEN 10 AND 16),
               (SELECT {hours} {of} AND hour(requested_at) BETWEEN 10 AND 16 AND dayofweek(requested_at) = 0),
               (SELECT {hours} {of} AND hour(requested_at) BETWEEN 10 AND 16 AND dayofweek(requested_at) = 2)
        """
    ).fetchall()[0]
    assert night > day + 5
    assert sunday > 1.3 * tuesday


def test_disputes_follow_late_answers_and_rejections(shop: duckdb.DuckDBPyConnection) -> None:
    disputed = "ticket_id IN (SELECT ticket_id FROM disputes)"
    answered = "FROM tickets WHERE responded_at IS NOT NULL AND type <> 'refund_before_shipping'"
    rejected = share(shop, disputed, f"({answered} AND outcome = 'rejected')")
    late = share(
        shop, disputed, f"({answered} AND responded_at > requested_at + INTERVAL 24 HOUR AND outcome = 'approved')"
    )
    in_time = share(
        shop, disputed, f"({answered} AND responded_at <= requested_at + INTERVAL 24 HOUR AND outcome = 'approved')"
    )
    assert distance(rejected, late) > FAR
    assert distance(late, in_time) > FAR


def test_scores_follow_the_handling(shop: duckdb.DuckDBPyConnection) -> None:
    asked = "(SELECT * FROM surveys JOIN tickets USING (ticket_id) WHERE {})"
    late = share(shop, "score >= 4", asked.format("responded_at > requested_at + INTERVAL 24 HOUR"))
    in_time = share(shop, "score >= 4", asked.format("responded_at <= requested_at + INTERVAL 24 HOUR"))
    rejected = share(shop, "score >= 4", asked.format("outcome = 'rejected'"))
    called = share(shop, "score >= 4", asked.format("outcome = 'approved' AND contacted_at IS NOT NULL"))
    silent = share(shop, "score >= 4", asked.format("outcome = 'approved' AND contacted_at IS NULL"))
    assert distance(in_time, late) > FAR
    assert distance(in_time, rejected) > FAR
    assert distance(called, silent) > FAR


def test_repairs_that_drag_become_returns(shop: duckdb.DuckDBPyConnection) -> None:
    children = shop.execute(
        """
        SELECT c.type, p.type, c.order_id = p.order_id AND c.line_id = p.line_id, c.requested_at > p.promised_on
        FROM tickets AS c JOIN tickets AS p ON c.parent_ticket_id = p.ticket_id
        """
    ).fetchall()
    assert len(children) > 10
    assert set(children) == {("return", "repair", True, True)}


def test_accepted_offers_keep_the_sale(shop: duckdb.DuckDBPyConnection) -> None:
    outcomes = shop.execute(
        "SELECT DISTINCT outcome, refund_amount IS NULL FROM offers JOIN tickets USING (ticket_id) WHERE accepted"
    ).fetchall()
    assert outcomes == [("withdrawn", True)]


def test_days_have_their_seasons(shop: duckdb.DuckDBPyConnection) -> None:
    days = dict(shop.execute("SELECT CAST(ordered_at AS DATE), count(*) FROM order_lines GROUP BY 1").fetchall())
    usual = sorted(days.values())[len(days) // 2]
    for peak in (date(2025, 11, 11), date(2026, 6, 18), date(2026, 11, 11)):
        assert days[peak] > 2.5 * usual
    assert days[date(2026, 2, 18)] < 0.7 * usual
    (weekend, weekdays) = shop.execute(
        """
        SELECT count(*) FILTER (isodow(ordered_at) >= 6) / 2, count(*) FILTER (isodow(ordered_at) < 6) / 5
        FROM order_lines WHERE CAST(ordered_at AS DATE) BETWEEN DATE '2026-07-06' AND DATE '2026-09-06'
        """
    ).fetchall()[0]
    assert weekend > 1.05 * weekdays


def test_all_provinces_and_types_occur(shop: duckdb.DuckDBPyConnection) -> None:
    assert shop.execute("SELECT count(DISTINCT province) FROM order_lines").fetchall() == [(31,)]
    types = {row[0] for row in shop.execute("SELECT DISTINCT type FROM tickets").fetchall()}
    assert types == {"return", "exchange", "repair", "refund_only", "refund_before_shipping", "reship", "other"}
    liable = {row[0] for row in shop.execute("SELECT DISTINCT liable FROM disputes").fetchall()}
    assert liable == {"merchant", "both", "buyer", "carrier", "platform", "none", "open"}


def test_truth_says_what_was_planted(folder: Path) -> None:
    planted = json.loads((folder / "truth" / "planted.json").read_text(encoding="utf-8"))
    assert planted["as_of"] == "2026-11-16T09:00:00"
    assert planted["repurchase_uplift"]["coupon"] == SCENARIO.repurchase_uplift["coupon"]


def test_waves_and_delay_shifts(tmp_path: Path) -> None:
    """A category runs higher for two weeks; from a day on everything comes back later."""
    wave = Wave("服饰", date(2026, 5, 4), date(2026, 5, 18), 2.0)
    shift = DelayShift(date(2026, 8, 3), 2.0)
    simulate(120_000, tmp_path, seed=11, scenario=replace(SHOP, bad_share=0.0, waves=(wave,), delay_shift=shift))
    con = opened(tmp_path)
    con.execute(
        """
        CREATE VIEW lines_with_tickets AS SELECT l.*, p.category, t.requested_at, t.reason_text
        FROM order_lines AS l JOIN products AS p USING (sku_id) LEFT JOIN tickets AS t USING (order_id, line_id)
        WHERE l.paid_at IS NOT NULL AND p.category = '服饰'
        """
    )
    sized = "reason_text = '尺码不合适'"
    inside = share(
        con, sized, "(FROM lines_with_tickets WHERE paid_at BETWEEN TIMESTAMP '2026-05-04' AND TIMESTAMP '2026-05-18')"
    )
    outside = share(
        con, sized, "(FROM lines_with_tickets WHERE paid_at BETWEEN TIMESTAMP '2026-03-01' AND TIMESTAMP '2026-05-03')"
    )
    assert distance(inside, outside) > FAR
    assert inside[0] / outside[0] == pytest.approx(2.0, abs=FAR * inside[1] / outside[0] + 0.1)
    (before, after) = con.execute(
        """
        SELECT avg(requested_at - delivered_at) FILTER (paid_at < TIMESTAMP '2026-08-01'),
               avg(requested_at - delivered_at) FILTER (paid_at >= TIMESTAMP '2026-08-04')
        FROM lines_with_tickets WHERE reason_text = '与描述不符' AND paid_at < TIMESTAMP '2026-10-20'
        """
    ).fetchall()[0]
    assert after > 1.3 * before


def test_a_product_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="without a name"):
        simulate(
            100, tmp_path, scenario=replace(SAMPLE, decisions=(replace(SAMPLE.decisions[0], product="without a name"),))
        )

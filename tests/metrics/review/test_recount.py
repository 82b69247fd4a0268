"""The review of the sample's last week, counted again in pandas from the rows of its tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import metrics
from metrics.meeting import Meeting
from metrics.review import Review, from_json, to_json
from metrics.review.model import Headline

MONDAY = pd.Timestamp("2026-11-09")
PAID = pd.Timestamp("2026-11-02")
"""The newest week of payment that is seven days old when the week of the review is over."""

WEEK = pd.Timedelta(days=7)
MONEY_BACK = ("return", "refund_only")


@pytest.fixture(scope="module")
def shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


@pytest.fixture(scope="module")
def review(shop: metrics.Shop) -> Review:
    return shop.review(week="2026-W46")


@pytest.fixture(scope="module")
def lines(shop: metrics.Shop) -> pd.DataFrame:
    found = shop.sql("SELECT order_id, line_id, sku_id, paid_at, cancelled FROM order_lines")
    return found[found["paid_at"].notna() & ~found["cancelled"].fillna(False).astype(bool)]


@pytest.fixture(scope="module")
def tickets(shop: metrics.Shop) -> pd.DataFrame:
    found = shop.sql("SELECT * FROM tickets").merge(shop.sql("SELECT reason_text, reason FROM reasons"), how="left")
    return found.assign(day=found["requested_at"].dt.normalize())


def headline(review: Review, name: str) -> Headline:
    (found,) = (each for each in review.headlines if each.metric == name)
    return found


def counted(line: Headline) -> tuple[float | None, float | None]:
    return line.now.numerator, line.now.denominator


def paid_in(lines: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    return lines[(lines["paid_at"] >= since) & (lines["paid_at"] < until)]


def back_within_7_days(lines: pd.DataFrame, tickets: pd.DataFrame) -> pd.Series[bool]:
    """Return for each line whether a refund that stands was asked for by its seventh day; matched by order and SKU."""
    stands = ~tickets["outcome"].isin(["rejected", "withdrawn"]) & (tickets["type"] != "refund_before_shipping")
    # Whatever a ticket calls itself, money that went back is a refund.
    asked = tickets[stands & (tickets["type"].isin(MONEY_BACK) | (tickets["refund_amount"].astype(float) > 0))]
    both = lines.merge(asked[["order_id", "sku_id", "day"]], on=["order_id", "sku_id"])
    soon = both[(both["day"] - both["paid_at"].dt.normalize()).dt.days.between(0, 7)]
    keys = set(zip(soon["order_id"], soon["line_id"], strict=True))
    return pd.Series([key in keys for key in zip(lines["order_id"], lines["line_id"], strict=True)], index=lines.index)


def test_refunds(review: Review, lines: pd.DataFrame, tickets: pd.DataFrame) -> None:
    line = headline(review, "refund_rate")
    assert (line.start, line.stop) == (PAID.date(), MONDAY.date())
    paid = paid_in(lines, PAID, MONDAY)
    assert counted(line) == (back_within_7_days(paid, tickets).sum(), len(paid))
    before = paid_in(lines, PAID - WEEK, PAID)
    assert line.before is not None
    assert (line.before.numerator, line.before.denominator) == (back_within_7_days(before, tickets).sum(), len(before))


def test_the_last_thirteen_weeks(review: Review, lines: pd.DataFrame, tickets: pd.DataFrame) -> None:
    weeks = headline(review, "refund_rate").weeks
    starts = [PAID - n * WEEK for n in reversed(range(13))]
    assert [week.start for week in weeks] == [start.date() for start in starts]
    for week, start in zip(weeks, starts, strict=True):
        paid = paid_in(lines, start, start + WEEK)
        assert week.now.value == pytest.approx(back_within_7_days(paid, tickets).mean())


def test_disputes(shop: metrics.Shop, review: Review, lines: pd.DataFrame) -> None:
    line = headline(review, "dispute_rate")
    assert line.now.denominator == len(paid_in(lines, PAID, MONDAY))
    since = MONDAY - 12 * WEEK
    disputes = shop.sql("SELECT liable, opened_at FROM disputes")
    quarter = disputes[(disputes["opened_at"] >= since) & (disputes["opened_at"] < MONDAY + WEEK)]
    assert {part.code: part.now.numerator for part in review.liable} == quarter["liable"].value_counts().to_dict()


def test_answers_and_scores(shop: metrics.Shop, review: Review) -> None:
    surveys = shop.sql("SELECT score, answered_at FROM surveys")
    of_week = surveys[(surveys["answered_at"] >= MONDAY) & (surveys["answered_at"] < MONDAY + WEEK)]
    assert counted(headline(review, "satisfaction")) == ((of_week["score"] >= 4).sum(), len(of_week))


def test_response(review: Review, tickets: pd.DataFrame) -> None:
    of_week = tickets[(tickets["day"] >= MONDAY) & (tickets["day"] < MONDAY + WEEK)]
    took = (of_week["responded_at"] - of_week["requested_at"]) / pd.Timedelta(hours=1)
    due = took.notna() | (of_week["requested_at"] + pd.Timedelta(hours=24) <= pd.Timestamp("2026-11-16 09:00"))
    assert counted(headline(review, "response_in_time")) == ((took <= 24).sum(), due.sum())
    loads = of_week["handler"].value_counts(dropna=False)
    assert sum(each.tickets for each in review.handlers) == len(of_week)
    assert [each.tickets for each in review.handlers] == sorted(loads, reverse=True)
    (mean,) = (each for each in review.response if each.metric == "response_hours")
    assert mean.now.value == pytest.approx(took.mean())


def test_the_table_of_cases(review: Review, tickets: pd.DataFrame) -> None:
    of_week = tickets[(tickets["day"] >= MONDAY) & (tickets["day"] < MONDAY + WEEK)]
    pairs = of_week.groupby(["type", "reason"], dropna=False).size()
    assert {(case.type, case.reason): case.tickets for case in review.cases} == {
        tuple(None if pd.isna(part) else part for part in pair): count for pair, count in pairs.items()
    }
    assert sum(case.tickets for case in review.cases) == len(of_week)
    assert sum(case.share.numerator or 0 for case in review.cases) == len(of_week)


def test_what_was_planted_is_what_is_told(review: Review) -> None:
    """The README of the sample says which batches are bad, which decision helped and which did not."""
    assert [(each.batch_id, each.state) for each in review.spikes] == [
        ("B261017-00", "continuing"),
        ("B261010-26", "continuing"),
        ("B260919-17", "continuing"),
    ]
    helped, did_not = (each.outcome for each in review.followed)
    assert helped is not None
    assert did_not is not None
    assert helped.result == "worked"
    assert did_not.result in ("not_worked", "unclear")


def test_a_decision_recounted(review: Review, lines: pd.DataFrame, tickets: pd.DataFrame) -> None:
    jeans = review.followed[0]
    told = jeans.outcome
    assert told is not None
    due = pd.Timestamp(jeans.due)
    for number, since in ((told.before, due - 4 * WEEK), (told.after, due)):
        own = paid_in(lines[lines["sku_id"] == jeans.subject], since, since + 4 * WEEK)
        assert (number.numerator, number.denominator) == (back_within_7_days(own, tickets).sum(), len(own))


def test_it_is_kept_and_read_as_it_was(shop: metrics.Shop, review: Review, tmp_path: Path) -> None:
    assert from_json(to_json(review)) == review
    meeting = Meeting(tmp_path / "meeting.sqlite")
    meeting.keep_review(review.week, review.version, to_json(review), author="li")
    kept = meeting.kept_review(date(2026, 11, 9))
    assert kept is not None
    assert from_json(kept) == review == shop.review(week="2026-W46")

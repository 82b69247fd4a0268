"""Laws that hold for every number, whatever the shop: they need no oracle to be checked."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import metrics
from metrics.ingest import import_files
from metrics.maturity import delay_curve
from metrics.warehouse.store import Store
from tests.metrics.filled import contract, derived, fill, opened, typed_by_people
from tests.metrics.oracle import Oracle
from tests.metrics.shops import AS_OF, BIG, SMALL, Tables, make_shop, write

READINGS = [(metric.name, reading) for metric in metrics.CATALOG.values() for reading in metric.readings]
SUMS = ["n", "numerator", "denominator"]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[metrics.Shop, Oracle]:
    return opened(tmp_path_factory.mktemp("known"), [BIG, SMALL])


@pytest.fixture(scope="module")
def shop(known: tuple[metrics.Shop, Oracle]) -> metrics.Shop:
    return known[0]


def count(shop: metrics.Shop, what: str) -> int:
    return int(shop.sql(f"SELECT {what}").to_numpy()[0, 0])


# --- the fan trap ----------------------------------------------------------------------------------------------------


def test_a_fact_has_as_many_rows_as_there_are_events(known: tuple[metrics.Shop, Oracle]) -> None:
    shop, oracle = known
    tickets = list(oracle.tickets.values())
    dated = [ticket for ticket in tickets if ticket["requested_at"] is not None]
    refunds = [ticket for ticket in tickets if ticket["is_refund"] and ticket["refunded_at"] is not None]
    offers, surveys, followups = (len(oracle.tables[name]) for name in ("offers", "surveys", "followups"))
    expected = {
        "COUNT(*) FROM placed_lines": len(oracle.lines),
        "COUNT(*) FROM sold_lines": len(oracle.sold),
        "COUNT(*) FROM sold_orders": len(oracle.sold_orders()),
        "COUNT(*) FROM handled_tickets": len(dated),
        "COUNT(*) FROM made_offers": offers,
        "COUNT(*) FROM answered_surveys": surveys,
        "COUNT(*) FROM followed_up": followups,
        "COUNT(*) FROM opened_disputes": len(oracle.disputes),
        "SUM(paid_lines) FROM activity": len(oracle.sold),
        "SUM(refunds) FROM activity": len(refunds),
        "SUM(disputes) FROM activity": len(oracle.disputes),
    }
    assert {what: count(shop, what) for what in expected} == expected


# --- parts and wholes ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wholes(shop: metrics.Shop) -> dict[tuple[str, str], pd.Series[Any]]:
    return {(metric, reading): shop.query(metric, reading=reading).iloc[0] for metric, reading in READINGS}


@pytest.mark.parametrize("dimension", list(metrics.DIMENSIONS))
def test_parts_sum_to_the_whole(
    shop: metrics.Shop, wholes: Mapping[tuple[str, str], Mapping[str, float]], dimension: str
) -> None:
    """Off the rollups too: most dimensions stand in the fact alone, and the whole comes from a rollup."""
    asked = 0
    for metric, reading in READINGS:
        parts = shop.query(metric, by=[dimension], reading=reading)
        if list(parts["status"]) == ["not_available"] or metrics.CATALOG[metric].kind == "part":
            continue
        names = SUMS if metrics.CATALOG[metric].kind == "ratio" else ["n"]
        for name in names:
            assert parts[name].sum() == pytest.approx(wholes[metric, reading][name], abs=1e-6), (metric, reading, name)
        asked += 1
    assert asked


@pytest.mark.parametrize(("metric", "reading"), READINGS)
def test_a_limit_that_allows_everything_changes_nothing(shop: metrics.Shop, metric: str, reading: Any) -> None:
    """A limit to all couriers, and the unknown, cannot be answered from a rollup; the answer is the same."""
    everything = [*shop.values("courier"), None]
    limited = shop.query(metric, by=["shop"], grain="month", where={"courier": everything}, reading=reading)
    if list(limited["status"]) != ["not_available"]:
        pd.testing.assert_frame_equal(limited, shop.query(metric, by=["shop"], grain="month", reading=reading))


@pytest.mark.parametrize("part", ["type", "reason", "liable", ["type", "reason", "liable"]])
def test_shares_of_parts_sum_to_one(shop: metrics.Shop, part: Any) -> None:
    assert shop.query("reason_share", by=part)["value"].sum() == pytest.approx(1)
    names = [part] if isinstance(part, str) else part
    by_shop = shop.query("reason_share", by=["shop", *names]).groupby("shop")["value"].sum()
    assert by_shop.to_numpy() == pytest.approx(1)


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", [name for name, reading in READINGS if reading == "same_age"])
def test_older_cohorts_have_seen_no_less(shop: metrics.Shop, metric: str) -> None:
    """Cut at 7, 15 and 30 days, the same lines (all have reached 30) can only gain."""
    stop = AS_OF.date() - timedelta(days=29)
    at = [shop.query(metric, by=["shop"], reading="same_age", age=age, stop=stop) for age in (7, 15, 30)]
    assert at[0]["denominator"].sum() > 0
    for younger, older in pairwise(at):
        assert list(younger["denominator"]) == list(older["denominator"])
        if metric != "aftersales_cost_per_100_orders":  # what is recovered lowers a cost again
            assert (younger["numerator"] <= older["numerator"]).all()


@pytest.mark.parametrize(("grain", "rolling"), [("day", 30), ("week", 30), ("month", 90), (None, 30)])
@pytest.mark.parametrize(
    ("metric", "reading"), [("refund_rate", "final"), ("return_rate", "arrived"), ("response_hours", "arrived")]
)
def test_a_rolling_number_is_that_of_its_window(
    known: tuple[metrics.Shop, Oracle], metric: str, reading: Any, grain: Any, rolling: int
) -> None:
    """The window of a period ends with the period; that of the running one, or of no period, with the data."""
    shop, oracle = known
    rolled = shop.query(metric, by=["shop"], grain=grain, reading=reading, rolling=rolling)
    assert len(rolled) >= 2
    for row in rolled.to_dict("records"):
        first = pd.Timestamp(row.get("period", AS_OF))
        ends = {"week": first + timedelta(days=6), "month": first + pd.offsets.MonthEnd(0)}
        stop = min(ends.get(grain, first), AS_OF).date() + timedelta(days=1)
        start = stop - timedelta(days=rolling)
        expected = oracle.ask(metric, reading=reading, start=start, stop=stop, where={"shop": [row["shop"]]})[()]
        told = {name: row[name] for name in SUMS}
        assert told == pytest.approx({name: expected[name] for name in SUMS}), (first, row["shop"])


@pytest.mark.parametrize("metric", [m.name for m in metrics.CATALOG.values() if m.family])
@pytest.mark.parametrize(
    ("by", "grain"), [([], None), (["shop"], "quarter"), (["category"], None), (["courier"], None)]
)
def test_a_projection_lies_between_what_came_back_and_everything(
    known: tuple[metrics.Shop, Oracle], metric: str, by: list[str], grain: Any
) -> None:
    """What has come back of all lines, young ones too, stays back; and no more than all can follow."""
    shop, oracle = known
    answer = shop.query(metric, by=by, grain=grain)
    if list(answer["status"]) == ["not_available"]:
        assert metric == "refund_rate_orders"
        return
    projected = answer.dropna(subset=["projected"])
    assert len(projected)
    assert (projected["projected"] <= 1).all()
    assert (projected["projected_low"] <= projected["projected"] + 1e-12).all()
    assert (projected["projected"] <= projected["projected_high"] + 1e-12).all()
    told = oracle.told(metric, "final", 7)
    assert told is not None
    for row in projected.to_dict("records"):
        quarter = pd.Timestamp(row["period"]).to_period("Q") if grain else None
        lines = [
            line
            for line in told.events
            if line["recorded"]
            and quarter in (None, line["day"].to_period("Q"))
            and all(line[name] == (None if pd.isna(row[name]) else row[name]) for name in by)
        ]
        came_back = sum(came_back_within_30(metric, line) for line in lines)
        assert row["projected"] >= came_back / len(lines) - 1e-9, row


def came_back_within_30(metric: str, line: Mapping[str, Any]) -> bool:
    kind = {"refund_rate": "is_refund", "return_rate": "is_return", "quality_return_rate": "is_quality"}
    kind |= {"service_rate": "is_service", "refund_rate_orders": "is_refund"}
    happened = (
        [dispute["opened_at"] for dispute in line["disputes"]]
        if metric == "dispute_rate"
        else [ticket["requested_at"] for ticket in line["tickets"] if ticket[kind[metric]]]
    )
    return any(moment is not None and (moment.normalize() - line["day"]).days <= 30 for moment in happened)


# --- rows behind a number --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metric", "reading"), READINGS)
def test_the_rows_add_up_to_the_number(shop: metrics.Shop, metric: str, reading: Any) -> None:
    limits = {"where": {"shop": [BIG.name]}, "reading": reading, "start": AS_OF.date() - timedelta(days=90)}
    answer = shop.query(metric, **limits).iloc[0]
    of_numerator = shop.rows(metric, **limits)
    of_denominator = shop.rows(metric, **limits, of="denominator")
    if metrics.CATALOG[metric].kind in ("ratio", "part", "total"):
        assert of_numerator["numerator"].sum() == pytest.approx(answer["numerator"], abs=1e-6)
    if metrics.CATALOG[metric].kind in ("ratio", "part", "quantile"):
        assert of_denominator["denominator"].sum() == pytest.approx(answer["denominator"], abs=1e-6)


@pytest.mark.parametrize("metric", ["reason_share", "dispute_share"])
def test_the_rows_of_a_part_add_up_to_part_and_whole(shop: metrics.Shop, metric: str) -> None:
    limits: dict[str, Any] = {"where": {"reason": ["wrong_size", None]}, "start": AS_OF.date() - timedelta(days=90)}
    answer = shop.query(metric, **limits).iloc[0]
    assert 0 < answer["numerator"] < answer["denominator"]
    assert shop.rows(metric, **limits)["numerator"].sum() == answer["numerator"]
    whole = shop.rows(metric, **limits, of="denominator")
    assert (whole["numerator"].sum(), whole["denominator"].sum()) == (answer["numerator"], answer["denominator"])


# --- the way in does not matter --------------------------------------------------------------------------------------


def test_the_order_of_rows_does_not_matter(shop: metrics.Shop, tmp_path: Path) -> None:
    tables = contract([make_shop(BIG), make_shop(SMALL)])
    typed_by_people(tmp_path)
    fill(tmp_path, {name: frame.sample(frac=1, random_state=1) for name, frame in tables.items()})
    assert derived(metrics.open_shop(tmp_path)) == derived(shop)


@pytest.fixture(scope="module")
def whole_import(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("whole")
    add(root, make_shop(BIG), "whole")
    return root


def add(root: Path, tables: Tables, name: str) -> metrics.Shop:
    """Import tables into the store in this folder as one batch of files, and open what comes of it."""
    store = Store(root / "store")
    files = write(tables, root / name)
    import_files(files, store=store, profile="generic", shop=BIG.name, as_of=AS_OF.to_pydatetime())
    return metrics.open_shop(store.root)


def halves(tables: Tables) -> tuple[Tables, Tables]:
    """Every other order with all that belongs to it, and the rest."""
    first: Tables = {}
    second: Tables = {}
    odd = {name for name in tables["order_lines"]["order_id"] if int(name) % 2}
    of_odd = set(tables["tickets"].loc[tables["tickets"]["order_id"].isin(odd), "ticket_id"])
    for name, frame in tables.items():
        if "order_id" in frame:
            belongs = frame["order_id"].isin(odd)
        elif "ticket_id" in frame:
            belongs = frame["ticket_id"].isin(of_odd)
        else:
            belongs = pd.Series(True, index=frame.index)
        first[name] = frame[belongs]
        if name not in ("products", "batches", "customers"):
            second[name] = frame[~belongs]
    return first, second


def test_two_imports_are_as_good_as_one(whole_import: Path, tmp_path: Path) -> None:
    for number, half in enumerate(halves(make_shop(BIG))):
        shop = add(tmp_path, half, f"half {number}")
    assert derived(shop) == derived(metrics.open_shop(whole_import / "store"))


def test_an_incremental_build_equals_a_full_one(whole_import: Path, tmp_path: Path) -> None:
    """A few changed tickets, orders and disputes on top of a store, against a fresh store of the final state."""
    before = make_shop(BIG)
    orders = before["order_lines"]["order_id"].drop_duplicates()
    tickets = before["tickets"].head(8).copy()
    tickets["outcome"] = ["rejected", "approved"] * 4
    tickets["requested_at"] = tickets["requested_at"] - pd.Timedelta(days=3)
    tickets.loc[tickets.index[0], ["order_id", "line_id"]] = [orders.iloc[-1], None]  # moves to another order
    tickets.loc[tickets.index[1], ["order_id", "line_id"]] = [None, None]  # loses its order
    lines = before["order_lines"][before["order_lines"]["order_id"].isin(orders.iloc[5:9])].copy()
    lines["amount"] = lines["amount"].fillna(0) + 1
    disputes = before["disputes"].head(2).assign(liable="merchant")
    changes = {"order_lines": lines, "tickets": tickets, "disputes": disputes}
    after = {name: replaced(frame, changes.get(name)) for name, frame in before.items()}
    before_changes = derived(metrics.open_shop(whole_import / "store"))
    shutil.copytree(whole_import, tmp_path / "changed")
    incremental, full = add(tmp_path / "changed", changes, "changes"), add(tmp_path / "fresh", after, "after")
    assert derived(incremental) == derived(full)
    assert derived(incremental) != before_changes


def replaced(frame: pd.DataFrame, changed: pd.DataFrame | None) -> pd.DataFrame:
    if changed is None:
        return frame
    result = frame.copy()
    result.loc[changed.index, changed.columns] = changed
    return result


# --- the delay curve -------------------------------------------------------------------------------------------------


def chain_ladder(triangle: list[list[float]]) -> list[float]:
    """The share arrived by each age: from development factors, two plain loops over a cumulative triangle."""
    factors = []
    for age in range(1, len(triangle[0])):
        lived = [row for row in triangle if len(row) > age]
        factors.append(sum(row[age] for row in lived) / sum(row[age - 1] for row in lived))
    shares = [1.0]
    for factor in reversed(factors):
        shares.insert(0, shares[0] / factor)
    return shares


def curve_of(triangle: list[list[float]]) -> np.ndarray:
    size = len(triangle[0])
    cells = [
        (cohort, age, row[age] - (row[age - 1] if age else 0))
        for cohort, row in enumerate(triangle)
        for age in range(len(row))
    ]
    days, ages, counts = (np.array(column, dtype=float) for column in zip(*cells, strict=True))
    return delay_curve(days, ages, counts, last_day=float(size - 1), length=size)


def test_the_delay_curve_is_the_chain_ladder_of_a_brute_force_loop() -> None:
    draw = np.random.default_rng(7)
    triangle = [list(np.cumsum(draw.integers(1, 50, 12 - cohort))) for cohort in range(12)]
    assert curve_of(triangle) == pytest.approx(chain_ladder(triangle), rel=1e-12)


def test_the_delay_curve_has_the_development_factors_of_taylor_and_ashe() -> None:
    """The triangle of Taylor and Ashe (1983) and its chain-ladder factors as printed by Mack (1993)."""
    increments = [
        [357848, 766940, 610542, 482940, 527326, 574398, 146342, 139950, 227229, 67948],
        [352118, 884021, 933894, 1183289, 445745, 320996, 527804, 266172, 425046],
        [290507, 1001799, 926219, 1016654, 750816, 146923, 495992, 280405],
        [310608, 1108250, 776189, 1562400, 272482, 352053, 206286],
        [443160, 693190, 991983, 769488, 504851, 470639],
        [396132, 937085, 847498, 805037, 705960],
        [440832, 847631, 1131398, 1063269],
        [359480, 1061648, 1443370],
        [376686, 986608],
        [344014],
    ]
    curve = curve_of([list(np.cumsum(row)) for row in increments])
    published = [3.491, 1.747, 1.457, 1.174, 1.104, 1.086, 1.054, 1.077, 1.018]
    assert curve[1:] / curve[:-1] == pytest.approx(published, abs=0.0006)
    assert curve[-1] == 1

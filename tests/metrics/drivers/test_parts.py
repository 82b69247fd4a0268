"""The arithmetic of causes: laws that hold for any segments, and small tables with known answers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.drivers.parts import parts_of_ratio, parts_of_total, side_by_side

Segments = pd.DataFrame
COLUMNS = ["segment", "own", "late", "policy", "exposure"]
COUNT = st.integers(0, 400)


@st.composite
def periods(draw: st.DrawFn) -> tuple[Segments, Segments]:
    """Two periods of a shop: segments come, go, sell nothing, and one of them is the unknown."""
    both = []
    for _ in range(2):
        names = draw(st.lists(st.sampled_from(["甲", "乙", "丙", "丁", None]), unique=True, min_size=1))
        rows = [(name, draw(COUNT), draw(COUNT), draw(COUNT), draw(COUNT)) for name in names]
        rows.append(("always", draw(COUNT), 0, 0, draw(st.integers(1, 400))))
        both.append(table(rows))
    return both[0], both[1]


def table(rows: list[tuple[str | None, float, float, float, float]]) -> Segments:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(segment=frame["segment"].astype(object))


def rate(period: Segments) -> float:
    return float(period[["own", "late", "policy"]].to_numpy().sum() / period["exposure"].sum())


def effects(parts: pd.DataFrame) -> dict[tuple[str, str | None], float]:
    named = parts.assign(segment=parts["segment"].astype(object).where(parts["segment"].notna(), None))
    return {(row["part"], row["segment"]): row["effect"] for row in named.to_dict("records")}


@given(periods())
def test_the_causes_add_up_to_the_change(both: tuple[Segments, Segments]) -> None:
    before, now = both
    parts = parts_of_ratio(side_by_side(before, now))
    assert parts["effect"].sum() == pytest.approx(rate(now) - rate(before), rel=1e-12, abs=1e-12)


@given(periods())
def test_swapping_the_periods_flips_every_sign(both: tuple[Segments, Segments]) -> None:
    before, now = both
    there = effects(parts_of_ratio(side_by_side(before, now)))
    back = effects(parts_of_ratio(side_by_side(now, before)))
    assert there.keys() == back.keys()
    for cause, effect in there.items():
        assert back[cause] == pytest.approx(-effect, abs=1e-12)


@given(periods(), st.integers(2, 9))
def test_the_size_of_the_shop_is_no_cause(both: tuple[Segments, Segments], times: int) -> None:
    """A shop that sells so many times as much of everything, and gets as many times back, has not changed."""
    before, now = both
    grown = now.assign(**{name: now[name] * times for name in COLUMNS[1:]})
    told = effects(parts_of_ratio(side_by_side(before, now)))
    assert effects(parts_of_ratio(side_by_side(before, grown))) == pytest.approx(told, abs=1e-12)


@given(
    st.dictionaries(st.sampled_from("甲乙丙丁"), st.tuples(st.integers(0, 20), st.integers(1, 30)), min_size=1),
    st.dictionaries(st.sampled_from("甲乙丙丁"), st.integers(1, 30)),
)
def test_a_pure_shift_of_the_mix_has_no_rate_effect(shop: dict[str, tuple[int, int]], times: dict[str, int]) -> None:
    before = table([(name, own, 0, 0, sold) for name, (own, sold) in shop.items()])
    now = table([(n, own * times.get(n, 1), 0, 0, sold * times.get(n, 1)) for n, (own, sold) in shop.items()])
    parts = parts_of_ratio(side_by_side(before, now))
    assert (parts.loc[parts["part"] == "rate", "effect"] == 0).all()
    mix = parts.loc[parts["part"] == "mix", "effect"].sum()
    assert mix == pytest.approx(rate(now) - rate(before), abs=1e-12)


@given(periods())
def test_a_total_comes_apart_as_well(both: tuple[Segments, Segments]) -> None:
    before, now = (period.assign(late=0, policy=0) for period in both)
    parts = parts_of_total(side_by_side(before, now))
    change = now["own"].sum() - before["own"].sum()
    assert parts["effect"].sum() == pytest.approx(change, rel=1e-12, abs=1e-9)
    swapped = effects(parts_of_total(side_by_side(now, before)))
    for cause, effect in effects(parts).items():
        assert swapped[cause] == pytest.approx(-effect, abs=1e-9)


def test_known_answers_by_hand() -> None:
    """服饰 goes from half the lines to three quarters, and comes back less often; 家居 is as it was."""
    before = table([("服饰", 20, 10, 0, 100), ("家居", 10, 10, 0, 100)])
    now = table([("服饰", 30, 6, 2, 300), ("家居", 10, 2, 0, 100)])
    told = effects(parts_of_ratio(side_by_side(before, now)))
    centre = (30 / 200 + 40 / 400) / 2
    expected = {
        ("late", "服饰"): 6 / 400 - 10 / 200,
        ("late", "家居"): 2 / 400 - 10 / 200,
        ("policy", "服饰"): 2 / 400,
        ("policy", "家居"): 0.0,
        ("rate", "服饰"): 0.625 * (0.1 - 0.2),
        ("rate", "家居"): 0.0,
        ("mix", "服饰"): 0.25 * (0.15 - centre),
        ("mix", "家居"): -0.25 * (0.1 - centre),
    }
    assert told == pytest.approx(expected, abs=1e-15)


def test_a_segment_that_is_new_or_gone_is_mix() -> None:
    before = table([("甲", 10, 0, 0, 100), ("旧", 30, 0, 0, 100)])
    now = table([("甲", 10, 0, 0, 100), ("新", 5, 0, 0, 100)])
    told = effects(parts_of_ratio(side_by_side(before, now)))
    centre = (40 / 200 + 15 / 200) / 2
    assert told["rate", "新"] == told["rate", "旧"] == 0
    assert told["mix", "新"] == pytest.approx(0.5 * (0.05 - centre))
    assert told["mix", "旧"] == pytest.approx(-0.5 * (0.3 - centre))


def test_requests_without_a_line_are_nobodys_mix() -> None:
    before = table([("甲", 10, 0, 0, 100), (None, 1, 0, 0, 0)])
    now = table([("甲", 10, 0, 0, 100), (None, 4, 0, 0, 0)])
    told = effects(parts_of_ratio(side_by_side(before, now)))
    assert told["rate", None] == pytest.approx(0.03)
    assert told["mix", None] == 0


def test_more_cases_of_the_same_cost_are_volume_alone() -> None:
    before, now = table([("甲", 500, 0, 0, 10)]), table([("甲", 750, 0, 0, 15)])
    told = effects(parts_of_total(side_by_side(before, now)))
    assert told == pytest.approx({("volume", None): 250, **{(p, "甲"): 0 for p in ("late", "policy", "rate", "mix")}})

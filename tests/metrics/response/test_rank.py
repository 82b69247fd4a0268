"""The order of the queue as laws: time first where it runs out, nobody passed by past 60 % of his hours."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.response.rank import ranked, urgency

NOW = pd.Timestamp("2026-11-16 09:00")
HOURS = st.floats(-60, 40, allow_nan=False)
LOSS = st.one_of(st.floats(0, 500, allow_nan=False), st.just(math.nan))


@st.composite
def queues(draw: st.DrawFn) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 14))):
        policy = draw(st.sampled_from([12.0, 24.0, 48.0, math.nan]))
        left = min(draw(HOURS), policy) if not math.isnan(policy) else math.nan
        rows.append(
            {
                "shop": draw(st.sampled_from(["甲店", "乙店"])),
                "ticket_id": f"T{number}",
                "policy_hours": policy,
                "hours_left": left,
                "late": left <= 0,
                "expected_loss": draw(LOSS),
            }
        )
    columns = ["shop", "ticket_id", "policy_hours", "hours_left", "late", "expected_loss"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:4] + columns[5:], "float64"))


def pressing(row: dict[str, Any]) -> bool:
    return row["hours_left"] <= 2


def past_his_share(row: dict[str, Any]) -> bool:
    return row["policy_hours"] - row["hours_left"] > 0.6 * row["policy_hours"]


@settings(deadline=None, max_examples=60)
@given(queues())
def test_the_ranking_is_a_permutation_of_the_queue(queue: pd.DataFrame) -> None:
    found = ranked(queue)
    assert list(found["rank"]) == list(range(1, len(queue) + 1))
    ours, given_ = (sorted(zip(each["shop"], each["ticket_id"], strict=True)) for each in (found, queue))
    assert ours == given_


@settings(deadline=None, max_examples=60)
@given(queues())
def test_what_is_late_or_has_two_hours_left_comes_first_by_time(queue: pd.DataFrame) -> None:
    rows = ranked(queue).to_dict("records")
    soon = [row for row in rows if pressing(row)]
    assert rows[: len(soon)] == soon
    assert [row["hours_left"] for row in soon] == sorted(row["hours_left"] for row in soon)


@settings(deadline=None, max_examples=60)
@given(queues())
def test_nobody_waits_past_60_percent_of_his_hours_behind_a_richer_one(queue: pd.DataFrame) -> None:
    rows = ranked(queue).to_dict("records")
    for place, row in enumerate(rows):
        if past_his_share(row):
            for ahead in rows[:place]:
                assert pressing(ahead) or ahead["hours_left"] <= row["hours_left"]


@settings(deadline=None, max_examples=60)
@given(queues())
def test_the_rest_comes_by_what_is_at_stake(queue: pd.DataFrame) -> None:
    rows = ranked(queue).to_dict("records")
    calm = [row for row in rows if not (pressing(row) or past_his_share(row) or math.isnan(row["hours_left"]))]
    losses = [-1.0 if math.isnan(row["expected_loss"]) else row["expected_loss"] for row in calm]
    assert losses == sorted(losses, reverse=True)


@settings(deadline=None, max_examples=60)
@given(queues(), st.randoms())
def test_the_order_hangs_on_nothing_but_the_tickets(queue: pd.DataFrame, chance: Any) -> None:
    places = list(range(len(queue)))
    chance.shuffle(places)
    pd.testing.assert_frame_equal(ranked(queue), ranked(queue.iloc[places]))


@pytest.mark.parametrize(
    ("policy", "left", "told"),
    [(24, -1, "late"), (24, 0, "late"), (24, 2, "soon"), (24, 9.5, "waited"), (24, 9.7, "open"), (12, 4.7, "waited")],
)
def test_how_pressing_a_ticket_is(policy: float, left: float, told: str) -> None:
    assert list(urgency(pd.DataFrame({"policy_hours": [policy], "hours_left": [left]}))) == [told]


def test_without_a_rule_nobody_knows_how_long_it_may_wait() -> None:
    assert list(urgency(pd.DataFrame({"policy_hours": [math.nan], "hours_left": [math.nan]}))) == ["undated"]

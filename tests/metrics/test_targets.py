"""Which target a number is held against, and whether it gets there."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.catalog import Good
from metrics.meeting import Target
from metrics.targets import in_force, is_met, scope_of

JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (6, 7, 8))
OWN = Target("refund_rate", "", JUNE, "own", 0.08)
STRICTER = Target("refund_rate", "", AUGUST, "own", 0.07)
PEERS = Target("refund_rate", "", JULY, "peers", 0.10)
OF_CLOTHES = Target("refund_rate", "服饰", JUNE, "own", 0.12)
HELD = [STRICTER, PEERS, OF_CLOTHES, OWN]


@pytest.mark.parametrize(
    ("scope", "day", "expected"),
    [
        ("", date(2026, 5, 31), None),
        ("", JUNE, OWN),
        ("", date(2026, 7, 31), OWN),
        ("", AUGUST, STRICTER),
        ("服饰", AUGUST, OF_CLOTHES),
        ("家电", AUGUST, None),
    ],
)
def test_the_newest_target_of_the_scope_holds_from_its_day_on(scope: str, day: date, expected: Target | None) -> None:
    assert in_force(HELD, "refund_rate", scope, day) == expected


def test_what_others_measure_by_stands_where_the_shop_has_set_nothing() -> None:
    platform = PEERS._replace(kind="platform", value=0.09, effective_from=JUNE)
    assert in_force([PEERS, platform], "refund_rate", "", AUGUST) == platform
    assert in_force([PEERS], "refund_rate", "", AUGUST) == PEERS
    assert in_force([PEERS], "dispute_rate", "", AUGUST) is None


@pytest.mark.parametrize(
    ("value", "good", "met"), [(0.08, "down", True), (0.0801, "down", False), (0.08, "up", True), (0.0799, "up", False)]
)
def test_a_target_is_met_by_reaching_it(value: float, good: Good, met: bool) -> None:
    assert is_met(value, OWN, good) is met


def test_a_target_is_set_for_the_limits_of_a_page_in_whatever_order_they_were_picked() -> None:
    picked = {"province": ["广东", "北京"], "category": ["服饰"], "shop": ["一店"]}
    again = {"category": ["服饰"], "province": ["北京", "广东"]}
    assert scope_of(picked) == scope_of(again) != scope_of({"category": ["服饰"]})
    assert scope_of({"shop": ["一店"]}) == scope_of({}) == ""

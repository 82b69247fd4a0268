"""The words over scores and disputes: a gap is spoken of only within one dimension and beyond chance."""

from __future__ import annotations

import pandas as pd

from dashboard.headline import Cell
from dashboard.satisfaction import (
    Gap,
    Way,
    dispute_finding,
    path_finding,
    score_finding,
    ways,
    widest_gap,
    worst_first,
)
from dashboard.text import Text
from metrics import CATALOG

ZH, EN = Text("zh"), Text("en")
SCORE, DISPUTED = CATALOG["satisfaction_score"], CATALOG["ticket_dispute_rate"]
NAN = float("nan")


def number(value: float, half: float = 0.1, n: float = 100) -> Cell:
    return Cell(n, value * n, n, value, value - half, value + half, "ok")


FEW = Cell(12, 40, 12, NAN, NAN, NAN, "insufficient")
LATE, IN_TIME = Way("in_time", False, number(3.5)), Way("in_time", True, number(4.4))
REJECTED, APPROVED = Way("outcome", "rejected", number(3.0, 0.6)), Way("outcome", "approved", number(3.4, 0.6))


def test_the_worst_stands_first_whichever_way_is_better() -> None:
    few = Way("outcome", "withdrawn", FEW)
    assert worst_first([IN_TIME, few, LATE], SCORE) == [LATE, IN_TIME, few]
    assert worst_first([LATE, IN_TIME], DISPUTED) == [IN_TIME, LATE]


def test_the_widest_gap_is_that_of_one_dimension_beyond_chance() -> None:
    gap = widest_gap([REJECTED, APPROVED, IN_TIME, LATE], SCORE)
    assert gap is not None
    assert (gap.worse, gap.better) == (LATE, IN_TIME)
    assert score_finding(gap, number(4.0), SCORE, ZH) == "超时审核的单均分 3.50，比按时审核的低 0.90 分"
    # Rejected tickets score lower than those answered in time, but those are not their counterpart.
    assert widest_gap([REJECTED, IN_TIME], SCORE) is None
    assert widest_gap([REJECTED, APPROVED], SCORE) is None
    assert score_finding(None, number(4.0), SCORE, ZH) == "均分 4.00，处理方式之间看不出差别"


def test_the_way_to_a_dispute_says_what_to_do_before_it() -> None:
    gap = Gap(Way("outcome", "rejected", number(0.3)), Way("outcome", "approved", number(0.02)), 0.28)
    words = "审核不通过 30.0% 升级为纠纷，审核通过 2.0%，建议驳回前先沟通"
    assert path_finding(gap, number(0.04), DISPUTED, ZH) == words
    late = Gap(Way("in_time", False, number(0.3)), Way("in_time", True, number(0.02)), 0.28)
    assert path_finding(late, number(0.04), DISPUTED, ZH).endswith("，建议先清超时单")
    not_called = Gap(Way("contacted", False, number(0.3)), Way("contacted", True, number(0.02)), 0.28)
    assert path_finding(not_called, number(0.04), DISPUTED, ZH).endswith("，建议审核前先联系客户")
    other = Gap(Way("outcome", "withdrawn", number(0.3)), Way("outcome", "approved", number(0.02)), 0.28)
    assert path_finding(other, number(0.04), DISPUTED, ZH).endswith("审核通过 2.0%")
    assert (
        path_finding(None, number(0.04), DISPUTED, EN)
        == "4.0% of tickets became a dispute; no clear difference between steps"
    )


def test_ways_are_those_that_are_known() -> None:
    rows = [number(4.0), number(3.0), number(2.0)]
    cells = pd.DataFrame([each.__dict__ for each in rows])
    frames = {
        "in_time": cells.assign(in_time=pd.array([True, False, None], dtype="boolean")),
        "outcome": cells.assign(outcome=["approved", None, "closed"]),
        "contacted": cells.head(1).assign(status="not_available", contacted=None),
    }
    found = [(way.dimension, way.value, way.number.value) for way in ways(frames)]
    assert found == [
        ("in_time", True, 4.0),
        ("in_time", False, 3.0),
        ("outcome", "approved", 4.0),
        ("outcome", "closed", 2.0),
    ]


def test_the_disputes_name_who_is_liable_most_often() -> None:
    shares = pd.DataFrame(
        {"liable": ["buyer", "merchant"], "numerator": [10.0, 30.0], "denominator": 40.0, "value": [0.25, 0.75]}
    )
    assert dispute_finding(shares, CATALOG["dispute_share"], ZH) == "40 起纠纷，商责最多，占 75.0%"

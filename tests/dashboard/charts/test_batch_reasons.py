"""Reasons: a pair of bars each, this batch's above that of the others."""

from __future__ import annotations

import pandas as pd

from dashboard.charts.batch_reasons import batch_reasons
from dashboard.charts.theme import LIGHT

NAN = float("nan")
REASONS = pd.DataFrame(
    {"reason": ["外壳划痕", "性能故障", "其他"], "share": [0.6, 0.3, 0.1], "others_share": [0.1, 0.4, NAN]}
)
SHOWN = [("60.0%", "10.0%"), ("30.0%", "40.0%"), ("10.0%", "–")]


def test_every_reason_has_its_pair_in_the_order_given_from_the_top() -> None:
    figure = batch_reasons(REASONS, LIGHT, shown=SHOWN, own_label="本批", others_label="其他批次")
    bars = {bar.name: bar for bar in figure.data}
    assert list(bars["本批"].x) == [0.6, 0.3, 0.1]
    assert list(bars["其他批次"].x) == [0.1, 0.4, 0.0]
    assert list(bars["本批"].text) == ["60.0%", "30.0%", "10.0%"]
    assert list(bars["其他批次"].text) == ["10.0%", "40.0%", "–"]
    assert list(figure.layout.yaxis.ticktext) == ["外壳划痕", "性能故障", "其他"]
    assert list(figure.layout.yaxis.tickvals) == sorted(figure.layout.yaxis.tickvals, reverse=True)


def test_the_longest_bar_leaves_room_for_its_number() -> None:
    figure = batch_reasons(REASONS, LIGHT, shown=SHOWN, own_label="a", others_label="b")
    assert figure.layout.xaxis.range[1] >= 1.2 * 0.6


def test_without_a_reason_there_is_a_picture_without_bars() -> None:
    figure = batch_reasons(REASONS.iloc[:0], LIGHT, shown=[], own_label="a", others_label="b")
    assert [len(bar.x) for bar in figure.data] == [0, 0]

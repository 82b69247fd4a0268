"""Bars that are compared share one axis, and a number that nobody has draws none."""

from __future__ import annotations

import pandas as pd

from dashboard.components.ranked import Axis
from dashboard.components.table import Bar

NAN = float("nan")


def frame(*rows: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["value", "low", "high"])


def test_the_longest_whisker_fills_the_axis() -> None:
    axis = Axis.of(frame((0.4, 0.3, 0.5), (0.1, 0.05, 0.2), (NAN, NAN, NAN)))
    assert axis.bar(0.4, 0.3, 0.5, first=True) == Bar(0.8, (0.6, 1.0), True)
    assert axis.bar(0.1, 0.05, 0.2) == Bar(0.2, (0.1, 0.4))


def test_one_wide_whisker_does_not_squash_the_bars() -> None:
    axis = Axis.of(frame((0.1, 0.09, 0.11), (0.05, 0.0, 0.9)))
    assert axis.stop == 0.1 * 1.6
    bar = axis.bar(0.05, 0.0, 0.9)
    assert isinstance(bar, Bar)
    assert bar.whisker == (0.0, 1.0)


def test_a_scale_that_begins_at_one_is_drawn_from_there() -> None:
    assert Axis(1.0, 5.0).bar(3.0, 2.0, 4.0) == Bar(0.5, (0.25, 0.75))


def test_without_a_number_or_an_interval_nothing_is_drawn_for_it() -> None:
    axis = Axis.of(frame((NAN, NAN, NAN)))
    assert axis.bar(NAN, NAN, NAN) == ""
    assert Axis.of(frame((0.5, NAN, NAN))).bar(0.5, NAN, NAN) == Bar(1.0, None)

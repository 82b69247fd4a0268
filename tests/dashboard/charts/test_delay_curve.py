"""Delay curves: the shop stands out, the categories behind it, and an age is named where no curve runs."""

from __future__ import annotations

import pandas as pd

from dashboard.charts.delay_curve import delay_curve
from dashboard.charts.theme import LIGHT

CURVES = pd.DataFrame(
    {
        "category": [None, None, None, "服饰", "服饰", "服饰", "家居", "家居", "家居"],
        "age": [0, 1, 2] * 3,
        "arrived": [0.2, 0.7, 1.0, 0.1, 0.6, 1.0, 0.3, 0.8, 1.0],
    }
)


def test_every_curve_is_drawn_and_the_shop_lies_on_top() -> None:
    figure = delay_curve(CURVES, LIGHT, whole_label="全店")
    assert {line.name: list(line.y) for line in figure.data} == {
        "服饰": [0.1, 0.6, 1.0],
        "家居": [0.3, 0.8, 1.0],
        "全店": [0.2, 0.7, 1.0],
    }
    shop = figure.data[-1]
    assert shop.name == "全店"
    assert all(shop.line.width > line.line.width for line in figure.data[:-1])
    assert len({line.line.dash for line in figure.data}) == 3


def test_an_age_is_marked_with_its_words_and_those_of_the_last_stay_inside() -> None:
    figure = delay_curve(CURVES, LIGHT, whole_label="全店", marks=[(1, "1 天 70%"), (2, "2 天 100%")])
    assert [(mark.x, mark.text, mark.xanchor) for mark in figure.layout.annotations] == [
        (1, "1 天 70%", "left"),
        (2, "2 天 100%", "right"),
    ]
    assert [line.x0 for line in figure.layout.shapes] == [1, 2]


def test_a_shop_without_categories_has_its_one_curve() -> None:
    assert len(delay_curve(CURVES.head(3), LIGHT, whole_label="全店").data) == 1

"""The back-test: of each batch, what was sold when it turned red, what was sold since, and what still lies there."""

from __future__ import annotations

import pandas as pd

from dashboard.charts.backtest import backtest
from dashboard.charts.theme import LIGHT

FLAGS = pd.DataFrame(
    {
        "units": [226.0, 506.0],
        "sold_since": [163.0, 414.0],
        "units_in_stock": pd.array([pd.NA, 640], dtype="Int64"),
    }
)
WORDS = {"sold_label": "标红前卖出", "later_label": "标红后卖出", "stock_label": "现有库存"}


def test_each_batch_is_one_bar_of_three_parts_in_the_order_given_from_the_top() -> None:
    figure = backtest(FLAGS, LIGHT, names=["11-02 B1", "11-03 B2"], shown=["163", "1,054"], **WORDS)
    parts = {bar.name: list(bar.x) for bar in figure.data}
    assert parts == {"标红前卖出": [226, 506], "标红后卖出": [163, 414], "现有库存": [0, 640]}
    assert figure.layout.barmode == "stack"
    assert list(figure.layout.yaxis.ticktext) == ["11-02 B1", "11-03 B2"]
    assert list(figure.layout.yaxis.tickvals) == [0, -1]


def test_the_units_unsold_stand_behind_the_end_of_the_bar() -> None:
    figure = backtest(FLAGS, LIGHT, names=["a", "b"], shown=["163", "1,054"], **WORDS)
    assert [(note.x, note.text) for note in figure.layout.annotations] == [(389, "163"), (1560, "1,054")]
    assert figure.layout.xaxis.range[1] > 1560


def test_every_batch_has_the_same_height() -> None:
    names = [str(place) for place in range(10)]
    many = pd.concat([FLAGS] * 5, ignore_index=True)
    few = backtest(FLAGS, LIGHT, names=["a", "b"], shown=["", ""], **WORDS).layout.height
    assert backtest(many, LIGHT, names=names, shown=names, **WORDS).layout.height - few == 8 * (few - 74) / 2

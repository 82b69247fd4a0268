"""A benchmark that no longer runs, or that times different answers, is worse than none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import query
from metrics.catalog import CATALOGUE


def test_every_way_of_asking_a_headline_gives_the_same_numbers(tmp_path: Path) -> None:
    """`measure` stops by itself where two ways disagree."""
    timed = query.measure(5_000, tmp_path)
    tables = {each.title: each.table for each in timed}
    assert list(tables) == [headline.title for headline in query.HEADLINES]
    rolled_up = CATALOGUE.rollups["sold_lines"]
    assert tables["refund rate by week, 7 days old"] in rolled_up
    assert tables["refund rate by SKU"] in rolled_up


def test_a_way_that_says_something_else_stops_the_benchmark() -> None:
    ours, theirs = (pd.DataFrame({"numerator": [share], "denominator": [60.0]}) for share in (12.0, 13.0))
    with pytest.raises(SystemExit, match=r"numerator is 12\.0 by shop\.query and 13\.0 by pandas"):
        query.check(query.HEADLINES[0], ours, theirs, "pandas")

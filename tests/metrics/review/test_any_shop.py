"""Whatever a shop lacks, its week is reviewed, once it has one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import metrics
from metrics.review.frozen import from_json, to_json
from metrics.words import LANGUAGES, Refused
from tests.metrics.batches.small import line, opened, tables_of, ticket
from tests.metrics.filled import contract, fill
from tests.metrics.shops import ABSENCES, ShopSpec, make_shop


@pytest.mark.parametrize("lacking", [ABSENCES[place::4] for place in range(4)], ids=", ".join)
def test_whatever_a_shop_lacks_its_week_is_reviewed(lacking: Sequence[str], tmp_path: Path) -> None:
    fill(tmp_path, contract([make_shop(ShopSpec("甲店", 7, 60, frozenset(lacking)))]))
    review = metrics.open_shop(tmp_path).review()
    assert all(each.sentence[language] for each in review.headlines for language in LANGUAGES)
    assert from_json(to_json(review)) == review


@pytest.mark.parametrize("week", [None, "2026-W46", "2026-W47"])
def test_a_shop_that_began_this_week_has_none_to_review_yet(week: str | None, tmp_path: Path) -> None:
    shop = opened(tmp_path, tables_of([line("a", None, "2026-11-16 08:00")], []))
    with pytest.raises(Refused, match="no whole week"):
        shop.review(week)


def test_a_shop_whose_orders_nobody_brought_is_told_to_import_them(tmp_path: Path) -> None:
    tables = contract([tables_of([line("a", None)], [ticket("a", "2026-10-09 09:00")])])
    fill(tmp_path, tables | {"order_lines": tables["order_lines"].iloc[:0]})
    with pytest.raises(Refused, match="import orders"):
        metrics.open_shop(tmp_path).review()

"""Whatever a shop lacks, its week is reviewed."""

from __future__ import annotations

from pathlib import Path

import pytest

import metrics
from metrics.review.frozen import from_json, to_json
from metrics.words import LANGUAGES
from tests.metrics.filled import contract, fill
from tests.metrics.shops import ABSENCES, ShopSpec, make_shop


@pytest.mark.parametrize("lacking", [frozenset(ABSENCES[place::4]) for place in range(4)], ids=", ".join)
def test_whatever_a_shop_lacks_its_week_is_reviewed(lacking: frozenset[str], tmp_path: Path) -> None:
    fill(tmp_path, contract([make_shop(ShopSpec("甲店", 7, 60, lacking))]))
    review = metrics.open_shop(tmp_path).review()
    assert all(each.sentence[language] for each in review.headlines for language in LANGUAGES)
    assert from_json(to_json(review)) == review

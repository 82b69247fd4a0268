"""The message to the group: all that counts, in at most 200 signs, whatever people called things."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.report.brief import brief
from metrics.review.model import Review
from metrics.words import LANGUAGES, Language
from tests.dashboard.reviews import EMPTY, FULL, HOSTILE, LONG, retold


def test_it_says_week_numbers_verdicts_red_batches_and_what_is_due() -> None:
    told = brief(FULL, "zh")
    for words in ("11.09–11.15", "退款率 7.9% 变差", "满意度 91.3% 变好", "售后成本 ¥18,640", "B1033", "李敏", "11-13"):
        assert words in told, words
    assert "雪地短靴" not in told, "which is red no longer"


def test_what_is_due_first_stands_first_and_what_is_done_not_at_all() -> None:
    told = brief(FULL, "zh")
    assert told.index("11-13") < told.index("11-18")
    assert "联系供应商" not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("review", [FULL, EMPTY, LONG, HOSTILE], ids=["full", "empty", "long", "hostile"])
def test_it_is_one_line_of_at_most_two_hundred_signs(review: Review, language: Language) -> None:
    told = brief(review, language)
    assert 20 < len(told) <= 200
    assert "\n" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_keeps_its_place_beside_the_longest_names(language: Language) -> None:
    told = brief(LONG, language)
    for value in ("7.9%", "0.61%", "91.3%", "93.4%", "¥18,640"):
        assert value in told
    assert "11-13" in told, "when the first decision is due"


@given(name=st.text(min_size=1, max_size=300), language=st.sampled_from(LANGUAGES))
def test_no_name_makes_it_longer(name: str, language: Language) -> None:
    told = brief(retold(FULL, lambda *_: name), language)
    assert len(told) <= 200
    assert "7.9%" in told
    assert told.isprintable() or any(sign in name for sign in told if not sign.isprintable())


def test_an_open_decision_is_told_once() -> None:
    doubled = replace(FULL, decided=(*FULL.decided, *FULL.decided), followed=())
    assert brief(doubled, "zh").count("B1033 全部下架") == 1


def test_a_phone_is_struck_out() -> None:
    asked = replace(FULL, followed=(), decided=(replace(FULL.decided[0], text="打 13812345678", owner="13812345678"),))
    assert "13812345678" not in brief(asked, "zh")

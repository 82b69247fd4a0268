"""A kept review is the review: through JSON and back nothing is lost, rounded or made up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import metrics
from metrics.meeting import Meeting
from metrics.review import Review, from_json, to_json
from metrics.review.model import Case, Cause, CoursePoint, Followed, Handler, Headline, Part, Saved, Spike, Week
from tests.metrics.review.made import shop_of

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))  # a review holds neither
ONE = {
    "headlines": st.builds(Headline, weeks=st.tuples(st.from_type(Week)), causes=st.tuples(st.from_type(Cause))),
    "followed": st.from_type(Followed),
    "spikes": st.builds(Spike, course=st.tuples(st.from_type(CoursePoint))),
    "cases": st.from_type(Case),
    "handlers": st.from_type(Handler),
    "liable": st.from_type(Part),
    "savings": st.from_type(Saved),
}
"""For each section of a review, anything that may stand in it."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    return shop_of(tmp_path_factory.mktemp("frozen"))


@pytest.fixture(scope="module")
def review(shop: metrics.Shop) -> Review:
    return shop.review()


@pytest.mark.parametrize("section", ONE)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_review_is_what_it_was(review: Review, section: str, data: st.DataObject) -> None:
    told = replace(review, **{section: (data.draw(ONE[section]),)})
    assert from_json(to_json(told)) == told


def test_the_same_review_is_the_same_text_and_is_kept_with_its_version(
    shop: metrics.Shop, review: Review, tmp_path: Path
) -> None:
    text = to_json(review)
    assert to_json(shop.review()) == text
    meeting = Meeting(tmp_path / "meeting.sqlite")
    assert meeting.kept_review(date(2026, 11, 9)) is None
    meeting.keep_review(date(2026, 11, 9), shop.version, text, author="li")
    meeting.decide("后来", owner="li", due=date(2026, 11, 20), author="li", week=date(2026, 11, 16))
    kept = meeting.kept_review(date(2026, 11, 11))  # any day of the week
    assert kept is not None
    assert from_json(kept) == from_json(text)
    assert from_json(kept).version == shop.version


def test_a_review_that_was_kept_before_something_was_told_is_still_read(review: Review) -> None:
    told = json.loads(to_json(review))
    for each in told["followed"]:
        del each["outcome"]["effect"]
    older = from_json(json.dumps(told))
    assert [each.outcome.effect for each in older.followed if each.outcome] == [None, None]
    assert older.headlines == review.headlines

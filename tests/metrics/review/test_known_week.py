"""A week counted by hand: every number of its review is known before it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import metrics
from metrics.meeting import Meeting
from metrics.review import Review
from metrics.review.model import Headline
from metrics.warehouse.store import Store
from metrics.words import LANGUAGES, Refused, say
from tests.metrics.batches.small import opened
from tests.metrics.review.made import DUE, shop_of, tables


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reviewed")


@pytest.fixture(scope="module")
def shop(root: Path) -> metrics.Shop:
    return shop_of(root)


@pytest.fixture(scope="module")
def review(shop: metrics.Shop) -> Review:
    return shop.review("2026-W46")


def headline(review: Review, name: str) -> Headline:
    (found,) = (each for each in review.headlines if each.metric == name)
    return found


def test_the_week_is_the_newest_that_is_over_and_may_be_named_in_three_ways(shop: metrics.Shop, review: Review) -> None:
    assert review.week == date(2026, 11, 9)
    assert shop.review() == shop.review(date(2026, 11, 9)) == shop.review("2026-11-09") == review


def test_cohorts_are_those_of_the_newest_week_that_is_seven_days_old(review: Review) -> None:
    refunds = headline(review, "refund_rate")
    assert (refunds.start, refunds.stop, refunds.reading) == (date(2026, 11, 2), date(2026, 11, 9), "same_age")
    # 7 days of 7 lines of each SKU, of which 1 and 2 a day come back.
    assert (refunds.now.numerator, refunds.now.denominator) == (21, 98)
    assert refunds.now.value == pytest.approx(21 / 98)
    assert refunds.before is not None
    assert refunds.before.value == pytest.approx(21 / 98)
    assert refunds.change is not None
    assert refunds.change.verdict == "unclear"
    assert refunds.year_before is None
    assert refunds.target is not None
    assert refunds.target.met is True


def test_beside_it_stands_the_week_itself_as_the_back_office_counts_it(review: Review) -> None:
    arrived = headline(review, "refund_rate").arrived
    assert arrived is not None
    # Money goes back on the day it is asked for, 3 times a day; but for what is asked on Sunday and waits.
    assert (arrived.numerator, arrived.denominator) == (20, 98)


def test_the_weeks_show_the_fall_and_end_with_the_newest(review: Review) -> None:
    refunds = headline(review, "refund_rate")
    told = {week.start: week.now.numerator for week in refunds.weeks}
    assert told == {date(2026, 9, 14 + 7 * n) if n < 3 else date(2026, 10, 5 + 7 * (n - 3)): 42 for n in range(5)} | {
        date(2026, 10, 19): 21,
        date(2026, 10, 26): 21,
        date(2026, 11, 2): 21,
    }


def test_causes_add_up_to_the_change(shop: metrics.Shop) -> None:
    for line in shop.review("2026-W44").headlines:
        if line.causes and line.change is not None:
            assert sum(cause.effect for cause in line.causes) == pytest.approx(line.change.diff)
    fell = headline(shop.review("2026-W44"), "refund_rate")  # the paying week of the 19th beside that of the 12th
    assert fell.change is not None
    assert fell.change.diff == pytest.approx((21 - 42) / 98)
    assert fell.change.verdict == "better"
    assert shop.review("2026-W44").moved_most == "refund_rate"
    assert all(fell.sentence[language] for language in LANGUAGES)


def test_answers_are_those_of_the_week(review: Review) -> None:
    # Of 3 tickets a day S2's first takes 30 hours. That of Sunday at nine still waits when the data end on Monday at
    # nine, and its 24 hours have run out that very moment.
    in_time = headline(review, "response_in_time").now
    assert (in_time.n, in_time.numerator, in_time.denominator) == (21, 14, 21)
    by_name = {each.handler: each for each in review.handlers}
    assert (by_name["甲"].tickets, by_name["甲"].late) == (7, 7)
    assert (by_name["乙"].tickets, by_name["乙"].late) == (14, 0)
    assert (review.waiting, review.late) == (1, 1)


def test_the_trades_table_counts_each_case(review: Review) -> None:
    counted = {(case.type, case.reason): case for case in review.cases}
    assert {pair: case.tickets for pair, case in counted.items()} == {
        ("return", "malfunction"): 14,
        ("return", "wrong_size"): 7,
    }
    fault = counted["return", "malfunction"]
    assert fault.cost == pytest.approx(1300)  # 13 refunds of 100; nothing has been paid back of the one that waits
    assert fault.advice["zh"] != fault.advice["en"] != ""
    assert counted["return", "wrong_size"].advice == {"zh": "", "en": ""}


def test_what_was_decided_is_held_against_what_nobody_decided_about(review: Review) -> None:
    first, second = review.followed
    assert [each.about["zh"] for each in review.followed] == ["加湿器", "落地灯"]
    assert first.carried
    assert first.overdue
    told = first.outcome
    assert told is not None
    # Three whole weeks of 7 lines a day have been seven days old by the Monday of the meeting.
    assert (told.before.numerator, told.before.denominator) == (84, 147)
    assert (told.after.numerator, told.after.denominator) == (21, 147)
    assert told.peers_before is not None
    assert told.peers_after is not None
    assert (told.peers_before.numerator, told.peers_after.numerator) == (42, 42)
    assert told.result == "worked"
    assert told.effect is not None
    assert told.effect.diff == pytest.approx((21 - 84) / 147)
    assert told.effect.high is not None
    assert told.effect.high < 0
    # S2 did not move, and beside S1, which fell, it looks the worse for it.
    assert second.outcome is not None
    assert second.outcome.result == "not_worked"
    for each in (told, second.outcome):
        assert "不是证明" in each.sentence["zh"]
        assert "no proof" in each.sentence["en"]


def test_too_early_says_from_when(shop: metrics.Shop) -> None:
    told = shop.review("2026-W43").followed[0].outcome
    assert told is not None
    assert told.result == "early"
    assert told.judged_from == date(2026, 11, 9)  # two weeks from the 19th on, and seven days for the last of them
    assert "11-09" in told.sentence["en"]
    on_the_day = shop.review("2026-W45").followed[0].outcome
    assert on_the_day is not None
    assert on_the_day.result == "worked"
    assert (on_the_day.after.denominator, on_the_day.before.denominator) == (98, 98)


def test_what_the_meeting_decides_now_stands_apart(review: Review) -> None:
    again, nothing = review.decided
    assert (again.text, again.carried, again.overdue) == ("再看", False, False)
    assert again.outcome is not None
    assert again.outcome.result == "early"
    assert nothing.outcome is None
    assert review.attendees == ("李", "王")


def test_without_batches_nothing_is_flagged_and_nothing_breaks(review: Review) -> None:
    assert (review.spikes, dict(review.watched), review.savings) == ((), {}, ())


def test_a_limit_counts_for_every_number_that_knows_it(shop: metrics.Shop) -> None:
    one = shop.review("2026-W46", where={"sku_id": "S2"})
    assert headline(one, "refund_rate").now.numerator == 14
    assert sum(case.tickets for case in one.cases) == 14
    assert dict(one.where) == {"sku_id": ("S2",)}
    assert headline(one, "refund_rate").target is None  # a target of the whole shop is none of a part


NO_WEEK = {
    "soon": "soon",
    "2026-W99": "2026-W99",
    "2026-W47": "2026-W46",
    "2027-W01": "2026-W46",
    "2026-W30": "2026-W38",
}
"""What is asked for, and what has to stand in the sentence: the word itself, or the last or the first week there is."""


@pytest.mark.parametrize(("week", "said"), NO_WEEK.items())
def test_a_week_that_there_is_not_is_refused_in_one_sentence(shop: metrics.Shop, week: str, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        shop.review(week)
    for language in LANGUAGES:
        assert said in say(refusal.value.finding, language)


def test_a_shop_without_data_has_no_review() -> None:
    with pytest.raises(Refused):
        metrics.blank_shop().review()


def test_what_is_typed_or_imported_later_changes_no_number_of_a_version(tmp_path: Path) -> None:
    shop = shop_of(tmp_path)
    seen = shop.review()
    Meeting(tmp_path / "meeting.sqlite").decide("又一条", owner="li", due=DUE, author="li", week=date(2026, 11, 16))
    typed = shop.review()
    assert (typed.revision, len(typed.decided)) == (seen.revision + 1, len(seen.decided) + 1)
    assert replace(typed, revision=seen.revision, decided=seen.decided) == seen
    later = tables()
    later["order_lines"] = later["order_lines"][later["order_lines"]["sku_id"] == "S1"]
    newer = opened(tmp_path, later)
    assert newer.version == Store(tmp_path).current == shop.version + 1
    assert newer.query("refund_rate")["n"].iloc[0] * 2 == shop.query("refund_rate")["n"].iloc[0]
    again = metrics.open_shop(tmp_path, version=shop.version).review()
    assert replace(again, revision=typed.revision) == typed

"""The requests behind a count, and the words in them: every unit of the count is there, and nobody's phone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import metrics
from metrics.batches.tickets import customers_words
from tests.metrics.batches.small import line, opened, tables_of, ticket

DAY, PAID = pd.Timestamp("2026-11-10 09:00"), "2026-11-02 10:00"


def written(*texts: str | None, reason: str = "性能故障") -> pd.DataFrame:
    """Requests of one hour each, the last text the newest."""
    hours = [DAY + pd.Timedelta(hours=hour) for hour in range(len(texts))]
    return pd.DataFrame({"requested_at": hours, "reason_text": reason, "description": list(texts)})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    lines = [line(f"O{number:03d}", "B1" if number < 60 else "B2", PAID) for number in range(120)]
    said = {"description": "按键不亮，请打13812345678"}
    tickets = [
        *(ticket(f"O{number:03d}", "2026-11-08 09:00", **said) for number in range(40)),
        ticket("O050", "2026-11-09 09:00", "不想要了", description="老婆不喜欢这个颜色"),
        ticket("O051", "2026-11-09 10:00", outcome="rejected", description="摔坏了自己不承认"),
        ticket("O070", "2026-11-09 11:00", description="别的批次也不亮"),
    ]
    return opened(tmp_path_factory.mktemp("store"), tables_of(lines, tickets))


def test_the_requests_add_up_to_the_count_of_the_batch(shop: metrics.Shop) -> None:
    judged = shop.spikes().set_index("batch_id")
    for batch in ("B1", "B2"):
        found = shop.batch_tickets(batch, "S1")
        assert found["returns"].sum() == judged.loc[batch, "observed"] > 0
        assert found["requested_at"].is_monotonic_decreasing
    own = shop.batch_tickets("B1", "S1")
    assert set(own["reason_text"]) == {"性能故障"}
    assert set(shop.batch_tickets("B1", "S1", family="all")["reason_text"]) == {"性能故障", "不想要了"}


def test_words_are_those_of_the_batch_and_masked_once_more(shop: metrics.Shop) -> None:
    assert shop.batch_words("B1", "S1")[["description", "said"]].values.tolist() == [["按键不亮，请打138****5678", 40]]
    assert shop.batch_words("B2", "S1")["description"].tolist() == ["别的批次也不亮"]


def test_of_many_texts_those_that_say_most_are_heard_the_newest_first() -> None:
    found = customers_words(
        written("一二三四五六", "一二三四五六七八", "一二三四", "一二三四五六七", "一二三四五", "abcdef")
    )
    assert found["description"].tolist() == [
        "abcdef",
        "一二三四五",
        "一二三四五六七",
        "一二三四五六七八",
        "一二三四五六",
    ]


def test_what_only_repeats_the_reason_or_says_nothing_is_nobodys_words() -> None:
    assert customers_words(written("性能故障", "性能故障！", "坏了", "。。。。。", None, " ")).empty
    assert customers_words(written()).empty


def test_one_text_is_heard_once_with_how_many_wrote_it() -> None:
    found = customers_words(written("插电没反应", "插电没反应！！", "别的什么问题", " 插电，没反应"))
    assert found[["description", "said"]].values.tolist() == [["插电，没反应", 3], ["别的什么问题", 1]]


def test_without_descriptions_there_are_none(tmp_path: Path) -> None:
    lines = [line(f"O{number:03d}", "B1", PAID) for number in range(60)]
    silent = opened(tmp_path, tables_of(lines, [ticket(f"O{number:03d}", "2026-11-08 09:00") for number in range(40)]))
    assert silent.batch_words("B1", "S1").empty

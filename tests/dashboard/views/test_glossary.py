"""The glossary: generated from the catalogue, in step with the numbers, and there before any data are."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import pytest

import metrics
from dashboard.text import Text
from dashboard.views.glossary import GROUPS, group_of, matches
from dashboard.views.glossary_entry import entry
from metrics import CATALOG, Question
from metrics.catalog import SETTLED_AFTER
from metrics.frame import MIN_EVENTS
from metrics.meeting import Meeting
from metrics.words import LANGUAGES, value_label
from tests.dashboard.visits import html, opened

STORES = ["sample_store", "empty_store"]


def entries(shown: str) -> dict[str, str]:
    """Return what stands in each entry, by the code of its metric."""
    return dict(re.findall(r'<article class="as-entry" id="(\w+)">(.*?)</article>', shown, re.DOTALL))


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_has_its_words_its_sample_and_a_select_for_each_reading(
    language: str, store: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(request.getfixturevalue(store), "glossary", monkeypatch, lang=language)
    assert not page.exception
    found = entries(html(page))
    assert set(found) == set(CATALOG)
    for name, shown in found.items():
        metric = CATALOG[name]
        assert escape(metric.definition("zh" if language == "zh" else "en")) in shown
        assert str(MIN_EVENTS) in shown
        assert shown.count("<pre") == len(metric.readings)
        assert (str(SETTLED_AFTER) in shown) == any(
            reading.settled_after == SETTLED_AFTER for reading in metric.readings.values()
        )


def test_the_select_is_the_one_of_the_version_with_its_values(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = entries(html(opened(sample_store, "glossary", monkeypatch, lang="zh")))["refund_rate"]
    told = metrics.open_shop(sample_store).explain(Question("refund_rate"))
    assert escape(told.sql) in shown
    assert f"-- $last_day = {told.parameters['last_day']}" in shown


def test_before_there_are_data_the_values_are_named_and_not_made_up(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = entries(html(opened(empty_store, "glossary", monkeypatch, lang="zh")))["refund_rate"]
    assert re.search(r"-- \$last_day\n", shown)
    assert "1970" not in shown
    assert not empty_store.exists()


def test_what_is_searched_for_stands_in_the_address(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "glossary", monkeypatch, lang="zh", find="纠纷率")
    assert set(entries(html(page))) == {name for name, metric in CATALOG.items() if matches(metric, "纠纷率")}
    page.text_input(key="search").input("dispute_rate").run()
    assert page.query_params["find"] in ("dispute_rate", ["dispute_rate"])
    assert set(entries(html(page))) == {"dispute_rate"}  # a code means that metric, though others contain it
    page.text_input(key="search").input("dispute_").run()
    assert len(entries(html(page))) > 1
    page.button(key="find-all").click().run()
    assert "find" not in page.query_params
    assert set(entries(html(page))) == set(CATALOG)


def test_what_is_found_nowhere_is_said_and_shown_as_text(empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(opened(empty_store, "glossary", monkeypatch, lang="en", find="<script>alert(1)</script>"))
    assert "No metric has to do with" in shown
    assert "<script>" not in shown


@pytest.mark.parametrize("store", STORES)
def test_the_rules_and_the_reasons_are_those_that_the_numbers_rest_on(
    store: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = request.getfixturevalue(store)
    shown = html(opened(folder, "glossary", monkeypatch, lang="zh"))
    typed = Meeting(folder / "meeting.sqlite")
    for name, since, *_ in typed.policies():
        assert Text("zh")(f"glossary.policy_{name}") in shown
        assert since.year == 1970 or f"{since:%Y-%m-%d %H:%M}" in shown
    for said, reason, liable in typed.reasons():
        row = next(
            row for row in shown.split("<tr>") if re.search(rf">(.*、)?{re.escape(escape(said))}(、.*)?</td>", row)
        )
        assert value_label("reason", reason, "zh") in row
        assert value_label("liable", liable, "zh") in row


def test_every_metric_stands_in_one_group() -> None:
    assert {group_of(metric) for metric in CATALOG.values()} == set(GROUPS)


def test_an_entry_without_a_select_still_says_what_the_metric_is() -> None:
    shown = entry(CATALOG["refund_rate"], {}, True, Text("en"))
    assert CATALOG["refund_rate"].definition("en") in shown

"""The labels: both languages say everything, and nothing is said that no page asks for."""

from __future__ import annotations

import re
import string
import tomllib
from datetime import date
from pathlib import Path

import pytest

import dashboard
from dashboard.exports import exports_of
from dashboard.router import VIEWS
from dashboard.text import Text, browser_language
from metrics import CATALOG
from metrics.words import LANGUAGES, Language

FOLDER = Path(dashboard.__file__).parent


def labels(language: Language) -> dict[str, str]:
    return {
        f"{path.stem}.{name}": label
        for path in (FOLDER / "locale" / language).glob("*.toml")
        for name, label in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


def fields(label: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(label) if name}


def test_both_languages_have_the_same_labels_with_the_same_values() -> None:
    zh, en = labels("zh"), labels("en")
    assert zh.keys() == en.keys()
    assert {key: fields(label) for key, label in zh.items()} == {key: fields(label) for key, label in en.items()}


def test_chinese_labels_are_chinese() -> None:
    """What has letters beside its values has Chinese ones; marks that only join values have none at all."""
    own = {key: re.sub(r"\{[^}]*\}|<[^>]*>", "", label) for key, label in labels("zh").items()}
    assert {
        key: words
        for key, words in own.items()
        if re.search("[A-Za-z]", words) and not re.search("[\u4e00-\u9fff]", words)
    } == {}


def test_every_label_is_asked_for_somewhere() -> None:
    """A label counts as asked for by its full name, or by a name that ends where a value is put in."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    literal = set(re.findall(r"""["']([a-z]+\.[a-z0-9_]+)["']""", code))
    patterns = [
        re.compile(re.sub(r"\\\{[^}]*\\\}", r"[a-z0-9_]+", re.escape(found)))
        for found in re.findall(r'f"([a-z]+\.[a-z0-9_]*\{[^"]*)"', code)
    ]
    assert [key for key in labels("zh") if key not in literal and not any(p.fullmatch(key) for p in patterns)] == []


def test_a_missing_label_is_found_and_not_shrugged_off() -> None:
    with pytest.raises(KeyError):
        Text("zh")("tile.nothing")


@pytest.mark.parametrize(
    ("monday", "zh", "en"),
    [
        (date(2026, 11, 2), "11.02–11.08", "2–8 Nov"),
        (date(2026, 10, 26), "10.26–11.01", "26 Oct – 1 Nov"),
        (date(2025, 12, 29), "12.29–01.04", "29 Dec – 4 Jan"),
    ],
)
def test_a_week_is_named_by_its_days(monday: date, zh: str, en: str) -> None:
    assert (Text("zh").week(monday), Text("en").week(monday)) == (zh, en)


@pytest.mark.parametrize(
    ("locale", "language"), [("zh-CN", "zh"), ("zh-Hant-TW", "zh"), ("en-US", "en"), ("de", "en"), (None, "zh")]
)
def test_the_browser_chooses_the_language(locale: str | None, language: str) -> None:
    assert browser_language(locale) == language


def test_there_is_a_folder_for_every_language() -> None:
    assert {path.name for path in (FOLDER / "locale").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_stands_in_a_group_that_has_a_name(language: Language) -> None:
    groups = {f"explore.group_{'_'.join(exports_of(metric))}" for metric in CATALOG.values()}
    assert groups - labels(language).keys() == set()


def test_every_slide_of_a_meeting_has_a_name() -> None:
    """The bar at the foot names it: a section without one would stop the meeting of its page."""
    slides = {f"meeting.{name}_{section}" for name, view in VIEWS.items() for section in view.sections}
    assert {(language, slide) for language in LANGUAGES for slide in slides if not Text(language).has(slide)} == set()

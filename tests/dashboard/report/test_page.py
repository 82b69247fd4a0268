"""The page: complete in itself, in the order of the meeting, and deaf to whatever stands in its texts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from dashboard.report.cleared import cleared
from dashboard.report.file import rendered
from metrics.review.model import Review
from metrics.words import LANGUAGES, Language
from tests.dashboard.reviews import EMPTY, FULL, HOSTILE

ORDER = ["followed", "numbers", "moved", "spikes", "cases", "response", "satisfaction", "decided", "savings", "sources"]
OF_OURS = re.compile(r"</?b>|<br>")


class Parsed(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and its text."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self._inside = ""
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside != "style":
            self.text.append(data)


def page(review: Review, language: Language = "zh") -> Parsed:
    return Parsed(rendered(review, ".html", language))


@pytest.fixture(scope="module")
def full() -> Parsed:
    return page(FULL)


@pytest.fixture(scope="module")
def hostile() -> Parsed:
    return page(HOSTILE)


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)


def test_sections_stand_in_the_order_of_the_meeting(full: Parsed) -> None:
    assert [attributes["id"] for tag, attributes in full.elements if tag == "section"] == ORDER


def test_a_mail_takes_it() -> None:
    assert len(rendered(FULL, ".html", "zh")) < 6_000_000


def test_nothing_is_fetched(full: Parsed) -> None:
    for tag, attributes in full.elements:
        for name in ("src", "href", "data", "action", "poster", "srcset"):
            address = attributes.get(name)
            assert address is None or address.startswith(("data:", "#")), (tag, name, address)
    assert [tag for tag, _ in full.elements if tag in ("link", "iframe", "object", "embed", "base")] == []
    styles = "".join(value or "" for _, attributes in full.elements for value in attributes.values())
    assert "url(" not in styles


@pytest.mark.parametrize("given", ["full", "hostile"])
def test_only_its_own_two_scripts_may_run(given: str, request: pytest.FixtureRequest) -> None:
    found: Parsed = request.getfixturevalue(given)
    policy = next(str(each["content"]) for tag, each in found.elements if each.get("http-equiv"))
    allowed = set(re.findall(r"'sha256-([^']+)'", policy))
    data, *scripts = found.scripts
    hashes = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    assert len(scripts) == 2
    assert hashes == allowed
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert json.loads(data).keys() == {str(each["id"]) for _, each in found.elements if each.get("class") == "chart"}


def test_no_text_of_the_data_becomes_an_element(full: Parsed, hostile: Parsed) -> None:
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in full.elements]
    assert not [name for _, attributes in hostile.elements for name in attributes if name.startswith("on")]


def test_no_text_of_the_data_becomes_a_tag_in_a_chart(hostile: Parsed) -> None:
    found = [text for text in texts(json.loads(hostile.scripts[0])) if "evil.example" in text]
    assert found, "the charts hold names from the data"
    for text in found:
        assert "<" not in OF_OURS.sub("", text), text


def test_chinese_is_intact_and_named_as_such(full: Parsed) -> None:
    assert ("html", {"lang": "zh-CN"}) in full.elements
    for words in ("售后周复盘", "轻云跑步鞋 B1033", "详情页补充尺码表，客服主动推荐尺码", "43.0%"):
        assert any(words in text for text in full.text), words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_with_nothing_to_say_is_one_line(language: Language) -> None:
    found = page(EMPTY, language)
    lines = [attributes["id"] for tag, attributes in found.elements if attributes.get("class") == "line"]
    assert lines == ORDER[:-1]
    assert "table" not in {tag for tag, _ in found.elements}


def test_everything_that_it_rests_on_stands_in_it(full: Parsed) -> None:
    told = " ".join(full.text)
    for words in (
        "2026-W46",
        "2026-11-09 至 2026-11-15",
        "版本 12",
        "修订 48",
        "类目 女鞋、未知",
        "43.0%",
        "参会 王芳、李敏、赵磊",
    ):
        assert words in told, words
    assert re.search(r"\b[0-9a-f]{64}\b", told)


def test_a_phone_that_somebody_typed_is_struck_out() -> None:
    told = " ".join(page(replace(FULL, attendees=("客服 13812345678",))).text)
    assert "138****5678" in told
    assert "13812345678" not in told


def test_what_is_cleared_is_cleared_once() -> None:
    once = cleared(HOSTILE)
    assert cleared(once) == once

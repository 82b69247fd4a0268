"""`aftersales review` as a person types it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

import metrics
from dashboard.cli import app
from dashboard.report.file import rendered
from tests.dashboard.reviews import FULL


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["review", "--week", "2026-W46", *arguments])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The weeks that a shop is asked the review of."""
    weeks: list[str] = []

    def review(*, week: str) -> object:
        weeks.append(week)
        return FULL

    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(metrics, "open_shop", lambda *_: SimpleNamespace(review=review))
    return weeks


@pytest.mark.parametrize("name", ["week.html", "week.pptx", "week.xlsx", "WEEK.XLSX"])
def test_the_suffix_decides_the_form(name: str, asked: list[str], tmp_path: Path) -> None:
    answer = run("--out", str(tmp_path / name), "--lang", "zh")
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / name).read_bytes() == rendered(FULL, Path(name).suffix.lower(), "zh")
    assert str(tmp_path / name) in answer.stdout.replace("\n", "")
    assert asked == ["2026-W46"]


@pytest.mark.parametrize("name", ["week.pdf", "week", "week.htm", ".html"])
def test_another_suffix_is_refused_in_one_sentence_before_anything_is_asked(
    name: str, asked: list[str], tmp_path: Path
) -> None:
    answer = run("--out", str(tmp_path / name))
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert len(answer.stderr.strip().splitlines()) == 1
    assert ".html .pptx .xlsx" in answer.stderr
    assert asked == []
    assert list(tmp_path.iterdir()) == []


def test_the_language_is_that_of_the_terminal_where_none_is_given(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run("--out", str(tmp_path / "en.html")).exit_code == 0
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run("--out", str(tmp_path / "zh.html")).exit_code == 0
    assert 'lang="en"' in (tmp_path / "en.html").read_text(encoding="utf-8")[:80]
    assert 'lang="zh-CN"' in (tmp_path / "zh.html").read_text(encoding="utf-8")[:80]
    assert len(asked) == 2


def test_a_folder_that_is_not_there_is_a_sentence(asked: list[str], tmp_path: Path) -> None:
    answer = run("--out", str(tmp_path / "nowhere" / "week.html"))
    assert answer.exit_code == 1
    assert "nowhere" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert asked == ["2026-W46"]

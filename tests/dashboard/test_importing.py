"""An import beside the page: what it says while it works, how it ends, and that it never leaves half of anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from dashboard import importing
from dashboard.importing import Import, Outcome
from dashboard.uploads import Uploads
from metrics.warehouse.store import Store
from metrics.words import LANGUAGES, Refused, say
from tests.dashboard.test_uploads import Sent

HEAD = "服务单号,订单编号,服务类型,申请时间,审核结果\n"
GOOD = HEAD + "1,A,退货,2026-11-02 10:00:00,待审核\n2,A,换货,2026-11-03 10:00:00,审核通过\n"
WITH_BAD = GOOD + "3,A,退货,2026-11-02 10:00:00,谁知道\n"


def finished(store: Path, *sent: Sent, dry_run: bool = False) -> tuple[Import, Outcome, Uploads]:
    uploads = Uploads(store, sent)
    work = Import(uploads, store, mappings={}, shop="甲店", as_of=None, dry_run=dry_run, language="zh")
    work.start()
    work.join(60)
    assert work.outcome is not None
    return work, work.outcome, uploads


def test_an_import_counts_its_rows_and_removes_the_files(tmp_path: Path) -> None:
    work, outcome, uploads = finished(tmp_path, Sent("售后.csv", GOOD.encode()))
    assert outcome.refused is None
    assert outcome.report is not None
    assert outcome.report.version == 1
    assert outcome.report.files[0].rows_accepted == 2
    assert all(say(step, language) for step in work.steps for language in LANGUAGES)
    assert 0 < work.share < 1
    assert not any(path.exists() for path in uploads.paths)


def test_a_dry_run_publishes_nothing_and_keeps_the_files_for_the_import(tmp_path: Path) -> None:
    _, outcome, uploads = finished(tmp_path, Sent("售后.csv", GOOD.encode()), dry_run=True)
    assert outcome.report is not None
    assert outcome.report.version is None
    assert Store(tmp_path).current is None
    assert all(path.exists() for path in uploads.paths)


def test_rejected_rows_are_kept_when_their_file_is_gone(tmp_path: Path) -> None:
    _, outcome, _ = finished(tmp_path, Sent("售后.csv", WITH_BAD.encode()))
    (name,) = outcome.rejects
    assert name == "售后.rejected.csv"
    text = outcome.rejects[name].decode("utf-8-sig")
    assert text.startswith("行号")
    assert "谁知道" in text


def test_a_file_of_which_no_row_can_be_read_ends_in_a_sentence_with_its_rows_to_download(tmp_path: Path) -> None:
    _, outcome, _ = finished(tmp_path, Sent("售后.csv", (HEAD + "3,A,退货,2026-11-02,谁知道\n").encode()))
    assert outcome.report is None
    assert outcome.refused is not None
    for language in LANGUAGES:
        sentence = say(outcome.refused, language)
        assert "售后.csv" in sentence
        assert str(tmp_path) not in sentence  # where the server keeps its files is nobody's business
    assert list(outcome.rejects) == ["售后.rejected.csv"]
    assert Store(tmp_path).current is None


def test_two_who_import_at_once_are_told_of_each_other(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".lock"):
        _, outcome, uploads = finished(tmp_path, Sent("售后.csv", GOOD.encode()))
    assert outcome.refused is not None
    assert outcome.refused.code.startswith("store.locked")
    assert all(path.exists() for path in uploads.paths)  # for the next attempt
    assert finished(tmp_path, Sent("售后.csv", GOOD.encode()))[1].report is not None


class Panic(BaseException):
    """What a reader written in Rust raises when it panics."""


@pytest.mark.parametrize("breaks", [MemoryError, Panic])
def test_a_file_at_which_the_reader_itself_breaks_is_a_sentence(
    breaks: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise breaks

    monkeypatch.setattr(importing, "preview", broken)
    seen = importing.look(tmp_path / "a.xlsx", None)
    assert isinstance(seen, Refused)
    assert "a.xlsx" in say(seen.finding, "zh")


@pytest.mark.parametrize("breaks", [MemoryError, Panic])
def test_whatever_breaks_is_one_sentence_and_changes_nothing(
    breaks: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise breaks

    monkeypatch.setattr(importing, "import_files", broken)
    _, outcome, _ = finished(tmp_path, Sent("售后.csv", GOOD.encode()))
    assert outcome.refused is not None
    assert breaks.__name__ in say(outcome.refused, "zh")
    assert Store(tmp_path).current is None

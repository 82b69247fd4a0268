"""A desk on which small exports are written and imported, with the tables of the store to look at afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.ingest import FileReport, ImportReport, import_files
from metrics.warehouse.checks import refuse_failures
from metrics.warehouse.store import Build, Store


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "shop")

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def bring(self, *files: Path, **how: Any) -> ImportReport:
        return import_files(files, store=self.store, **how)

    def bring_one(self, name: str, text: str, encoding: str = "utf-8", **how: Any) -> FileReport:
        return self.bring(self.write(name, text, encoding), **how).files[0]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        current = self.store.current
        assert current is not None, "nothing was published"
        with duckdb.connect(str(self.store.path(current)), read_only=True) as con:
            return con.execute(sql).fetchall()

    def rejected(self, report: FileReport) -> Sequence[str]:
        assert report.rejects is not None
        return report.rejects.read_text(encoding="utf-8-sig").splitlines()[1:]


@pytest.fixture
def whole_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose imports run to the end, with facts and checks."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path)


@pytest.fixture
def desk(whole_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose imports stop short of the facts, which are tested elsewhere and take a second each time."""

    def finish_tables(build: Build) -> None:
        build._snapshot()
        build._set_as_of()
        refuse_failures(build.con)
        build.con.execute("CHECKPOINT")

    monkeypatch.setattr(Build, "finish", finish_tables)
    return whole_desk

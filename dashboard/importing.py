"""An import that a page has started: beside the page, so that a click or a closed window does not cut it short."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.uploads import Uploads
from metrics.ingest import (
    FILES_BRING,
    FileMapping,
    FileReport,
    Guess,
    ImportReport,
    Preview,
    Reading,
    columns_offered,
    import_files,
    is_date,
    our_words,
    preview,
    preview_as,
)
from metrics.warehouse.fact_file import read_facts
from metrics.warehouse.store import Store
from metrics.words import Finding, Language, Refused

__all__ = [
    "FILES_BRING",
    "FileMapping",
    "FileReport",
    "Guess",
    "Import",
    "ImportReport",
    "Outcome",
    "Preview",
    "Reading",
    "columns_offered",
    "is_date",
    "look",
    "nameable",
    "our_words",
    "preview_as",
]

_log = logging.getLogger(__name__)
_AROUND_FACTS = 5  # copy, batches, checks before and after, publish


@dataclass(frozen=True)
class Outcome:
    """How an import ended: its report, or the one sentence that says why it did not; and the rows it turned down."""

    report: ImportReport | None = None
    refused: Finding | None = None
    rejects: Mapping[str, bytes] = field(default_factory=dict)


class Import(threading.Thread):
    """One import of uploaded files, at work.

    A page that is drawn again looks at `steps`, `share` and `outcome`; it never waits. After an import that took the
    files they are removed; after a dry run, and after one that was refused, they stay for the next attempt.
    """

    def __init__(
        self,
        uploads: Uploads,
        store: Path,
        *,
        mappings: Mapping[Path, FileMapping],
        shop: str,
        as_of: datetime | None,
        dry_run: bool,
        language: Language,
    ) -> None:
        super().__init__(daemon=True)
        self.dry_run = dry_run
        self.steps: tuple[Finding, ...] = ()
        self.outcome: Outcome | None = None
        self._uploads = uploads
        self._store = store
        self._mappings = mappings
        self._shop = shop
        self._as_of = as_of
        self._language: Language = language

    @property
    def share(self) -> float:
        """How much of the way lies behind, by steps; the last one is reached only at the end."""
        return min(len(self.steps) / (_AROUND_FACTS + len(self._uploads.paths) + _steps_of_facts()), 0.99)

    def run(self) -> None:
        """Import; whatever happens ends in an outcome, and never in a traceback on the page."""
        try:
            report = import_files(
                self._uploads.paths,
                store=Store(self._store),
                shop=self._shop,
                as_of=self._as_of,
                dry_run=self.dry_run,
                progress=self._note,
                mappings=self._mappings,
                language=self._language,
            )
            rejects = {file.rejects.name: file.rejects.read_bytes() for file in report.files if file.rejects}
            outcome = Outcome(report, rejects=rejects)
            if not self.dry_run:
                self._uploads.clear()
        except Refused as refused:
            rejected = refused.finding.values.get("rejects")
            left = {rejected.name: rejected.read_bytes()} if isinstance(rejected, Path) else {}
            outcome = Outcome(refused=nameable(refused.finding), rejects=left)
        except BaseException as error:  # a reader written in Rust may panic, which is no Exception
            _log.exception("An import from the page failed.")
            outcome = Outcome(refused=Finding("upload.failed", {"kind": type(error).__name__}))
        self.outcome = outcome

    def _note(self, step: Finding) -> None:
        self.steps = (*self.steps, step)


def look(path: Path, mapping: FileMapping | None) -> Preview | Refused:
    """Return what is seen in a file, or why it cannot be read; whatever breaks ends in a sentence."""
    try:
        return preview(path, mapping=mapping)
    except Refused as refused:
        return refused
    except BaseException as error:
        _log.exception("An uploaded file could not be looked at.")
        return Refused("upload.not_seen", name=path.name, kind=type(error).__name__)


def nameable(finding: Finding) -> Finding:
    """Return the finding with names of files in place of their paths, which are nobody's business but the server's."""
    paths = [value for value in finding.values.values() if isinstance(value, Path)]

    def named(value: Any) -> Any:
        if isinstance(value, Path):
            return value.name
        if not isinstance(value, str | Exception):
            return value
        said = str(value)
        for path in paths:  # the engine says in its own words which file it could not read
            said = said.replace(str(path), path.name)
        return said

    return Finding(finding.code, {name: named(value) for name, value in finding.values.items()})


@cache
def _steps_of_facts() -> int:
    files = [file for file in read_facts().values() if file.kind == "fact"]
    return len(files) + sum(len(file.rollups) for file in files)

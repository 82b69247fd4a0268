"""What an import did, as data: the command line prints it, and the version keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from metrics.warehouse.checks import CheckResult
from metrics.words import Finding


@dataclass(frozen=True)
class TableChange:
    """What a file does to one table: rows added, rows removed, and cells that change, by column."""

    added: int = 0
    removed: int = 0
    cells: Mapping[str, int] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        return not (self.added or self.removed or self.cells)


@dataclass(frozen=True)
class FileReport:
    """What became of one file. Every row that was read is accepted, rejected, a duplicate, older, or set aside."""

    path: Path
    profile: str
    kind: str
    already_imported: bool = False
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    duplicates: int = 0
    older: int = 0
    set_aside: int = 0
    changes: Mapping[str, TableChange] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()
    rejects: Path | None = None

    def as_json(self, **more: object) -> str:
        """Return the report as it is kept in the table `imports`; paths stay out of it, they are the user's own."""
        return json.dumps(
            {
                "kind": self.kind,
                "rows_read": self.rows_read,
                "rows_accepted": self.rows_accepted,
                "rows_rejected": self.rows_rejected,
                "duplicates": self.duplicates,
                "older": self.older,
                "set_aside": self.set_aside,
                "changes": {
                    name: {"added": change.added, "removed": change.removed, "cells": dict(change.cells)}
                    for name, change in self.changes.items()
                },
                "notes": [{"code": note.code, "values": note.values} for note in self.notes],
                **more,
            },
            ensure_ascii=False,
            default=str,
        )


@dataclass(frozen=True)
class ImportReport:
    """What an import did. `version` is None where nothing was published: a dry run, or files that were known."""

    shop: str
    files: tuple[FileReport, ...]
    version: int | None
    dry_run: bool
    warnings: tuple[CheckResult, ...] = ()

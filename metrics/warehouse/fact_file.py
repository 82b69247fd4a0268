"""One file of `facts/`: a SELECT, and what its first lines say of how it is kept.

- `-- fact:` becomes a table, `-- context:` a small table that is computed from whole tables first. `-- view:` is only
  named for the others; one with measures is a fact that needs no rows of its own and is kept as a view.
- `-- reads: a, b` names every table, view and fact that the SELECT reads.
- `-- incremental: order`: the fact has the columns shop and order_id, and the rows of one order depend on that order
  alone; a build replaces the rows of the touched orders. `-- incremental: no`: it is built whole every time.
- `-- rollup NAME: day, a, b` with `-- measures: m, n`: the table FACT_NAME, the measures summed by day and the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "facts"

Kind = Literal["fact", "view", "context"]

_HEADER = re.compile(r"-- (fact|view|context|incremental|reads|measures|rollup \w+):(.*)")
_CONTINUED = re.compile(r"--   (.*)")


@dataclass(frozen=True)
class FactFile:
    """The SELECT of one file, and what its first lines say."""

    name: str
    kind: Kind
    incremental: bool
    reads: tuple[str, ...]
    measures: tuple[str, ...]
    rollups: Mapping[str, tuple[str, ...]]
    sql: str

    @property
    def is_published_view(self) -> bool:
        """Whether readers ask it too: a fact without rows of its own."""
        return self.kind == "view" and bool(self.measures)

    @property
    def is_published(self) -> bool:
        """Whether it stands in the version for readers."""
        return self.kind != "view" or self.is_published_view

    @staticmethod
    def read(path: Path) -> FactFile:
        sql = path.read_text(encoding="utf-8")
        headers: dict[str, str] = {}
        last = ""
        for line in sql.splitlines():
            if found := _HEADER.match(line):
                last = found[1]
                headers[last] = found[2]
            elif last and (found := _CONTINUED.match(line)):
                headers[last] += found[1]
            else:
                last = ""
        kind: Kind = "view" if "view" in headers else "context" if "context" in headers else "fact"
        return FactFile(
            name=path.stem,
            kind=kind,
            incremental=headers.get("incremental", "").strip() == "order",
            reads=_names(headers.get("reads", "")),
            measures=_names(headers.get("measures", "")),
            rollups={
                f"{path.stem}_{key.removeprefix('rollup ')}": _names(value)
                for key, value in headers.items()
                if key.startswith("rollup ")
            },
            sql=sql,
        )


def read_facts(folder: Path = FOLDER) -> dict[str, FactFile]:
    """Return the facts of a folder by name, each one after those that it reads."""
    files = {path.stem: FactFile.read(path) for path in sorted(folder.glob("*.sql"))}
    order = TopologicalSorter({name: [r for r in file.reads if r in files] for name, file in files.items()})
    return {name: files[name] for name in order.static_order()}


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())

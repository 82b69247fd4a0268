"""Runs the checks: every file of `checks/` selects the rows that offend, and none means that it passes.

The first line says what an offence means: `-- fail: CODE` publishes nothing, `-- warn: CODE` is written down in the
version. CODE is the sentence, with the number of rows and the first of them. Failing checks read only the tables of
the contract and run before the facts, so that nothing is computed on rows that will be turned down.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from metrics.words import Finding, Refused

FOLDER = Path(__file__).parent / "checks"

SHOWN = 5
"""Rows that a result shows."""

Level = Literal["fail", "warn"]


@dataclass(frozen=True)
class CheckResult:
    """A check that found something: how many rows, and the first of them."""

    check: str
    level: Level
    sentence: str
    rows: int
    sample: str

    @property
    def finding(self) -> Finding:
        return Finding(self.sentence, {"rows": self.rows, "sample": self.sample})


def run_checks(con: duckdb.DuckDBPyConnection, level: Level, folder: Path = FOLDER) -> list[CheckResult]:
    """Run the checks of one level and return those that found something."""
    results = []
    for path in sorted(folder.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        said, _, sentence = sql.partition("\n")[0].removeprefix("-- ").partition(": ")
        if said != level:
            continue
        con.execute(f"CREATE OR REPLACE TEMP TABLE offending AS {sql}")
        counted = con.execute("SELECT COUNT(*) FROM offending").fetchone()
        if counted and counted[0]:
            results.append(CheckResult(path.stem, level, sentence, int(counted[0]), _sample(con)))
    con.execute("DROP TABLE IF EXISTS offending")
    return results


def refuse_failures(con: duckdb.DuckDBPyConnection, folder: Path = FOLDER) -> None:
    """Raise `Refused` with the first failing check, its rows and what to do."""
    for failed in run_checks(con, "fail", folder):
        raise Refused(failed.sentence, **failed.finding.values)


def _sample(con: duckdb.DuckDBPyConnection) -> str:
    shown = con.execute(f"SELECT * FROM offending ORDER BY ALL LIMIT {SHOWN}")
    names = [column[0] for column in shown.description or ()]
    return "; ".join(
        ", ".join(f"{name} {'–' if value is None else value}" for name, value in zip(names, row, strict=True))
        for row in shown.fetchall()
    )

"""Every way in which a column of dates can be read: a format fits, or it does not; none is preferred.

`22-04-15` is 22 April 2015 and 15 April 2022, and a whole column of such dates can be read both ways without one error.
So all formats are tried over all values, and what they would make of the column is shown to somebody who knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

import duckdb

from metrics.ingest.ask import ask
from metrics.ingest.cells import EARLIEST_YEAR, LATEST_YEAR, literal

_DAYS = (
    *("-".join(parts) for parts in (("%Y", "%m", "%d"), ("%d", "%m", "%Y"), ("%m", "%d", "%Y"))),
    *("/".join(parts) for parts in (("%Y", "%m", "%d"), ("%d", "%m", "%Y"), ("%m", "%d", "%Y"))),
    *(".".join(parts) for parts in (("%Y", "%m", "%d"), ("%d", "%m", "%Y"), ("%m", "%d", "%Y"))),
    *(mark.join(parts) for mark in "-/." for parts in (("%y", "%m", "%d"), ("%d", "%m", "%y"), ("%m", "%d", "%y"))),
    *(mark.join(("%d", "%b", year)) for mark in "-/ " for year in ("%y", "%Y")),
    "%b %d, %Y",
    "%Y年%m月%d日",
    "%Y%m%d",
)
_TIMES = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S.%f", "%H%M%S")
FORMATS = tuple(day + time for day, time in product(_DAYS, _TIMES))


@dataclass(frozen=True)
class Reading:
    """What a format makes of a whole column. `later` counts the values after the given day."""

    format: str
    earliest: datetime
    latest: datetime
    later: int


def readings(con: duckdb.DuckDBPyConnection, cell: str, relation: str, today: datetime) -> tuple[Reading, ...]:
    """Return every reading that fits all values of the column; formats that read them alike are one reading.

    >>> con = duckdb.connect()
    >>> con.execute("CREATE TABLE complaints AS SELECT unnest(['22-04-15', '04-08-15']) AS day") and None
    >>> [(found.format, str(found.latest)) for found in readings(con, "day", "complaints", datetime(2026, 11, 16))]
    [('%y-%m-%d', '2022-04-15 00:00:00'), ('%d-%m-%y', '2015-08-04 00:00:00')]
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE moments AS "
        f"SELECT DISTINCT {cell} AS cell FROM {relation} WHERE {cell} IS NOT NULL"
    )
    fitting = [format_ for format_ in FORMATS if _fits(con, format_)]
    found: dict[tuple[object, ...], Reading] = {}
    for format_ in fitting:
        parsed = f"try_strptime({cell}, {literal(format_)})"
        row = ask(
            con,
            f"SELECT sum(hash({parsed})), min({parsed}), max({parsed}), count(*) FILTER ({parsed} > $1) "
            f"FROM {relation} WHERE {cell} IS NOT NULL",
            [today],
        )
        if row and row[1]:
            found.setdefault(row, Reading(format_, row[1], row[2], row[3]))
    return tuple(found.values())


def describe(found: Sequence[Reading]) -> str:
    """Return the readings as lines of text, the same in every language."""
    return "\n".join(
        f"  {reading.format:<24} {reading.earliest:%Y-%m-%d} … {reading.latest:%Y-%m-%d}  {reading.later}"
        for reading in found
    )


def _fits(con: duckdb.DuckDBPyConnection, format_: str) -> bool:
    row = ask(
        con,
        f"SELECT count(*) > 0 AND coalesce(bool_and(year(parsed) BETWEEN {EARLIEST_YEAR} AND {LATEST_YEAR}), false) "
        f"AND count(parsed) = count(*) FROM (SELECT try_strptime(cell, {literal(format_)}) AS parsed FROM moments)",
    )
    return bool(row and row[0])

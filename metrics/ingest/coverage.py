"""What each source has told us of, and until when: written by every import, read by every as-of.

An absent ticket means "nothing came back" only up to where the ticket export reaches. Somebody must say how far that
is: the user, else the export's own time, else the newest time in the file stands for it, and is marked as assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from metrics.ingest.ask import ask
from metrics.ingest.contract import contract


@dataclass(frozen=True)
class Span:
    """The earliest and the newest time among the rows, and whether they carry a day of their own.

    `refund_dated`, for tickets only: the money has a day too. A ticket file without rows is taken by its columns: it
    would have said the day.
    """

    earliest: datetime | None
    newest: datetime | None
    dated: bool
    refund_dated: bool | None

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, table: str, brought: Sequence[str], rows: str) -> Span:
        """Look through the rows that a file brings to a table; `rows` is what stands behind FROM."""
        moments = [column for column in contract()[table].moments if column in brought]
        times = [f"least({', '.join(f'min({column})' for column in moments)})"] if moments else ["min(NULL)"]
        times += [f"greatest({', '.join(f'max({column})' for column in moments)})"] if moments else ["max(NULL)"]
        carried = [
            f"count(*) = 0 OR count({column}) > 0" if column in brought else "false"
            for column in ("requested_at", "refunded_at")
        ]
        if table != "tickets":
            carried = ["true", "NULL"]
        return cls(*ask(con, f"SELECT {', '.join([*times, *carried])} FROM {rows}"))


def write_coverage(
    con: duckdb.DuckDBPyConnection,
    shop: str,
    source: str,
    table: str,
    span: Span,
    until: tuple[datetime | None, bool],
) -> None:
    """Note what a file covers of a table; together with what the source has covered before, the span only grows."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE covered AS
        WITH now AS (
            SELECT
                CAST($1 AS VARCHAR) AS shop,
                CAST($2 AS VARCHAR) AS source,
                CAST($3 AS VARCHAR) AS table_name,
                CAST($4 AS TIMESTAMP) AS covered_from,
                CAST($5 AS TIMESTAMP) AS covered_until,
                CAST($6 AS BOOLEAN) AS until_assumed,
                CAST($7 AS BOOLEAN) AS dated,
                CAST($8 AS BOOLEAN) AS refund_dated
        )
        SELECT
            shop,
            source,
            table_name,
            least(before.covered_from, now.covered_from) AS covered_from,
            greatest(before.covered_until, now.covered_until) AS covered_until,
            CASE
                WHEN before.covered_until > now.covered_until THEN before.until_assumed
                WHEN before.covered_until = now.covered_until THEN before.until_assumed AND now.until_assumed
                ELSE now.until_assumed
            END AS until_assumed,
            coalesce(before.dated, false) OR now.dated AS dated,
            CASE
                WHEN now.refund_dated IS NOT NULL THEN coalesce(before.refund_dated, false) OR now.refund_dated
            END AS refund_dated
        FROM now
        LEFT JOIN coverage AS before USING (shop, source, table_name)
        """,
        [shop, source, table, span.earliest, *until, span.dated, span.refund_dated],
    )
    con.execute(
        "DELETE FROM coverage WHERE shop = $1 AND source = $2 AND table_name = $3",
        [shop, source, table],
    )
    con.execute("INSERT INTO coverage BY NAME SELECT * FROM covered")

"""Typed rows → the tables of the store: what a file replaces, and what it leaves alone.

The unit is the order in order files and the ticket in ticket files. All lines of an order in the file are replaced,
but only in the columns that the file brings. A newer export wins, an older one is skipped; a time without seconds
never takes the seconds from the same time with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from metrics.ingest.ask import ask, count
from metrics.ingest.contract import Table
from metrics.ingest.profile import required
from metrics.ingest.report import TableChange
from metrics.words import Refused

REUSED_SHARE = 0.2  # of the known orders in a file; beyond it the ids are row numbers and not ids
Touch = Callable[[str], None]


@dataclass(frozen=True)
class Import:
    """What all rows of one imported file have in common."""

    import_id: int
    shop: str
    source: str
    path: Path
    exported_at: datetime | None


@dataclass(frozen=True)
class Merged:
    """What became of the rows of one file in one table."""

    change: TableChange
    duplicates: int = 0
    older: int = 0
    fanned_out: int = 0


def merge(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    brought: Sequence[str],
    file: Import,
    touch: Touch,
    *,
    aside: bool,
    fill: bool,
) -> Merged:
    """Bring the rows of `typed_TABLE` into the table.

    `aside`: the table is filled on the side (products out of an order file), where an empty cell says nothing. `fill`:
    a file of its own has spoken, and only its gaps are filled. Raises Refused where the ids of orders were used before.
    """
    duplicates, fanned_out = _one_row_a_key(con, table, brought, aside=aside)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE known AS SELECT DISTINCT {_list(table.unit)} FROM {table.name} "
        f"WHERE shop = $1 AND {_tuple(table.unit)} IN (SELECT {_tuple(table.unit)} FROM typed_{table.name})",
        [file.shop],
    )
    older = _skip_older(con, table, brought, file)
    if table.name == "order_lines" and "ordered_at" in brought:
        _refuse_reused_ids(con, file)
    _reject_unknown(con, table, brought, file)
    change = _write(con, table, brought, file, touch, aside=aside, fill=fill)
    return Merged(change, duplicates, older, fanned_out)


def drop_derived(con: duckdb.DuckDBPyConnection, file: Import, touch: Touch) -> int:
    """Delete the tickets that were read off these orders before and are not there any more; return how many.

    Call it after the orders and before the tickets are merged: a ticket of an order that was skipped is skipped too.
    """
    con.execute("DELETE FROM typed_tickets WHERE order_id IN (SELECT order_id FROM older)")
    gone = (
        "FROM tickets WHERE shop = $shop AND source = $source "
        "AND order_id IN (SELECT order_id FROM typed_order_lines) "
        "AND order_id NOT IN (SELECT order_id FROM partly_orders) "
        "AND ticket_id NOT IN (SELECT ticket_id FROM typed_tickets)"
    )
    bound = {"shop": file.shop, "source": file.source}
    con.execute(f"CREATE OR REPLACE TEMP TABLE gone AS SELECT shop, order_id, ticket_id {gone}", bound)
    touch("SELECT shop, order_id FROM gone")
    return count(con, f"DELETE {gone}", bound)


def _one_row_a_key(
    con: duckdb.DuckDBPyConnection, table: Table, brought: Sequence[str], *, aside: bool
) -> tuple[int, int]:
    """Leave one row for each key: the newest, or the last. Return the rows taken out and the tickets fanned out.

    A returns file joined to the lines of its orders names a ticket once a line: 800 rows for 296 tickets. Such a ticket
    is about the whole order, so it keeps no SKU.
    """
    name = f"typed_{table.name}"
    keys = _list(table.key)
    extra = count(con, f"SELECT count(*) - count(DISTINCT hash({keys})) FROM {name}")
    if not extra:
        return 0, 0
    fanned_out = 0
    if aside:
        others = [column for column in brought if column not in table.key]
        last = ", ".join(f"arg_max({column}, source_line) AS {column}" for column in others)
        select = (
            f"SELECT max(source_line) AS source_line, {keys}{', ' + last if last else ''} FROM {name} GROUP BY {keys}"
        )
    else:
        newest = "updated_at DESC NULLS LAST, " if "updated_at" in brought else ""
        replaced = ""
        if table.name == "tickets":
            scope = [column for column in ("line_id", "sku_id") if column in brought]
            differ = [f"count(DISTINCT {column}) > 1" for column in scope]
            if scope:
                fanned_out = count(
                    con, f"SELECT count(*) FROM (SELECT 1 FROM {name} GROUP BY {keys} HAVING {' OR '.join(differ)})"
                )
            ends = [
                f"CASE WHEN min({c}) OVER same IS NOT DISTINCT FROM max({c}) OVER same THEN {c} END AS {c}"
                for c in scope
            ]
            replaced = f" REPLACE ({', '.join(ends)})" if ends else ""
        select = (
            f"SELECT *{replaced} FROM {name} WINDOW same AS (PARTITION BY {keys}) "
            f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {newest}source_line DESC) = 1"
        )
    con.execute(f"CREATE OR REPLACE TEMP TABLE single AS {select}")
    con.execute(f"DROP TABLE {name}")
    con.execute(f"ALTER TABLE single RENAME TO {name}")
    return (0 if aside else extra), fanned_out


def _skip_older(con: duckdb.DuckDBPyConnection, table: Table, brought: Sequence[str], file: Import) -> int:
    """Take out the units of which the store knows something newer; return their rows.

    Where either side has no time of its own, the order of imports decides, and this file is the later one.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE older AS SELECT * FROM known LIMIT 0")
    if "updated_at" not in table.columns or ("updated_at" not in brought and file.exported_at is None):
        return 0
    units = _list(table.unit)
    con.execute(
        f"INSERT INTO older SELECT {units} FROM known "
        f"INNER JOIN (SELECT {units}, max({_updated(brought)}) AS theirs "
        f"FROM typed_{table.name} AS n GROUP BY {units}) "
        f"USING ({units}) "
        f"INNER JOIN (SELECT {units}, max(updated_at) AS ours FROM {table.name} WHERE shop = $shop GROUP BY {units}) "
        f"USING ({units}) WHERE theirs < ours",
        _bound({"shop": file.shop, "exported_at": file.exported_at}, f"$shop {_updated(brought)}"),
    )
    con.execute(f"DELETE FROM known WHERE {_tuple(table.unit)} IN (SELECT {_tuple(table.unit)} FROM older)")
    return count(
        con, f"DELETE FROM typed_{table.name} WHERE {_tuple(table.unit)} IN (SELECT {_tuple(table.unit)} FROM older)"
    )


def _refuse_reused_ids(con: duckdb.DuckDBPyConnection, file: Import) -> None:
    """Stop where the file's order ids stand for other orders than the store's: a row number is not an id."""
    row = ask(
        con,
        "WITH theirs AS (SELECT order_id, min(ordered_at) AS at FROM typed_order_lines GROUP BY order_id), "
        "ours AS (SELECT order_id, min(ordered_at) AS at FROM order_lines WHERE shop = $1 GROUP BY order_id), "
        "pairs AS (SELECT order_id, theirs.at AS theirs, ours.at AS ours "
        "FROM known INNER JOIN theirs USING (order_id) INNER JOIN ours USING (order_id)), "
        f"other AS (SELECT * FROM pairs WHERE NOT {_coarser('theirs', 'ours')} "
        "AND abs(epoch(theirs) - epoch(ours)) > 60) "
        "SELECT (SELECT count(*) FROM pairs), count(*), min(order_id), "
        "arg_min(theirs, order_id), arg_min(ours, order_id) "
        "FROM other",
        [file.shop],
    )
    if row and row[1] > REUSED_SHARE * row[0]:
        known, differing, order_id, theirs, ours = row
        raise Refused(
            "ingest.reused_ids",
            path=file.path, known=known, differing=differing, order_id=order_id, theirs=theirs, ours=ours,
        )  # fmt: skip


def _reject_unknown(con: duckdb.DuckDBPyConnection, table: Table, brought: Sequence[str], file: Import) -> None:
    """Reject rows that the store does not know, where the file has not all that a new row needs."""
    absent = [column for column in required(table) if column not in brought]
    if not absent:
        return
    strangers = f"{_tuple(table.key)} NOT IN (SELECT {_tuple(table.key)} FROM {table.name} WHERE shop = $1)"
    con.execute(
        f"INSERT INTO rejected SELECT source_line, 'unknown_unit', '{table.name}', '{absent[0]}', "
        f"concat_ws(' ', {_list(table.key)}) FROM typed_{table.name} WHERE {strangers}",
        [file.shop],
    )
    con.execute(f"DELETE FROM typed_{table.name} WHERE {strangers}", [file.shop])


def _write(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    brought: Sequence[str],
    file: Import,
    touch: Touch,
    *,
    aside: bool,
    fill: bool,
) -> TableChange:
    content = [column for column in table.from_file if column not in table.key and column != "updated_at"]
    keep, bound = _kept(brought), _file_values(file)
    whole_rows = set(required(table)) <= set(brought)
    new = {column: keep.get(column) or _new_value(table, column, brought) for column in table.columns}
    same_key = " AND ".join(f"o.{column} = n.{column}" for column in table.key)
    chosen = {
        column: value
        if column in table.key or column in keep
        else _choice(table, column, value, brought, aside=aside, fill=fill)
        for column, value in new.items()
    }
    whole = f"{_tuple(table.unit, 'n')} IN (SELECT {_tuple(table.unit)} FROM known)"
    if not whole_rows and "source" in chosen:  # a file that adds a column did not bring the row
        chosen["source"] = "coalesce(o.source, $source)"
    if "updated_at" in chosen:
        chosen["updated_at"] = f"coalesce({new['updated_at']}, o.updated_at)"
    # Rows of units that the store knows are joined to what it has; all others are plainly added.
    differs = " OR ".join(f"({chosen[column]}) IS DISTINCT FROM o.{column}" for column in content) or "false"
    later = f"({chosen['updated_at']}) IS DISTINCT FROM o.updated_at" if "updated_at" in chosen else "false"
    select = (
        f"SELECT {', '.join(f'{value} AS {column}' for column, value in chosen.items())}, "
        f"o.shop IS NULL AS is_new, {differs} AS differs, {later} AS later "
        f"FROM typed_{table.name} AS n LEFT JOIN {table.name} AS o ON o.shop = $shop AND {same_key} WHERE {whole}"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE merged AS {select}", _bound(bound, select))
    counts = ask(
        con,
        "SELECT count(*) FILTER (is_new)"
        + "".join(f", count(*) FILTER (NOT is_new AND m.{column} IS DISTINCT FROM o.{column})" for column in content)
        + f" FROM merged AS m LEFT JOIN {table.name} AS o ON o.shop = m.shop AND "
        + " AND ".join(f"o.{column} = m.{column}" for column in table.key),
    )
    added, *changed = counts or (0,)
    con.execute("DELETE FROM merged WHERE NOT (is_new OR differs OR later)")
    removed = _remove_absent_lines(con, file, touch) if whole_rows and table.name == "order_lines" else 0
    if "order_id" in table.columns:  # the order that a ticket leaves is touched as well as the one to which it moves
        matched = " AND ".join(f"o.{column} = m.{column}" for column in table.key)
        touch(
            f"SELECT o.shop, o.order_id FROM {table.name} AS o INNER JOIN merged AS m ON o.shop = m.shop AND {matched} "
            "WHERE m.differs UNION ALL SELECT shop, order_id FROM merged WHERE is_new OR differs"
        )
    con.execute(
        f"DELETE FROM {table.name} WHERE shop = $1 AND {_tuple(table.key)} IN (SELECT {_tuple(table.key)} FROM merged)",
        [file.shop],
    )
    con.execute(f"INSERT INTO {table.name} ({_list(chosen)}) SELECT {_list(chosen)} FROM merged")
    if "order_id" in table.columns:
        shop = "'" + file.shop.replace("'", "''") + "'"
        order = "n.order_id" if "order_id" in brought else "NULL"
        touch(f"SELECT {shop} AS shop, {order} AS order_id FROM typed_{table.name} AS n WHERE NOT ({whole})")
    columns, values, bound = new_row(table, brought, file)
    added += count(
        con,
        f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM typed_{table.name} AS n WHERE NOT ({whole})",
        bound,
    )
    cells = {column: number for column, number in zip(content, changed, strict=True) if number}
    return TableChange(added, removed, cells)


def new_row(table: Table, brought: Sequence[str], file: Import) -> tuple[str, str, dict[str, Any]]:
    """Return the columns, the values and the bound values of a row of which the store knows nothing yet."""
    new = {column: _kept(brought).get(column) or _new_value(table, column, brought) for column in table.columns}
    values = _list(list(new.values()))
    return _list(new), values, _bound(_file_values(file), values)


def _remove_absent_lines(con: duckdb.DuckDBPyConnection, file: Import, touch: Touch) -> int:
    """Delete the lines of known orders that the file no longer has, but not where one of its rows was rejected."""
    gone = (
        "FROM order_lines WHERE shop = $1 AND order_id IN (SELECT order_id FROM known) "
        "AND order_id NOT IN (SELECT order_id FROM partly_orders) "
        "AND (order_id, line_id) NOT IN (SELECT (order_id, line_id) FROM typed_order_lines)"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE gone AS SELECT shop, order_id {gone}", [file.shop])
    touch("SELECT shop, order_id FROM gone")
    return count(con, f"DELETE {gone}", [file.shop])


def _new_value(table: Table, column: str, brought: Sequence[str]) -> str:
    """Return the value of a row of which the store knows nothing yet."""
    if column == "batch_source" and "batch_id" in brought:
        said = "coalesce(n.batch_source, 'given')" if "batch_source" in brought else "'given'"
        return f"CASE WHEN n.batch_id IS NOT NULL THEN {said} END"
    if column in brought:
        return f"n.{column}"
    if (table.name, column) == ("order_lines", "quantity"):
        return "1"
    return f"CAST(NULL AS {table.columns[column].type})"


def _choice(table: Table, column: str, value: str, brought: Sequence[str], *, aside: bool, fill: bool) -> str:
    """Return the value of a row that the store knows: the file's if it brings the column, else what was there."""
    if table.name == "order_lines" and column in {"batch_id", "batch_source"}:  # an inferred batch stays
        said = "n.batch_id IS NOT NULL" if "batch_id" in brought else "false"
        return f"CASE WHEN {said} THEN {value} ELSE o.{column} END"
    if column not in brought:
        return f"CASE WHEN o.shop IS NULL THEN {value} ELSE o.{column} END"
    if fill:
        return f"coalesce(o.{column}, {value})"
    if aside:
        return f"coalesce({value}, o.{column})"
    if column in table.moments:
        return f"CASE WHEN {_coarser(value, f'o.{column}')} THEN o.{column} ELSE {value} END"
    return value


def _coarser(theirs: str, ours: str) -> str:
    """Say whether a time is the other one without its seconds, or without its hours."""
    return (
        f"coalesce({theirs} <> {ours} AND ({theirs} = date_trunc('minute', {ours}) "
        f"OR {theirs} = date_trunc('day', {ours})), false)"
    )


def _kept(brought: Sequence[str]) -> dict[str, str]:
    return {"shop": "$shop", "source": "$source", "import_id": "$import_id", "updated_at": _updated(brought)}


def _file_values(file: Import) -> dict[str, Any]:
    return {
        "shop": file.shop,
        "source": file.source,
        "import_id": file.import_id,
        "exported_at": file.exported_at,
    }


def _updated(brought: Sequence[str]) -> str:
    exported = "CAST($exported_at AS TIMESTAMP)"
    return f"coalesce(n.updated_at, {exported})" if "updated_at" in brought else exported


def _bound(values: dict[str, Any], sql: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f"${name}" in sql}


def _list(columns: Sequence[str] | dict[str, str]) -> str:
    return ", ".join(columns)


def _tuple(columns: Sequence[str], alias: str = "") -> str:
    named = [f"{alias}.{column}" if alias else column for column in columns]
    return named[0] if len(named) == 1 else f"({', '.join(named)})"

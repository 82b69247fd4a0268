"""The fast road: a clean file of our own columns into a table that holds nothing of the shop yet.

Nothing can be replaced there, so the file is typed and written in one pass, at the speed of a bare COPY. Any complaint
(a cell that cannot be read, an empty key, a key that stands twice, a blank at the end of a word) takes every row out
again, and the file goes the careful road, which says what is wrong and where. Both roads write the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from metrics.ingest.ask import ask, count
from metrics.ingest.cells import BLANKS, ISO, NULL_WORDS, insane, literal, masked, quote, words
from metrics.ingest.contract import Column, Table, contract
from metrics.ingest.merge import Import, new_row
from metrics.ingest.profile import Kind, Profile, required
from metrics.ingest.read import FOOTERS, Source

_STRICT_FORMATS = {"TIMESTAMP": "%Y-%m-%d %H:%M:%S", "DATE": "%Y-%m-%d"}


def append(
    con: duckdb.DuckDBPyConnection, source: Source, profile: Profile, kind: Kind, shop_zone: str, file: Import
) -> tuple[tuple[str, ...], int] | None:
    """Write the file straight into its table; return the columns that it brought and its rows.

    Return None, with the table as it was, where the file must go the careful road.
    """
    table = contract()[kind.name] if kind.renames is not None else None
    if (
        table is None
        or source.direct is None
        or source.doubled
        or profile.times != (ISO,)
        or profile.time_zone != shop_zone
    ):
        return None
    brought = tuple(column for column in table.from_file if column in source.headers)
    if not {*required(table), *table.key} <= set(brought):
        return None
    if ask(con, f"SELECT 1 FROM {table.name} WHERE shop = $1 LIMIT 1", [file.shop]):
        return None
    types = dict(zip(source.headers, source.types or [], strict=False))
    typed = ", ".join(f"{_cast(table.columns[column], types.get(column, 'VARCHAR'))} AS {column}" for column in brought)
    columns, values, bound = new_row(table, brought, file)
    try:
        rows = count(
            con,
            f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM (SELECT {typed} FROM {source.direct}) AS n",
            bound,
        )
    except (duckdb.ConversionException, duckdb.ConstraintException, duckdb.InvalidInputException):
        return None
    if rows and not _clean(con, table, brought, file):
        con.execute(f"DELETE FROM {table.name} WHERE shop = $1", [file.shop])
        return None
    return brought, rows


def _cast(column: Column, type_: str) -> str:
    """Return a strict reading: it raises where the careful road would have to think."""
    cell = quote(column.name)
    if type_ != "VARCHAR":
        other_time = type_.startswith("TIMESTAMP") and column.type not in {type_, "VARCHAR"}
        fraction = column.type == "BIGINT" and not type_.endswith(("INT", "INTEGER"))
        return f"CAST({'error($$another type$$)' if other_time or fraction else cell} AS {column.type})"
    if column.name == "description":
        return masked(cell)
    if column.type in _STRICT_FORMATS:
        return f"CAST(strptime({cell}, {literal(_STRICT_FORMATS[column.type])}) AS {column.type})"
    if column.type == "BIGINT":
        return f"CASE WHEN contains({cell}, '.') THEN error('not a whole number') ELSE CAST({cell} AS BIGINT) END"
    return f"CAST({cell} AS {column.type})" if column.type != "VARCHAR" else cell


def _clean(con: duckdb.DuckDBPyConnection, table: Table, brought: Sequence[str], file: Import) -> bool:
    """Say whether the careful road would have written the same rows."""
    texts = [column for column in brought if table.columns[column].type == "VARCHAR"]
    moments = [column for column in brought if table.columns[column].type in {"TIMESTAMP", "DATE"}]
    # Bounds first: the engine answers them from what it knows of each block of rows, without reading one.
    bounds = [bound for column in texts for bound in _begins_oddly(column)] + [insane(column) for column in moments]
    ends = [end for column in texts for end in _ends_or_says_oddly(column)]
    for conditions in (bounds, ends):
        odd = " OR ".join(conditions) or "false"
        if ask(con, f"SELECT 1 FROM {table.name} WHERE shop = $1 AND ({odd}) LIMIT 1", [file.shop]):
            return False
    fingerprints = f"SELECT hash({', '.join(table.key)}) AS key FROM {table.name} WHERE shop = $1"
    return bool(ask(con, f"SELECT count(*) = count(DISTINCT key) FROM ({fingerprints})", [file.shop])[0])


def _begins_oddly(column: str) -> Iterator[str]:
    """Give the bounds between which a text begins with a blank, an apostrophe or `=`; an empty one does as well."""
    yield f"{column} < '('"
    for odd in ("=", "\u00a0", "\u3000", "\ufeff"):
        yield f"({column} >= {literal(odd)} AND {column} < {literal(chr(ord(odd) + 1))})"


def _ends_or_says_oddly(column: str) -> Iterator[str]:
    """Give the conditions under which a text ends with a blank or is a word of absence."""
    yield f"{column} IN {words(NULL_WORDS)}"
    yield from (f"suffix({column}, {literal(blank)})" for blank in " \t\r\n")
    yield f"(strlen({column}) > length({column}) AND trim({column}, {literal(BLANKS)}) <> {column})"
    if column.endswith("_id"):
        yield f"contains({column}, 'E+')"
        yield f"{column} IN {words(FOOTERS)}"

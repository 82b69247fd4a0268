"""One file into a build: by the fast road where it is clean and new, else staged, merged and accounted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from metrics.ingest.append import append
from metrics.ingest.ask import count
from metrics.ingest.cells import literal
from metrics.ingest.contract import contract
from metrics.ingest.coverage import Span, write_coverage
from metrics.ingest.merge import Import, Merged, drop_derived, merge
from metrics.ingest.profile import Kind, Profile
from metrics.ingest.read import Source
from metrics.ingest.rejects import count_rejected, first_reason, write_rejects
from metrics.ingest.report import FileReport, TableChange
from metrics.ingest.stage import Staged, stage
from metrics.warehouse.store import Build
from metrics.words import Finding, Language, Refused

_ASIDE = ("products", "customers")


@dataclass(frozen=True)
class Recognised:
    """A file with the profile and the kind that it was recognised as."""

    source: Source
    profile: Profile
    kind: Kind


def import_one(
    build: Build,
    file: Recognised,
    shop: str,
    zone: str,
    as_of: datetime | None,
    *,
    root: Path,
    language: Language,
) -> FileReport:
    """Bring one file into the build and return what became of its rows; what it rejects is told in the language.

    Raises Refused where none of its rows can be read, or its order ids stand for other orders.
    """
    con, source, profile = build.con, file.source, file.profile
    report = FileReport(source.path, profile.name, file.kind.name)
    if _is_known(con, shop, file, as_of):
        return replace(report, already_imported=True)
    this = Import(
        count(con, "SELECT coalesce(max(import_id), 0) + 1 FROM imports"),
        shop,
        profile.source,
        source.path,
        as_of or _exported_at(file, zone),
    )
    report = _by_the_fast_road(build, file, this, zone, report) or _by_the_careful_road(
        build, file, this, zone, report, root, language
    )
    con.execute(
        "INSERT INTO imports VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            this.import_id,
            shop,
            source.path.name,
            source.sha256,
            profile.name,
            this.exported_at,
            datetime.now(),
            report.rows_read,
            report.rows_rejected,
            report.as_json(fingerprint=profile.fingerprint),
        ],
    )
    return report


def main_table(kind: Kind) -> str:
    """Return the table that a kind of file is about; others are filled on the side."""
    return next(table for table in kind.tables if not _is_aside(kind, table))


def _by_the_fast_road(build: Build, file: Recognised, this: Import, zone: str, report: FileReport) -> FileReport | None:
    done = append(build.con, file.source, file.profile, file.kind, zone, this)
    if done is None:
        return None
    brought, rows = done
    table = file.kind.name
    if "order_id" in contract()[table].columns:
        build.touch(f"SELECT shop, order_id FROM {table} WHERE shop = {literal(this.shop)}")
    written = {table: Span.of(build.con, table, brought, f"{table} WHERE shop = {literal(this.shop)}")}
    until = _cover(build.con, this, file.kind, written)
    return replace(
        report,
        rows_read=rows,
        rows_accepted=rows,
        changes={table: TableChange(added=rows)},
        notes=_notes(file, {table: brought}, frozenset(brought), until),
    )


def _by_the_careful_road(
    build: Build, file: Recognised, this: Import, zone: str, report: FileReport, root: Path, language: Language
) -> FileReport:
    con, source, kind = build.con, file.source, file.kind
    staged = stage(con, source, file.profile, kind, zone)
    rejected = count_rejected(con)
    rejects = write_rejects(con, source, staged.headers, root, language) if rejected else None
    if rejected and not any(count(con, f"SELECT count(*) FROM typed_{table}") for table in staged.columns):
        raise Refused(
            "ingest.nothing_readable",
            path=source.path,
            rows=rejected,
            reason=first_reason(con, staged.headers),
            rejects=rejects,
        )
    read = {table: Span.of(con, table, brought, f"typed_{table}") for table, brought in staged.columns.items()}
    merged = _merge_all(build, this, kind, staged)
    until = _cover(con, this, kind, read)
    if (now_rejected := count_rejected(con)) > rejected:  # rows of which the store lacks the rest
        rejects = write_rejects(con, source, staged.headers, root, language)
    set_aside = {name: count(con, select) for name, select in kind.set_aside.items()}
    counts = {name: count(con, select) for name, select in kind.counts.items()}
    said = [Finding(f"ingest.count_{name}", {"count": number}) for name, number in (set_aside | counts).items()]
    if staged.footers:
        said.append(Finding("ingest.footers", {"count": staged.footers}))
    if fanned := sum(each.fanned_out for each in merged.values()):
        said.append(Finding("ingest.fanned_out", {"count": fanned}))
    duplicates = staged.duplicates + sum(each.duplicates for each in merged.values())
    older = merged[main_table(kind)].older
    aside = staged.footers + sum(set_aside.values())
    return replace(
        report,
        rows_read=staged.rows,
        rows_accepted=staged.rows - now_rejected - duplicates - older - aside,
        rows_rejected=now_rejected,
        duplicates=duplicates,
        older=older,
        set_aside=aside,
        changes={table: each.change for table, each in merged.items()},
        notes=(*said, *_notes(file, staged.columns, staged.used, until)),
        rejects=rejects,
    )


def _merge_all(build: Build, this: Import, kind: Kind, staged: Staged) -> dict[str, Merged]:
    """Merge the tables of one file: orders, then the tickets that were read off them, then what is on the side."""
    merged: dict[str, Merged] = {}
    order = {"order_lines": 0, "tickets": 1}
    for table in sorted(staged.columns, key=lambda name: order.get(name, 2)):
        aside = _is_aside(kind, table)
        lines = merged.get("order_lines")
        if aside and lines and lines.older:  # what an older export says of its products is older too
            build.con.execute(
                f"DELETE FROM typed_{table} WHERE source_line NOT IN (SELECT source_line FROM typed_order_lines)"
            )
        gone = drop_derived(build.con, this, build.touch) if kind.derived and table == "tickets" else 0
        fill = aside and _has_file_of_its_own(build.con, this.shop, table)
        done = merge(build.con, contract()[table], staged.columns[table], this, build.touch, aside=aside, fill=fill)
        merged[table] = replace(done, change=replace(done.change, removed=done.change.removed + gone))
    return merged


def _cover(
    con: duckdb.DuckDBPyConnection, this: Import, kind: Kind, read: Mapping[str, Span]
) -> tuple[datetime | None, bool]:
    """Note what the file covers; return until when, and whether that is an assumption."""
    newest = max((span.newest for span in read.values() if span.newest), default=None)
    until = (this.exported_at or newest, this.exported_at is None)
    for table, span in read.items():
        if not _is_aside(kind, table):
            write_coverage(con, this.shop, this.source, table, span, until)
    return until


def _notes(
    file: Recognised,
    columns: Mapping[str, Sequence[str]],
    used: frozenset[str],
    until: tuple[datetime | None, bool],
) -> tuple[Finding, ...]:
    """Return what the user should know besides the numbers of rows."""
    notes = []
    if file.profile.currency:
        notes.append(Finding("ingest.currency", {"currency": file.profile.currency}))
    if until[1] and until[0]:
        notes.append(Finding("ingest.until_assumed", {"until": f"{until[0]:%Y-%m-%d %H:%M}"}))
    if "order_lines" in columns and "quantity" not in columns["order_lines"]:
        notes.append(Finding("ingest.quantity_assumed"))
    if file.source.other_sheets:
        notes.append(Finding("ingest.other_sheets", {"sheets": ", ".join(file.source.other_sheets)}))
    known = file.profile.known_headers(file.source)
    if unused := [header for header, name in known.items() if name not in used]:
        notes.append(Finding("ingest.unused_headers", {"headers": ", ".join(unused)}))
    return tuple(notes)


def _is_aside(kind: Kind, table: str) -> bool:
    """Say whether the table is filled on the side: products and customers out of an order file."""
    return ("order_lines" in kind.tables and table in _ASIDE) or table in kind.partly


def _has_file_of_its_own(con: duckdb.DuckDBPyConnection, shop: str, table: str) -> bool:
    return count(con, "SELECT count(*) FROM coverage WHERE shop = $1 AND table_name = $2", [shop, table]) > 0


def _is_known(con: duckdb.DuckDBPyConnection, shop: str, file: Recognised, as_of: datetime | None) -> bool:
    """Say whether these bytes were imported before in the same way; a corrected mapping is another way."""
    sql = (
        "SELECT count(*) FROM imports WHERE shop = $1 AND sha256 = $2 AND (report ->> '$.fingerprint') = $3 "
        "AND ($4 IS NULL OR exported_at = $4)"
    )
    return count(con, sql, [shop, file.source.sha256, file.profile.fingerprint, as_of]) > 0


def _exported_at(file: Recognised, zone: str) -> datetime | None:
    """Return when the profile says that the file was exported, on the shop's clock."""
    at = file.profile.exported_at(file.source.path)
    if at is None or file.profile.time_zone == zone:
        return at
    return at.replace(tzinfo=ZoneInfo(file.profile.time_zone)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)

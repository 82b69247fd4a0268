"""Import: files → one build → one version. Recognise, stage, merge, assign batches, note coverage, report.

All files of one call are one version, so that orders and tickets downloaded together are never seen apart. What can be
refused is refused before the store is locked or copied.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from metrics.ingest.ask import ask, count
from metrics.ingest.batches import assign_batches
from metrics.ingest.contract import contract
from metrics.ingest.coverage import dated, spans, write_coverage
from metrics.ingest.guess import guess_mapping
from metrics.ingest.merge import Import, Merged, drop_derived, merge
from metrics.ingest.profile import Kind, Profile, find_profile, recognise, shipped
from metrics.ingest.read import Source, open_source
from metrics.ingest.rejects import count_rejected, first_reason, write_rejects
from metrics.ingest.report import FileReport, ImportReport
from metrics.ingest.stage import Staged, stage
from metrics.warehouse.store import Build, Store
from metrics.words import Finding, Refused, preferred_language, say

# Products before the orders that only fill their gaps, receipts before the lines that are assigned to them.
_ORDER = ("products", "batches", "customers", "order_lines", "tickets")


@dataclass(frozen=True)
class _File:
    source: Source
    profile: Profile
    kind: Kind


def import_files(
    files: Sequence[Path],
    *,
    store: Store,
    profile: str | None = None,
    shop: str | None = None,
    as_of: datetime | None = None,
    dry_run: bool = False,
    progress: Callable[[Finding], None] | None = None,
) -> ImportReport:
    """Import exports into the store as one new version; on a dry run, only say what would change.

    `profile` is the name of a shipped one or the path of a mapping; without it a file is recognised by its headers, and
    a file that nobody knows has a mapping guessed for it, which is saved beside it for the user to correct. `as_of` is
    when the files were exported, in the shop's zone. Raises Refused where a file cannot be taken; nothing is then
    published.

    >>> report = import_files([Path("orders.xlsx")], store=Store(Path("data/store")))  # doctest: +SKIP
    >>> report.files[0].rows_accepted  # doctest: +SKIP
    80213
    """
    tell = progress or (lambda _: None)
    with tempfile.TemporaryDirectory(prefix="aftersales-") as scratch:
        chosen = find_profile(profile) if profile else None
        opened = [_recognised(Path(path), Path(scratch), chosen, as_of, store.root) for path in files]
        opened.sort(key=lambda file: _place(_main(file.kind)))
        shop = shop or store.root.resolve().name
        with store.build(progress=progress) as build:
            zone = _shop_zone(build, shop, opened)
            reports = []
            for number, file in enumerate(opened, 1):
                tell(
                    Finding("ingest.step_file", {"name": file.source.path.name, "number": number, "files": len(opened)})
                )
                reports.append(_import_one(build, file, shop, zone, as_of, store.root))
            if any(not report.already_imported for report in reports):
                tell(Finding("ingest.step_batches"))
                assign_batches(build.con, shop, build.touch)
            known = all(report.already_imported for report in reports)
            if dry_run or known:
                build.discard()
    return ImportReport(shop, tuple(reports), None if dry_run or known else build.number, dry_run, build.warnings)


def _recognised(path: Path, scratch: Path, profile: Profile | None, as_of: datetime | None, root: Path) -> _File:
    """Open a file and find the profile and kind that it belongs to; an unknown one is guessed at, and stops."""
    source = open_source(path, scratch, profile.encoding if profile else None)
    found = recognise(source, [profile] if profile else shipped().values())
    if found:
        return _File(source, *found)
    raise _headers_missing(source, profile) if profile else guess_mapping(source, as_of or datetime.now(), root)


def _headers_missing(source: Source, profile: Profile) -> Refused:
    """Say which headers are missing for the kind of file that this one is most like."""
    known = set(profile.known_headers(source).values())
    nearest = max(profile.kinds, key=lambda kind: len(known & set(kind.needs)) / len(kind.needs))
    ours = set(profile.spellings.values()) | {header for kind in profile.kinds for header in kind.needs}
    return Refused(
        "ingest.headers_missing",
        path=source.path,
        profile=profile.name,
        kind=nearest.name,
        missing=", ".join(header for header in nearest.needs if header not in known),
        unknown=", ".join(header for header in source.headers if profile.known_headers(source)[header] not in ours)
        or "–",
    )


def _shop_zone(build: Build, shop: str, files: Sequence[_File]) -> str:
    """Return the zone of the shop; the first profile that brings it something sets it for good."""
    row = ask(build.con, "SELECT time_zone FROM shops WHERE shop = $1", [shop])
    if row:
        return str(row[0])
    zone = files[0].profile.time_zone
    build.con.execute("INSERT INTO shops VALUES ($1, $2, NULL)", [shop, zone])
    return zone


def _import_one(build: Build, file: _File, shop: str, zone: str, as_of: datetime | None, root: Path) -> FileReport:
    con, source, profile, kind = build.con, file.source, file.profile, file.kind
    report = FileReport(source.path, profile.name, kind.name)
    fingerprint = hashlib.sha256(f"{profile.fingerprint} {as_of}".encode()).hexdigest()
    if _is_known(con, shop, source.sha256, fingerprint):
        return replace(report, already_imported=True)
    staged = stage(con, source, profile, kind, zone)
    rejected = count_rejected(con)
    rejects = write_rejects(con, source, staged.headers, root) if rejected else None
    if rejected and not _any_row(con, staged):
        raise Refused(
            "ingest.nothing_readable",
            path=source.path,
            rows=rejected,
            reason=say(first_reason(con, staged.headers), preferred_language()),
            rejects=rejects,
        )
    exported = profile.exported_at(source.path)
    if exported and profile.time_zone != zone:
        exported = exported.replace(tzinfo=ZoneInfo(profile.time_zone)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    this = Import(_next_import(con), shop, profile.name, source.path, as_of or exported)
    covered = spans(con, staged.columns)
    carried = {table: dated(con, table, brought) for table, brought in staged.columns.items()}
    merged = _merge_all(build, this, kind, staged)
    newest = max((until for _, until in covered.values() if until), default=None)
    until = (this.exported_at or newest, this.exported_at is None)
    for table in staged.columns:
        if not _aside(kind, table):
            write_coverage(con, shop, profile.name, table, covered[table], until, carried[table])
    set_aside = {name: count(con, select) for name, select in kind.set_aside.items()}
    counts = {name: count(con, select) for name, select in kind.counts.items()}
    now_rejected = count_rejected(con)
    if now_rejected > rejected:
        rejects = write_rejects(con, source, staged.headers, root)
    duplicates = staged.duplicates + sum(each.duplicates for each in merged.values())
    older = merged[_main(kind)].older
    aside = staged.footers + sum(set_aside.values())
    report = replace(
        report,
        rows_read=staged.rows,
        rows_accepted=staged.rows - now_rejected - duplicates - older - aside,
        rows_rejected=now_rejected,
        duplicates=duplicates,
        older=older,
        set_aside=aside,
        changes={table: each.change for table, each in merged.items()},
        notes=_notes(file, staged, merged, set_aside | counts, until),
        rejects=rejects,
    )
    con.execute(
        "INSERT INTO imports VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            this.import_id, shop, source.path.name, source.sha256, profile.name, this.exported_at, datetime.now(),
            report.rows_read, report.rows_rejected, report.as_json(fingerprint=fingerprint),
        ],
    )  # fmt: skip
    return report


def _merge_all(build: Build, this: Import, kind: Kind, staged: Staged) -> dict[str, Merged]:
    """Merge the tables of one file, orders before the tickets that were read off them."""
    merged: dict[str, Merged] = {}
    for table in sorted(staged.columns, key=lambda name: (_aside(kind, name), _place(name))):
        if (
            _aside(kind, table) and merged["order_lines"].older
        ):  # what an older export says of its products is older too
            build.con.execute(
                f"DELETE FROM typed_{table} WHERE source_line NOT IN (SELECT source_line FROM typed_order_lines)"
            )
        gone = drop_derived(build.con, this, build.touch) if kind.derived and table == "tickets" else 0
        aside = _aside(kind, table)
        done = merge(
            build.con,
            contract()[table],
            staged.columns[table],
            this,
            build.touch,
            aside=aside,
            fill=aside and _has_file_of_its_own(build.con, this.shop, table),
        )
        merged[table] = replace(done, change=replace(done.change, removed=done.change.removed + gone))
    return merged


def _aside(kind: Kind, table: str) -> bool:
    """Say whether the table is filled on the side: products and customers out of an order file."""
    return "order_lines" in kind.tables and table in {"products", "customers"}


def _main(kind: Kind) -> str:
    return next(table for table in kind.tables if not _aside(kind, table))


def _has_file_of_its_own(con: duckdb.DuckDBPyConnection, shop: str, table: str) -> bool:
    return count(con, "SELECT count(*) FROM coverage WHERE shop = $1 AND table_name = $2", [shop, table]) > 0


def _is_known(con: duckdb.DuckDBPyConnection, shop: str, sha256: str, fingerprint: str) -> bool:
    """Say whether these bytes were imported before under the same profile: a corrected mapping is another import."""
    return (
        count(
            con,
            "SELECT count(*) FROM imports WHERE shop = $1 AND sha256 = $2 AND report ->> '$.fingerprint' = $3",
            [shop, sha256, fingerprint],
        )
        > 0
    )


def _any_row(con: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    return any(count(con, f"SELECT count(*) FROM typed_{table}") for table in staged.columns)


def _next_import(con: duckdb.DuckDBPyConnection) -> int:
    return count(con, "SELECT coalesce(max(import_id), 0) + 1 FROM imports")


def _notes(
    file: _File,
    staged: Staged,
    merged: dict[str, Merged],
    counts: dict[str, int],
    until: tuple[datetime | None, bool],
) -> tuple[Finding, ...]:
    """Return what the user should know besides the numbers of rows."""
    notes = [Finding(f"ingest.count_{name}", {"count": count}) for name, count in counts.items()]
    if staged.footers:
        notes.append(Finding("ingest.footers", {"count": staged.footers}))
    if fanned := sum(each.fanned_out for each in merged.values()):
        notes.append(Finding("ingest.fanned_out", {"count": fanned}))
    if file.profile.currency:
        notes.append(Finding("ingest.currency", {"currency": file.profile.currency}))
    if until[1] and until[0]:
        notes.append(Finding("ingest.until_assumed", {"until": f"{until[0]:%Y-%m-%d %H:%M}"}))
    if "order_lines" in staged.columns and "quantity" not in staged.columns["order_lines"]:
        notes.append(Finding("ingest.quantity_assumed"))
    known = file.profile.known_headers(file.source)
    if unused := [header for header, name in known.items() if name not in staged.used]:
        notes.append(Finding("ingest.unused_headers", {"headers": ", ".join(unused)}))
    return tuple(notes)


def _place(table: str) -> int:
    return _ORDER.index(table) if table in _ORDER else len(_ORDER)

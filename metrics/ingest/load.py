"""Import: files → one build → one version.

All files of one call are one version, so that orders and tickets downloaded together are never seen apart. What can be
refused is refused before the store is locked or copied.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from metrics.ingest.ask import ask
from metrics.ingest.batches import assign_batches
from metrics.ingest.guess import guess_mapping
from metrics.ingest.mapping import FileMapping
from metrics.ingest.one_file import Recognised, import_one, main_table
from metrics.ingest.profile import Profile, find_profile, recognise, shipped
from metrics.ingest.read import Source, open_source
from metrics.ingest.report import ImportReport
from metrics.warehouse.store import Build, Store
from metrics.words import Finding, Language, Refused, preferred_language

# Products before the orders that only fill their gaps, receipts before the lines that are assigned to them.
_FIRST = ("products", "batches", "customers", "order_lines", "tickets")


def import_files(
    files: Sequence[Path],
    *,
    store: Store,
    profile: str | None = None,
    shop: str | None = None,
    as_of: datetime | None = None,
    dry_run: bool = False,
    progress: Callable[[Finding], None] | None = None,
    mappings: Mapping[Path, FileMapping] | None = None,
    language: Language | None = None,
) -> ImportReport:
    """Import exports into the store as one new version; on a dry run, only say what would change.

    `profile` is the name of a shipped one or the path of a mapping; without it a file is recognised by its headers, and
    a file that nobody knows has a mapping guessed for it, which is saved beside it for the user to correct. `mappings`
    says what the columns of some of the files mean (see `preview`). `as_of` is when the files were exported, in the
    shop's zone; rejected rows are explained in `language`, that of the terminal by default. A dry run goes through all
    of it, checks and facts too. Raises Refused where a file cannot be taken; nothing is then published.

    >>> report = import_files([Path("orders.xlsx")], store=Store(Path("data/store")))  # doctest: +SKIP
    >>> report.files[0].rows_accepted  # doctest: +SKIP
    80213
    """
    tell = progress or (lambda _: None)
    with tempfile.TemporaryDirectory(prefix="aftersales-") as scratch:
        chosen = find_profile(profile) if profile else None
        mapped = {path: mapping.as_profile(path) for path, mapping in (mappings or {}).items()}
        opened = [
            _recognised(path, Path(scratch), mapped.get(path, chosen), as_of, store.root) for path in map(Path, files)
        ]
        opened.sort(key=lambda file: _place(main_table(file.kind)))
        shop = shop or store.root.resolve().name
        with store.build(progress=progress) as build:
            zone = _shop_zone(build, shop, opened)
            reports = []
            for number, file in enumerate(opened, 1):
                tell(
                    Finding("ingest.step_file", {"name": file.source.path.name, "number": number, "files": len(opened)})
                )
                until = _in_zone(as_of, zone)
                told = language or preferred_language()
                reports.append(import_one(build, file, shop, zone, until, root=store.root, language=told))
            if any(not report.already_imported for report in reports):
                tell(Finding("ingest.step_batches"))
                assign_batches(build.con, shop, build.touch)
            known = all(report.already_imported for report in reports)
            if dry_run and not known:
                build.finish()  # what the checks would say belongs to the answer
            if dry_run or known:
                build.discard()
    return ImportReport(shop, tuple(reports), None if dry_run or known else build.number, dry_run, build.warnings)


def _recognised(path: Path, scratch: Path, profile: Profile | None, as_of: datetime | None, root: Path) -> Recognised:
    """Open a file and find the profile and kind that it belongs to; an unknown one is guessed at, and stops."""
    source = open_source(path, scratch, profile.encoding if profile else None)
    found = recognise(source, [profile] if profile else shipped().values())
    if found:
        return Recognised(source, *found)
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


def _shop_zone(build: Build, shop: str, files: Sequence[Recognised]) -> str:
    """Return the zone of the shop; the first profile that brings it something sets it for good."""
    row = ask(build.con, "SELECT time_zone FROM shops WHERE shop = $1", [shop])
    if row:
        return str(row[0])
    zone = files[0].profile.time_zone
    build.con.execute("INSERT INTO shops VALUES ($1, $2, NULL)", [shop, zone])
    return zone


def _in_zone(as_of: datetime | None, zone: str) -> datetime | None:
    """Return the time on the shop's clock; one without an offset is taken to be on it already."""
    return as_of.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if as_of and as_of.tzinfo else as_of


def _place(table: str) -> int:
    return _FIRST.index(table) if table in _FIRST else len(_FIRST)

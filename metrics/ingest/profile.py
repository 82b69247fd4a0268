"""A profile: what one kind of export looks like, and how its rows become rows of our tables.

A shipped profile is a folder: `profile.toml` says formats, time zone, words and spellings, and one SELECT for each
table says the rest, because real sources need it (a row is a ticket if 退款金额 > 0; quantity × price). A profile of
the user's own is a mapping in one TOML file; it becomes the same SELECT, so that there is one road and not two.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from metrics.ingest.cells import ISO, literal, quote
from metrics.ingest.contract import KEPT_BY_US, Table, contract
from metrics.ingest.read import Source
from metrics.words import Refused

SHIPPED = Path(__file__).parent / "profiles"
DEFAULT_ZONE = "Asia/Shanghai"
_ASSUMED = {"line_id": "the ordinal in the order", "quantity": "1", "updated_at": "the time of the export"}


@dataclass(frozen=True)
class Kind:
    """One sort of file within a profile: the headers that it must have, and a SELECT over `source` for each table.

    `derived`: its tickets are read off its order rows, so they are replaced with the order. `counts` are SELECTs of one
    number each, said in the report; those of `set_aside` count rows that become neither a line nor a ticket. `partly`
    are tables of which the file tells by the way and never all: they are filled on the side, and it covers none of
    them. `renames` is set where every column is one header and nothing else, which allows the fast road.
    """

    name: str
    needs: tuple[str, ...]
    tables: dict[str, str]
    derived: bool = False
    counts: dict[str, str] = field(default_factory=dict)
    set_aside: dict[str, str] = field(default_factory=dict)
    partly: frozenset[str] = frozenset()
    renames: dict[str, str] | None = None


@dataclass(frozen=True)
class Profile:
    """What is true of all files of one source.

    `source` is whose numbers they are: two ways to the same shop's orders bring one source, which the second goes on
    with where the first one ended.
    """

    name: str
    kinds: tuple[Kind, ...]
    fingerprint: str
    source: str
    time_zone: str = DEFAULT_ZONE
    currency: str | None = None
    encoding: str | None = None
    times: tuple[str, ...] = (ISO,)
    formats: dict[str, tuple[str, ...]] = field(default_factory=dict)
    duplicates: Literal["drop", "keep"] = "drop"
    spellings: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    export_time: tuple[str, str] | None = None

    def formats_of(self, column: str) -> tuple[str, ...]:
        """Return the formats in which a column's times are written; our own SELECTs hand times on in ISO."""
        return tuple(dict.fromkeys((*self.formats.get(column, self.times), ISO)))

    def known_as(self, header: str) -> str:
        """Return the name under which the SELECTs of this profile know a header."""
        return self.spellings.get(_folded(header), header)

    def known_headers(self, source: Source) -> dict[str, str]:
        """Return, for each header of the file, the name under which the SELECTs of this profile know it."""
        found = {header: self.known_as(header) for header in source.headers}
        taken = {header for header, known in found.items() if header == known}
        renamed = {}
        for header, known in found.items():
            other = known != header and known in taken
            renamed[header] = header if other else known
            taken.add(renamed[header])
        return renamed

    def exported_at(self, path: Path) -> datetime | None:
        """Return when the file was exported, where the profile knows it from the file's name."""
        if self.export_time is None:
            return None
        pattern, format_ = self.export_time
        found = re.search(pattern, path.name)
        try:
            return datetime.strptime(found[1], format_) if found else None
        except ValueError:
            return None


@cache
def shipped() -> dict[str, Profile]:
    """Return the profiles that come with the project, by name.

    >>> sorted(shipped())
    ['amazon_sale', 'generic', 'jd', 'jd_api', 'online_retail', 'tmall']
    """
    folders = sorted(path.parent for path in SHIPPED.glob("*/profile.toml"))
    return {folder.name: _load_folder(folder) for folder in folders}


def find_profile(name: str) -> Profile:
    """Return a profile: a shipped one by its name, or the user's own mapping by its path.

    Raises Refused where there is no such profile, or where the mapping does not say what it must.
    """
    if name in shipped():
        return shipped()[name]
    path = Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise Refused("ingest.no_profile", name=name, known=", ".join(sorted(shipped())))
    return load_mapping(path)


def recognise(source: Source, profiles: Iterable[Profile]) -> tuple[Profile, Kind] | None:
    """Return the profile and kind that fit the file's headers best, or None.

    The one that needs most headers wins, since it knows most of the file. A file called as a table of the contract is
    that table.
    """
    fits: list[tuple[tuple[bool, int], Profile, Kind]] = []
    for profile in profiles:
        known = set(profile.known_headers(source).values())
        for kind in profile.kinds:
            named = kind.renames is not None and source.path.stem == kind.name
            needs = set(contract()[kind.name].key) - set(_ASSUMED) if named else set(kind.needs)
            ours = kind.renames is None or 2 * len(known & set(kind.renames)) >= len(known)
            if needs <= known and ours:
                fits.append(((named, len(kind.needs)), profile, kind))
    if not fits:
        return None
    _, profile, kind = max(fits, key=lambda fit: fit[0])
    return profile, kind


def load_mapping(path: Path) -> Profile:
    """Read a user's own profile: for each table, our column on the left and the file's header on the right.

    `["Date", "Time"]` joins two cells with a blank, and `{ value = "other" }` stands for every row.
    """
    text = path.read_text(encoding="utf-8")
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused("ingest.bad_toml", path=path, reason=error) from error
    return profile_of(path.stem.removesuffix(".mapping"), said, text, path)


def profile_of(name: str, said: Mapping[str, Any], text: str, path: Path) -> Profile:
    """Return the profile that a mapping says; `path` is what its errors name, `text` what it is told apart by.

    Raises Refused where it does not say what it must.
    """
    said = dict(said)
    tables = {table: said.pop(table) for table in list(said) if table in contract()}
    if not tables:
        raise Refused("ingest.empty_mapping", path=path, known=", ".join(contract()))
    undecided = sorted(column for column, formats in said.get("formats", {}).items() if not formats)
    if undecided:
        raise Refused("ingest.undecided_format", path=path, columns=", ".join(undecided))
    for column, words in said.get("values", {}).items():
        if unsaid := [word for word, ours in words.items() if not ours]:
            raise Refused("ingest.undecided_word", path=path, column=column, words=", ".join(unsaid))
    needs: list[str] = []
    selects = {}
    for table, columns in tables.items():
        unknown = sorted(set(columns) - set(contract()[table].from_file))
        if unknown:
            raise Refused("ingest.unknown_column", path=path, table=table, columns=", ".join(unknown))
        missing = sorted(set(required(contract()[table])) - {column for column, header in columns.items() if header})
        if missing:
            raise Refused("ingest.incomplete_mapping", path=path, table=table, columns=", ".join(missing))
        used = {column: header for column, header in columns.items() if header}
        needs += [header for value in used.values() if not isinstance(value, dict) for header in _listed(value)]
        selects[table] = _select(used)
    return _profile(name, said, (Kind(next(iter(tables)), tuple(dict.fromkeys(needs)), selects),), text)


def required(table: Table) -> tuple[str, ...]:
    """Return the columns without which no row of a file can become a row of the table.

    >>> required(contract()["order_lines"])
    ('order_id', 'ordered_at')
    """
    return tuple(
        name
        for name, column in table.columns.items()
        if column.required and name not in KEPT_BY_US and name not in _ASSUMED
    )


def _load_folder(folder: Path) -> Profile:
    text = (folder / "profile.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)
    for name in said.pop("include", []):
        shared = (SHIPPED / name).read_text(encoding="utf-8")
        for column, words in tomllib.loads(shared)["values"].items():
            said.setdefault("values", {}).setdefault(column, {}).update(words)
        text += shared
    if said.pop("columns_of_the_contract", False):
        return _profile(folder.name, said, tuple(map(_contract_kind, contract().values())), text)
    kinds = []
    for name, kind in said.pop("kinds").items():
        selects = {table: (folder / file).read_text(encoding="utf-8") for table, file in kind["tables"].items()}
        text += "".join(selects.values())
        kinds.append(
            Kind(
                name,
                tuple(kind["needs"]),
                selects,
                derived=kind.get("derived", False),
                counts=kind.get("counts", {}),
                set_aside=kind.get("set_aside", {}),
                partly=frozenset(kind.get("partly", ())),
            )
        )
    return _profile(folder.name, said, tuple(kinds), text)


def _contract_kind(table: Table) -> Kind:
    renames = {column: column for column in table.from_file}
    return Kind(table.name, required(table), {table.name: _select(renames)}, renames=renames)


def _profile(name: str, said: Mapping[str, Any], kinds: tuple[Kind, ...], text: str) -> Profile:
    spellings = {
        _folded(other): known for known, others in said.get("headers", {}).items() for other in (known, *others)
    }
    export = said.get("exported_at")
    return Profile(
        name,
        kinds,
        hashlib.sha256(text.encode()).hexdigest(),
        said.get("source", name),
        time_zone=said.get("time_zone", DEFAULT_ZONE),
        currency=said.get("currency"),
        encoding=said.get("encoding"),
        times=tuple(said.get("times", (ISO,))),
        formats={column: tuple(_listed(formats)) for column, formats in said.get("formats", {}).items()},
        duplicates=said.get("duplicates", "drop"),
        spellings=spellings,
        values=said.get("values", {}),
        export_time=(export["file_name"], export["format"]) if export else None,
    )


def _select(columns: Mapping[str, Any]) -> str:
    cells = ", ".join(f"{_cell(value)} AS {column}" for column, value in columns.items())
    return f"SELECT {cells}, source_line FROM source"


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return literal(str(value["value"]))
    headers = _listed(value)
    if len(headers) == 1:
        return quote(headers[0])
    return f"nullif(concat_ws(' ', {', '.join(map(quote, headers))}), '')"


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _folded(header: str) -> str:
    """Full-width brackets and letters, blanks and case do not make another header."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", header)).casefold()

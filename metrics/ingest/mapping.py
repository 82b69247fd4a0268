"""What the columns of one file mean, as a value: guessed from its headers, corrected by somebody who knows the file.

Nothing of it touches the file or the store, so that a page can show it, change one column and look again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from metrics.ingest.contract import contract
from metrics.ingest.profile import Profile, profile_of, required

ASIDE: Mapping[str, tuple[str, ...]] = {"order_lines": ("products", "customers")}
"""What an order file tells on the side."""

CONSTANTS = {"type": "other"}  # a file of complaints has no types: all are `other`
_DATES = frozenset({"TIMESTAMP", "DATE"})


@dataclass(frozen=True)
class FileMapping:
    """The table that a file is about, and for each of our columns the headers that it is made of.

    Two headers of one column are joined with a blank, as a day and a time are. `formats` holds the dates that are
    decided, `words` what the file's words stand for ("" is open).
    """

    table: str
    columns: Mapping[str, tuple[str, ...]]
    formats: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encoding: str | None = None

    @property
    def tables(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The columns by table: the main one, and those that it tells of on the side."""
        found = {self.table: self._of(self.table)}
        for also in ASIDE.get(self.table, ()):
            columns = self._of(also)
            if len(columns) > 1 and set(required(contract()[also])) <= set(columns):
                found[also] = columns
        return found

    @property
    def constants(self) -> dict[str, str]:
        """Columns that every row needs, with what stands for each of them where the file does not tell."""
        return {
            column: value
            for column, value in CONSTANTS.items()
            if column in required(contract()[self.table]) and column not in self.columns
        }

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns without which no row can be taken, and for which no header is named."""
        return tuple(
            column
            for column in required(contract()[self.table])
            if column not in self.columns and column not in self.constants
        )

    @property
    def dates(self) -> tuple[str, ...]:
        """The columns whose format has to be known."""
        return tuple(column for columns in self.tables.values() for column in columns if is_date(column))

    @property
    def undecided(self) -> tuple[str, ...]:
        """Columns of dates that can be read in more than one way, or in none."""
        return tuple(column for column in self.dates if column not in self.formats)

    @property
    def open_words(self) -> tuple[tuple[str, str], ...]:
        """The words that stand for nothing yet, each with its column."""
        return tuple((column, word) for column, said in self.words.items() for word, ours in said.items() if not ours)

    @property
    def complete(self) -> bool:
        """Whether a file can be imported with it."""
        return not (self.missing or self.undecided or self.open_words)

    def meaning(self, header: str) -> str | None:
        """Return our column that a header belongs to."""
        return next((column for column, headers in self.columns.items() if header in headers), None)

    def with_meaning(self, header: str, column: str | None, headers: Iterable[str]) -> FileMapping:
        """Return the mapping in which a header means something else, or nothing.

        A second header of a date joins the first, in the order in which `headers` stand in the file; of any other
        column it takes the place.
        """
        columns = {name: tuple(each for each in used if each != header) for name, used in self.columns.items()}
        if column is not None:
            used = {*columns.get(column, ()), header} if is_date(column) else {header}
            columns[column] = tuple(each for each in headers if each in used)
        changed = {name for name in {*columns, *self.columns} if columns.get(name) != self.columns.get(name)}
        return replace(
            self,
            columns={name: used for name, used in columns.items() if used},
            formats={name: format_ for name, format_ in self.formats.items() if name not in changed},
            words={name: said for name, said in self.words.items() if name not in changed},
        )

    def with_format(self, column: str, format_: str) -> FileMapping:
        """Return the mapping in which a column of dates is read in this format."""
        return replace(self, formats={**self.formats, column: format_})

    def with_word(self, column: str, theirs: str, ours: str) -> FileMapping:
        """Return the mapping in which a word of the file stands for one of ours."""
        return replace(self, words={**self.words, column: {**self.words.get(column, {}), theirs: ours}})

    def as_profile(self, path: Path) -> Profile:
        """Return it as the profile of this one file. Raises Refused where something is still open."""
        tables: dict[str, Any] = {
            table: {column: list(headers) for column, headers in columns.items()}
            for table, columns in self.tables.items()
        }
        for column, value in self.constants.items():
            tables[self.table][column] = {"value": value}
        said = {
            **tables,
            "formats": {column: [self.formats[column]] if column in self.formats else [] for column in self.dates},
            "values": {column: dict(words) for column, words in self.words.items()},
            **({"encoding": self.encoding} if self.encoding else {}),
        }
        return profile_of(path.stem, said, json.dumps(said, ensure_ascii=False, sort_keys=True), path)

    def _of(self, table: str) -> dict[str, tuple[str, ...]]:
        return {column: self.columns[column] for column in contract()[table].from_file if column in self.columns}


def columns_offered(table: str) -> tuple[str, ...]:
    """Return our columns that a file about this table can bring, its own first.

    >>> columns_offered("surveys")[:3]
    ('survey_id', 'order_id', 'ticket_id')
    """
    tables = (table, *ASIDE.get(table, ()))
    return tuple(dict.fromkeys(column for name in tables for column in contract()[name].from_file))


def is_date(column: str) -> bool:
    """Whether a column holds a point in time or a day, in whichever table it stands."""
    return any(table.columns[column].type in _DATES for table in contract().values() if column in table.columns)

"""The catalogue: every metric, dimension and rollup as frozen data, read from `catalog.toml`.

A metric is data so that the glossary, the query, the charts and the tests all read one definition, and a new
metric is a few lines of TOML and not a function.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from metrics.words import Language, Unit

ReadingName = Literal["final", "same_age", "arrived"]
READINGS: tuple[ReadingName, ...] = get_args(ReadingName)
Kind = Literal["ratio", "quantile", "total", "part"]
Interval = Literal["wilson", "delta", "none"]
Good = Literal["up", "down"]

AGES = (7, 15, 30)
"""Ages in days at which cohorts are cut. Fixed settings, never the policy window: a rule that goes from 7 to 15
days must not change what a metric means."""

SETTLED_AFTER = 38
"""Days after which a cohort is final: 30 to come back and 8 for the request to be decided."""


@dataclass(frozen=True)
class Reading:
    """Where one reading of a metric finds its number: a fact and columns of it.

    Column names may hold `{cut}`, the age at which the fact cuts its numerators (7, 15, 30 or ever).
    `settled_after` is the age in days at which a row of the fact counts; None where rows count at once.
    `numerator_unit` and `denominator_unit` divide the sums (3600: seconds shown as hours; 100: per 100 orders).
    """

    fact: str
    events: str
    recorded: str
    numerator: str
    denominator: str
    covered: str = ""
    numerator_sq: str = ""
    denominator_sq: str = ""
    product: str = ""
    settled_after: int | None = None
    numerator_unit: int = 1
    denominator_unit: int = 1
    always_dated: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether the numerator is cut at an age, so that young rows say less than old ones."""
        return "{cut}" in self.numerator

    @property
    def covered_column(self) -> str:
        """The column that counts the events on which the number rests."""
        return self.covered or self.denominator


@dataclass(frozen=True)
class Metric:
    """A metric of the catalogue: its readings, its interval and its words.

    >>> CATALOG["refund_rate"].default_reading
    'final'
    >>> CATALOG["refund_rate"].label("zh")
    '退款率'
    """

    name: str
    unit: Unit
    kind: Kind
    interval: Interval
    readings: Mapping[ReadingName, Reading]
    words: Mapping[Language, tuple[str, str]] = field(repr=False)
    good: Good | None = None
    family: str | None = None
    quantile: float | None = None

    @property
    def default_reading(self) -> ReadingName:
        """`final` where the metric has cohorts, else the one reading that it has."""
        return "final" if "final" in self.readings else next(iter(self.readings))

    def label(self, language: Language) -> str:
        """Return the name that a reader of the trade knows it by."""
        return self.words[language][0]

    def definition(self, language: Language) -> str:
        """Return the definition in one or two sentences."""
        return self.words[language][1]


@dataclass(frozen=True)
class Dimension:
    """A column by which facts can be split. `is_part`: parts of a ticket, over which a share adds up to one."""

    name: str
    words: Mapping[Language, str] = field(repr=False)
    is_part: bool = False

    def label(self, language: Language) -> str:
        """Return the name that stands over a column or an axis."""
        return self.words[language]


@dataclass(frozen=True)
class Catalogue:
    """All metrics, dimensions and rollups."""

    source: Path

    @cached_property
    def _data(self) -> dict[str, Any]:
        return tomllib.loads(self.source.read_text(encoding="utf-8"))

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """Every metric by name, in the order of the file."""
        return MappingProxyType({name: _metric(name, row) for name, row in self._data["metrics"].items()})

    @cached_property
    def dimensions(self) -> Mapping[str, Dimension]:
        """Every dimension by name, in the order of the file."""
        return MappingProxyType(
            {
                name: Dimension(name, MappingProxyType({"zh": row["zh"], "en": row["en"]}), row.get("part", False))
                for name, row in self._data["dimensions"].items()
            }
        )

    @cached_property
    def rollups(self) -> Mapping[str, tuple[str, ...]]:
        """The rollups of each fact, in the order in which they are tried."""
        return MappingProxyType({fact: tuple(names) for fact, names in self._data["rollups"].items()})


def _metric(name: str, row: Mapping[str, Any]) -> Metric:
    readings: dict[ReadingName, Reading] = {}
    if "cohort" in row:
        readings["final"] = Reading(**row["cohort"], settled_after=SETTLED_AFTER)
        readings["same_age"] = Reading(**row["cohort"])
    if "final" in row:
        readings["final"] = Reading(**row["final"])
    if "arrived" in row:
        readings["arrived"] = Reading(**row["arrived"])
    return Metric(
        name=name,
        unit=row["unit"],
        kind=row.get("kind", "ratio"),
        interval=row["interval"],
        readings=MappingProxyType(readings),
        words=MappingProxyType({"zh": tuple(row["zh"]), "en": tuple(row["en"])}),
        good=row.get("good"),
        family=row.get("family"),
        quantile=row.get("quantile"),
    )


CATALOGUE = Catalogue(Path(__file__).parent / "catalog.toml")
CATALOG: Mapping[str, Metric] = CATALOGUE.metrics
DIMENSIONS: Mapping[str, Dimension] = CATALOGUE.dimensions

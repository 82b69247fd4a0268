"""A question to the metrics, as a value, and its form in the address of a page.

The dashboard, a notebook and the command line ask the same `Question`; a link holds it whole, so that whoever
opens it sees the same number.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl, urlencode, urlsplit

import pandas as pd

from metrics.catalog import AGES, CATALOG, DIMENSIONS, READINGS, Metric, ReadingName
from metrics.words import Refused

Grain = Literal["day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
Against = Literal["before", "year"]
AGAINST: tuple[Against, ...] = get_args(Against)
ROLLING = (30, 90)
_STEPS = {
    "day": pd.DateOffset(days=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(years=1),
}
Value = str | bool | None


@dataclass(frozen=True)
class Question:
    """One metric, how it is split, what it is limited to and how it is read. `stop` is exclusive.

    Everything is checked against the catalogue when it is made, so that no name of a column ever comes from
    outside. Raises `Refused` with the names that would have been right.

    >>> Question("refund_rate", by=("category",), grain="week").to_query_string()
    'metric=refund_rate&by=category&grain=week'
    """

    metric: str
    by: tuple[str, ...] = ()
    grain: Grain | None = None
    where: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    reading: ReadingName | None = None
    age: int = 7
    start: date | None = None
    stop: date | None = None
    rolling: int | None = None

    def __post_init__(self) -> None:
        _known("metric", self.metric, CATALOG)
        object.__setattr__(self, "by", _names(self.by))
        for name in (*self.by, *self.where):
            _known("dimension", name, DIMENSIONS)
        if len(set(self.by)) < len(self.by):
            raise Refused("query.repeated_dimension", names=", ".join(self.by))
        _known("grain", self.grain, (*GRAINS, None))
        _known("reading", self.reading, (*READINGS, None))
        _known("age", self.age, AGES)
        _known("rolling", self.rolling, (*ROLLING, None))
        object.__setattr__(self, "start", _day(self.start))
        object.__setattr__(self, "stop", _day(self.stop))
        if self.start is not None and self.stop is not None and self.start >= self.stop:
            raise Refused("query.empty_period", start=self.start, stop=self.stop)
        object.__setattr__(
            self, "where", MappingProxyType({name: _values(allowed) for name, allowed in self.where.items()})
        )

    def __hash__(self) -> int:
        return hash(self.to_query_string())

    @property
    def definition(self) -> Metric:
        """The metric of the catalogue that is asked."""
        return CATALOG[self.metric]

    @property
    def reading_asked(self) -> ReadingName:
        """The reading that was asked for, or the metric's own default."""
        return self.reading or self.definition.default_reading

    def step_back(self, against: Against, as_of: date) -> pd.DateOffset:
        """Return how far back the period lies that this one is compared with: the one before, or a year before.

        A year before a week are 52 weeks, so that it begins on a Monday too; of whole months it is the same months.
        """
        start, stop = self._window(as_of)
        if self.grain == "week":
            return pd.DateOffset(weeks=52 if against == "year" else 1)
        if self.grain is not None:
            return pd.DateOffset(years=1) if against == "year" else _STEPS[self.grain]
        if against == "year" or start is None:
            in_weeks = start is not None and start.weekday() == stop.weekday() == 0
            return pd.DateOffset(weeks=52) if in_weeks else pd.DateOffset(years=1)
        if start.day == stop.day == 1:
            return pd.DateOffset(months=12 * (stop.year - start.year) + stop.month - start.month)
        return pd.DateOffset(days=(stop - start).days)

    def earlier(self, against: Against, as_of: date) -> Question | None:
        """Return the same question of the period before, or a year before; None where there is nothing earlier.

        Like is set beside like: where the last days of the period do not count yet, those that lie as far back are
        left out of the earlier one too, or half a week would be compared with a whole one.
        """
        start, stop = self._window(as_of)
        reading = self.definition.readings.get(self.reading_asked)
        if reading is None or (start is None and self.grain is None):
            return None
        observed = self.age if self.reading_asked == "same_age" else reading.settled_after or 0
        stop = min(stop, as_of - timedelta(days=observed - 1))
        if start is not None and start >= stop:
            return None
        back = self.step_back(against, as_of)
        return replace(
            self,
            start=None if start is None else (pd.Timestamp(start) - back).date(),
            stop=(pd.Timestamp(stop) - back).date(),
            rolling=self.rolling if self.grain else None,
        )

    def _window(self, as_of: date) -> tuple[date | None, date]:
        """Return the first day that is asked for and the day after the last one that the data can hold."""
        stop = self.stop or as_of + timedelta(days=1)
        if self.rolling and not self.grain:
            return stop - timedelta(days=self.rolling), stop
        return self.start, stop

    def to_query_string(self) -> str:
        """Return the question as the query of an address, without what is left at its default."""
        pairs: list[tuple[str, str]] = [("metric", self.metric)]
        pairs += [("by", name) for name in self.by]
        pairs += [("grain", self.grain)] if self.grain else []
        pairs += [(f"where.{name}", value_to_text(value)) for name, allowed in self.where.items() for value in allowed]
        pairs += [("reading", self.reading)] if self.reading else []
        pairs += [("age", str(self.age))] if self.age != 7 else []
        pairs += [("start", self.start.isoformat())] if self.start else []
        pairs += [("stop", self.stop.isoformat())] if self.stop else []
        pairs += [("rolling", str(self.rolling))] if self.rolling else []
        return urlencode(pairs)

    @classmethod
    def from_url(cls, url: str) -> Question:
        """Return the question that an address (or only its query) holds; parameters of the page are passed over.

        Raises `Refused` where it names no metric, or names what the catalogue does not have.
        """
        query = urlsplit(url).query or url.lstrip("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        single = dict(pairs)
        if "metric" not in single:
            raise Refused("query.no_metric", url=url)
        where: dict[str, list[Value]] = {}
        for name, value in pairs:
            if name.startswith("where."):
                where.setdefault(name.removeprefix("where."), []).append(value_from_text(value))
        return cls(
            metric=single["metric"],
            by=tuple(value for name, value in pairs if name == "by"),
            grain=single.get("grain"),  # type: ignore[arg-type]  # checked against GRAINS when the question is made
            where={name: tuple(values) for name, values in where.items()},
            reading=single.get("reading"),  # type: ignore[arg-type]  # checked against READINGS likewise
            age=_whole("age", single.get("age", "7")),
            start=_iso_day(single["start"]) if "start" in single else None,
            stop=_iso_day(single["stop"]) if "stop" in single else None,
            rolling=_whole("rolling", single["rolling"]) if "rolling" in single else None,
        )


def _known(what: str, name: object, known: Iterable[object]) -> None:
    names = list(known)
    if name in names:
        return
    texts = [str(candidate) for candidate in names if candidate is not None]
    for near in difflib.get_close_matches(str(name), texts, n=1, cutoff=0.6):
        raise Refused("query.unknown_near", what=what, name=name, near=near)
    raise Refused("query.unknown", what=what, name=name, known=", ".join(texts))


def _names(by: str | Sequence[str]) -> tuple[str, ...]:
    return (by,) if isinstance(by, str) else tuple(by)


def _values(allowed: Any) -> tuple[Value, ...]:
    values = [allowed] if allowed is None or isinstance(allowed, str | bool) else list(allowed)
    return tuple(value if value is None or isinstance(value, str | bool) else str(value) for value in values)


_UNKNOWN = "~"  # stands for NULL in an address; doubled where a value begins with it


def value_to_text(value: Value) -> str:
    """Return a value of a dimension as it stands in an address.

    >>> value_to_text("广东"), value_to_text(None), value_to_text(True)
    ('广东', '~', '~true')
    """
    if value is None:
        return _UNKNOWN
    if isinstance(value, bool):
        return f"{_UNKNOWN}{str(value).lower()}"
    return _UNKNOWN + value if value.startswith(_UNKNOWN) else value


def value_from_text(text: str) -> Value:
    """Return the value of a dimension that a text in an address stands for."""
    special: dict[str, Value] = {_UNKNOWN: None, f"{_UNKNOWN}true": True, f"{_UNKNOWN}false": False}
    if text in special:
        return special[text]
    return text.removeprefix(_UNKNOWN) if text.startswith(_UNKNOWN * 2) else text


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused("query.not_a_number", name=name, text=text) from None


def _iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("query.not_a_day", text=text) from None


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value

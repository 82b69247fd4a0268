"""What the reader has chosen, as the address of the page holds it: read from there, and from nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, get_args

from metrics.batches import Family
from metrics.catalog import AGES, CATALOG, DIMENSIONS, READINGS, ReadingName
from metrics.question import GRAINS, ROLLING, Grain, Value, value_from_text
from metrics.response import is_promotion
from metrics.words import LANGUAGES, Language

Against = Literal["none", "before", "year"]
Rows = Literal["top", "all"]
Due = Literal["late", "2h", "4h", "8h", "24h", "more"]
"""How much time a ticket has left: none, at most two hours, from two to four, and so on."""

Order = Literal["value", "deadline"]
"""By what the queue stands: what is at stake once time allows, or the deadline alone."""

FAMILIES: tuple[Family, ...] = get_args(Family)
MOST_BY = 2
MARGINS = (10, 15, 20, 25, 30, 35, 40, 50, 60)
"""Margins in per cent that may stand for unit costs that nobody knows."""
LONGEST_SEARCH = 60


@dataclass(frozen=True)
class Choices:
    """The state of a view. None, empty or the first of its kind means: not chosen, the view's own default.

    In the address the names are those of `metrics.Question`, so that a link also asks its question in a notebook.
    """

    lang: Language
    where: Mapping[str, tuple[Value, ...]] = field(default_factory=lambda: MappingProxyType({}))
    week: date | None = None
    reading: ReadingName | None = None
    metric: str | None = None
    by: tuple[str, ...] = ()
    grain: Grain | None = None
    start: date | None = None
    stop: date | None = None
    age: int = AGES[0]
    rolling: int | None = None
    against: Against = "none"
    rows: Rows = "top"
    family: Family = "quality"
    batch: str | None = None
    find: str = ""
    rule: str | None = None
    due: Due | None = None
    order: Order = "value"
    margin: int | None = None
    promotion: date | None = None
    sound: bool = False
    fresh: bool = False
    meeting: bool = False
    section: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class Known:
    """What may stand in an address beside the names of the catalogue: what this store holds.

    `values` gives those of a dimension, `batches` the batches, `rules` the rules for approving, and all are asked only
    for what an address names: a large shop has ten thousands of batches. `sections` are the parts of the page that it
    names.
    """

    values: Callable[[str], Collection[str]] = lambda _: ()
    batches: Callable[[], Collection[str]] = tuple
    rules: Callable[[], Collection[str]] = tuple
    versions: Collection[int] = ()
    sections: Collection[str] = ()


def read(
    params: Mapping[str, Sequence[str]], known: Known, *, default_language: Language
) -> tuple[Choices, tuple[str, ...]]:
    """Return the choices that an address holds, and the names of the parameters that it does not understand.

    Every value is looked up among what may stand there: a link is input from strangers, and nothing of it reaches a
    query or the page unless it was known before. What is searched for is the one free text; it stays on the page.
    """
    single = _single(known)
    found: dict[str, Any] = {}
    where: dict[str, tuple[Value, ...]] = {}
    ignored: list[str] = []
    for name, texts in params.items():
        if name.startswith("where."):
            values = _values(name.removeprefix("where."), texts, known)
            if values:
                where[name.removeprefix("where.")] = values
            understood = len(values) == len(texts)
        elif name == "by":
            found["by"] = tuple(dict.fromkeys(text for text in texts if text in DIMENSIONS))[:MOST_BY]
            understood = len(found["by"]) == len(texts)
        else:
            value = single[name](texts[-1]) if name in single and texts else None
            understood = value is not None
            if understood:
                found[name] = value
        if not understood:
            ignored.append(name)
    if "start" in found and "stop" in found and found["start"] >= found["stop"]:
        ignored += ["start", "stop"]
        del found["start"], found["stop"]
    return replace(Choices(default_language, MappingProxyType(where)), **found), tuple(ignored)


def _single(known: Known) -> dict[str, Callable[[str], Any]]:
    """Return how each parameter that stands once is read: to its value, or to None where it makes no sense."""
    return {
        "lang": _one_of(LANGUAGES),
        "week": _monday,
        "reading": _one_of(READINGS),
        "metric": _one_of(CATALOG),
        "grain": _one_of(GRAINS),
        "start": _day,
        "stop": _day,
        "age": _number_of(AGES),
        "rolling": _number_of(ROLLING),
        "against": _one_of(get_args(Against)),
        "rows": _one_of(get_args(Rows)),
        "family": _one_of(FAMILIES),
        "batch": lambda text: text if text in known.batches() else None,
        "rule": lambda text: text if text in known.rules() else None,
        "due": _one_of(get_args(Due)),
        "order": _one_of(get_args(Order)),
        "margin": _number_of(MARGINS),
        "promotion": _promotion,
        "find": lambda text: text[:LONGEST_SEARCH] or None,
        "sound": _yes,
        "fresh": _yes,
        "meeting": _yes,
        "section": _one_of(known.sections),
        "version": _number_of(known.versions),
    }


def _values(name: str, texts: Sequence[str], known: Known) -> tuple[Value, ...]:
    if name not in DIMENSIONS:
        return ()
    there = frozenset(known.values(name))
    values = [value_from_text(text) for text in texts]
    return tuple(value for value in dict.fromkeys(values) if value is None or _as_listed(value) in there)


def _as_listed(value: str | bool) -> str:
    """Return a value as the list of a dimension's values writes it, where all are text."""
    return str(value).lower() if isinstance(value, bool) else value


def _one_of(known: Iterable[str]) -> Callable[[str], str | None]:
    names = frozenset(known)
    return lambda text: text if text in names else None


def _number_of(known: Iterable[int]) -> Callable[[str], int | None]:
    return {str(number): number for number in known}.get


def _yes(text: str) -> bool | None:
    return True if text == "1" else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day < date(2100, 1, 1) else None


def _monday(text: str) -> date | None:
    day = _day(text)
    return day if day is not None and day.weekday() == 0 else None


def _promotion(text: str) -> date | None:
    day = _day(text)
    return day if day is not None and is_promotion(day) else None

"""What became of closed tickets, counted one by one from the raw tables, and the risks that follow: no shared code."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tests.metrics.known import records, seconds
from tests.metrics.oracle import Oracle

EDGES = (0, 4, 8, 16, 24)
Ticket = dict[str, Any]
Cell = tuple[str, str | None, str, int]


@dataclass(frozen=True)
class Trial:
    """One ticket of the past that could have come to something, and whether it did."""

    shop: str
    reason: str | None
    type: str
    hours: float
    happened: bool


def closed_before(oracle: Oracle, now: Mapping[str, pd.Timestamp]) -> list[Ticket]:
    found = []
    for ticket in oracle.tickets.values():
        asked, closed = ticket["requested_at"], ticket["closed_at"]
        if asked is None or closed is None or not ticket["told"]["answered"] or ticket["shop"] not in now:
            continue
        if asked + pd.Timedelta(seconds=seconds(asked, closed) or 0) < now[ticket["shop"]]:
            over = ticket["responded_at"] if ticket["responded_at"] is not None else closed
            found.append({**ticket, "hours": (seconds(asked, over) or 0) / 3600})
    return found


def days_before(ticket: Ticket, now: Mapping[str, pd.Timestamp]) -> int:
    return int((now[ticket["shop"]].normalize() - ticket["requested_at"].normalize()).days)


def disputes(oracle: Oracle, now: Mapping[str, pd.Timestamp]) -> list[Trial]:
    named: dict[tuple[str, str], list[pd.Timestamp]] = defaultdict(list)
    telling = set()
    rows = records(oracle.tables["disputes"])
    for row in rows:
        if row["ticket_id"] is not None:
            named[row["shop"], row["ticket_id"]].append(row["opened_at"].normalize())
            telling.add(row["shop"])
    return [
        Trial(
            ticket["shop"],
            ticket["reason"],
            ticket["type"],
            ticket["hours"],
            bool(named[ticket["shop"], ticket["ticket_id"]])
            and (min(named[ticket["shop"], ticket["ticket_id"]]) - ticket["requested_at"].normalize()).days <= 15,
        )
        for ticket in closed_before(oracle, now)
        if days_before(ticket, now) > 15 and ticket["shop"] in telling
    ]


def bad_reviews(oracle: Oracle, now: Mapping[str, pd.Timestamp]) -> list[Trial]:
    first: dict[tuple[str, str], pd.Timestamp] = {}
    telling = set()
    for row in records(oracle.tables["surveys"]):
        if row["ticket_id"] is None:
            continue
        telling.add(row["shop"])
        key = (row["shop"], row["ticket_id"])
        if int(row["score"]) <= 2:
            first[key] = min(first.get(key, row["answered_at"]), row["answered_at"])
    found = []
    for ticket in closed_before(oracle, now):
        if days_before(ticket, now) > 30 and ticket["shop"] in telling:
            answered = first.get((ticket["shop"], ticket["ticket_id"]))
            bad = answered is not None and (answered.normalize() - ticket["requested_at"].normalize()).days <= 30
            found.append(Trial(ticket["shop"], ticket["reason"], ticket["type"], ticket["hours"], bad))
    return found


def kept(oracle: Oracle, now: Mapping[str, pd.Timestamp], *, called: bool) -> list[Trial]:
    return [
        Trial(ticket["shop"], ticket["reason"], ticket["type"], 0.0, ticket["outcome"] == "withdrawn")
        for ticket in closed_before(oracle, now)
        if ticket["type"] in ("return", "refund_only")
        and ticket["told"]["contacted"]
        and oracle.contacted_first(ticket) == called
    ]


def reached(hours: float) -> int:
    return max(level for level, edge in enumerate(EDGES) if hours >= edge)


def risks(trials: Iterable[Trial]) -> Callable[[str, str | None, str, int], float]:
    """Return the share of every cell, drawn towards its margins, in the slow and obvious way."""
    hit: dict[Cell, float] = defaultdict(float)
    of: dict[Cell, float] = defaultdict(float)
    for trial in trials:
        for level in range(reached(trial.hours) + 1):
            of[trial.shop, trial.reason, trial.type, level] += 1
            hit[trial.shop, trial.reason, trial.type, level] += trial.happened

    def total(counts: Mapping[Cell, float], wanted: Callable[[Cell], bool]) -> float:
        return sum(count for cell, count in counts.items() if wanted(cell))

    def prior(shop: str, reason: str | None, kind: str, level: int) -> float:
        base = total(of, lambda c: c[0] == shop and c[3] == 0)
        if base == 0:
            return math.nan
        overall = (total(hit, lambda c: c[0] == shop and c[3] == 0) + 0.5) / (base + 1)

        def margin(wanted: Callable[[Cell], bool]) -> float:
            here = [lambda c: c[0] == shop and wanted(c)]
            return (total(hit, here[0]) + 30 * overall) / (total(of, here[0]) + 30)

        by_wait = margin(lambda c: c[3] == level)
        by_reason = margin(lambda c: c[3] == 0 and c[1] == reason)
        by_type = margin(lambda c: c[3] == 0 and c[2] == kind)
        return min(by_wait * by_reason / overall * by_type / overall, 0.99)

    beyond = by_chance = 0.0
    for cell, count in of.items():
        expected = prior(*cell)
        beyond += (hit[cell] - count * expected) ** 2 - count * expected * (1 - expected)
        by_chance += count * (count - 1) * expected * (1 - expected)
    scatter = beyond / max(by_chance, 1e-12)
    weight = min(max(1 / scatter - 1, 10.0), 2000.0) if scatter > 0 else 2000.0

    def risk(shop: str, reason: str | None, kind: str, level: int) -> float:
        cell = (shop, reason, kind, level)
        return (hit.get(cell, 0.0) + weight * prior(*cell)) / (of.get(cell, 0.0) + weight)

    return risk

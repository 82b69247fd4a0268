"""对账: why the back office shows another number than ours, one difference of definition after the other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import pandas as pd

from metrics.catalog import ReadingName
from metrics.question import Question
from metrics.words import LANGUAGES, Finding, Language, Refused, format_change, format_value, say

Step = Literal[
    "ours", "time_base", "denominator", "before_shipping", "cancellations", "late_data", "remainder", "theirs"
]

BEFORE_SHIPPING = "refund_before_shipping"
PENDING_OR_GRANTED = ("open", "approved", "closed")
OTHER_TYPES = ("return", "exchange", "repair", "refund_only", "reship", "other")


class Source(Protocol):
    """What an opened shop has to tell."""

    @property
    def as_of(self) -> datetime | None:
        """The time up to which the data reach."""

    def query(self, metric: str | Question) -> pd.DataFrame:
        """Return the frame of a question."""

    def rows(self, metric: str | Question, *, of: Literal["numerator", "denominator"]) -> pd.DataFrame:
        """Return the events behind a number."""

    def orders(self, question: Question) -> tuple[int, int, int] | None:
        """Return how many orders are in scope, and behind either part of the fraction."""


@dataclass(frozen=True)
class Told:
    """What one step comes to: the number after it (None: it stays what it was), or the status of what is missing."""

    step: Step
    value: float | None = None
    status: str = "ok"
    words: Mapping[str, Any] = field(default_factory=dict)


def reconcile(shop: Source, asked: Question, theirs: float) -> pd.DataFrame:
    """Return the steps from our number to theirs; `Shop.reconcile` says how it is asked."""
    metric = asked.definition
    if metric.kind in ("quantile", "part") or asked.start is None or asked.stop is None:
        raise Refused("reconcile.no_steps", metric=metric.name)
    if not math.isfinite(theirs) or theirs < 0 or (metric.unit == "share" and theirs > 1):
        raise Refused("reconcile.not_a_number", theirs=theirs)
    rows: list[dict[str, Any]] = []
    last = math.nan
    for told in (*_steps(shop, asked), Told("remainder", theirs), Told("theirs", theirs)):
        value = math.nan if told.status != "ok" else last if told.value is None else told.value
        ends = told.step in ("ours", "theirs")
        effect = math.nan if ends else value - last
        rows.append({"step": told.step, "value": value, "effect": effect, "status": told.status})
        rows[-1] |= {language: _sentence(asked, told, value, effect, language) for language in LANGUAGES}
        last = last if math.isnan(value) else value
    return pd.DataFrame(rows, columns=["step", "value", "effect", "status", *LANGUAGES])


def _steps(shop: Source, asked: Question) -> Iterator[Told]:
    """Yield every step that bears on the metric, up to what can be known of their number."""
    readings = asked.definition.readings
    read: ReadingName = asked.reading or ("same_age" if "same_age" in readings else asked.reading_asked)
    first = shop.query(replace(asked, reading=read)).iloc[0]
    own_day = replace(asked, reading="arrived") if "arrived" in readings else None
    arrived = shop.query(own_day).iloc[0] if own_day and read != "arrived" else None
    if math.isnan(first["value"]) or _is_young(shop, asked, read):
        # A young week has no number of ours to begin with, and the back office shows it by its own day all the same.
        if arrived is None or math.isnan(arrived["value"]):
            raise Refused("reconcile.no_number", metric=asked.metric, start=asked.start, stop=asked.stop)
        yield Told("ours", float(arrived["value"]), words={"reading": "arrived"})
        missing = "immature" if str(first["status"]) == "ok" else str(first["status"])
        yield Told("time_base", status=missing, words={"reading": read})
    else:
        yield Told("ours", float(first["value"]), words={"reading": read})
        if arrived is not None:
            yield Told("time_base", float(arrived["value"]), str(arrived["status"]))
    has_own_day = read == "arrived" or (arrived is not None and not math.isnan(arrived["value"]))
    if own_day and has_own_day and readings["arrived"].fact == "activity" and asked.definition.interval == "wilson":
        yield from _orders_instead_of_lines(shop, own_day)
    if asked.metric == "response_in_time":
        yield from _all_tickets(shop, asked)
    yield _late_data(shop, asked)


def _is_young(shop: Source, asked: Question, read: ReadingName) -> bool:
    """Whether only the first days of the period are old enough, so that the number is theirs and not the period's."""
    assert asked.stop is not None  # checked before any step
    age = asked.age if read == "same_age" else asked.definition.readings[read].settled_after or 0
    return shop.as_of is not None and asked.stop + timedelta(days=age - 1) > shop.as_of.date() and age > 0


def _orders_instead_of_lines(shop: Source, own_day: Question) -> Iterator[Told]:
    """Count orders, as the back office does; then those refunded before they were shipped, and those never paid."""
    counted = shop.orders(own_day)
    if counted is None or not counted[2]:
        yield Told("denominator", status="not_available")
        return
    _, hits, paid = counted
    yield Told("denominator", hits / paid, words={"orders": paid})
    if own_day.metric == "refund_rate":
        early = _refunded_before_shipping(shop, own_day)
        if early is None:
            yield Told("before_shipping", status="not_available")
        else:
            refunded = _order_keys(shop.rows(own_day, of="numerator"))
            more = len(early - refunded)
            hits += more
            yield Told("before_shipping", hits / paid, words={"orders": more})
    placed = shop.orders(replace(own_day, metric="cancellation_rate", reading=None))
    if placed is None or not placed[0] or _tells_of_paid_orders_alone(shop):
        yield Told("cancellations", status="not_available")
    else:
        yield Told("cancellations", hits / placed[0], words={"orders": placed[0]})


def _tells_of_paid_orders_alone(shop: Source) -> bool:
    """Whether no line in the data was cancelled or left unpaid: such an export leaves them out."""
    placed, sold = (shop.query(metric).iloc[0] for metric in ("refund_rate_placed", "refund_rate"))
    return bool(placed["n"] == sold["n"])


def _refunded_before_shipping(shop: Source, own_day: Question) -> set[tuple[str, str]] | None:
    """Return the orders with a refund before shipping, requested in the period; None where the data tell of none."""
    limits = {**own_day.where, "type": (BEFORE_SHIPPING,), "outcome": PENDING_OR_GRANTED}
    ever = shop.query(Question("unresolved_rate", where={"type": (BEFORE_SHIPPING,)})).iloc[0]
    if not ever["n"]:
        return None
    asked = Question("unresolved_rate", where=limits, start=own_day.start, stop=own_day.stop)
    try:
        return _order_keys(shop.rows(asked, of="denominator"))
    except Refused:
        return None


def _order_keys(rows: pd.DataFrame) -> set[tuple[str, str]]:
    known = rows[rows["order_id"].notna()]
    return set(zip(known["shop"].astype(str), known["order_id"].astype(str), strict=True))


def _all_tickets(shop: Source, asked: Question) -> Iterator[Told]:
    """Count tickets within their hours too, and leave out those that were refunded before shipping."""
    row = shop.query(asked).iloc[0]
    yield Told("denominator", float(row["numerator"] / row["n"]), words={"orders": int(row["n"])})
    if "type" in asked.where:
        return
    shipped = shop.query(replace(asked, where={**asked.where, "type": OTHER_TYPES})).iloc[0]
    left_out = int(row["n"] - shipped["n"])
    if shipped["n"]:
        yield Told("before_shipping", float(shipped["numerator"] / shipped["n"]), words={"orders": left_out})


def _late_data(shop: Source, asked: Question) -> Told:
    until = shop.as_of
    covered = until is not None and asked.stop is not None and asked.stop <= until.date()
    return Told("late_data", status="ok" if covered else "not_available", words={"until": until})


def _sentence(asked: Question, told: Told, value: float, effect: float, language: Language) -> str:
    metric = asked.definition
    words: dict[str, Any] = {
        "metric": metric.label(language),
        "definition": metric.definition(language),
        "value": format_value(value, metric.unit, language),
        "effect": format_change(effect, metric.unit, language),
        **told.words,
    }
    if "orders" in words:
        words["orders"] = format_value(words["orders"], "count", language)
    if "until" in words:
        words["until"] = f"{words['until']:%Y-%m-%d %H:%M}" if words["until"] else "—"
    if "reading" in words:
        words["reading"] = say(Finding(f"reconcile.{words['reading']}", {"age": asked.age}), language)
    code: str = told.step if told.status == "ok" else f"{told.step}_absent"
    if told.step == "time_base" and "reading" in told.words:
        code = "time_base_skipped"
    if told.step == "remainder" and words["value"] == format_value(value - effect, metric.unit, language):
        code = "remainder_none"
    if asked.metric == "response_in_time" and told.step in ("denominator", "before_shipping"):
        code = f"{code}_tickets"
    return say(Finding(f"reconcile.{code}", words), language)

"""The clock in words: who waits and for how long, and when tickets are answered too late."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from dashboard import judged
from dashboard.choices import Due, Order
from dashboard.components.table import Countdown, Entry, Quiet, Stacked
from dashboard.text import Text
from metrics import CATALOG, Question
from metrics.meeting import SubjectKind
from metrics.question import Value
from metrics.response import FRESH, remaining
from metrics.words import format_value, say, value_label

Row = Mapping[Any, Any]
Where = Mapping[str, tuple[Value, ...]]
IN_TIME = CATALOG["response_in_time"]
ABOUT: tuple[SubjectKind, str] = ("metric", IN_TIME.name)
"""What is decided on this page is about the share that is answered in time."""

WITHIN = timedelta(hours=4)
"""What a morning has to see to: the title counts what runs out of time within it."""

HISTORY = timedelta(weeks=26)
"""How far back the clock looks: an hour of a weekday comes once a week, and thirty tickets make a number."""

CLASSES: dict[Due, tuple[float, float]] = {
    "late": (-math.inf, 0),
    "2h": (0, 2),
    "4h": (2, 4),
    "8h": (4, 8),
    "24h": (8, 24),
    "more": (24, math.inf),
}
"""Hours left, from more than the first to the second."""


def in_class(waiting: pd.DataFrame, name: Due) -> pd.DataFrame:
    """Return the tickets whose hours left fall into a class."""
    more_than, at_most = CLASSES[name]
    return waiting[(waiting["hours_left"] > more_than) & (waiting["hours_left"] <= at_most)]


def class_finding(waiting: pd.DataFrame, text: Text) -> str:
    """Return the title over the classes: where most of the tickets stand."""
    sizes = {name: len(in_class(waiting, name)) for name in CLASSES}
    most = max(sizes, key=lambda name: sizes[name])
    return text("response.classes", count=len(waiting), most=text(f"response.most_{most}"), size=sizes[most])


def asked(where: Where, as_of: datetime, by: Sequence[str], start: date | None, stop: date | None) -> Question:
    """Return what is asked of the past: the share in time of the last half year, or of the days of the address."""
    until = stop or as_of.date() + timedelta(days=1)
    return Question(IN_TIME.name, by=tuple(by), where=where, start=start or until - HISTORY, stop=until)


def stale(as_of: datetime, now: datetime, text: Text, moments: Collection[datetime] = ()) -> str:
    """Return how old the data are where that matters: nothing of what came after them is in the queue.

    `moments` are those from which its hours are counted: several, where the data of several shops have stopped.
    """
    if now == as_of:
        stopped = " / ".join(f"{moment:%m-%d %H:%M}" for moment in sorted(moments) or [as_of])
        return text("response.stopped", as_of=stopped)
    if now - as_of > FRESH:
        hours = int((now - as_of).total_seconds() // 3600)
        return text("response.old", as_of=f"{as_of:%m-%d %H:%M}", hours=hours)
    return ""


def in_order(waiting: pd.DataFrame, order: Order) -> pd.DataFrame:
    """Return the tickets as they are to be taken, or by their deadlines alone."""
    return waiting if order == "value" else waiting.sort_values(["hours_left", "rank"])


COLUMNS = ("left", "ticket", "why", "loss", "handler", "requested")


def cells(row: Row, text: Text) -> list[Entry]:
    """Return a row of the queue: the product, and under it why it stands there."""
    language = text.language
    left: Entry = Quiet("–")
    if not judged.absent(row["hours_left"]):
        share = 0.0 if row["late"] else min(row["hours_left"] / row["policy_hours"], 1.0)
        left = Countdown(say(remaining(row["hours_left"]), language), share, bool(row["late"]))
    loss = row["expected_loss"]
    return [
        left,
        str(row["ticket_id"]),
        Stacked(_name(row["product_name"]) or _name(row["sku_id"]) or "–", say(row["why"], language)),
        Quiet("–") if judged.absent(loss) else format_value(loss, "yuan", language),
        _name(row["handler"]) or Quiet(text("response.nobody")),
        f"{row['requested_at']:%m-%d %H:%M}",
    ]


def exchanges(waiting: pd.DataFrame, text: Text) -> str:
    """Return how many of the exchanges can be made from stock, and how many cannot; nothing where none waits."""
    asked = waiting[waiting["type"] == "exchange"]
    if asked.empty:
        return ""
    known = asked["exchangeable"].dropna().astype(bool)
    there, gone = int(known.sum()), int((~known).sum())
    unknown = len(asked) - len(known)
    told = text("response.exchanges", count=len(asked), there=there, gone=gone)
    return told + (text("response.exchanges_unknown", count=unknown) if unknown else "")


def _name(value: Any) -> str:
    return "" if judged.absent(value) else str(value)


@dataclass(frozen=True)
class Clock:
    """The share in time of each hour and weekday; first those of an hour on any day, and of a day at any hour.

    `hours` and `weekdays` are what a row and a column stand for; None: all of them.
    """

    hours: list[int | None]
    weekdays: list[int | None]
    shares: pd.DataFrame
    tickets: pd.DataFrame

    @staticmethod
    def of(whole: pd.DataFrame, by_hour: pd.DataFrame, by_day: pd.DataFrame, by_both: pd.DataFrame) -> Clock:
        """Return the clock of the answers to one question, split in these four ways."""
        known: dict[tuple[int | None, int | None], Row] = {}
        for frame in (whole, by_hour, by_day, by_both):
            for row in frame.to_dict("records"):
                known[_number(row.get("hour")), _number(row.get("weekday"))] = row
        hours: list[int | None] = [None, *range(24)]
        days: list[int | None] = [None, *range(1, 8)]
        shares = [[known.get((hour, day), {}).get("value", math.nan) for day in days] for hour in hours]
        tickets = [[known.get((hour, day), {}).get("denominator", 0) for day in days] for hour in hours]
        return Clock(hours, days, pd.DataFrame(shares, dtype="float64"), pd.DataFrame(tickets))

    def labelled(self, text: Text) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return how late each cell is and the words in it: the share, or in grey on how few tickets it would rest."""
        language = text.language
        rows = pd.Index(
            [text("response.whole_day") if hour is None else f"{hour:02d}:00" for hour in self.hours],
            name=text("response.hour"),
        )
        columns = [self._day(day, text) for day in self.weekdays]
        words = [
            [
                format_value(share, "share", language) if not math.isnan(share) else self._few(n, text)
                for share, n in zip(shares, counts, strict=True)
            ]
            for shares, counts in zip(self.shares.to_numpy(), self.tickets.to_numpy(), strict=True)
        ]
        lateness = (-self.shares).set_axis(rows, axis="index").set_axis(columns, axis="columns")
        return lateness, pd.DataFrame(words, index=rows, columns=columns)

    def on_screen(self, text: Text) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the same for a screen that is read from afar: a line a day, and shares in whole percent."""
        rows = pd.Index([self._day(day, text) for day in self.weekdays], name="%")
        columns = [text("response.whole_week") if hour is None else f"{hour}" for hour in self.hours]
        lateness = (-self.shares).T.set_axis(rows, axis="index").set_axis(columns, axis="columns")
        return lateness, lateness.map(lambda late: "·" if math.isnan(late) else f"{-100 * late:.0f}")

    @staticmethod
    def _day(day: int | None, text: Text) -> str:
        return text("response.whole_week") if day is None else text(f"response.day_{day}")

    @staticmethod
    def _few(tickets: float, text: Text) -> str:
        return text("response.few", count=int(tickets)) if tickets > 0 else ""


def _number(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def clock_finding(whole: pd.Series, by_hour: pd.DataFrame, by_day: pd.DataFrame, text: Text) -> str:
    """Return the title over the clock: the hour or the day that is answered late most often, where one stands out."""
    language = text.language
    share = format_value(whole["value"], "share", language)
    both = pd.concat([by_hour, by_day])
    slow = both[both["high"] < whole["low"]]
    if slow.empty:
        return text("response.alike_hours", value=share)
    worst = slow.sort_values("high").iloc[0]  # the clearest, and not the one of fewest tickets
    when = (
        text("response.from_hour", hour=int(worst["hour"]))
        if not judged.absent(worst["hour"])
        else text(f"response.on_{int(worst['weekday'])}")
    )
    value = format_value(worst["value"], "share", language)
    return text("response.slow_hour", when=when, value=value, whole=share)


def handler_finding(whole: pd.Series, by_handler: pd.DataFrame, text: Text) -> str:
    """Return the title over the handlers: who is clearly later than all of them together, or that nobody is."""
    language = text.language
    share = format_value(whole["value"], "share", language)
    slow = by_handler[by_handler["high"] < whole["low"]]
    if slow.empty:
        return text("response.alike_handlers", value=share)
    worst = slow.loc[slow["value"].idxmin()]
    return text(
        "response.slow_handler",
        handler=value_label("handler", worst["handler"], language),
        value=format_value(worst["value"], "share", language),
        whole=share,
    )

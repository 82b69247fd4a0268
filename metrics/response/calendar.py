"""The big promotions of the trade's year, as data: what a plan of shifts is made for."""

from __future__ import annotations

from datetime import date, datetime

from metrics.words import Finding

PROMOTIONS = ((6, 18), (11, 11), (12, 12))
"""The month and the day from which the tickets of each come in."""


def promotions(today: date) -> list[date]:
    """Return the last time of each promotion and the next of all, in their order: what a plan may be made for or from.

    >>> promotions(date(2026, 11, 16))[-2:]
    [datetime.date(2026, 11, 11), datetime.date(2026, 12, 12)]
    """
    around = [date(today.year + years, *day) for years in (-1, 0, 1) for day in PROMOTIONS]
    past = [day for day in around if day <= today]
    return [*past[-len(PROMOTIONS) :], around[len(past)]]


def nearest(today: date) -> date:
    """Return the promotion, past or to come, that a day is closest to.

    >>> nearest(date(2026, 12, 1))
    datetime.date(2026, 12, 12)
    """
    return min(promotions(today), key=lambda day: abs(day - today))


def is_promotion(day: date) -> bool:
    """Return whether a day stands in the calendar, in whatever year."""
    return (day.month, day.day) in PROMOTIONS


def event(day: date) -> Finding:
    """Return what the trade calls a promotion by its day: 双11 is 11.11; of any other the day itself."""
    code = f"event_{day:%m%d}" if is_promotion(day) else "event_other"
    return Finding(f"response.{code}", {"day": f"{day:%m-%d}"})


def dated(day: date | datetime) -> Finding:
    """Return the same with its year, where several years stand beside each other."""
    return Finding("response.event_dated", {"event": event(day), "year": day.year})

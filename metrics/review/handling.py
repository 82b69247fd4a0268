"""How the week's tickets were handled: by whom and in time, who was liable, and what the follow-ups brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from metrics.question import Question, Value
from metrics.review.model import Handler, Part
from metrics.review.numbers import in_each, number, text
from metrics.review.source import Source
from metrics.review.weeks import WEEK
from metrics.words import Refused, value_label

Where = Mapping[str, tuple[Value, ...]]
LIABLE_WEEKS = 13


def handlers(shop: Source, week: date, where: Where) -> tuple[Handler, ...]:
    """Return everybody who had tickets to answer that were requested in the week, the heaviest load first."""
    frame = shop.query(Question("response_in_time", by=("handler",), where=where, start=week, stop=week + WEEK))
    if "handler" not in frame or frame["status"].eq("not_available").all():
        return ()
    found = []
    for row in frame.to_dict("records"):
        in_time = number(row)
        late = (in_time.denominator or 0) - (in_time.numerator or 0)
        found.append(Handler(text(row["handler"]), in_time.n, in_time, int(late)))
    return tuple(sorted(found, key=lambda each: (-each.tickets, each.handler or "")))


def waiting(shop: Source, week: date, where: Where) -> tuple[int | None, int | None]:
    """Return how many tickets wait for an answer, and how many of them are late, where the data end with the week.

    Nobody knows who waited on an earlier Monday: what has been answered since is no longer told apart.
    """
    if week != shop.last_full_week:
        return None, None
    try:
        queue = shop.queue(where=where)
    except Refused:
        return None, None
    return len(queue), int(queue["late"].sum())


def parts(shop: Source, asked: Question) -> tuple[Part, ...]:
    """Return a number split by one dimension, each value by its name."""
    (dimension,) = asked.by
    frame = shop.query(asked)
    if dimension not in frame or frame["status"].eq("not_available").all():
        return ()
    return tuple(
        Part(
            code=text(row[dimension]),
            label=in_each(lambda language, value=row[dimension]: value_label(dimension, value, language)),  # type: ignore[misc]  # bound at once
            now=number(row),
        )
        for row in frame.to_dict("records")
    )


def liable(shop: Source, week: date, where: Where) -> tuple[Part, ...]:
    """Return who was liable in the disputes of the quarter that ends with the week, the most frequent first.

    Those of a single week are too few to say anything of; the page on disputes shows the same thirteen weeks.
    """
    start = week - (LIABLE_WEEKS - 1) * WEEK
    found = parts(shop, Question("dispute_share", by=("liable",), where=where, start=start, stop=week + WEEK))
    return tuple(sorted(found, key=lambda each: -(each.now.numerator or 0)))


def followups(shop: Source, week: date, where: Where) -> tuple[Part, ...]:
    """Return the repurchase within 30 days by arm, over all assignments so far that are old enough."""
    return parts(shop, Question("repurchase_rate", by=("arm",), where=where, stop=week + WEEK))

"""The decisions of a review: what was decided before and what happened since, and what is decided now."""

from __future__ import annotations

from datetime import date, timedelta

from metrics.catalog import CATALOG
from metrics.meeting import Decision
from metrics.review.model import Followed, Words
from metrics.review.numbers import in_each
from metrics.review.outcomes import outcome
from metrics.review.source import Source
from metrics.review.weeks import WEEK
from metrics.words import value_label

FOLLOWED_FOR = timedelta(weeks=8)
"""For how long a decision that was carried out stays in sight: four weeks to count after it, and as long to tell."""


def meeting_of(week: date) -> date:
    """Return the Monday of the week in which the meeting about a week sits: the one after it."""
    return week + WEEK


def earlier(shop: Source, decisions: list[Decision], week: date) -> tuple[Followed, ...]:
    """Return what earlier meetings decided, what is still open first and the longest due of it before the rest.

    An open decision is carried on until it is closed. One that was carried out stays for two months, so that its
    result is seen; one that was dropped, for a week.
    """
    meets = meeting_of(week)
    before = [each for each in decisions if each.week < meets and _in_sight(each, meets)]
    names = _names(shop)
    told = [_followed(shop, each, names, meets) for each in before]
    return tuple(sorted(told, key=lambda each: (each.status != "open", each.due, each.number)))


def new(shop: Source, decisions: list[Decision], week: date) -> tuple[Followed, ...]:
    """Return what the meeting about a week decides, in the order in which it was said."""
    meets = meeting_of(week)
    names = _names(shop)
    return tuple(_followed(shop, each, names, meets) for each in decisions if each.week == meets)


def _in_sight(decision: Decision, meets: date) -> bool:
    if decision.status == "open":
        return True
    return decision.week >= meets - (FOLLOWED_FOR if decision.status == "done" else WEEK)


def _names(shop: Source) -> dict[str, str]:
    products = shop.sql("SELECT sku_id, MIN(product_name) AS name FROM products GROUP BY sku_id")
    return dict(products.dropna().itertuples(index=False, name=None))


def _followed(shop: Source, decision: Decision, names: dict[str, str], meets: date) -> Followed:
    assert shop.as_of is not None
    is_open = decision.status == "open"
    return Followed(
        number=decision.number,
        week=decision.week,
        subject_kind=decision.subject_kind,
        subject=decision.subject,
        about=_about(decision, names),
        text=decision.text,
        owner=decision.owner,
        due=decision.due,
        status=decision.status,
        notes=decision.notes,
        author=decision.author,
        revision=decision.revision,
        carried=is_open and decision.week < meets,
        overdue=is_open and decision.due < min(meets, shop.as_of.date()),
        outcome=outcome(shop, decision, min(meets, shop.as_of.date())),
    )


def _about(decision: Decision, names: dict[str, str]) -> Words:
    kind, subject = decision.subject_kind, decision.subject
    if kind == "metric" and subject in CATALOG:
        return in_each(CATALOG[subject].label)
    if kind == "reason":
        return in_each(lambda language: value_label("reason", subject, language))
    if kind == "batch":
        *_, sku, batch = ("", *subject.split("/"))
        return in_each(lambda _: f"{names.get(sku, sku)} {batch}".strip())
    return in_each(lambda _: names.get(subject, subject))

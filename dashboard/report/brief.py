"""A review in a few lines for the group chat: short enough to be read where it lands, between two other messages."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.report.cleared import cleared
from dashboard.report.sections import red
from dashboard.text import Text
from metrics.catalog import CATALOG
from metrics.review.model import Followed, Headline, Review
from metrics.words import Language, format_value

LONGEST = 200
"""Signs that the message has at most."""

ROOMS = ((28, 28, 3), (18, 22, 3), (16, 16, 2), (12, 14, 1), (10, 8, 1), (0, 14, 1), (0, 0, 0))
"""How long the name of a batch and the text of a decision may be, and how many of them: the first that fits is said.

Where there is no room for names there is one for their number.
"""


def brief(review: Review, language: Language) -> str:
    """Return the week, its five numbers with their verdicts, its red batches, and what is due, in one plain text."""
    text, told = Text(language), cleared(review)
    said = [_said(told, text, *room) for room in ROOMS]
    fitting = next((words for words in said if len(words) <= LONGEST), said[-1])
    return fitting if len(fitting) <= LONGEST else fitting[: LONGEST - 1] + "…"


def _said(review: Review, text: Text, name: int, decision: int, most: int) -> str:
    parts = [_number(given, text) for given in review.headlines]
    parts += [_red(review, text, name, most), _due(review, text, decision, most)]
    return text("report.brief", week=text.week(review.week)) + text("report.brief_stop").join(parts)


def _number(given: Headline, text: Text) -> str:
    metric = CATALOG[given.metric]
    told = format_value(given.now.value, metric.unit, text.language)
    if given.now.value is None:
        told = text(f"status.{given.now.status}")
    judged = given.change is not None and given.change.low is not None
    verdict = text(f"report.brief_{given.change.verdict}") if given.change is not None and judged else ""
    return text("report.brief_number", metric=metric.label(text.language), value=told, verdict=verdict)


def _red(review: Review, text: Text, longest: int, most: int) -> str:
    names = [_short(spike.name, longest) for spike in red(review)]
    if not names:
        return text("report.brief_calm")
    if not longest:
        return text("report.brief_red_many", count=len(names))
    return text("report.brief_red", names=_listed(names, text, most))


def _due(review: Review, text: Text, longest: int, most: int) -> str:
    due = sorted(_open(review).values(), key=lambda each: (each.due, each.number))
    if not due:
        return text("report.brief_no_due")
    if not longest:
        return text("report.brief_due_many", count=len(due), day=f"{due[0].due:%m-%d}")
    told = [
        text(
            "report.brief_decision",
            text=_short(each.text, longest),
            owner=_short(each.owner, 8),
            day=f"{each.due:%m-%d}",
        )
        for each in due
    ]
    return text("report.brief_due", parts=_listed(told, text, most))


def _open(review: Review) -> dict[int, Followed]:
    """Return what is still to be done, of this week and of earlier ones, each once."""
    return {each.number: each for each in (*review.decided, *review.followed) if each.status == "open"}


def _listed(parts: Sequence[str], text: Text, most: int) -> str:
    more = text("report.brief_more", count=len(parts)) if len(parts) > most else ""
    return text("state.list").join(parts[:most]) + more


def _short(words: str, longest: int) -> str:
    """Return a text in one line, cut to so many signs."""
    line = " ".join(words.split())
    return line if len(line) <= longest else line[: max(longest - 1, 0)].rstrip() + "…"

"""The thirty minutes of a weekly review: what it is led through, when each part is due, and what folds away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from metrics.review.model import Headline, Review, Spike


@dataclass(frozen=True)
class Item:
    """One slide, from the minute in which it begins up to that in which it ends."""

    section: str
    start: int
    stop: int

    @property
    def minutes(self) -> int:
        """How long it is planned to take."""
        return self.stop - self.start


AGENDA = (
    Item("cover", 0, 1),
    Item("followed", 1, 5),
    Item("numbers", 5, 9),
    Item("cause", 9, 13),
    Item("batches", 13, 18),
    Item("cases", 18, 23),
    Item("response", 23, 26),
    Item("voices", 26, 28),
    Item("decided", 28, 30),
)
"""Nine slides at most. Three red batches share one: side by side they are compared, and the meeting stays at nine."""

SECTIONS = tuple(item.section for item in AGENDA)
BATCHES_SHOWN = 3


def led_through(review: Review) -> tuple[Item, ...]:
    """Return the slides that have something to say; the first and the last always have."""
    return tuple(item for item in AGENDA if item.section not in folded(review))


def folded(review: Review) -> tuple[str, ...]:
    """Return the sections with nothing to say, in the order of the meeting: each is a line on the cover."""
    return tuple(section for section, speaks in _SPEAKS.items() if not speaks(review))


def why_folded(section: str, review: Review) -> str:
    """Return the code of the line of a folded section: calm is another thing than not known."""
    unknown = {"batches": not review.watched, "cause": all(line.change is None for line in review.headlines)}
    return f"{section}_unknown" if unknown.get(section) else section


def red(review: Review) -> list[Spike]:
    """Return the batches that stand red at the end of the week, in the order of the review."""
    return [spike for spike in review.spikes if spike.level == "red"]


def moved_most(review: Review) -> Headline | None:
    """Return the number that is taken apart; None where none has causes."""
    return next((line for line in review.headlines if line.metric == review.moved_most and line.causes), None)


def _told(line: Headline | None) -> bool:
    """Whether a number has moved: the causes of what may be chance are none to lead a meeting through."""
    return line is not None and line.change is not None and line.change.verdict != "unclear"


def _any_known(*lines: Headline) -> bool:
    return any(line.now.value is not None for line in lines)


_SPEAKS: Mapping[str, Callable[[Review], bool]] = {
    "followed": lambda review: bool(review.followed),
    "numbers": lambda review: _any_known(*review.headlines),
    "cause": lambda review: _told(moved_most(review)),
    "batches": lambda review: bool(red(review)),
    "cases": lambda review: bool(review.cases),
    "response": lambda review: _any_known(*review.response) or bool(review.waiting or review.late),
    "voices": lambda review: _any_known(*review.satisfaction) or bool(review.liable or review.followups),
}

"""What a decision that is taken on a slide is about: the likeliest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dashboard.reviewed.agenda import BATCHES_SHOWN, moved_most, red
from dashboard.subject import Subject, called
from dashboard.text import Text
from metrics.review.model import Headline, Review, Spike


def subjects(section: str, review: Review, text: Text) -> tuple[Subject, ...]:
    """Return the subjects of a section; none where a section is about decisions and not about numbers."""
    return tuple(dict.fromkeys(_OF_SECTION[section](review, text))) if section in _OF_SECTION else ()


def batch(spike: Spike) -> Subject:
    """Return a batch as the subject of a decision."""
    return Subject("batch", "/".join((spike.shop, spike.sku_id, spike.batch_id)), _name(spike))


def _sku(spike: Spike) -> Subject:
    return Subject("sku", spike.sku_id, spike.name.removesuffix(spike.batch_id).strip())


def _name(spike: Spike) -> str:
    """Return what people call a batch: the name of its product, and its id once."""
    return spike.name if spike.batch_id in spike.name else f"{spike.name} {spike.batch_id}"


def _metrics(lines: Iterable[Headline], text: Text) -> list[Subject]:
    return [called("metric", line.metric, text) for line in lines]


def _numbers(review: Review, text: Text) -> list[Subject]:
    return _metrics(sorted(review.headlines, key=lambda line: line.metric != review.moved_most), text)


def _cause(review: Review, text: Text) -> list[Subject]:
    line = moved_most(review)
    return [] if line is None else _metrics([line], text)


def _batches(review: Review, _: Text) -> list[Subject]:
    shown = red(review)[:BATCHES_SHOWN]
    return [*map(batch, shown), *map(_sku, shown)]


def _cases(review: Review, text: Text) -> list[Subject]:
    return [called("reason", case.reason, text) for case in review.cases if case.reason is not None]


_OF_SECTION: Mapping[str, Callable[[Review, Text], list[Subject]]] = {
    "numbers": _numbers,
    "cause": _cause,
    "batches": _batches,
    "cases": _cases,
    "response": lambda review, text: _metrics(review.response, text),
    "voices": lambda review, text: _metrics(review.satisfaction, text),
}

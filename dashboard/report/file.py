"""A review of the store as a file; what a file is made with is loaded only for the form that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dashboard.terminal import progress, words
from metrics.words import Language, Refused, preferred_language

if TYPE_CHECKING:
    from metrics.review.model import Review

SUFFIXES = (".html", ".pptx", ".xlsx")


def write_review(store: Path | None, week: str, out: Path, language: Language | None) -> None:
    """Write the review of a week to a file whose suffix decides its form.

    Raises `Refused` for a suffix that has none: before anything is asked, since a review takes its time.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise Refused("cli.review_suffix", path=str(out), known=" ".join(SUFFIXES))
    import metrics

    spoken = language or preferred_language()
    with progress(words("step_review", week=week)):
        review = metrics.open_shop(store).review(week=week)
        content = rendered(review, out.suffix.lower(), spoken)
    out.write_bytes(content)
    typer.echo(words("wrote_review", path=out, size=f"{len(content) / 1024:,.0f}"))


def rendered(review: Review, suffix: str, language: Language) -> bytes:
    """Return a review as a file of the form of its suffix: the same review gives the same bytes."""
    from dashboard.report.cleared import cleared
    from dashboard.report.origin import checksum

    if suffix == ".html":
        from dashboard.report.page import to_page as form
    elif suffix == ".pptx":
        from dashboard.report.deck import to_deck as form
    else:
        from dashboard.report.workbook import to_workbook as form
    return form(cleared(review), checksum(review), language)

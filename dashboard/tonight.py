"""Tonight in words: how many more will be late by midnight, how far that may be off, and how often it was right."""

from __future__ import annotations

from dashboard.text import Text
from metrics.response.tonight import Tonight
from metrics.words import format_value, say


def words(tonight: Tonight, text: Text) -> tuple[str, str]:
    """Return what tonight brings, and what that rests on."""
    language = text.language
    if tonight.status != "ok":
        return say(tonight.finding(), language), text("tonight.young")
    share = format_value(tonight.coverage, "share", language)
    rests = text("tonight.rests_on", waiting=tonight.waiting, evenings=tonight.evenings, share=share)
    return say(tonight.finding(), language), rests

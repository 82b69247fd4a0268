"""Who sat in the weekly review, and the reviews that were kept: what was shown then, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from metrics.meeting.file import MeetingFile
from metrics.words import Refused


class Reviews(MeetingFile):
    """Attendees and kept reviews by week; the newest entry of a week stands."""

    def attendees(self, week: date) -> list[str]:
        """Return who sat in the review of a week, in the order in which they were typed."""
        rows = self._rows(
            "SELECT names FROM attendees WHERE week = ? ORDER BY revision DESC LIMIT 1", _monday(week).isoformat()
        )
        return rows[0][0].split("\n") if rows and rows[0][0] else []

    def attend(self, week: date, names: Sequence[str], *, author: str) -> int:
        """Say who sat in the review of a week; returns the revision."""
        given = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
        return self._append("attendees", author, _monday(week).isoformat(), "\n".join(given))

    def keep_review(self, week: date, version: int, frozen: str, *, author: str) -> int:
        """Keep the review of a week as JSON (`metrics.review.frozen`), made from a version; returns the revision."""
        if not frozen.strip():
            raise Refused("meeting.no_text")
        return self._append("reviews", author, _monday(week).isoformat(), version, frozen)

    def kept_review(self, week: date) -> str | None:
        """Return the review of a week as it was last kept; None where nobody has kept it."""
        rows = self._rows(
            "SELECT frozen FROM reviews WHERE week = ? ORDER BY revision DESC LIMIT 1", _monday(week).isoformat()
        )
        return str(rows[0][0]) if rows else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())

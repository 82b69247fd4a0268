"""What the back office shows of the shop: typed in, because no export holds it."""

from __future__ import annotations

import math
from datetime import date, datetime

from metrics.meeting.entries import Score
from metrics.meeting.file import MeetingFile
from metrics.words import Refused


class Scorecard(MeetingFile):
    """Scores by day and item; of two, the one typed later stands."""

    def scorecard(self) -> list[Score]:
        """Return every score, by day and item."""
        known: dict[tuple[date, str], Score] = {}
        rows = self._rows(
            "SELECT day, item, own, peer, author, at FROM scorecard JOIN revisions USING (revision) ORDER BY revision"
        )
        for day, item, own, peer, author, at in rows:
            score = Score(date.fromisoformat(day), item, own, peer, author, datetime.fromisoformat(at))
            known[score.day, score.item] = score
        return [known[key] for key in sorted(known)]

    def enter_score(self, day: date, item: str, own: float, peer: float | None, *, author: str) -> int:
        """Type in what the back office shows of a day; `peer` is None where it shows none. Returns the revision."""
        if not item.strip():
            raise Refused("meeting.no_item")
        if not all(math.isfinite(number) for number in (own, peer or 0.0)):
            raise Refused("meeting.no_number", item=item)
        return self._append("scorecard", author, day.isoformat(), item.strip(), own, peer)

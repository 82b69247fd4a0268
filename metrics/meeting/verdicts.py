"""What became of the flags: confirmed (确认) or a false alarm (误报), as whoever looked at the goods says."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_args

from metrics.meeting.entries import Verdict, VerdictName
from metrics.meeting.file import MeetingFile, refuse_unknown


class Verdicts(MeetingFile):
    """Verdicts by batch. The newest one of a batch stands; they count from the next version on."""

    def verdicts(self) -> list[Verdict]:
        """Return the verdict that stands on each batch, by shop, SKU and batch."""
        known: dict[tuple[str, str, str], Verdict | None] = {}
        rows = self._rows(
            "SELECT shop, sku_id, batch_id, verdict, note, judged_on, author, at "
            "FROM verdicts JOIN revisions USING (revision) ORDER BY revision"
        )
        for shop, sku_id, batch_id, word, note, judged_on, author, at in rows:
            day, moment = date.fromisoformat(judged_on), datetime.fromisoformat(at)
            verdict = Verdict(shop, sku_id, batch_id, word, note, day, author, moment) if word else None
            known[shop, sku_id, batch_id] = verdict
        return [verdict for _, verdict in sorted(known.items()) if verdict is not None]

    def give_verdict(
        self,
        shop: str,
        sku_id: str,
        batch_id: str,
        verdict: VerdictName,
        *,
        judged_on: date,
        author: str,
        note: str = "",
    ) -> int:
        """Say what became of a flag that rests on the data up to the end of `judged_on`; returns the revision."""
        refuse_unknown("verdict", verdict, get_args(VerdictName))
        return self._append("verdicts", author, shop, sku_id, batch_id, verdict, note.strip(), judged_on.isoformat())

    def withdraw_verdict(self, shop: str, sku_id: str, batch_id: str, *, judged_on: date, author: str) -> int:
        """Take the verdict on a batch back, as if nobody had given one; returns the revision."""
        return self._append("verdicts", author, shop, sku_id, batch_id, None, "", judged_on.isoformat())

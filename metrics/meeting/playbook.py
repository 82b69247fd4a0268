"""The playbook: what to do about tickets of a type that come for a reason."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from metrics.meeting.defaults import default_advice
from metrics.meeting.entries import Advice, ReasonName, TicketType
from metrics.meeting.file import MeetingFile, refuse_unknown
from metrics.words import Language


class Playbook(MeetingFile):
    """Advice by type and reason, over the trade's own."""

    def advice(self, language: Language = "zh") -> list[Advice]:
        """Return the advice that stands for each type and reason, by both.

        What was typed stands in the language in which it was typed; `language` is that of the defaults.
        """
        known = {(each.type, each.reason): each for each in default_advice(language)}
        known |= {(each.type, each.reason): each for each in self._typed_advice()}
        return [known[key] for key in sorted(known)]

    def advise(self, ticket_type: str, reason: str, *, advice: str, note: str, author: str) -> int:
        """Say what to do about a type and reason; empty words take the advice away. Returns the revision."""
        refuse_unknown("type", ticket_type, get_args(TicketType))
        refuse_unknown("reason", reason, get_args(ReasonName))
        return self._append("advice", author, ticket_type, reason, advice.strip(), note.strip())

    def advice_history(self, ticket_type: str, reason: str, language: Language = "zh") -> list[Advice]:
        """Return every advice that ever stood for a type and reason, the newest first and the default last."""
        typed = [each for each in self._typed_advice() if (each.type, each.reason) == (ticket_type, reason)]
        defaults = [each for each in default_advice(language) if (each.type, each.reason) == (ticket_type, reason)]
        return [*reversed(typed), *defaults]

    def _typed_advice(self) -> list[Advice]:
        rows = self._rows(
            "SELECT type, reason, advice, note, author, at, revision FROM advice JOIN revisions USING (revision) "
            "ORDER BY revision"
        )
        return [
            Advice(ticket_type, reason, advice, note, author, datetime.fromisoformat(at), revision)
            for ticket_type, reason, advice, note, author, at, revision in rows
        ]

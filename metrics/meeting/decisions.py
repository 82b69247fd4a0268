"""What was decided: about what, by whom to be done, and by when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, get_args

from metrics.meeting.entries import Decision, DecisionStatus, SubjectKind
from metrics.meeting.file import MeetingFile, refuse_unknown
from metrics.words import Refused

_COLUMNS = "number, week, subject_kind, subject, text, owner, due, status, notes, author, at, revision"
_NEWEST = (
    f"SELECT {_COLUMNS} FROM decisions JOIN revisions USING (revision) "
    "WHERE revision IN (SELECT MAX(revision) FROM decisions GROUP BY number) ORDER BY number"
)


class Decisions(MeetingFile):
    """Decisions by number. One that is revised keeps its number and its earlier words."""

    def decisions(self) -> list[Decision]:
        """Return every decision as it stands now, by number."""
        return [_decision(row) for row in self._rows(_NEWEST)]

    def due_decisions(self, day: date) -> list[Decision]:
        """Return the open decisions that are due on a day or were before, the longest due first."""
        due = [each for each in self.decisions() if each.status == "open" and each.due <= day]
        return sorted(due, key=lambda each: (each.due, each.number))

    def decision_history(self, number: int) -> list[Decision]:
        """Return every state of a decision, the newest first."""
        query = f"SELECT {_COLUMNS} FROM decisions JOIN revisions USING (revision) WHERE number = ?"
        return [_decision(row) for row in self._rows(f"{query} ORDER BY revision DESC", number)]

    def decide(
        self,
        text: str,
        *,
        owner: str,
        due: date,
        author: str,
        week: date,
        subject_kind: SubjectKind = "none",
        subject: str = "",
        notes: str = "",
    ) -> int:
        """Write down what was decided in the week of the day `week`; returns the number of the decision.

        Refuses one without words or owner: what nobody has to do is not done.
        """
        refuse_unknown("subject", subject_kind, get_args(SubjectKind))
        _refuse_empty(text, owner)
        monday = week - timedelta(days=week.weekday())
        with self._writing(author) as (con, revision):
            number = int(con.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM decisions").fetchone()[0])
            told = (monday.isoformat(), subject_kind, subject, text.strip(), owner.strip(), due.isoformat())
            self._insert(con, "decisions", revision, number, *told, "open", notes.strip())
        return number

    def revise(
        self,
        number: int,
        expected_revision: int,
        *,
        author: str,
        text: str | None = None,
        owner: str | None = None,
        due: date | None = None,
        status: DecisionStatus | None = None,
        notes: str | None = None,
    ) -> int:
        """Change what is given of a decision, and return the new revision.

        `expected_revision` is that of the state which the author had before him. Where somebody else has changed the
        decision since, it raises `Refused` with both texts, so that nobody's words are written over unseen.
        """
        changes = {"text": text, "owner": owner, "due": due, "status": status, "notes": notes}
        given: dict[str, Any] = {name: value for name, value in changes.items() if value is not None}
        with self._writing(author) as (con, revision):
            row = con.execute(f"SELECT * FROM ({_NEWEST}) WHERE number = ?", (number,)).fetchone()
            if row is None:
                raise Refused("meeting.no_decision", number=number)
            now = _decision(row)
            mine = now._replace(**given)
            refuse_unknown("status", mine.status, get_args(DecisionStatus))
            _refuse_empty(mine.text, mine.owner)
            if now.revision != expected_revision:
                theirs = {"author": now.author, "theirs": _in_full(now), "yours": _in_full(mine)}
                raise Refused("meeting.decision_changed", number=number, **theirs)
            about = (mine.week.isoformat(), mine.subject_kind, mine.subject, mine.text.strip(), mine.owner.strip())
            self._insert(
                con, "decisions", revision, number, *about, mine.due.isoformat(), mine.status, mine.notes.strip()
            )
        return revision


def _decision(row: tuple[Any, ...]) -> Decision:
    number, week, kind, subject, text, owner, due, status, notes, author, at, revision = row
    monday, last, moment = date.fromisoformat(week), date.fromisoformat(due), datetime.fromisoformat(at)
    return Decision(number, monday, kind, subject, text, owner, last, status, notes, author, moment, revision)


def _refuse_empty(text: str, owner: str) -> None:
    if not text.strip():
        raise Refused("meeting.no_text")
    if not owner.strip():
        raise Refused("meeting.no_owner")


def _in_full(decision: Decision) -> str:
    parts = (decision.text, decision.owner, decision.due.isoformat(), decision.notes)
    return " · ".join(part for part in parts if part)

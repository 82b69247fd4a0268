"""What people type: rules and targets, advice, verdicts on flags, decisions, and what the back office shows.

One SQLite file beside the versions, which no import writes to. Nothing in it is changed or deleted: what is typed
later counts, each entry has its author and time, and all entries of the file share one row of revisions. The file
holds only what was typed; the defaults of `defaults.toml` stand beneath it, so they can improve without a migration.
"""

from metrics.meeting.decisions import Decisions
from metrics.meeting.defaults import ALWAYS
from metrics.meeting.entries import (
    Advice,
    Decision,
    DecisionStatus,
    Liable,
    Policy,
    Reason,
    ReasonName,
    Score,
    SubjectKind,
    Target,
    TargetKind,
    TicketType,
    Verdict,
    VerdictName,
)
from metrics.meeting.playbook import Playbook
from metrics.meeting.reviews import Reviews
from metrics.meeting.rules import Rules
from metrics.meeting.scorecard import Scorecard
from metrics.meeting.verdicts import Verdicts

__all__ = [
    "ALWAYS",
    "Advice",
    "Decision",
    "DecisionStatus",
    "Liable",
    "Meeting",
    "Policy",
    "Reason",
    "ReasonName",
    "Score",
    "SubjectKind",
    "Target",
    "TargetKind",
    "TicketType",
    "Verdict",
    "VerdictName",
]


class Meeting(Rules, Playbook, Verdicts, Decisions, Reviews, Scorecard):
    """The store's file of what people typed. Reading never creates it; the first entry does.

    >>> Meeting(Path("data/store/meeting.sqlite")).decide(
    ...     "停售 B0912", owner="li", due=date(2026, 11, 20), author="li", week=date(2026, 11, 16))  # doctest: +SKIP
    """

"""What can be typed: one tuple for each kind of entry, and the codes that may stand in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple

ReasonName = Literal[
    "damaged",
    "malfunction",
    "wrong_size",
    "not_as_described",
    "not_received",
    "missing_parts",
    "changed_mind",
    "ordered_by_mistake",
    "other",
]
TicketType = Literal["return", "exchange", "repair", "refund_only", "refund_before_shipping", "reship", "other"]
Liable = Literal["merchant", "both", "buyer", "carrier", "platform", "none"]
TargetKind = Literal["own", "platform", "peers"]
"""Who set it: the shop itself (自定), the platform's assessment line (平台考核线), the mean of its peers (同行均值)."""

VerdictName = Literal["confirmed", "false_alarm"]
SubjectKind = Literal["metric", "sku", "batch", "reason", "none"]
DecisionStatus = Literal["open", "done", "dropped"]


class Policy(NamedTuple):
    """A rule that holds from a moment on, until the next of its name.

    `announced_on` is the day on which the platform told of it, `source` where that can be read again: a link, or the
    name of a notice. Both are for people; numbers follow the first three.
    """

    name: str
    effective_from: datetime
    value: float
    announced_on: date | None = None
    source: str = ""


class Reason(NamedTuple):
    """What a reason's text in an export means, and whose doing it is."""

    reason_text: str
    reason: ReasonName
    liable: Liable


class Target(NamedTuple):
    """What a metric is aimed at within a scope ("" is the whole shop), from a day on."""

    metric: str
    scope: str
    effective_from: date
    kind: TargetKind
    value: float


class Advice(NamedTuple):
    """What to do about tickets of a type that come for a reason. A default has no author, time or revision."""

    type: str
    reason: str
    advice: str
    note: str
    author: str
    at: datetime | None
    revision: int


class Verdict(NamedTuple):
    """What became of a flag: the batch was bad, or it was not.

    `judged_on` is the last day of the data that the flag rested on. From that day on the verdict counts, and not from
    the day on which somebody found the time to type it: the past is judged again at every import, and must come out
    the same.
    """

    shop: str
    sku_id: str
    batch_id: str
    verdict: VerdictName
    note: str
    judged_on: date
    author: str
    at: datetime


class Decision(NamedTuple):
    """What a meeting decided: about what, who does it, and by when. `week` is the Monday of the week of the meeting.

    `author`, `at` and `revision` are those of its newest entry.
    """

    number: int
    week: date
    subject_kind: SubjectKind
    subject: str
    text: str
    owner: str
    due: date
    status: DecisionStatus
    notes: str
    author: str
    at: datetime
    revision: int


class Score(NamedTuple):
    """What the back office shows of a day: the shop's own number, and that of its peers where it shows one."""

    day: date
    item: str
    own: float
    peer: float | None
    author: str
    at: datetime

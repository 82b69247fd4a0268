"""One week's review as frozen data: what page, workbook, deck and mail all show, and nothing that they would compute.

Everything is a plain value, so that a review can be kept as JSON and drawn years later from what was seen then. What
a person reads is held in both languages (`Words`), because a review that is kept is opened by whoever comes. None is
"not known", never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from metrics.catalog import ReadingName
from metrics.compare import Verdict
from metrics.meeting import DecisionStatus, SubjectKind, TargetKind, VerdictName
from metrics.words import Language

Words = Mapping[Language, str]
"""One sentence or name in every language."""

Result = Literal["worked", "not_worked", "unclear", "early"]
"""What became of a decision: 见效, 没见效, 看不出, 还早."""

SpikeState = Literal["new", "continuing", "over"]
"""Of a flagged batch: flagged in the week, flagged before and still red, or red before and no longer."""


@dataclass(frozen=True)
class Number:
    """One value of a metric, as a row of the frame that `query` answers; `status` says why a value is None."""

    n: int
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    status: str


@dataclass(frozen=True)
class Change:
    """Now minus before, in the unit of the metric; no direction is claimed where the verdict is `unclear`."""

    diff: float
    low: float | None
    high: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Aim:
    """What a metric is aimed at, and whether it gets there; `met` is None where there is no value."""

    kind: TargetKind
    value: float
    met: bool | None


@dataclass(frozen=True)
class Week:
    """One point of a line: the week that begins on a Monday; a young one has a projection and no value."""

    start: date
    now: Number
    projected: float | None
    projected_low: float | None
    projected_high: float | None


@dataclass(frozen=True)
class Cause:
    """One part of a change; the effects of a headline's causes add up to its change."""

    part: Literal["late", "policy", "volume", "rate", "mix"]
    dimension: str | None
    segment: str | None
    effect: float
    low: float | None
    high: float | None
    label: Words


@dataclass(frozen=True)
class Headline:
    """One number of the week from `start` up to, and without, `stop`; beside last week, last year and its target.

    `arrived` is the same metric as the back office shows it for the week of the review. `weeks` end with the newest
    that is old enough, `before` and `year_before` are None where there is nothing to set beside. `sentence` says
    number, comparison, largest cause and next step, or that no change can be told.
    """

    metric: str
    reading: ReadingName
    age: int
    start: date
    stop: date
    now: Number
    before: Number | None
    year_before: Number | None
    change: Change | None
    year_change: Change | None
    arrived: Number | None
    target: Aim | None
    weeks: tuple[Week, ...]
    sentence: Words
    causes: tuple[Cause, ...]
    policies: tuple[Words, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of a decision about something that can be counted: never more than before and after.

    `metric` is what was counted of the subject, over as many days `before` the decision as `after` it; `peers_before`
    and `peers_after` are the same of comparable SKUs (None where there are none). `effect` is the change less that of
    the peers, with its interval: on it the result rests, and without peers on the change. `judged_from` is the first
    day from which `early` can become another result. `sentence` says the result, and that before and after are no
    proof.
    """

    result: Result
    metric: str
    judged_from: date
    before: Number
    after: Number
    change: Change | None
    peers_before: Number | None
    peers_after: Number | None
    peers_change: Change | None
    sentence: Words
    effect: Change | None = None


@dataclass(frozen=True)
class Followed:
    """A decision and what happened since; `outcome` is None only where its subject is nothing that is counted.

    `about` is what people call the subject. `carried` says that it is of an earlier week and still open, `overdue`
    that its day had passed at the as-of.
    """

    number: int
    week: date
    subject_kind: SubjectKind
    subject: str
    about: Words
    text: str
    owner: str
    due: date
    status: DecisionStatus
    notes: str
    author: str
    revision: int
    carried: bool
    overdue: bool
    outcome: Outcome | None


@dataclass(frozen=True)
class CoursePoint:
    """What a batch had back by an age in days, beside what 90 of 100 normal batches would have; all cumulative."""

    day: date
    age: int
    observed: float
    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Spike:
    """A flagged batch of the week. `course` is given for those that are red; `verdict` is what people found since."""

    shop: str
    sku_id: str
    batch_id: str
    name: str
    category: str | None
    supplier: str | None
    state: SpikeState
    level: Literal["red", "amber", "calm", "young"]
    first_flagged_on: date | None
    units: int
    observed: int
    expected: float | None
    relative_rate: float | None
    low: float | None
    high: float | None
    top_reason: str | None
    units_in_stock: int | None
    money_at_risk: float | None
    finding: Words
    advice: Words
    verdict: VerdictName | None
    course: tuple[CoursePoint, ...]


@dataclass(frozen=True)
class Case:
    """A row of the trade's table: 售后类型 · 常见原因 · 单数 · 占比 · 较上周 · 售后成本 · 处理建议 · 备注."""

    type: str | None
    reason: str | None
    type_label: Words
    reason_label: Words
    tickets: int
    share: Number
    change: Change | None
    cost: float | None
    advice: Words
    note: Words


@dataclass(frozen=True)
class Handler:
    """The week's load of one of the people who answer, and how much of it was in time."""

    handler: str | None
    tickets: int
    in_time: Number
    late: int


@dataclass(frozen=True)
class Part:
    """A named part: a liable party among the disputes of thirteen weeks, an arm of the follow-up of all so far."""

    code: str | None
    label: Words
    now: Number


@dataclass(frozen=True)
class Saved:
    """One month of 省钱账: units of batches flagged in it that were not sold, times their normal loss.

    `money` is None where stock or loss is unknown for every batch of the month.
    """

    month: date
    batches: int
    units: int
    money: float | None


@dataclass(frozen=True)
class Review:
    """The review of the week that begins on Monday `week`, from one version of the data and one of what people typed.

    Sections stand in the order of the meeting. `immature_share` is the share of the week's paid lines that are not
    past their observation window. `attendees` are those who sat in it.
    """

    week: date
    as_of: datetime
    version: int
    revision: int
    shops: tuple[str, ...]
    where: Mapping[str, tuple[str | bool | None, ...]]
    immature_share: float | None
    attendees: tuple[str, ...]
    followed: tuple[Followed, ...]
    headlines: tuple[Headline, ...]
    moved_most: str | None
    spikes: tuple[Spike, ...]
    watched: Mapping[str, int]
    cases: tuple[Case, ...]
    response: tuple[Headline, ...]
    handlers: tuple[Handler, ...]
    waiting: int | None
    late: int | None
    satisfaction: tuple[Headline, ...]
    liable: tuple[Part, ...]
    followups: tuple[Part, ...]
    decided: tuple[Followed, ...]
    savings: tuple[Saved, ...]

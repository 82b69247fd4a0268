"""Rules that the numbers follow: what a reason means, which policy holds since when, and what is aimed at."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import get_args

from metrics.meeting.defaults import default_policies, default_reasons
from metrics.meeting.entries import Liable, Policy, Reason, ReasonName, Target, TargetKind
from metrics.meeting.file import MeetingFile, refuse_unknown
from metrics.words import Refused


class Rules(MeetingFile):
    """Reasons, policies and targets."""

    def reasons(self) -> list[Reason]:
        """Return what each known reason text means, by text."""
        known = {each.reason_text: each for each in default_reasons()}
        for row in self._rows("SELECT reason_text, reason, liable FROM reason_map ORDER BY revision"):
            known[row[0]] = Reason(*row)
        return [known[text] for text in sorted(known)]

    def map_reason(self, text: str, reason: ReasonName, liable: Liable, *, author: str) -> int:
        """Say what a reason text means, from the next version on; returns the revision."""
        refuse_unknown("reason", reason, get_args(ReasonName))
        refuse_unknown("liable", liable, get_args(Liable))
        return self._append("reason_map", author, text, reason, liable)

    def policies(self) -> list[Policy]:
        """Return every rule with the moment from which it holds, by name and moment."""
        known = {(each.name, each.effective_from): each for each in default_policies()}
        columns = "name, effective_from, value, announced_on, COALESCE(source, '')"
        typed = f"SELECT {columns} FROM policies LEFT JOIN policy_notices USING (revision) ORDER BY revision"
        for name, since, value, announced, source in self._rows(typed):
            day = date.fromisoformat(announced) if announced else None
            policy = Policy(name, datetime.fromisoformat(since), value, day, source)
            known[policy.name, policy.effective_from] = policy
        return [known[key] for key in sorted(known)]

    def add_policy(
        self,
        name: str,
        effective_from: datetime,
        value: float,
        announced_on: date | None = None,
        source: str = "",
        *,
        author: str,
    ) -> int:
        """Say that a rule holds from a moment on, in the shop's time; returns the revision."""
        refuse_unknown("policy", name, tuple(each.name for each in default_policies()))
        if effective_from.tzinfo is not None:
            raise Refused("meeting.zoned", time=effective_from)
        if not (math.isfinite(value) and value >= 0):
            raise Refused("meeting.no_value", value=value)
        with self._writing(author) as (con, revision):
            self._insert(con, "policies", revision, name, effective_from.isoformat(), value)
            if announced_on is not None or source.strip():
                told = announced_on.isoformat() if announced_on else None
                self._insert(con, "policy_notices", revision, told, source.strip())
        return revision

    def targets(self) -> list[Target]:
        """Return every target; of two with the same metric, scope, day and kind the one typed later."""
        known: dict[tuple[str, str, date, str], Target] = {}
        columns = "metric, scope, effective_from, kind, value"
        for metric, scope, since, kind, value in self._rows(f"SELECT {columns} FROM targets ORDER BY revision"):
            target = Target(metric, scope, date.fromisoformat(since), kind, value)
            known[target[:4]] = target
        return [known[key] for key in sorted(known)]

    def set_target(
        self, metric: str, scope: str, effective_from: date, kind: TargetKind, value: float, *, author: str
    ) -> int:
        """Set what a metric is aimed at from a day on; returns the revision."""
        refuse_unknown("target", kind, get_args(TargetKind))
        return self._append("targets", author, metric, scope, effective_from.isoformat(), kind, value)

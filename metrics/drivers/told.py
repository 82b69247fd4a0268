"""What one period told: the sums of a question by segment, and the numbers that follow from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from metrics import frame as frames
from metrics.catalog import Metric
from metrics.interval import Floats
from metrics.maturity import project
from metrics.query import Plan
from metrics.words import Refused

EARLIER, OPENED = "earlier", "opened"
"""The names of the sums that stand apart: what comes from orders paid before, and what a rule let in."""


@dataclass(frozen=True)
class Estimated:
    """A number of one period with its interval; NaN where nothing can be said of chance."""

    value: float
    low: float
    high: float
    numerator: float
    denominator: float
    n: int


@dataclass(frozen=True)
class Told:
    """The sums of one period by one dimension, as a question laid on its table answered."""

    laid: Plan
    sums: pd.DataFrame

    @property
    def young(self) -> bool:
        """Whether part of the period is young enough that more of it will come back."""
        return "young" in self.sums and bool(self._column("young").any())

    @property
    def expected(self) -> float:
        """What the rate of the whole period will come to when all is back."""
        lines, expected, _ = self._projection()
        return float((expected * lines).sum() / lines.sum())

    def refuse_without_number(self) -> None:
        """Refuse to explain what is no number: absent, of too few events, or young with nothing to project it by.

        Of a week whose Monday alone is old enough the query knows a number, but it is that of the Monday.
        """
        row = self._whole
        status = str(row["status"])
        question = self.laid.question
        ready = self._ready()
        if not self.young and ready is not None and ready > min(self.laid.as_of_days.values()):
            status = "immature"
        if status != "ok" and not (status == "immature" and self.young):
            days = {"start": question.start, "stop": question.stop, "ready": ready}
            raise Refused(f"drivers.{status}", metric=question.metric, n=int(row["n"]), **days)

    def _ready(self) -> date | None:
        """Return the first day on which every cohort of the period is old enough; None where days count at once."""
        question = self.laid.question
        age = question.age if self.laid.same_age else self.laid.reading.settled_after
        return question.stop + timedelta(days=age - 1) if age and question.stop else None

    def estimate(self, *, so_far: bool) -> Estimated:
        """Return the number of the whole period, or what of it has come back so far."""
        row = self._whole
        if so_far:
            lines, _, returned = self._projection()
            back, of = float(returned.sum()), float(lines.sum())
            return Estimated(back / of, math.nan, math.nan, back, of, int(row["n"]))
        numbers = {name: float(row[name]) for name in ("value", "low", "high", "numerator", "denominator")}
        return Estimated(**numbers, n=int(row["n"]))

    def segments(self, *, projected: bool) -> pd.DataFrame:
        """Return what each segment brought, by itself, late and by a rule, and of how many, in the metric's unit.

        Projected, a segment brings by itself what it will have brought in the end; what has not come back yet is late,
        and below 0.
        """
        reading, metric = self.laid.reading, self._metric
        per = 1 if metric.kind == "total" else reading.denominator_unit
        exposure = self._column("covered" if metric.kind == "total" else "denominator") / per
        brought = self._column("numerator") / reading.numerator_unit
        late, policy = (self._column(name) / reading.numerator_unit for name in (EARLIER, OPENED))
        if projected:
            exposure, expected, brought = self._projection()
            late, policy = brought - expected * exposure, np.zeros(len(brought))
        return pd.DataFrame(
            {
                "segment": self._segment(self.sums),
                "own": brought - late - policy,
                "late": late,
                "policy": policy,
                "exposure": exposure,
            }
        )

    def estimates(self) -> pd.DataFrame:
        """Return each segment's number with its interval: `segment, value, low, high`."""
        by = list(self.laid.question.by)
        answer = frames.answer(self.sums, by, self._metric, self.laid.reading, absent=False)
        return answer[["value", "low", "high"]].assign(segment=self._segment(answer))

    def _segment(self, frame: pd.DataFrame) -> pd.Series:
        """Return the segments as Python has them, so that two periods meet even where one knows none of them."""
        segment = frame[self.laid.question.by[0]].astype(object)
        return segment.where(segment.notna(), None)

    @property
    def _metric(self) -> Metric:
        return self.laid.metric

    def _projection(self) -> tuple[Floats, Floats, Floats]:
        """Return by segment all lines, which share of them comes back in the end, and how many have come back.

        Segments that are projected each by itself come to another sum than all of them together, more so the smaller
        they are: what is still to come of them is brought to the number that the period has elsewhere.
        """
        covered = self._column("covered")
        lines, arrived = covered + self._column("young"), covered + self._column("young_arrived")
        returned = self._column("numerator") + self._column("young_returned")
        together, _, _ = project(*(np.array([each.sum()]) for each in (lines, arrived, returned)))
        apart, _, _ = project(lines, arrived, returned)
        to_come = np.nan_to_num(apart) * lines - returned
        if to_come.sum() > 0:
            to_come *= (together[0] * lines.sum() - returned.sum()) / to_come.sum()
        share = np.divide(returned + to_come, lines, out=np.zeros(len(lines)), where=lines > 0)
        return lines, share, returned

    @cached_property
    def _whole(self) -> pd.Series:
        """The answer for all segments together; both its status and its numbers are read from it."""
        by = list(self.laid.question.by)
        summed = self.sums.drop(columns=by).astype(float).sum(min_count=1).to_frame().T
        summed["undated"] = self._column("undated").max(initial=0.0)
        return frames.answer(summed, [], self._metric, self.laid.reading, absent=False).iloc[0]

    def _column(self, name: str) -> Floats:
        if name not in self.sums:
            return np.zeros(len(self.sums))
        values: Floats = np.nan_to_num(self.sums[name].to_numpy(dtype=float, na_value=np.nan))
        return values

"""What a review asks of an opened shop: its public words, and nothing behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import pandas as pd

from metrics.batches.report import SpikeReport
from metrics.catalog import ReadingName
from metrics.drivers import Why
from metrics.question import Against, Question


class Source(Protocol):
    """An opened shop (`metrics.Shop`)."""

    version: int

    @property
    def as_of(self) -> datetime | None:
        """The time up to which the data reach."""

    @property
    def last_full_week(self) -> date | None:
        """The Monday of the newest week that had ended by then."""

    def query(self, metric: str | Question) -> pd.DataFrame:
        """Ask one metric."""

    def compare(self, question: Question, against: Against = "before") -> pd.DataFrame:
        """Ask it beside the period before."""

    def why(
        self,
        metric: str,
        period: tuple[date, date],
        against: tuple[date, date],
        *,
        where: Mapping[str, Any] | None = None,
        reading: ReadingName | None = None,
        age: int = 7,
    ) -> Why:
        """Split a change into causes."""

    def spike_report(self, as_of: date | None = None, *, aside: bool = False) -> SpikeReport:
        """Judge the batches."""

    def queue(self, *, where: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """List the tickets that wait."""

    def sql(self, text: str) -> pd.DataFrame:
        """Ask one SELECT."""

    def values(self, dimension: str) -> Sequence[str]:
        """Return the values of a dimension."""

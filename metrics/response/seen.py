"""The tickets of a version as they stood at a moment: what every question about the clock is asked of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from types import MappingProxyType
from typing import Any

import pandas as pd

from metrics.query import Columns, within
from metrics.question import Value
from metrics.warehouse.engine import Reader

Where = Mapping[str, Sequence[Value]]

_MOMENTS = """
WITH moments AS (
    SELECT UNNEST(CAST($shops AS VARCHAR[])) AS shop, UNNEST(CAST($moments AS TIMESTAMP[])) AS now
),

limited AS (
    SELECT * FROM handled_tickets WHERE TRUE{limits}
),
"""


def is_known(columns: Columns) -> bool:
    """Whether a version keeps what the clock needs; one built before there was a clock does not."""
    return {"requested_at", "policy_hours"} <= set(columns)


@dataclass(frozen=True)
class Seen:
    """The tickets within some limits, seen at a moment of each shop: nothing that came after it may be used."""

    reader: Reader
    columns: Columns
    at: Mapping[str, datetime]
    where: Where = field(default_factory=lambda: MappingProxyType({}))

    def of_all(self) -> Seen:
        """Return the same without limits: what history teaches does not hang on what is looked at."""
        return Seen(self.reader, self.columns, self.at)

    def when_the_day_began(self) -> Seen:
        """Return the same at the midnight before: what need not be new to the minute is asked once a day."""
        return self.back_to({shop: datetime.combine(now, time()) for shop, now in self.at.items()})

    def back_to(self, at: Mapping[str, datetime]) -> Seen:
        """Return the same at an earlier moment."""
        return Seen(self.reader, self.columns, at, self.where)

    def sql(self, text: str, **values: Any) -> pd.DataFrame:
        """Run the rest of a statement that begins with the tables `moments` (shop, now) and `limited` (tickets)."""
        bound: dict[str, Any] = {"shops": list(self.at), "moments": list(self.at.values()), **values}
        limits = [
            f" AND {within(self.columns, name, allowed, bound, f'where_{i}')}"
            for i, (name, allowed) in enumerate(self.where.items())
        ]
        return self.reader.sql(_MOMENTS.format(limits="".join(limits)) + text, bound)

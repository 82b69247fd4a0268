"""The evenings of the past at the same hour: what still waited then, and how much of it was late by midnight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.response.seen import Seen

Floats = NDArray[np.float64]

HISTORY_DAYS = 364
"""Evenings that are looked back at."""

HOURS, WEEKDAYS = 24, 7

# An evening is that of the deadline. What is over without a time is left out: nobody knows how long it waited.
_EVENINGS = f"""
timed AS (
    SELECT
        t.shop, t.requested_at, t.policy_hours, m.now,
        t.requested_at + TO_MILLISECONDS(CAST(t.policy_hours * 3600000 AS BIGINT)) AS deadline,
        CASE
            WHEN t.answered = 1 THEN t.requested_at + TO_SECONDS(CAST(t.response_seconds AS BIGINT))
            WHEN t.closed = 1 THEN t.requested_at + TO_SECONDS(CAST(t.resolution_seconds AS BIGINT))
        END AS over_at
    FROM limited AS t
    INNER JOIN moments AS m ON m.shop = t.shop
    WHERE t.answers_of = 1 AND (t.answered = 1 OR t.closed = 1 OR t.open = 1) AND t.requested_at <= m.now
        AND t.requested_at >= m.now - TO_DAYS({HISTORY_DAYS} + 7)
),

placed AS (
    SELECT
        *,
        CAST(deadline AS DATE) AS evening,
        CAST(now AS DATE) - CAST(deadline AS DATE) AS back,
        CAST(deadline AS DATE) + (now - DATE_TRUNC('day', now)) AS seen_at
    FROM timed
),

judged AS (
    SELECT
        *,
        requested_at <= seen_at AND deadline > seen_at AND (over_at IS NULL OR over_at > seen_at) AS waited,
        over_at IS NULL OR over_at > deadline AS ran_out
    FROM placed
    WHERE back BETWEEN 0 AND {HISTORY_DAYS}
)

SELECT
    CAST(back AS INT) AS back,
    CAST(EXTRACT(HOUR FROM deadline) AS INT) AS hour,
    CAST(MIN(ISODOW(evening)) AS INT) - 1 AS weekday,
    policy_hours,
    CAST(COUNT(*) FILTER (waited) AS BIGINT) AS waiting,
    CAST(COUNT(*) FILTER (waited AND ran_out) AS BIGINT) AS breached,
    CAST(COUNT(*) FILTER (requested_at > seen_at AND ran_out) AS BIGINT) AS came_later
FROM judged
GROUP BY back, hour, policy_hours
ORDER BY ALL
"""


@dataclass(frozen=True)
class Evenings:
    """What waited at this hour of each evening by the hour of its deadline, and what became late; tonight is last.

    `waiting` and `breached` are evenings x hours; `later` is what was only requested after this hour and was late by
    midnight all the same. Of tonight, which is not over, only `waiting` is told.
    """

    waiting: Floats
    breached: Floats
    later: Floats
    weekday: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.later)

    @property
    def outcome(self) -> Floats:
        """What became late on each evening."""
        return np.asarray(self.breached.sum(axis=1) + self.later)

    @staticmethod
    def seen(seen: Seen) -> Evenings:
        """Return the evenings under the hours that hold tonight: those of another rule say nothing of this one."""
        return Evenings.of(seen.sql(_EVENINGS))

    @staticmethod
    def of(counted: pd.DataFrame) -> Evenings:
        """Return counts by `back, hour, weekday, policy_hours` as evenings, from the first that is told to tonight."""
        tonight = counted[counted["back"] == 0]
        known = counted.dropna(subset="policy_hours")
        if known.empty:
            return Evenings(np.zeros((1, HOURS)), np.zeros((1, HOURS)), np.zeros(1), np.zeros(1, dtype=np.int64))
        ruling = tonight if tonight["policy_hours"].notna().any() else known[known["back"] == known["back"].min()]
        of_rule = known[known["policy_hours"] == ruling.groupby("policy_hours")["waiting"].sum().idxmax()]
        # Tickets of the rule before wait tonight too, on the evening of the change; they are few and run out alike.
        past = of_rule[of_rule["back"] > 0]
        size = int(past["back"].max()) + 1 if len(past) else 1
        waiting, breached, later = np.zeros((size, HOURS)), np.zeros((size, HOURS)), np.zeros(size)
        used = pd.concat([past, tonight])
        row, hour = size - 1 - used["back"].to_numpy(int), used["hour"].to_numpy(int)
        np.add.at(waiting, (row, hour), used["waiting"].to_numpy(float))
        np.add.at(breached, (row, hour), used["breached"].to_numpy(float) * (used["back"] > 0).to_numpy(float))
        np.add.at(later, row, used["came_later"].to_numpy(float) * (used["back"] > 0).to_numpy(float))
        known_day = known.iloc[0]
        weekday = (int(known_day["weekday"]) + int(known_day["back"]) - np.arange(size)[::-1]) % WEEKDAYS
        return Evenings(waiting, breached, later, weekday.astype(np.int64))

"""In which order the waiting tickets are taken: by time where that runs out, by what is at stake where it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd

URGENT_HOURS = 2.0
"""Hours left from which on nothing but the time counts."""

WAITED_SHARE = 0.6
"""Share of its hours past which a ticket is passed by no other for being worth more."""

URGENCIES = ("late", "soon", "waited", "open", "undated")


def urgency(waiting: pd.DataFrame) -> pd.Series[str]:
    """Return how pressing each ticket is: `late`, `soon`, `waited` (past 60 % of its hours), `open` or `undated`.

    `undated` are those whose request no rule covers, so that nobody knows how long they may wait.
    """
    left, hours = waiting["hours_left"], waiting["policy_hours"]
    found = np.select(
        [left.isna(), left <= 0, left <= URGENT_HOURS, hours - left > WAITED_SHARE * hours],
        ["undated", "late", "soon", "waited"],
        "open",
    )
    return pd.Series(found, index=waiting.index, dtype=object)


def ranked(waiting: pd.DataFrame) -> pd.DataFrame:
    """Return the tickets in the order in which they are to be taken, numbered from 1 in `rank`.

    What is late or has two hours left comes first, by the time that is left. Then what is past 60 % of its hours, by
    time too: nobody waits so long behind somebody richer. Then the others by expected loss, the largest first, and
    those of unknown loss behind them; last those without a deadline. Where all is alike the ticket number decides.
    """
    pressing = urgency(waiting)
    group = pressing.map({"late": 0, "soon": 0, "waited": 1, "open": 2, "undated": 3})
    by_time = group <= 1
    keys = pd.DataFrame(
        {
            "group": group,
            "time": waiting["hours_left"].where(by_time, 0.0),
            "loss": -waiting["expected_loss"].where(~by_time, 0.0),
            "left": waiting["hours_left"],
            "shop": waiting["shop"].astype(str),
            "ticket": waiting["ticket_id"].astype(str),
        }
    )
    order = keys.sort_values(list(keys.columns), na_position="last").index
    found = waiting.assign(urgency=pressing).loc[order].reset_index(drop=True)
    return found.assign(rank=np.arange(1, len(found) + 1))

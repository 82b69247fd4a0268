"""One look at the queue: whether there is anything that the group has not been told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import metrics
from dashboard.webhook.notice import age, recovered, running_out
from dashboard.webhook.settings import QuietHours
from dashboard.webhook.told import Ticket, told
from metrics.response import running_clock
from metrics.words import Finding, Language

Send = Callable[[str], None]


@dataclass(frozen=True)
class Watch:
    """What is looked at, and how it is told. `send` raises where a message was not taken, and then nothing is kept."""

    store: Path
    within: timedelta
    quiet: QuietHours | None
    language: Language
    send: Send

    def look(self, at: datetime) -> Finding:
        """Look once, at a moment with an offset; return what was done as a finding."""
        shop = metrics.open_shop(self.store)
        if shop.as_of is None:
            return Finding("alarm.nothing")
        clock = at.astimezone(ZoneInfo(shop.time_zone)).replace(tzinfo=None)
        if self.quiet is not None and self.quiet.holds(clock):
            return Finding("alarm.quiet")
        now = running_clock(shop.as_of, clock)
        waiting = shop.queue(now=None if now == shop.as_of else now)
        due = waiting[waiting["hours_left"] <= self.within.total_seconds() / 3600]
        keys: list[Ticket] = list(zip(due["shop"].astype(str), due["ticket_id"].astype(str), strict=True))
        with told(self.store) as known:
            before = known.tickets
            new = due[[key not in before for key in keys]]
            if len(new):
                self.send(running_out(waiting, new, self.within, self.language, age(shop.as_of, clock, self.language)))
            elif before and not keys:
                self.send(recovered(self.language))
            known.replace(set(keys))
        if len(new):
            return Finding("alarm.sent", {"count": len(new)})
        return Finding("alarm.sent_recovered" if before and not keys else "alarm.nothing")

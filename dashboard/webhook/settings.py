"""What the environment says of the alarm: which robot, and the hours in which nobody wants to hear from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urlsplit

from dashboard.webhook.robots import KINDS, Robot, recognised
from metrics.words import Refused

ADDRESS = "AFTERSALES_WEBHOOK"
SECRET = "AFTERSALES_WEBHOOK_SECRET"
KIND = "AFTERSALES_WEBHOOK_KIND"
QUIET_HOURS = "AFTERSALES_QUIET_HOURS"


@dataclass(frozen=True)
class QuietHours:
    """From one time of the day to another, over midnight where the second is the earlier one."""

    start: time
    stop: time

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies within: the first minute does, the last does not."""
        now = at.time()
        if self.start <= self.stop:
            return self.start <= now < self.stop
        return now >= self.start or now < self.stop


def robot(environment: Mapping[str, str]) -> Robot:
    """Return the robot that is set up. Raises `Refused`, which names the setting and never its value."""
    address = environment.get(ADDRESS, "").strip()
    if not address:
        raise Refused("alarm.no_address", setting=ADDRESS)
    if urlsplit(address).scheme not in ("https", "http") or not urlsplit(address).hostname:
        raise Refused("alarm.bad_address", setting=ADDRESS)
    wanted = environment.get(KIND, "").strip()
    kind = next((each for each in KINDS if each == wanted), None) if wanted else recognised(address)
    if kind is None:
        raise Refused("alarm.unknown_kind", setting=KIND, known=", ".join(KINDS))
    return Robot(kind, address, environment.get(SECRET, "").strip() or None)


def quiet_hours(environment: Mapping[str, str]) -> QuietHours | None:
    """Return the quiet hours, such as 22:00-08:00; None where there are none."""
    text = environment.get(QUIET_HOURS, "").strip()
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", text)
    try:
        if found is None:
            raise ValueError
        first, second, third, fourth = (int(part) for part in found.groups())
        return QuietHours(time(first, second), time(third, fourth))
    except ValueError:
        raise Refused("alarm.bad_quiet_hours", setting=QUIET_HOURS, text=text) from None

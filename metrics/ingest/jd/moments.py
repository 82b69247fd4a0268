"""JD's times: thirteen digits or text, always Beijing's clock, and the year 1 where there is none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from metrics.ingest.jd.session import BEIJING

_NEVER = re.compile(r"0*[01]\b")  # 0001-01-01 00:00:00, and 0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_text(value: Any) -> str | None:
    """Return a time as text of Beijing's clock, None where JD says that there is none.

    >>> moment_text("1762135200000"), moment_text("2025-11-03 10:00:00"), moment_text("0001-01-01 00:00:00")
    ('2025-11-03 10:00:00', '2025-11-03 10:00:00', None)
    """
    text = str(value if value is not None else "").strip()
    if not text or _NEVER.match(text):
        return None
    if re.fullmatch(r"\d{13}", text):
        return sent(_EPOCH + timedelta(milliseconds=int(text)))
    return text


def sent(moment: datetime) -> str:
    """Return a moment as JD's parameters want it; one without an offset is Beijing's already."""
    local = moment.astimezone(BEIJING) if moment.tzinfo else moment
    return f"{local:%Y-%m-%d %H:%M:%S}"

"""How a number is written: the one place that formats values for people."""

from __future__ import annotations

import math
from typing import Literal

Language = Literal["zh", "en"]
Unit = Literal["share", "yuan", "hours", "score", "count"]

ABSENT = "—"
_HOURS = {"zh": " 小时", "en": " h"}
_POINTS = {"zh": "百分点", "en": "pp"}


def format_value(value: float | None, unit: Unit, language: Language) -> str:
    """Return a value as it stands in a tile, a table or a sentence; a dash where there is none.

    Shares carry one decimal, and two below one percent, where after-sales rates differ in the second.

    >>> format_value(0.2344, "share", "en"), format_value(0.0051, "share", "zh"), format_value(None, "share", "zh")
    ('23.4%', '0.51%', '—')
    >>> format_value(12345.6, "yuan", "en"), format_value(3.25, "hours", "zh")
    ('¥12,346', '3.2 小时')
    """
    if value is None or math.isnan(value):
        return ABSENT
    if unit == "share":
        return f"{value:.2%}" if 0 < abs(value) < 0.00995 else f"{value:.1%}"
    if unit == "yuan":
        return f"{'-' if value < 0 else ''}¥{abs(value):,.0f}"
    if unit == "hours":
        return f"{value:,.1f}{_HOURS[language]}"
    if unit == "score":
        return f"{value:.2f}"
    return f"{value:,.0f}"


def format_change(change: float | None, unit: Unit, language: Language) -> str:
    """Return a change with its sign; of shares in percentage points, never as a percentage of a percentage.

    >>> format_change(0.008, "share", "zh"), format_change(-0.0004, "share", "en")
    ('+0.8百分点', '-0.04pp')
    """
    if change is None or math.isnan(change):
        return ABSENT
    sign = "+" if change > 0 else "-" if change < 0 else "±"
    size = abs(change)
    if unit == "share":
        points = size * 100
        return (
            f"{sign}{points:.2f}{_POINTS[language]}" if 0 < points < 0.095 else f"{sign}{points:.1f}{_POINTS[language]}"
        )
    return sign + format_value(size, unit, language)

"""The formula guard: a cell that a spreadsheet would execute gets an apostrophe before it, and stays text.

What a customer types ends in a file that somebody opens in Excel. A cell is taken for a formula by its first sign,
and blanks, quotes or full-width forms before it do not stop every program. A line break, a tab or a semicolon may
begin a cell as well, where a program splits rows by other rules than ours.
"""

from __future__ import annotations

import re

_SIGNS = r"[=+\-@＝＋－＠﹢﹣﹫﹦−]"
_IGNORED = r"[\s\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff;\"'“”‘’`]"
_RUN = re.compile(rf"(?<!{_IGNORED}){_IGNORED}*(?={_SIGNS})")
_SEPARATORS = frozenset("\t\r\n;")
_CONTROL = ("\t", "\r", "\n")


def executes(text: str) -> bool:
    """Whether a spreadsheet may take the text for something else than text.

    >>> executes("=1+1"), executes("　＝1+1"), executes("a-b"), executes("外壳划痕")
    (True, True, False, False)
    """
    return guarded(text) != text


def guarded(text: str) -> str:
    """Return the text with an apostrophe before each sign that would begin a formula.

    >>> guarded("@SUM(A1)"), guarded("尺码偏大;=1+1")
    ("'@SUM(A1)", "尺码偏大;'=1+1")
    """
    safe = _RUN.sub(_held, text)
    return f"'{safe}" if safe.startswith(_CONTROL) else safe


def _held(run: re.Match[str]) -> str:
    begins_a_cell = run.start() == 0 or not _SEPARATORS.isdisjoint(run[0])
    return f"{run[0]}'" if begins_a_cell else run[0]

"""A review as it may leave: personal data struck out, and no sign in it that a file cannot hold.

What people type and what exports say may hold phones, and signs that break XML or turn a line around.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from metrics.export.masking import strike_out
from metrics.review.model import Review

_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def cleared(review: Review) -> Review:
    """Return the review with each of its texts cleared; ids stay whole, since a case is found by them."""
    cleaned: Review = _cleared(review, "")
    return cleaned


def fit(text: str) -> str:
    r"""Return a text without the signs that no file holds: controls, halves of signs, and turns of direction.

    >>> fit("外壳\x00划痕\r\n第二行")
    '外壳划痕\n第二行'
    """
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _cleared(part: Any, name: str) -> Any:
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{each.name: _cleared(getattr(part, each.name), each.name) for each in fields(part)})
    if isinstance(part, tuple | list):
        return tuple(_cleared(each, name) for each in part)
    if isinstance(part, str):
        return fit(part) if name.endswith("_id") or name == "subject" else strike_out(fit(part))
    if hasattr(part, "items"):
        # Limits go by the names of their dimensions, of which some are ids; all else by that of the field.
        return {key: _cleared(value, key if name == "where" else name) for key, value in part.items()}
    return part

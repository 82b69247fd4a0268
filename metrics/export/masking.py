"""Personal data struck out: accounts to their first and last sign, phones, identity numbers and addresses of mail.

Order and ticket numbers stay whole: whoever gets the file has to find the case in the back office by them. So columns
of ids are not searched for phones, of which one in some thousand order numbers would be taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import pandas as pd

Column: TypeAlias = "pd.Series[Any]"

CUSTOMER = "customer_id"
STARS = "***"

_IDENTITY = re.compile(r"(?<!\d)(\d{3})\d{3}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}(\d[\dXx])(?!\d)")
_MOBILE = re.compile(r"([1１][3-9３-９]\d)[-\s]?\d{4}[-\s]?(\d{4})")
_LANDLINE = re.compile(r"([0０]\d{2,3})[-\s]?\d{3,4}(\d{4})")
_MAIL = re.compile(r"(?<![A-Za-z0-9._+-])([A-Za-z0-9._+-])[A-Za-z0-9._+-]*@(?=[A-Za-z0-9])")


def masked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with personal data struck out; masking what is masked changes nothing.

    >>> masked(pd.DataFrame({"customer_id": ["jd_1001"], "description": ["请打 138-1234-5678"]})).values.tolist()
    [['j***1', '请打 138****5678']]
    """
    return each_column(frame, _masked)


def each_column(frame: pd.DataFrame, change: Callable[[str, Column], Column]) -> pd.DataFrame:
    """Return the frame with each column changed by its name; two columns may have one, as a join leaves them."""
    named = enumerate(frame.columns)
    changed = pd.DataFrame({at: change(str(name), frame.iloc[:, at]) for at, name in named}, index=frame.index)
    changed.columns, changed.attrs = frame.columns, frame.attrs
    return changed


def _masked(name: str, column: Column) -> Column:
    if name == CUSTOMER:
        return _each_text(column, _initials)
    if _may_hold_text(column) and not name.endswith("_id"):
        return _each_text(column, strike_out)
    return column


def strike_out(text: str) -> str:
    """Return a text with what would reach a person struck out, wherever it stands and in digits of any width."""
    text = _IDENTITY.sub(rf"\1{STARS}\2", text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _LANDLINE.sub(r"\1****\2", text)
    return _MAIL.sub(rf"\1{STARS}@", text)


def _initials(account: str) -> str:
    if STARS in account:
        return account
    return STARS if len(account) < 2 else account[0] + STARS + (account[-1] if len(account) > 2 else "")


def _may_hold_text(column: Column) -> bool:
    return bool(
        pd.api.types.is_string_dtype(column.dtype)
        or pd.api.types.is_object_dtype(column.dtype)
        or isinstance(column.dtype, pd.CategoricalDtype)
    )


def _each_text(column: Column, change: Callable[[str], str]) -> Column:
    once = cache(change)  # most texts stand in many rows
    changed = [once(value) if isinstance(value, str) else value for value in column]
    return pd.Series(changed, index=column.index, dtype=object)  # a text column would not hold what is no text

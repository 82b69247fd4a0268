"""What stands in an answer of the gateway: an error, a page of records, or one record.

Numbers are kept as the digits that arrived: an order number is longer than what a float keeps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]

_PARTS = ("pageResult", "queryResult", "searchorderinfo_result", "result")
_LISTS = ("data", "result", "orderInfoList", "comments")
_TOTALS = ("totalCount", "orderTotal", "totalItem")
_WRAPPERS = frozenset({"serviceBrief", "refundApplyVo", "orderinfo", "iteminfo", "orderAfsAndRefund"})


class TurnedDown(Exception):
    """JD answered, and said no: its code, and its own words for it."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(f"code {code}")
        self.code = code
        self.said = said


class Garbled(Exception):
    """The answer is none of JD's."""


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many records all its pages hold; None where JD does not say."""

    records: list[Record]
    total: int | None


def opened(method: str, body: bytes) -> Record:
    """Return what is inside the envelope of a method's answer. Raises `TurnedDown`, or `Garbled`."""
    try:
        tree = json.loads(body, parse_int=str, parse_float=str)
    except ValueError:
        raise Garbled from None
    if not isinstance(tree, dict):
        raise Garbled
    if isinstance(error := tree.get("error_response"), dict):
        raise TurnedDown(str(error.get("code", "?")), str(error.get("zh_desc") or error.get("en_desc") or ""))
    name = method.replace(".", "_")
    inside = tree.get(f"{name}_responce", tree.get(f"{name}_response"))  # JD's spelling, should they ever mend it
    if not isinstance(inside, dict):
        raise Garbled
    if str(inside.get("code", "0")) != "0":
        raise TurnedDown(str(inside["code"]), str(inside.get("zh_desc") or inside.get("msg") or ""))
    _refuse_failure(_part(inside))
    return inside


def page(inside: Record) -> Page:
    """Return the records of a list's page."""
    part = _part(inside)
    rows: list[Any] = next((part[name] for name in _LISTS if isinstance(part.get(name), list)), [])
    total = next((str(part[name]) for name in _TOTALS if part.get(name) is not None), "")
    return Page([bare(row) for row in rows if isinstance(row, dict)], int(total) if total.isdigit() else None)


def one(inside: Record) -> Record | None:
    """Return the one record of a view; None where it is empty."""
    data = _part(inside).get("data")
    return bare(data) if isinstance(data, dict) and data else None


def bare(record: Record) -> Record:
    """Return a record without the name that JD's own examples put around it."""
    inner = next(iter(record.values()), None)
    return inner if len(record) == 1 and record.keys() <= _WRAPPERS and isinstance(inner, dict) else record


def _part(inside: Record) -> Record:
    return next((inside[name] for name in _PARTS if isinstance(inside.get(name), dict)), inside)


def _refuse_failure(part: Mapping[str, Any]) -> None:
    """Raise what a method says within its result: the call arrived, and was not carried out."""
    said = part["apiResult"] if isinstance(part.get("apiResult"), dict) else part
    if str(said.get("success", True)).lower() == "false":
        code = next((said[name] for name in ("code", "errorCode", "numberCode") if said.get(name)), "?")
        words = next((said[name] for name in ("msg", "errorMsg", "chineseErrCode") if said.get(name)), "")
        raise TurnedDown(str(code), str(words))

"""A record of JD's → rows of text, under JD's own names: what an export of it would hold.

Nothing is judged here. What a code means stands in the profile `jd_api`, as for any other file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from metrics.export.masking import strike_out
from metrics.ingest.jd.envelope import Record, bare
from metrics.ingest.jd.moments import moment_text

Row = dict[str, str | None]

ORDER = (
    "orderId", "line", "skuId", "skuName", "itemTotal", "jdPrice", "pin", "orderSource", "province",
    "orderStartTime", "paymentConfirmTime", "orderEndTime", "orderState", "modified",
)  # fmt: skip
SERVICE_ORDER = (
    "serviceId", "orderId", "skuId", "customerExpect", "applyReason", "questionDesc", "serviceCount", "applyTime",
    "approveTime", "receiveDate", "processTime", "serviceStatus", "approveResultName", "processResultName",
    "approveName", "customerPin", "customerGrade", "refundAmt", "refundTime", "updateTime",
)  # fmt: skip
REFUND = ("refundId", "orderId", "applyRefundSum", "reason", "refundStatus", "applyTime", "checkTime", "modified")
COMMENT = ("commentId", "orderId", "commentClass", "creationTime")


def order_rows(record: Record) -> Iterator[Row]:
    """Give one row for each product of an order.

    JD numbers no lines. Their order is made the same at every pull, for a line is known by its place.
    """
    items = [bare(item) for item in record.get("itemInfoList") or [] if isinstance(item, dict)]
    items.sort(key=lambda item: [str(item.get(name) or "") for name in ("skuId", "jdPrice", "itemTotal")])
    consignee = record.get("consigneeInfo")
    whole = {
        "orderId": _text(record.get("orderId")),
        "pin": _first(record, "pin", "open_id_buyer"),
        "orderSource": _text(record.get("orderSource")),
        "province": _text(consignee.get("province")) if isinstance(consignee, dict) else None,
        "orderState": _text(record.get("orderState")),
        **_moments(record, "orderStartTime", "paymentConfirmTime", "orderEndTime", "modified"),
    }
    for number, item in enumerate(items or [{"itemTotal": "1", "jdPrice": record.get("orderSellerPrice")}], 1):
        named = {name: _text(item.get(name)) for name in ("skuId", "skuName", "itemTotal", "jdPrice")}
        yield {**whole, **named, "line": str(number)}


def service_order_row(record: Record) -> Row:
    """Return the row of a service order, whichever of JD's two families of names it came with."""
    customer = record.get("customerInfo")
    customer = customer if isinstance(customer, dict) else {}
    named = ("orderId", "customerExpect", "serviceCount", "serviceStatus", "approveResultName")
    return {
        **{name: _text(record.get(name)) for name in (*named, "processResultName", "approveName", "refundAmt")},
        "serviceId": _first(record, "serviceId", "afsServiceId"),
        "skuId": _first(record, "skuId", "wareId") or _first_of(record, "serviceBillDetailList", "skuId"),
        "applyReason": _reason(record),
        "questionDesc": strike_out(str(record.get("questionDesc") or "")) or None,  # no phone lies in the spool
        "customerPin": _first(record, "customerPin") or _first(customer, "jdPin"),
        "customerGrade": _first(record, "customerGrade") or _first(customer, "grade"),
        "applyTime": _moment(record, "applyTime", "afsApplyTime"),
        "approveTime": _moment(record, "approveTime", "approveDate"),
        "processTime": _moment(record, "processTime", "processDate"),
        "updateTime": _moment(record, "updateTime", "updateDate"),
        **_moments(record, "receiveDate", "refundTime"),
    }


def refund_row(record: Record) -> Row:
    """Return the row of an application for a refund before shipping."""
    return {
        "refundId": _text(record.get("id")),
        "refundStatus": _text(record.get("status")),
        **{name: _text(record.get(name)) for name in ("orderId", "applyRefundSum", "reason")},
        **_moments(record, "applyTime", "checkTime", "modified"),
    }


def comment_row(record: Record) -> Row:
    """Return the row of a comment; its class is that of the list on which it stood."""
    return {
        "commentId": _text(record.get("commentId")),
        "orderId": _first(record, "orderId", "encrypt_orderId"),
        "commentClass": _text(record.get("commentClass")),
        **_moments(record, "creationTime"),
    }


def _reason(record: Record) -> str | None:
    """Return the customer's reason; where the question's type is empty, JD hides it in one of two other places."""
    bill = record.get("sameOrderServiceBill")
    return (
        _first(record, "questionTypeCid2Name", "questionTypeCid1Name")
        or _first(_tree(record.get("extJsonStr")), "APPLYREASON")
        or (_first(bill, "applyReason") if isinstance(bill, dict) else None)
    )


def _tree(text: Any) -> Record:
    try:
        tree = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return {}
    return tree if isinstance(tree, dict) else {}


def _first(record: Record, *names: str) -> str | None:
    return next((text for name in names if (text := _text(record.get(name)))), None)


def _first_of(record: Record, name: str, field: str) -> str | None:
    rows = record.get(name)
    first = rows[0] if isinstance(rows, list) and rows else {}
    inner = next(iter(first.values()), None) if isinstance(first, dict) and len(first) == 1 else first
    return _first(inner, field) if isinstance(inner, dict) else None


def _moment(record: Record, *names: str) -> str | None:
    return next((text for name in names if (text := moment_text(record.get(name)))), None)


def _moments(record: Record, *names: str) -> Row:
    return {name: _moment(record, name) for name in names}


def _text(value: Any) -> str | None:
    """Return what a cell of an export would show; a record within the record is nothing for a cell."""
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value).strip() or None

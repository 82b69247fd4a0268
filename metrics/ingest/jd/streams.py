"""The four things that a pull asks JD for, each over a slice of time.

Orders and service orders are asked by when they changed. Refunds before shipping can be asked by their application
only, and change for weeks after it, so those of the last month are read again at every pull. Comments never change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from metrics.ingest.jd.client import Client
from metrics.ingest.jd.envelope import Record, one, page
from metrics.ingest.jd.listing import Listing, read
from metrics.ingest.jd.moments import sent
from metrics.ingest.jd.rows import (
    COMMENT,
    ORDER,
    REFUND,
    SERVICE_ORDER,
    Row,
    comment_row,
    order_rows,
    refund_row,
    service_order_row,
)
from metrics.ingest.jd.slices import STEP, Slice

VIEW = "jingdong.asc.query.view"
_PAID_BACK = "jingdong.asc.serviceAndRefund.view"
_ORDER_STATES = (
    "WAIT_SELLER_STOCK_OUT,WAIT_GOODS_RECEIVE_CONFIRM,WAIT_SELLER_DELIVERY,PAUSE,FINISHED_L,TRADE_CANCELED,LOCKED,"
    "POP_ORDER_PAUSE"
)
_ORDER_FIELDS = (
    "orderId,orderState,orderStartTime,paymentConfirmTime,orderEndTime,modified,pin,open_id_buyer,orderSource,"
    "orderSellerPrice,itemInfoList,consigneeInfo"
)
_CLASSES = (3, 2, 1)  # good, middling, bad
_DONE, _GIVES_BACK = "10010", frozenset({"10", "11"})  # a finished return, or a refund without one
_PAID = "13"
FEW = timedelta(days=5)
"""The slices of records of which a shop has few."""


@dataclass(frozen=True)
class Stream:
    """One kind of record: its columns, what tells a record from another, and which field says when it changed.

    `step` is how long its slices are, `lookback` how much earlier than the pull they begin.
    """

    name: str
    columns: tuple[str, ...]
    key: str
    updated: str
    rows: Callable[[Client, Slice], list[Row]]
    step: timedelta = STEP
    lookback: timedelta = timedelta(0)


def _orders(client: Client, within: Slice) -> list[Row]:
    def ask(start: datetime, stop: datetime, number: int) -> dict[str, Any]:
        return {
            "start_date": sent(start),
            "end_date": sent(stop),
            "order_state": _ORDER_STATES,
            "optional_fields": _ORDER_FIELDS,
            "dateType": 0,
            "page": number,
            "page_size": 100,
        }

    listing = Listing("jingdong.pop.order.enSearch", ask, "orderId", "modified", size=100)
    return [row for record in read(client, listing, within).values() for row in order_rows(record)]


def _service_orders(client: Client, within: Slice) -> list[Row]:
    """Ask which service orders changed, then read each: the list knows neither their audit nor the customer's words."""

    def ask(start: datetime, stop: datetime, number: int) -> dict[str, Any]:
        span = {"updateTimeBegin": sent(start), "updateTimeEnd": sent(stop)}
        return {**client.settings.caller, **span, "pageNumber": number, "pageSize": 50}

    listing = Listing("jingdong.asc.sync.list", ask, "serviceId", "updateTime")
    return [service_order_row(whole(client, brief)) for brief in read(client, listing, within).values()]


def whole(client: Client, brief: Record) -> Record:
    """Return a service order as it now is: the entry of the list, with all that its own view says of it."""
    asked = {**client.settings.caller, "serviceId": brief["serviceId"], "orderId": brief.get("orderId")}
    seen = one(client.call(VIEW, asked)) or {}
    said = {name: value for name, value in seen.items() if value not in (None, "")}
    record = {**brief, **said}
    if "updateDate" in said:
        record["updateTime"] = said["updateDate"]
    ended = str(record.get("serviceStatus")) == _DONE and str(record.get("customerExpect")) in _GIVES_BACK
    return {**record, **_paid_back(client, record)} if ended and not record.get("refundAmt") else record


def _paid_back(client: Client, record: Record) -> Record:
    """Return the money of a finished return, which stands on a list of its own."""
    asked = {"orderId": record.get("orderId"), "pageNumber": 1, "pageSize": 50}
    for each in page(client.call(_PAID_BACK, asked)).records:
        bill = each.get("sameOrderServiceBill") or {}
        if str(bill.get("serviceId")) == str(record["serviceId"]) and str(each.get("status")) == _PAID:
            return {
                "refundAmt": each.get("refoundAmount"),
                "refundTime": each.get("completeTime"),
                "sameOrderServiceBill": bill,
            }
    return {}


def _refunds(client: Client, within: Slice) -> list[Row]:
    def ask(start: datetime, stop: datetime, number: int) -> dict[str, Any]:
        span = {"applyTimeStart": sent(start), "applyTimeEnd": sent(stop)}
        return {**span, "pageIndex": number, "pageSize": 50}

    listing = Listing("jingdong.pop.afs.soa.refundapply.queryPageList", ask, "id", "modified")
    return [refund_row(record) for record in read(client, listing, within).values()]


def _comments(client: Client, within: Slice) -> list[Row]:
    """Ask for good, middling and bad comments one after the other: the class is what was asked for."""

    def ask(score: int, start: datetime, stop: datetime, number: int) -> dict[str, Any]:
        return {"beginTime": sent(start), "endTime": sent(stop), "score": score, "page": number, "pageSize": 50}

    rows = []
    for score in _CLASSES:
        method = "jingdong.pop.PopCommentJsfService.getVenderCommentsForJos"
        listing = Listing(method, partial(ask, score), "commentId", "creationTime")
        found = read(client, listing, within).values()
        rows += [comment_row({**record, "commentClass": score}) for record in found]
    return rows


STREAMS = (
    Stream("orders", ORDER, "orderId", "modified", _orders),
    Stream("service_orders", SERVICE_ORDER, "serviceId", "updateTime", _service_orders),
    Stream("refunds", REFUND, "refundId", "modified", _refunds, step=FEW, lookback=timedelta(days=30)),
    Stream("comments", COMMENT, "commentId", "creationTime", _comments, step=FEW),
)

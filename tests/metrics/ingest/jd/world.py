"""What a made-up shop looks like at JD: four kinds of records, in the shapes that JD's answers have.

Everything follows from the number of a record, so that a test can say what must come of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
SINCE = datetime(2026, 11, 4)
NOW = datetime(2026, 11, 8, 12, tzinfo=BEIJING)
Record = dict[str, Any]


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def milliseconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=BEIJING).timestamp() * 1000)


@dataclass
class World:
    orders: list[Record] = field(default_factory=list)
    tickets: list[Record] = field(default_factory=list)
    refunds: list[Record] = field(default_factory=list)
    comments: list[Record] = field(default_factory=list)
    late: int = 0

    def touch(self) -> None:
        """Change one order and one service order now, as the shop's day goes on while a pull reads."""
        self.late += 1
        at = NOW.replace(tzinfo=None) + timedelta(seconds=self.late)
        order = self.orders[self.late * 37 % len(self.orders)]
        order |= {"orderState": "FINISHED_L", "orderEndTime": text(at), "modified": text(at)}
        ticket = self.tickets[self.late * 23 % len(self.tickets)]
        ticket |= {"serviceStatus": 10011, "processDate": milliseconds(at), "updateDate": milliseconds(at)}
        ticket["sysVersion"] += 1


def order(number: int, at: datetime, *, items: int = 1) -> Record:
    paid = "0001-01-01 00:00:00" if number % 29 == 0 else text(at + timedelta(minutes=3))
    return {
        "orderId": 300_000_000_000_000_000 + number,  # longer than a float keeps
        "orderState": "TRADE_CANCELED" if number % 13 == 0 else "WAIT_GOODS_RECEIVE_CONFIRM",
        "orderStartTime": text(at),
        "paymentConfirmTime": paid,
        "orderEndTime": "",
        "modified": text(at + timedelta(minutes=5)),
        "pin": f"jd_{number % 40}",
        "orderSource": "移动端订单",
        "consigneeInfo": {"province": ("广东", "湖北省", "内蒙古自治区")[number % 3], "mobile": "13800138000"},
        "itemInfoList": [item(1000 + (number + each) % 7) for each in range(items)],
    }


def item(sku: int) -> Record:
    return {"skuId": str(sku), "skuName": f"商品{sku}", "itemTotal": "2", "jdPrice": "19.90"}


def ticket(number: int, of: Record, at: datetime) -> Record:
    """Return a service order as its view shows it; `brief` is what the list shows of the same."""
    status = (10001, 10005, 10010, 10004, 10002)[number % 5]
    # Every third names no type of question: the reason stands elsewhere.
    named = {"questionTypeCid1Name": "质量问题", "questionTypeCid2Name": "商品破损"} if number % 3 else {}
    hidden = {} if number % 3 else {"extJsonStr": json.dumps({"APPLYREASON": "不喜欢/不想要"}, ensure_ascii=False)}
    return {
        "serviceId": 2_000_000_000 + number,
        "orderId": of["orderId"],
        "customerExpect": (10, 20, 11)[number % 3],
        "applyTime": milliseconds(at),
        "approveDate": milliseconds(at + timedelta(hours=2)) if status not in (10001, 10002) else None,
        "approveResultName": {10004: "审核不通过", 10005: "同意", 10010: "同意"}.get(status, ""),
        "processDate": milliseconds(at + timedelta(hours=20)) if status == 10010 else None,
        "serviceStatus": status,
        "serviceCount": 1,
        "questionDesc": "电话 13912345678，屏幕碎了",
        "approveName": "小王",
        "customerInfo": {"jdPin": of["pin"], "grade": "PLUS"},
        "serviceBillDetailList": [{"serviceBillDetail": {"skuId": of["itemInfoList"][0]["skuId"]}}],
        "updateDate": milliseconds(at + timedelta(hours=21)),
        "sysVersion": 3,
        **named,
        **hidden,
    }


def brief(of: Record) -> Record:
    names = ("serviceId", "orderId", "customerExpect", "applyTime", "serviceStatus", "sysVersion")
    return {"serviceBrief": {**{name: of[name] for name in names}, "updateTime": of["updateDate"]}}


def refund(number: int, of: Record, at: datetime) -> Record:
    return {
        "id": 900_000 + number,
        "orderId": of["orderId"],
        "applyTime": text(at),
        "applyRefundSum": 1990,
        "reason": "不想要了",
        "status": (0, 3, 19, 11)[number % 4],
        "checkTime": text(at + timedelta(hours=1)) if number % 4 else None,
    }


def comment(number: int, of: Record, at: datetime) -> Record:
    return {
        "commentId": f"c{number}",
        "orderId": of["orderId"],
        "score": 3 - number % 3,
        "creationTime": milliseconds(at),
    }


def shop() -> World:
    """Return a shop with 112 orders and 52 service orders on one day, and a few on the others: more than one page."""
    world = World()
    for number in range(140):
        day = SINCE + timedelta(days=1 if number < 112 else (number % 4))
        world.orders.append(order(number, day + timedelta(minutes=7 * number), items=1 + number % 2))
    for number in range(56):
        day = SINCE + timedelta(days=1 if number < 52 else (number % 3))
        world.tickets.append(ticket(number, world.orders[number], day + timedelta(minutes=2 * number)))
    for number in range(70):
        at = SINCE - timedelta(days=20) if number < 10 else SINCE + timedelta(days=1, minutes=number)
        world.refunds.append(refund(number, world.orders[number + 70], at))
    for number in range(9):
        world.comments.append(comment(number, world.orders[number], SINCE + timedelta(days=2, hours=number)))
    return world

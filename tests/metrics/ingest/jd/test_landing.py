"""What stands in the tables after a pull: yuan, Beijing's time, the outcome by name, and what all of it covers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.metrics.ingest.jd.counter import Counter
from tests.metrics.ingest.jd.world import NOW, SINCE, World

if TYPE_CHECKING:
    from tests.metrics.ingest.conftest import Desk

DAY = SINCE + timedelta(days=1)
UNTIL = NOW.replace(tzinfo=None)


def test_orders_land_as_lines_in_yuan_and_beijing_s_time(pulled: Desk) -> None:
    lines = pulled.ask(
        "SELECT order_id, line_id, sku_id, quantity, amount, ordered_at, paid_at IS NULL, cancelled, province "
        "FROM order_lines WHERE order_id IN ('300000000000000029', '300000000000000026') ORDER BY order_id, line_id"
    )
    made = {number: DAY + timedelta(minutes=7 * number) for number in (26, 29)}
    assert lines == [
        ("300000000000000026", "1", "1005", 2, Decimal("39.80"), made[26], False, True, "内蒙古"),
        ("300000000000000029", "1", "1001", 2, Decimal("39.80"), made[29], True, False, "内蒙古"),
        ("300000000000000029", "2", "1002", 2, Decimal("39.80"), made[29], True, False, "内蒙古"),
    ]
    assert pulled.ask("SELECT count(DISTINCT order_id), count(*) FROM order_lines") == [(140, 210)]
    assert pulled.ask("SELECT DISTINCT customer_id FROM order_lines WHERE order_id LIKE '%029'") == [("jd_29",)]


def test_service_orders_land_as_tickets(pulled: Desk) -> None:
    columns = "type, reason_text, outcome, requested_at, responded_at, closed_at, refund_amount, refunded_at"

    def told(number: int) -> tuple[Any, ...]:
        return pulled.ask(f"SELECT {columns} FROM tickets WHERE ticket_id = '{2_000_000_000 + number}'")[0]

    at = [DAY + timedelta(minutes=2 * number) for number in range(8)]
    # Waits for the audit; the question has no type, and the reason is read from the extension.
    assert told(0) == ("return", "不喜欢/不想要", "open", at[0], None, None, None, None)
    ended = at[2] + timedelta(hours=20)
    answered = at[2] + timedelta(hours=2)
    assert told(2) == ("refund_only", "商品破损", "approved", at[2], answered, ended, Decimal("19.90"), ended)
    turned_down = at[3] + timedelta(hours=2)
    assert told(3)[2:6] == ("rejected", at[3], turned_down, turned_down)
    # Waits for the customer, which is an answer of the shop's.
    assert told(4)[2:6] == ("open", at[4], at[4] + timedelta(hours=21), None)
    # A finished exchange gives no money back.
    assert told(7) == (
        "exchange", "商品破损", "approved", at[7], at[7] + timedelta(hours=2), at[7] + timedelta(hours=20), None, None,
    )  # fmt: skip


def test_what_a_service_order_says_besides(pulled: Desk) -> None:
    said = pulled.ask("SELECT sku_id, quantity, description, handler FROM tickets WHERE ticket_id = '2000000002'")
    assert said == [("1002", 1, "电话 139****5678，屏幕碎了", "小王")]
    assert pulled.ask("SELECT DISTINCT tier FROM customers") == [("PLUS",)]


def test_refunds_before_shipping_come_in_fen(pulled: Desk) -> None:
    rows = pulled.ask(
        "SELECT ticket_id, type, outcome, requested_at, responded_at, refund_amount, refunded_at FROM tickets "
        "WHERE ticket_id IN ('R900010', 'R900011', 'R900012', 'R900013') ORDER BY 1"
    )
    made = {number: DAY + timedelta(minutes=number) for number in range(10, 14)}
    checked = {number: moment + timedelta(hours=1) for number, moment in made.items()}
    kind = "refund_before_shipping"
    assert rows == [
        ("R900010", kind, "open", made[10], checked[10], None, None),
        ("R900011", kind, "withdrawn", made[11], checked[11], None, None),
        ("R900012", kind, "open", made[12], None, None, None),
        ("R900013", kind, "approved", made[13], checked[13], Decimal("19.90"), checked[13]),
    ]
    # Those of a month before are there as well: nothing tells when they change.
    assert pulled.ask("SELECT count(*) FROM tickets WHERE ticket_id LIKE 'R%'") == [(70,)]


def test_a_refund_on_which_jd_was_called_in_is_a_dispute(pulled: Desk) -> None:
    asked = "SELECT order_id, ticket_id, liable, ruled_at FROM disputes WHERE dispute_id = 'R900010'"
    assert pulled.ask(asked) == [("300000000000000080", "R900010", "open", None)]
    # It is not all disputes: without coverage their rate stays not available, and is not taken for nearly nothing.
    assert pulled.ask("SELECT count(*) FROM coverage WHERE table_name IN ('disputes', 'customers')") == [(0,)]


def test_comments_land_as_surveys_of_three_scores(pulled: Desk) -> None:
    assert pulled.ask("SELECT score, count(*) FROM surveys GROUP BY 1 ORDER BY 1") == [(1, 3), (3, 3), (5, 3)]
    # The time came in milliseconds.
    assert pulled.ask("SELECT min(answered_at) FROM surveys") == [(SINCE + timedelta(days=2),)]


def test_what_was_pulled_counts_until_the_pull_began(pulled: Desk) -> None:
    assert pulled.ask("SELECT table_name, covered_until, until_assumed FROM coverage ORDER BY 1") == [
        ("order_lines", UNTIL, False),
        ("surveys", UNTIL, False),
        ("tickets", UNTIL, False),
    ]
    assert pulled.ask("SELECT as_of FROM shops") == [(UNTIL,)]


def test_a_pull_goes_on_where_the_exports_of_the_back_office_end(counter: Counter, desk: Desk) -> None:
    """Both are the same shop's orders: were they two sources, the data would end where the older one does for ever."""
    desk.bring_one(
        "订单.csv",
        "订单编号,商品编号,订购数量,商品金额,下单时间,付款时间,更新时间\n"
        "300000000000000001,1001,1,39.80,2026-11-05 00:07:00,2026-11-05 00:10:00,2026-11-05 00:10:00\n"
        "77,1001,1,20,2026-10-30 10:00:00,2026-10-30 10:01:00,2026-10-30 10:01:00\n",
        shop="jd-shop",
    )
    counter.pull(desk.store)
    assert desk.ask("SELECT source, covered_until FROM coverage WHERE table_name = 'order_lines'") == [("jd", UNTIL)]
    asked = "SELECT count(*) FROM order_lines WHERE order_id = '{}'"
    assert desk.ask(asked.format("300000000000000001")) == [(2,)]
    assert desk.ask(asked.format("77")) == [(1,)]


def test_an_empty_span_is_covered_too(counter: Counter, desk: Desk) -> None:
    counter.gateway.world = World()
    counter.pull(desk.store)
    assert desk.ask("SELECT count(*) FROM order_lines") == [(0,)]
    assert desk.ask("SELECT as_of FROM shops") == [(UNTIL,)]


def test_a_state_that_nobody_knows_rejects_its_row_and_says_so(counter: Counter, desk: Desk) -> None:
    counter.gateway.world = World(tickets=counter.gateway.world.tickets[:3])
    counter.gateway.world.tickets[1]["serviceStatus"] = 10077
    report = counter.pull(desk.store)
    assert [file.rows_rejected for file in report.files] == [0, 1, 0, 0]
    assert "“10077” in approveResultName, processResultName, serviceStatus" in desk.rejected(report.files[1])[0]


def test_the_same_again_changes_nothing_and_later_only_what_changed(counter: Counter, desk: Desk) -> None:
    counter.pull(desk.store)
    again = counter.pull(desk.store)
    assert again.version is None
    assert all(file.already_imported for file in again.files)
    counter.gateway.now = NOW + timedelta(hours=2)
    counter.gateway.world.touch()
    later = counter.pull(desk.store, since=NOW)
    assert [file.rows_accepted for file in later.files] == [2, 1, 70, 0]  # an order of two lines
    assert later.files[2].changes["tickets"].nothing
    assert desk.ask("SELECT outcome FROM tickets WHERE ticket_id = '2000000023'") == [("withdrawn",)]
    assert desk.ask("SELECT count(*) FROM order_lines") == [(210,)]
    assert desk.ask("SELECT as_of FROM shops") == [(UNTIL + timedelta(hours=2),)]

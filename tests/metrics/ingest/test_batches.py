from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Desk

LINES = "order_id,line_id,sku_id,quantity,ordered_at,shipped_at,batch_id\n"
RECEIPTS = "商品编号,批次,到货日,数量\n"


def lines(*rows: tuple[str, int, str, str]) -> str:
    return LINES + "".join(
        f"{order},1,S,{units},2026-09-01,{shipped},{batch}\n" for order, units, shipped, batch in rows
    )


def batches_of(desk: Desk) -> list[tuple[str, str | None, str | None]]:
    return desk.ask("SELECT order_id, batch_id, batch_source FROM order_lines ORDER BY 1")  # type: ignore[return-value]


def test_without_receipts_the_week_of_shipping_stands_for_the_batch(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", lines(("A", 1, "2026-11-11", ""), ("B", 1, "2027-01-01", ""), ("C", 1, "", "")))
    assert batches_of(desk) == [("A", "2026-W46", "week"), ("B", "2026-W53", "week"), ("C", None, None)]


def test_receipts_are_used_up_first_in_first_out(desk: Desk) -> None:
    """Three units of B1 and then B2: the line whose first unit is the fourth comes from B2."""
    orders = desk.write(
        "order_lines.csv",
        lines(
            ("A", 2, "2026-10-05", ""),
            ("B", 1, "2026-10-06", ""),
            ("C", 1, "2026-10-07", ""),
            ("D", 1, "2026-10-08", ""),
        ),
    )
    receipts = desk.write("receipts.csv", RECEIPTS + "S,B1,2026-10-01,3\nS,B2,2026-10-02,10\n")
    desk.bring(orders, receipts)
    assert batches_of(desk) == [
        ("A", "B1", "inferred"),
        ("B", "B1", "inferred"),
        ("C", "B2", "inferred"),
        ("D", "B2", "inferred"),
    ]


def test_nothing_is_shipped_from_a_receipt_that_came_later(desk: Desk) -> None:
    orders = desk.write(
        "order_lines.csv", lines(("A", 1, "2026-09-20", ""), ("B", 3, "2026-10-05", ""), ("C", 1, "2026-10-06", ""))
    )
    receipts = desk.write("receipts.csv", RECEIPTS + "S,B1,2026-10-01,2\nS,B2,2026-10-10,10\n")
    desk.bring(orders, receipts)
    assert batches_of(desk) == [
        ("A", "2026-W38", "week"),  # before the first receipt
        ("B", "B1", "inferred"),
        ("C", "B1", "inferred"),  # used up by the count, but B2 had not come
    ]


def test_a_given_batch_uses_up_its_receipt_too(desk: Desk) -> None:
    orders = desk.write("order_lines.csv", lines(("A", 2, "2026-10-09", "B1"), ("B", 1, "2026-10-05", "")))
    receipts = desk.write("receipts.csv", RECEIPTS + "S,B1,2026-10-01,2\nS,B2,2026-10-02,10\n")
    desk.bring(orders, receipts)
    assert batches_of(desk) == [("A", "B1", "given"), ("B", "B2", "inferred")]


def test_receipts_without_units_go_by_date(desk: Desk) -> None:
    orders = desk.write("order_lines.csv", lines(("A", 1, "2026-10-05", ""), ("B", 1, "2026-10-20", "")))
    receipts = desk.write("receipts.csv", RECEIPTS + "S,B1,2026-10-01,\nS,B2,2026-10-10,\n")
    desk.bring(orders, receipts)
    assert batches_of(desk) == [("A", "B1", "inferred"), ("B", "B2", "inferred")]


def test_an_inferred_batch_is_written_once_and_a_week_gives_way(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", lines(("A", 1, "2026-10-05", ""), ("B", 1, "2026-10-20", "")))
    desk.bring_one("receipts.csv", RECEIPTS + "S,B1,2026-10-01,1\nS,B2,2026-10-10,10\n")
    assert batches_of(desk) == [("A", "B1", "inferred"), ("B", "B2", "inferred")]
    # A receipt that turns up later would change the count; lines that have a batch keep it.
    desk.bring_one("receipts2.csv", RECEIPTS + "S,B0,2026-09-01,100\n")
    # And so does the order's own file, imported again with another cell changed.
    desk.bring_one("order_lines.csv", lines(("A", 5, "2026-10-05", ""), ("B", 1, "2026-10-20", "")))
    assert batches_of(desk) == [("A", "B1", "inferred"), ("B", "B2", "inferred")]


def test_a_batch_that_the_export_names_replaces_an_inferred_one(desk: Desk) -> None:
    orders = desk.write("a.csv", lines(("A", 1, "2026-10-05", "")))
    receipts = desk.write("receipts.csv", RECEIPTS + "S,B1,2026-10-01,5\n")
    desk.bring(orders, receipts)
    desk.bring_one("b.csv", lines(("A", 1, "2026-10-05", "X9")))
    assert batches_of(desk) == [("A", "X9", "given")]


def test_a_line_that_ships_later_gets_its_batch_then(desk: Desk) -> None:
    desk.bring_one("a.csv", lines(("A", 1, "", "")))
    assert batches_of(desk) == [("A", None, None)]
    desk.bring_one("b.csv", lines(("A", 1, "2026-11-11", "")))
    assert batches_of(desk) == [("A", "2026-W46", "week")]


def test_receipts_of_one_shop_are_not_another_s(desk: Desk) -> None:
    desk.bring_one("receipts.csv", RECEIPTS + "S,B1,2026-10-01,5\n", shop="other")
    desk.bring_one("a.csv", lines(("A", 1, "2026-11-11", "")))
    assert batches_of(desk) == [("A", "2026-W46", "week")]

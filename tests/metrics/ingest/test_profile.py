from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from metrics.ingest.contract import contract
from metrics.ingest.profile import SHIPPED, load_mapping, recognise, required, shipped
from metrics.ingest.read import open_source
from metrics.words import Refused

if TYPE_CHECKING:
    from conftest import Desk

JD = {
    "orders": "订单编号,下单时间,付款时间,商品编号,商品名称,商品类目,订购数量,商品金额,订单状态,下单账号,客户等级,"
    "收货省份,订单渠道,仓库名称,承运商,发货时间,妥投时间,运费险,生产批次",
    "tickets": "服务单号,订单编号,商品编号,商品数量,服务类型,申请原因,问题描述,申请时间,审核时间,待客户反馈时间,"
    "审核结果,服务单状态,完成时间,退款金额,退款时间,补偿金额,追回金额,首次联系时间,收货时间,换新发货时间,运费,"
    "运费承担方,处理人,维修商,承诺完成日期,原服务单号,自动审核,更新时间",
    "products": "商品编号,商品名称,商品类目,成本价",
    "batches": "商品编号,批次,到货日,数量",
    "offers": "服务单号,方案时间,方案,金额,是否接受",
    "disputes": "纠纷单号,服务单号,订单编号,发起时间,判定时间,责任方",
    "surveys": "评价编号,订单编号,服务单号,评分,评价时间",
    "followups": "服务单号,客户账号,分组,分配时间,券金额",
}


@pytest.mark.parametrize(("kind", "headers"), JD.items())
def test_every_jd_file_is_recognised_by_its_headers(tmp_path: Path, kind: str, headers: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(headers + "\n", encoding="utf-8")
    found = recognise(open_source(path, tmp_path), shipped().values())
    assert found is not None
    assert (found[0].name, found[1].name) == ("jd", kind)


@pytest.mark.parametrize("table", contract())
def test_every_table_of_the_contract_is_recognised_by_its_columns(tmp_path: Path, table: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(",".join(contract()[table].from_file) + "\n", encoding="utf-8")
    found = recognise(open_source(path, tmp_path), shipped().values())
    assert found is not None
    assert (found[0].name, found[1].name) == ("generic", table)


def test_headers_in_another_spelling_are_known(desk: Desk) -> None:
    desk.bring_one(
        "orders.csv", "订单号,下单日期,SKU编号,购买数量,省份,状态\nA,2026-11-01 10:00:00,S,2,浙江省,已取消\n"
    )
    assert desk.ask("SELECT order_id, sku_id, quantity, province, cancelled FROM order_lines") == [
        ("A", "S", 2, "浙江", True)
    ]


def test_a_missing_header_is_named_with_those_that_are_not_known(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.bring_one("tickets.csv", "服务单号,服务类型,提交时间,审核结果\nT,退货,2026-11-01,待审核\n", profile="jd")
    said = str(refused.value)
    assert "lacks 申请时间" in said
    assert "does not know: 提交时间" in said


def test_headers_that_were_not_used_are_said(desk: Desk) -> None:
    report = desk.bring_one("orders.csv", "订单编号,下单时间,开票抬头\nA,2026-11-01 10:00:00,某公司\n")
    assert ("ingest.unused_headers", {"headers": "开票抬头"}) in [(note.code, note.values) for note in report.notes]


def test_every_word_of_a_shipped_profile_is_one_that_the_contract_knows() -> None:
    checks = {
        column.name: set(re.findall(r"'(\w+)'", column.check))
        for table in contract().values()
        for column in table.columns.values()
        if column.check and column.type == "VARCHAR"
    }
    checked = 0
    for profile in shipped().values():
        for column, words in profile.values.items():
            if column in checks:
                assert set(words.values()) <= checks[column], (profile.name, column)
                checked += 1
    assert checked >= 5


def test_every_header_that_a_shipped_select_asks_for_can_be_respelt() -> None:
    """A header of the back office that changes is mended in profile.toml, never in SQL."""
    jd = shipped()["jd"]
    spelt = set(tomllib.loads((SHIPPED / "jd" / "profile.toml").read_text(encoding="utf-8"))["headers"])
    for kind in jd.kinds:
        for select in kind.tables.values():
            asked = set(re.findall(r'"([^"]+)"', select)) - {"配送方式"}
            assert asked <= spelt | {"配送方式"}


def test_a_spelling_stands_for_one_header_only() -> None:
    said = tomllib.loads((SHIPPED / "jd" / "profile.toml").read_text(encoding="utf-8"))["headers"]
    by_kind = {kind: set(headers.split(",")) for kind, headers in JD.items()}
    for spelling, meant in ((s, h) for h, spellings in said.items() for s in spellings):
        for kind, headers in by_kind.items():
            if meant in headers:
                others = {h for h, spellings in said.items() if spelling in spellings and h in headers and h != meant}
                assert not others, (kind, spelling, meant, others)


def test_a_mapping_of_the_user_s_own(desk: Desk) -> None:
    mapping = desk.write(
        "mine.toml",
        """
        duplicates = "keep"
        [tickets]
        ticket_id = "Ticket"
        type = { value = "other" }
        outcome = "State"
        requested_at = ["Day", "Clock"]
        [formats]
        requested_at = ["%d-%m-%y %I:%M:%S %p"]
        [values.outcome]
        "Solved" = "closed"
        """,
    )
    desk.bring_one("file.csv", "Ticket,State,Day,Clock\n1,Solved,22-04-15,3:53:50 PM\n", profile=str(mapping))
    assert desk.ask(
        "SELECT ticket_id, type, outcome, strftime(requested_at, '%Y-%m-%d %H:%M:%S'), source FROM tickets"
    ) == [("1", "other", "closed", "2015-04-22 15:53:50", "mine")]


def test_a_corrected_mapping_makes_the_same_file_another_import(desk: Desk) -> None:
    path = desk.write("file.csv", "o,at,net,gross\nA,2026-11-01,8,10\n")
    text = '[order_lines]\norder_id = "o"\nordered_at = "at"\namount = "{}"\n'
    mapping = desk.write("mine.toml", text.format("net"))
    desk.bring(path, profile=str(mapping))
    desk.write("mine.toml", text.format("gross"))
    assert desk.bring(path, profile=str(mapping)).version == 2
    assert desk.ask("SELECT CAST(amount AS INT) FROM order_lines") == [(10,)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[order_lines", "not valid TOML"),
        ('time_zone = "Asia/Shanghai"', "maps no table"),
        ('[order_lines]\norder_id = "o"\nordered_at = "t"\ncolour = "c"', "no column colour"),
        ('[order_lines]\norder_id = "o"\nordered_at = ""', "ordered_at must be mapped"),
        (
            '[order_lines]\norder_id = "o"\nordered_at = "t"\n[formats]\nordered_at = []',
            "choose the format of ordered_at",
        ),
        (
            '[tickets]\nticket_id = "a"\ntype = "b"\noutcome = "c"\n[values.outcome]\n"Odd" = ""',
            "say what Odd stands for",
        ),
    ],
)
def test_a_mapping_that_is_not_complete_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=words):
        load_mapping(path)


def test_an_unknown_profile_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"no profile “taobao”. Known: amazon_sale, generic, jd"):
        desk.bring_one("file.csv", "a\n1\n", profile="taobao")


def test_the_key_and_the_required_columns_are_those_of_the_contract() -> None:
    """Read again with other means: a second reading of tables.sql, by the engine's own catalogue."""
    with duckdb.connect() as con:
        con.execute((Path(__file__).parents[3] / "metrics/warehouse/tables.sql").read_text(encoding="utf-8"))
        for name, table in contract().items():
            found = con.execute(
                f"SELECT column_name, is_nullable FROM duckdb_columns() WHERE table_name = '{name}'"
            ).fetchall()
            assert tuple(column for column, _ in found) == tuple(table.columns)
            assert {column for column, nullable in found if not nullable} >= set(required(table)) | set(table.key)

"""The sample: made by the simulator and nothing else, small enough, and holding what its README says."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from metrics.simulate import SAMPLE, write_sample
from metrics.simulate.sample import FILES
from metrics.simulate.scenario import BadBatch

FOLDER = Path(__file__).parents[3] / "data" / "sample"
QUALITY = ("性能故障", "无法开机", "外壳划痕", "与描述不符", "色差", "少件漏发", "商品破损")
ORDERS = [
    "订单编号",
    "下单时间",
    "付款时间",
    "商品编号",
    "商品名称",
    "商品类目",
    "订购数量",
    "商品金额",
    "订单状态",
    "下单账号",
    "客户等级",
    "收货省份",
    "订单渠道",
    "仓库名称",
    "承运商",
    "发货时间",
    "妥投时间",
    "运费险",
    "生产批次",
]
TICKETS = [
    "服务单号",
    "订单编号",
    "商品编号",
    "商品数量",
    "服务类型",
    "申请原因",
    "问题描述",
    "申请时间",
    "审核时间",
    "待客户反馈时间",
    "审核结果",
    "服务单状态",
    "完成时间",
    "退款金额",
    "退款时间",
    "补偿金额",
    "追回金额",
    "首次联系时间",
    "收货时间",
    "换新发货时间",
    "运费",
    "运费承担方",
    "处理人",
    "维修商",
    "承诺完成日期",
    "原服务单号",
    "自动审核",
    "更新时间",
]


def sheet(path: Path) -> pd.DataFrame:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return pd.DataFrame(rows[1:], columns=rows[0])


def csv(kind: str, folder: Path = FOLDER) -> pd.DataFrame:
    name, encoding = FILES[kind]
    return pd.read_csv(folder / name, encoding=encoding, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Return the order lines as the sheet has them."""
    return sheet(FOLDER / FILES["orders"][0])


@pytest.fixture(scope="module")
def tickets() -> pd.DataFrame:
    """Return the service tickets, with their request times."""
    read = csv("tickets")
    return read.assign(requested=pd.to_datetime(read["申请时间"]))


@pytest.fixture(scope="module")
def sold(orders: pd.DataFrame, tickets: pd.DataFrame) -> pd.DataFrame:
    """Return the paid lines with the reason of their first ticket."""
    paid = orders[(orders["付款时间"] != "") & (orders["订单状态"] != "已取消")]
    first = tickets[tickets["原服务单号"] == ""][["订单编号", "商品编号", "申请原因", "服务类型", "requested"]]
    joined = paid.merge(first, on=["订单编号", "商品编号"], how="left")
    return joined.assign(paid=pd.to_datetime(joined["付款时间"]))


def test_the_committed_files_are_the_simulator_s(tmp_path: Path, orders: pd.DataFrame) -> None:
    """Text files byte for byte; the sheet by its rows, since its bytes also hang on the compressor of the machine."""
    write_sample(tmp_path)
    for path in sorted(tmp_path.glob("*.csv")):
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name
    pd.testing.assert_frame_equal(sheet(tmp_path / FILES["orders"][0]), orders)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in FOLDER.iterdir()} - {"README.md"}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_sample(tmp_path / name, lines=3_000)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_at_most_five_megabytes() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 5_000_000


def test_as_the_back_office_gives_it(orders: pd.DataFrame) -> None:
    assert list(orders.columns) == ORDERS
    header = (FOLDER / FILES["tickets"][0]).read_bytes().split(b"\r\n", 1)[0]
    assert header.decode("gb18030").split(",") == TICKETS


def test_sixty_five_weeks_of_three_categories(orders: pd.DataFrame) -> None:
    assert 75_000 <= len(orders) <= 85_000
    assert orders["商品编号"].nunique() == 40
    assert set(orders["商品类目"]) == {"小家电", "服饰", "家居"}
    ordered = pd.to_datetime(orders["下单时间"])
    assert ordered.min().date() == date(2025, 8, 18)
    assert ordered.max() <= SAMPLE.as_of
    hot = orders["商品名称"].value_counts(normalize=True)
    assert set(hot.index[:2]) == set(SAMPLE.hot)


def test_the_queue_on_monday_morning(tickets: pd.DataFrame) -> None:
    waiting = tickets[
        (tickets["审核结果"] == "待审核") & (tickets["审核时间"] == "") & (tickets["待客户反馈时间"] == "")
    ]
    left = waiting["requested"] + timedelta(hours=24) - SAMPLE.as_of
    assert len(waiting) >= 25
    assert (left.between(timedelta(0), timedelta(hours=4), inclusive="right")).sum() >= 5
    assert (left <= timedelta(0)).sum() >= 3


def test_rates_are_plausible(sold: pd.DataFrame, tickets: pd.DataFrame) -> None:
    grown = sold[sold["paid"] < SAMPLE.as_of - timedelta(days=38)]
    refunded = tickets.loc[
        (tickets["退款时间"] != "") & (tickets["服务类型"] != "发货前退款"), ["订单编号", "商品编号"]
    ].drop_duplicates()
    back = grown.merge(refunded.assign(back=True), on=["订单编号", "商品编号"], how="left")
    rate = back["back"].notna().groupby(back["商品类目"]).mean()
    assert 0.04 <= rate["小家电"] <= 0.06
    assert 0.18 <= rate["服饰"] <= 0.25
    assert 0.06 <= rate["家居"] <= 0.09
    assert 0.003 <= len(csv("disputes")) / len(sold) <= 0.007
    assert 0.8 <= (csv("surveys")["评分"].astype(int) >= 4).mean() <= 0.9


def test_no_real_phone_number(tickets: pd.DataFrame) -> None:
    said = "\n".join(tickets["问题描述"])
    assert not re.search(r"1\d{10}", said)
    assert re.search(r"1\d{6}xxxx", said)


def quality_ratio(sold: pd.DataFrame, inside: pd.Series[bool], outside: pd.Series[bool]) -> float:
    quality = sold["申请原因"].isin(QUALITY) & (sold["服务类型"] != "维修")
    return float(quality[inside].mean() / quality[outside].mean())


@pytest.mark.parametrize("bad", SAMPLE.bad_batches, ids=lambda batch: batch.product)
def test_bad_batches_stand_out(bad: BadBatch, sold: pd.DataFrame) -> None:
    product = sold["商品名称"] == bad.product
    batch_id = sold.loc[product & (sold["paid"].dt.date == bad.starts_on + timedelta(days=2)), "生产批次"].iloc[0]
    young = sold["paid"] < pd.Timestamp(SAMPLE.as_of) - timedelta(days=7)
    inside = product & young & (sold["生产批次"] == batch_id)
    outside = product & young & (sold["生产批次"] != batch_id)
    assert quality_ratio(sold, inside, outside) > 1.5
    row = csv("batches").set_index(["商品编号", "批次"]).loc[(sold.loc[product, "商品编号"].iloc[0], batch_id)]
    assert int(row["库存"]) == bad.units_in_stock
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"{bad.product} {sold.loc[product, '商品编号'].iloc[0]}，批次 {batch_id}，主因 {bad.reason}" in readme
    assert f"×{bad.multiplier}" in readme


def test_the_false_suspect_is_a_courier(sold: pd.DataFrame) -> None:
    (trouble,) = SAMPLE.courier_troubles
    during = sold["paid"].between(pd.Timestamp(trouble.starts_on), pd.Timestamp(trouble.stops_on))
    suspect = sold["商品名称"] == trouble.product
    carried = sold["承运商"] == trouble.courier
    assert carried[during & suspect].mean() > 0.6
    # Its parcels come back broken whatever is in them, and the suspect's do not when others carry them.
    broken = sold["申请原因"] == "商品破损"
    others = during & ~suspect & carried & (sold["商品类目"] == "家居")
    assert broken[others].mean() > 4 * broken[~during & ~suspect & carried & (sold["商品类目"] == "家居")].mean()
    assert broken[during & suspect & ~carried].mean() < broken[during & suspect & carried].mean() / 2


def test_the_mix_shifts_in_the_last_two_weeks(sold: pd.DataFrame) -> None:
    assert SAMPLE.mix_shift is not None
    after = sold["paid"] >= pd.Timestamp(SAMPLE.mix_shift.starts_on)
    apparel = sold["商品类目"] == SAMPLE.mix_shift.category
    assert apparel[after].mean() > apparel[~after].mean() + 0.06


def test_one_decision_worked_and_one_did_not(sold: pd.DataFrame) -> None:
    worked, failed = SAMPLE.decisions
    assert (worked.multiplier < 1, failed.multiplier) == (True, 1.0)

    def before_and_after(product: str, starts_on: date, reasons: tuple[str, ...]) -> tuple[float, float, float]:
        mine = sold[(sold["商品名称"] == product) & (sold["paid"] < datetime(2026, 11, 6))]
        hit = mine["申请原因"].isin(reasons)
        after = mine["paid"] >= pd.Timestamp(starts_on)
        p, n = hit.mean(), after.sum()
        return float(hit[~after].mean()), float(hit[after].mean()), math.sqrt(p * (1 - p) / n)

    sizes = before_and_after(worked.product, worked.starts_on, ("尺码不合适",))
    assert sizes[1] < sizes[0] - 2 * sizes[2]
    damage = before_and_after(failed.product, failed.starts_on, ("商品破损", "包装破损", "物流损坏"))
    assert damage[1] > damage[0] - 2 * damage[2]
    written = pd.read_csv(FOLDER / "decisions.csv", encoding="utf-8-sig")
    assert list(written["subject"]) == [worked.product, failed.product]


def test_the_rule_change_is_written_down() -> None:
    rules = pd.read_csv(FOLDER / "policies.csv", encoding="utf-8-sig")
    window = rules[rules["name"] == "return_window_days"]
    assert list(zip(window["effective_from"], window["value"], strict=True)) == [("1970-01-01", 7), ("2026-10-26", 15)]

"""The page that takes files, as a visitor uses it: looked at, mapped, tried out, imported, taken back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from tempfile import gettempdir

import pytest
from filelock import FileLock
from streamlit.testing.v1 import AppTest

import metrics
from dashboard import data
from dashboard.importing import FILES_BRING, columns_offered
from dashboard.text import Text
from dashboard.views.import_mapping import column_label, date_words
from dashboard.views.import_result import checks_table
from dashboard.views.imports import TEMPLATE
from metrics.ingest import preview
from metrics.ingest.dates import FORMATS
from metrics.warehouse.checks import FOLDER
from metrics.warehouse.store import Store
from metrics.words import LANGUAGES, Language
from tests.dashboard.visits import html, opened

ORDERS = "订单编号,下单时间,付款时间,商品编号,订购数量,商品金额\n" + "".join(
    f"A{number},2026-11-{number:02d} 10:00:00,2026-11-{number:02d} 10:05:00,S1,1,100\n" for number in range(1, 11)
)
TICKETS = "服务单号,订单编号,服务类型,申请时间,审核结果\nT1,A1,退货,2026-11-09 10:00:00,审核通过\n"
COMPLAINTS = (
    "Ticket #,Customer Complaint,Date,Status\n"
    "101,<b>late</b>,04-05-26,Closed\n102,Lost,05-06-26,Open\n103,Dear,06-07-26,Zombie\n"
)


def upload(page: AppTest, **files: str) -> AppTest:
    sent = [(f"{name}.csv", text.encode(), "text/csv") for name, text in files.items()]
    return page.file_uploader[0].set_value(sent).run()


def import_now(page: AppTest, key: str = "import-do") -> AppTest:
    page.button(key=key).click().run()
    page.session_state["import-desk"].work.join(60)
    return page.run()


def numbered(store: Path, text: str) -> int:
    return int(metrics.open_shop(store).sql(text).iloc[0, 0])


@pytest.fixture(scope="module")
def brought_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two versions, both brought in through the page."""
    store = tmp_path_factory.mktemp("brought-in") / "store"
    with pytest.MonkeyPatch.context() as monkeypatch:
        page = opened(store, "imports", monkeypatch, lang="zh")
        import_now(upload(page, orders=ORDERS, tickets=TICKETS))
        import_now(upload(page, later=TICKETS.replace("T1,A1", "T2,A2")))
    assert Store(store).current == 2
    return store


@pytest.fixture
def filled(brought_in: Path, tmp_path: Path) -> Path:
    """A copy of it, to do with as one likes."""
    return Path(shutil.copytree(brought_in, tmp_path / "store"))


def test_two_exports_are_recognised_tried_and_imported(empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = upload(opened(empty_store, "imports", monkeypatch, lang="zh"), 甲=ORDERS, 乙=TICKETS)
    shown = html(page)
    assert "表头 订单编号、下单时间（jd 格式）" in shown
    assert "表头 服务单号、服务类型、申请时间、审核结果（jd 格式）" in shown

    shown = html(import_now(page, "import-dry"))
    assert "试导入：11 行可以导入" in shown
    assert "会有哪些变化" in shown
    assert Store(empty_store).current is None

    shown = html(import_now(page))
    assert not page.exception
    assert "已导入 11 行，成为版本 1" in shown
    assert 'href="/?lang=zh"' in shown
    assert numbered(empty_store, "SELECT COUNT(*) FROM order_lines") == 10
    assert numbered(empty_store, "SELECT COUNT(*) FROM tickets") == 1
    assert [path for path in (empty_store / "uploads").rglob("*") if path.is_file()] == []
    assert page.button(key="pin-1").label  # the page has turned into that of a store with data


def test_an_unknown_file_shows_every_reading_of_its_dates_and_waits_until_all_is_decided(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(opened(empty_store, "imports", monkeypatch, lang="zh"), complaints=COMPLAINTS)
    shown = html(page)
    assert "&lt;b&gt;late&lt;/b&gt;" in shown
    assert "<b>late</b>" not in shown
    assert "可能是售后服务单" in shown
    assert "申请时间有不止一种读法" in shown
    assert "Zombie" in shown
    assert page.button(key="import-do").disabled
    assert page.button(key="import-dry").disabled

    (dates,) = page.radio
    guess = preview(next((empty_store / "uploads").rglob("complaints.csv"))).guess
    assert guess is not None
    assert len(dates.options) == len(guess.readings["requested_at"]) > 1
    for reading, told in zip(guess.readings["requested_at"], dates.options, strict=True):
        assert told.startswith(date_words(reading.format))
        assert f"{reading.earliest:%Y-%m-%d} … {reading.latest:%Y-%m-%d}" in told
        assert ("晚于今天" in told) == bool(reading.later)
    dates.set_value("%d-%m-%y").run()
    assert page.button(key="import-do").disabled  # a word is still open
    page.selectbox(key="word-0-2").set_value("open").run()
    assert not page.button(key="import-do").disabled
    import_now(page)
    days = metrics.open_shop(empty_store).sql(
        "SELECT CAST(requested_at AS DATE) AS day, outcome FROM tickets ORDER BY 1"
    )
    assert [f"{day:%m-%d}" for day in days["day"]] == ["05-04", "06-05", "07-06"]
    assert list(days["outcome"]) == ["closed", "open", "open"]


def test_a_column_can_be_given_another_meaning_and_a_file_another_table(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Order Number,Order Date,Total,Net\nA,2026-11-01,100,40\n"
    page = upload(opened(empty_store, "imports", monkeypatch, lang="en"), report=text)
    assert page.selectbox(key="means-0-2").value == "amount"
    page.selectbox(key="means-0-3").set_value("amount").run()
    assert page.selectbox(key="means-0-2").value == ""
    assert page.selectbox(key="means-0-3").value == "amount"
    page.selectbox(key="means-0-0").set_value("").run()
    assert "Still missing" in html(page)
    assert page.button(key="import-do").disabled
    page.selectbox(key="table-0").set_value("surveys").run()
    assert "Survey" in html(page).partition("Still missing")[2]
    assert not page.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_read_is_one_sentence(language: str, empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(empty_store, "imports", monkeypatch, lang=language)
    garbage = [
        ("<i>x</i>.xlsx", b"PK\x03\x04 garbage", ""),
        ("latin.csv", "Name\nMüller\n".encode("cp1252"), "text/csv"),
        ("empty.csv", b"", "text/csv"),
        ("rows.parquet", b"PAR1 no", ""),
        ("broken.json", b"{[", ""),
        ("gb.json", "[{'中文".encode("gb18030"), ""),
    ]
    page.file_uploader[0].set_value(garbage).run()
    assert not page.exception
    shown = html(page)
    word = "读不了" if language == "zh" else "Cannot be read"
    assert shown.count(f'as-quiet">{word}<') == len(garbage)
    assert "<i>x</i>" not in shown
    assert gettempdir() not in shown.partition("as-step")[0]  # where the server keeps its files is nobody's business
    assert page.button(key="import-do").disabled
    assert Store(empty_store).current is None


def test_an_import_that_is_refused_says_why_and_can_be_tried_again(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(opened(empty_store, "imports", monkeypatch, lang="zh"), tickets=TICKETS)
    with FileLock(empty_store / ".lock"):
        shown = html(import_now(page))
    assert "没有导入" in shown
    assert "另一个导入" in shown
    assert "成为版本 1" in html(import_now(page))


def test_rejected_rows_are_counted_and_offered(empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = "T9,A1,退货,2026-11-09 10:00:00,谁知道\n"
    page = upload(opened(empty_store, "imports", monkeypatch, lang="zh"), tickets=TICKETS + bad)
    shown = html(import_now(page))
    assert "已导入 1 行" in shown
    assert re.search(r"tickets\.csv</td><td[^>]*>售后服务单</td><td[^>]*>2</td><td[^>]*>1</td><td[^>]*>1</td>", shown)
    offered = [button.proto.label for button in page.get("download_button")]
    assert "下载被拒收的行" in offered


def test_the_same_file_again_changes_nothing_and_says_so(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = upload(opened(filled, "imports", monkeypatch, lang="zh"), again=ORDERS)
    assert "这些文件已经导入过" in html(import_now(page))
    assert Store(filled).current == 2


def test_a_time_that_cannot_be_read_stops_the_import_and_one_that_can_is_the_as_of(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(opened(empty_store, "imports", monkeypatch, lang="zh"), orders=ORDERS.replace("2026", "2024"))
    page.text_input(key="import-as-of").input("<b>昨天</b>").run()
    assert page.button(key="import-do").disabled
    assert "&lt;b&gt;昨天" in html(page)
    page.text_input(key="import-as-of").input("2199-01-01").run()
    assert page.button(key="import-do").disabled
    assert "在将来" in html(page)
    page.text_input(key="import-as-of").input("2024-11-20 09:30").run()
    import_now(page)
    assert f"{metrics.open_shop(empty_store).as_of:%Y-%m-%d %H:%M}" == "2024-11-20 09:30"


def test_another_name_is_another_shop_and_is_said_before_the_two_add_up(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(opened(filled, "imports", monkeypatch, lang="zh"), more=ORDERS.replace("A", "B"))
    assert page.text_input(key="import-shop").value == "store"
    assert "是一家新店" not in html(page)
    assert "是一家新店" in html(page.text_input(key="import-shop").input("二店").run())


def test_the_way_back_to_an_earlier_version_is_one_click_and_a_confirmation(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(filled, "imports", monkeypatch, lang="zh")
    page.button(key="confirm-1").click().run()
    assert Store(filled).current == 1
    assert numbered(filled, "SELECT COUNT(*) FROM tickets") == 1
    page.button(key="pin-2").click().run()
    assert [version.pinned for version in Store(filled).versions()] == [False, True]
    page.button(key="pin-2").click().run()
    assert not any(version.pinned for version in Store(filled).versions())


def test_from_a_demo_files_go_to_the_reader_s_own_store(
    sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AFTERSALES_DEMO", "1")
    before = [version.number for version in Store(sample_store).versions()]
    page = opened(sample_store, "imports", monkeypatch, lang="zh")
    assert "这里是演示" in html(page)
    shown = html(import_now(upload(page, orders=ORDERS)))
    assert "成为版本 1" in shown
    assert "uv run aftersales dashboard" in shown
    assert Store(tmp_path / "data" / "store").current == 1
    assert [version.number for version in Store(sample_store).versions()] == before
    assert not (sample_store / "uploads").exists()


def test_the_start_page_offers_the_demo_and_one_s_own_files(empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(opened(empty_store, "overview", monkeypatch, lang="zh"))
    assert "uv run aftersales demo" in shown
    assert 'href="/imports?lang=zh"' in shown
    assert "导入我的数据" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_that_can_be_chosen_has_a_name(language: str) -> None:
    text = Text("zh" if language == "zh" else "en")
    for table in FILES_BRING:
        names = [column_label(column, text) for column in columns_offered(table)]
        assert len(set(names)) == len(names), table  # two of one name could not be told apart


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_that_a_check_shows_has_a_name(language: Language, sample_store: Path) -> None:
    """The names are those of the checks themselves, so that a new one cannot show a raw name."""
    text, source = Text(language), data.newest(sample_store)
    assert source is not None
    for check in FOLDER.glob("*.sql"):
        columns = list(data.sql(source, check.read_text(encoding="utf-8")).columns)
        shown = checks_table([("store.check_keys", 1, ", ".join(f"{name} 1" for name in columns))], "", text)
        assert all(f"{column_label(name, text)} 1" in shown for name in columns), check.name
        assert not [name for name in columns if "_" in name and name in shown], check.name


def test_what_a_check_counts_is_written_as_a_count_and_a_number_of_an_order_is_not() -> None:
    sample = "shop 演示店铺, lines 28010, without_batch 28010; shop 二店, lines 9, without_batch 9"
    assert "店铺 演示店铺、商品行 28,010、无批次 28,010 …" in checks_table(
        [("store.check_keys", 1, sample)], "", Text("zh")
    )
    order = checks_table([("store.check_keys", 1, "shop A, order_id 20260001, refunded 12.5")], "", Text("en"))
    assert "Shop A, Order 20260001, Refunded 12.5" in order


def test_every_date_format_can_be_said() -> None:
    assert all("%" not in date_words(format_) for format_ in FORMATS)


def test_the_template_is_one_that_the_import_knows(tmp_path: Path) -> None:
    path = tmp_path / "批次模板.csv"
    path.write_bytes(TEMPLATE + b"S1,B1,2026-11-01,20\r\n")
    seen = preview(path)
    assert (seen.profile, seen.table) == ("jd", "batches")

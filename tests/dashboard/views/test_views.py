"""Every view in both languages, on the sample, on a file without dates and on an empty store."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import metrics
from dashboard.router import GROUPS
from metrics import CATALOG
from metrics.words import LANGUAGES, format_value
from tests.dashboard.visits import html, opened

NAMES = [name for names in GROUPS.values() for name in names]
STORES = ["sample_store", "undated_store", "empty_store"]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_view_opens(
    name: str, language: str, store: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(request.getfixturevalue(store), name, monkeypatch, lang=language)
    assert not page.exception
    shown = html(page)
    assert "as-broken" not in shown
    assert not re.search(r">\s*(nan|None|NaT|<NA>)\s*<", shown)
    assert bool(re.search("[\u4e00-\u9fff]", re.sub(r"<[^>]+>", "", shown))) or language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_router_opens(language: str, sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSALES_STORE", str(sample_store))
    page = AppTest.from_file(str(Path(metrics.__file__).parent.parent / "dashboard" / "app.py"), default_timeout=60)
    page.query_params["lang"] = language
    page.run()
    assert not page.exception
    assert CATALOG["refund_rate"].label("zh" if language == "zh" else "en") in html(page)


def test_the_tiles_hold_the_numbers_of_the_query(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page computes nothing: what `query` answers for the week is what stands in the tile."""
    shop = metrics.open_shop(sample_store)
    assert shop.as_of is not None
    sunday = shop.as_of.date() - timedelta(days=shop.as_of.weekday() + 8)
    asked = {"start": sunday - timedelta(days=6), "stop": sunday + timedelta(days=1)}
    expected = shop.query("refund_rate", reading="same_age", age=7, **asked)["value"].iloc[0]
    shown = html(opened(sample_store, "overview", monkeypatch, lang="zh"))
    tile = re.search(r'as-label">退款率</div><div class="as-value">([^<]+)<', shown)
    assert tile is not None
    assert tile[1] == format_value(expected, "share", "zh")


def test_a_sample_is_what_the_share_rests_on(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tickets of the last day that are still within their hours are in no share yet."""
    shop = metrics.open_shop(sample_store)
    week = shop.last_full_week
    assert week is not None
    row = shop.query("response_in_time", start=week, stop=week + timedelta(weeks=1)).iloc[0]
    assert row["denominator"] < row["n"]
    shown = html(opened(sample_store, "overview", monkeypatch, lang="zh"))
    tile = re.search(r'as-label">24小时审核及时率<.*?样本 <b>(\d+)</b>', shown, re.DOTALL)
    assert tile is not None
    assert int(tile[1]) == row["denominator"]


def test_all_five_headlines_have_a_number_on_the_sample(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(opened(sample_store, "overview", monkeypatch, lang="zh"))
    assert len(re.findall(r'<div class="as-value">', shown)) == 5


@pytest.mark.parametrize("metric", ["dispute_rate", "satisfaction", "response_in_time", "aftersales_cost"])
def test_a_link_chooses_the_metric_of_the_panels(
    metric: str, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "overview", monkeypatch, lang="zh", metric=metric)
    findings = re.findall(r'<h2 class="as-finding">([^<]+)', html(page))
    assert len(findings) == 5  # batches and deadlines, the trend, the reasons, the split
    assert all(findings[panel].startswith(CATALOG[metric].label("zh")) for panel in (2, 4))


def test_a_choice_is_written_to_the_address(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "overview", monkeypatch, lang="zh")
    page.get_by_key("choice-by").select("courier").run()
    assert page.query_params["by"] == "courier"
    page.get_by_key("choice-by").select("province").run()
    assert "by" not in page.query_params


def test_a_week_can_be_picked_and_one_that_is_too_young_says_when(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = metrics.open_shop(sample_store)
    assert shop.last_full_week is not None
    early = shop.last_full_week - timedelta(weeks=8)
    shown = html(opened(sample_store, "overview", monkeypatch, lang="zh", week=early.isoformat()))
    assert f"付款周 {early:%m.%d}" in shown
    asked = {"start": early, "stop": early + timedelta(weeks=1)}
    expected = shop.query("refund_rate", reading="same_age", age=7, **asked)["value"].iloc[0]
    assert f'<div class="as-value">{format_value(expected, "share", "zh")}<' in shown

    final = html(opened(sample_store, "overview", monkeypatch, lang="zh", week=early.isoformat(), reading="final"))
    assert "已满观察期" in final
    coming = shop.last_full_week + timedelta(weeks=1)
    young = html(opened(sample_store, "overview", monkeypatch, lang="zh", week=coming.isoformat(), reading="final"))
    assert "还早" in young or "样本太少" in young


def test_a_category_limits_every_number(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    category = metrics.open_shop(sample_store).values("category")[0]
    whole = html(opened(sample_store, "overview", monkeypatch, lang="zh"))
    part = html(opened(sample_store, "overview", monkeypatch, lang="zh", where__category=category))
    values = [re.findall(r'<div class="as-value">([^<]+)<', shown) for shown in (whole, part)]
    assert values[0] != values[1]


def test_what_a_link_may_not_hold_is_named_and_shown_as_text(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = "<script>alert(1)</script>"
    page = opened(sample_store, "overview", monkeypatch, lang="en", by="customer_id", **{hostile: "1"})
    assert not page.exception
    shown = html(page)
    assert "ignored: by, &lt;script&gt;" in shown
    assert hostile not in shown


def test_a_file_without_dates_shows_its_rate_by_province(undated_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(opened(undated_store, "overview", monkeypatch, lang="zh"))
    assert re.search(r'<div class="as-value">38\.7%<', shown)  # 55 of 142 paid orders
    assert "整份文件" in shown
    assert re.search(r"湖北.*?71\.7%.*?43/60", shown, re.DOTALL)
    assert re.search(r"西藏.*?样本太少 · 2 单，至少 30", shown, re.DOTALL)
    assert "较上周" not in shown


def test_nobody_is_told_that_nothing_waits_where_nobody_knows(
    undated_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(undated_store, "overview", monkeypatch, lang="zh"))
    assert "今天没有要抢着办的事" not in shown
    assert "待办还没看全" in shown


def test_what_the_source_does_not_have_is_absent_and_never_zero(
    undated_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(undated_store, "overview", monkeypatch, lang="zh"))
    assert shown.count("缺字段") >= 3
    assert "导入《交易纠纷》即可看到。" in shown
    assert not re.search(r'as-value">0', shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_store_names_the_two_exports_and_what_each_unlocks(
    language: str, empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(empty_store, "overview", monkeypatch, lang=language))
    assert "订单" in shown
    assert "售后服务单" in shown
    assert "aftersales import" in shown
    assert "aftersales demo" in shown
    assert str(empty_store) in shown
    assert all(metric.label("zh" if language == "zh" else "en") in shown for metric in CATALOG.values())


def test_the_glossary_has_every_metric_and_finds_by_either_name(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(empty_store, "glossary", monkeypatch, lang="en")
    assert all(metric.definition("en").split(".")[0] in html(page) for metric in CATALOG.values())
    found = html(page.text_input(key="search").input("满意度均分").run())
    assert CATALOG["satisfaction_score"].label("en") in found
    assert CATALOG["dispute_rate"].definition("en") not in found
    assert "&lt;b&gt;" in html(page.text_input(key="search").input("<b>").run())


def test_the_import_page_lists_the_files(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(opened(sample_store, "imports", monkeypatch, lang="zh"))
    for name in ("订单.xlsx", "售后服务单.csv"):
        assert name in shown


def test_a_detail_opens_the_definition_beside_the_number(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "overview", monkeypatch, lang="zh")
    page.button(key="details-refund_rate").click().run()
    assert not page.exception
    drawer = html(page).partition("as-drawer")[2]
    assert CATALOG["refund_rate"].definition("zh") in drawer
    assert "分子 / 分母" in drawer


def test_a_demo_says_so_on_every_page(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSALES_DEMO", "1")
    for name in NAMES:
        assert "演示数据" in html(opened(sample_store, name, monkeypatch, lang="zh"))
    monkeypatch.setenv("AFTERSALES_DEMO", "0")
    assert "演示数据" not in html(opened(sample_store, "overview", monkeypatch, lang="zh"))


def test_a_defect_of_ours_is_logged_and_told_without_a_traceback(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from dashboard import router

    def fail(_: object) -> None:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setitem(router.VIEWS, "explore", router.View(fail))
    with pytest.raises(AssertionError, match="a defect"):
        opened(sample_store, "explore", monkeypatch, lang="en")
    assert "the secret of the house" in caplog.text

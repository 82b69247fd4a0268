"""批次: the worst first, one of them in full, and each state in its own words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

import metrics
from dashboard import data, judged
from metrics.batches.report import SpikeReport
from metrics.words import LANGUAGES, Refused
from tests.dashboard.visits import html, opened

LIST = re.compile(r'as-level-(\w+)"><i.*?<small>(.*?)</small></td><td class="as-left" title="(.*?)"')


@pytest.fixture(scope="module")
def report(sample_store: Path) -> SpikeReport:
    return metrics.open_shop(sample_store).spike_report()


def told(report: SpikeReport, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page read this report, whatever its store says."""
    monkeypatch.setattr(data, "spikes", Mock(return_value=report))


def calmed(report: SpikeReport, level: str = "calm") -> SpikeReport:
    """The same shop on a day without a red batch."""
    batches = report.batches.assign(level=report.batches["level"].replace({"red": level, "amber": level}))
    return replace(report, batches=batches)


def test_the_list_is_that_of_the_shop_the_worst_first(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = LIST.findall(html(opened(sample_store, "batches", monkeypatch, lang="zh")))
    assert [level for level, _, _ in shown] == list(report.batches["level"].head(len(shown)))
    for (_, _, name), batch in zip(shown, report.batches["batch_id"], strict=False):
        assert batch in name


def test_the_planted_batch_is_the_one_that_is_open(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(opened(sample_store, "batches", monkeypatch, lang="zh"))
    chosen = re.search(r'<tr aria-selected="true">.*?</tr>', shown, re.DOTALL)
    assert chosen is not None
    assert "B261017-00" in chosen[0]
    assert re.search(r"这批退货是同龄正常批次的 [\d.]+ 倍（[\d.]+–[\d.]+），主要是无法开机", shown)
    assert "as-today" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_counts_every_batch(
    language: str, report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(sample_store, "batches", monkeypatch, lang=language))
    words = f"在看 {len(report.batches)} 个" if language == "zh" else f"Watching {len(report.batches)}:"
    assert words in shown
    assert ("个里错 1 个" in shown) is (language == "zh")


def test_a_row_that_is_picked_opens_and_is_named_in_the_address(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "batches", monkeypatch, lang="zh")
    page.button(key="pick-1").click().run()
    assert not page.exception
    second = report.batches.iloc[1]
    assert page.query_params["batch"] == f"{second['sku_id']}/{second['batch_id']}"
    again = html(opened(sample_store, "batches", monkeypatch, lang="zh", batch=page.query_params["batch"]))
    assert judged.rests_on(second.to_dict(), report, judged.Text("zh")) in again
    assert again == html(page)


def test_any_judged_batch_can_be_looked_up(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "batches", monkeypatch, lang="zh")
    last = judged.references(report.batches)[-1]
    page.get_by_key("choice-batch").select(last).run()
    assert page.query_params["batch"] == last
    assert not page.exception


def test_a_link_to_a_batch_that_nobody_sold_is_ignored_and_named(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "batches", monkeypatch, lang="en", batch="<b>1</b>/B7")
    assert not page.exception
    assert "ignored: batch" in html(page)


def test_a_link_to_a_batch_of_last_year_says_that_it_is_no_longer_judged(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = metrics.open_shop(sample_store).sql(
        "SELECT shop, sku_id, batch_id, min(day) AS first FROM sold_lines_sku WHERE batch_id IS NOT NULL "
        "GROUP BY ALL ORDER BY first"
    )
    (old,) = judged.references(sold.head(1))
    assert old not in judged.references(report.batches)
    shown = html(opened(sample_store, "batches", monkeypatch, lang="zh", batch=old))
    assert f"链接里的批次 {old} 已不在判断范围" in shown
    assert "B261017-00" in shown


def test_every_reason_is_another_family(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "batches", monkeypatch, lang="zh")
    page.get_by_key("choice-family").set_value("all").run()
    assert page.query_params["family"] == "all"
    assert "全部原因退货" in html(page)
    assert not page.exception


def test_a_category_limits_the_list_and_its_counts(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = int((report.batches["category"] == "服饰").sum())
    shown = html(opened(sample_store, "batches", monkeypatch, lang="zh", where__category="服饰"))
    assert f"在看 {count} 个" in shown


def test_a_calm_day_names_what_comes_nearest(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(calmed(report), monkeypatch)
    shown = html(opened(sample_store, "batches", monkeypatch, lang="zh"))
    nearest = judged.name(report.batches.iloc[0].to_dict())
    assert f"本周无异常批次，最接近的是 {nearest}" in shown
    assert "个里错 1 个" not in shown
    assert "还不足以认定异常" in shown
    assert "会不会不是批次" not in shown


@pytest.mark.parametrize(("advised", "words"), [("delist", "个建议下架：库存"), ("inspect", "没有要下架的")])
def test_the_list_says_what_is_at_stake(
    advised: str, words: str, report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(replace(report, batches=report.batches.assign(advice=advised)), monkeypatch)
    assert words in html(opened(sample_store, "batches", monkeypatch, lang="zh"))


def test_a_day_with_amber_alone_says_to_inspect(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(calmed(report, "amber"), monkeypatch)
    assert "没有标红的批次，" in html(opened(sample_store, "batches", monkeypatch, lang="zh"))


@pytest.mark.parametrize("drifting", [True, False])
def test_the_banner_stands_only_while_delays_are_shifting(
    drifting: bool, report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(replace(report, monitors=replace(report.monitors, drifting=drifting)), monkeypatch)
    shown = html(opened(sample_store, "batches", monkeypatch, lang="zh"))
    assert ("退货到达的快慢正在变化" in shown) is drifting


def test_more_rows_are_shown_when_asked_for(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = len(LIST.findall(html(opened(sample_store, "batches", monkeypatch, lang="zh"))))
    many = len(LIST.findall(html(opened(sample_store, "batches", monkeypatch, lang="zh", rows="all"))))
    assert few < many <= len(report.batches)


@pytest.mark.parametrize(
    ("refusal", "head", "next_step"),
    [
        (
            Refused("spikes.without_batch", share="34%", most="20%"),
            "对不上批次的售后单太多，先不排名",
            "请填写批次模板（SKU、批次、到货日、数量）",
        ),
        (
            Refused("spikes.not_available", missing="申请时间 (requested_at)", listed="申请时间 (requested_at)"),
            "缺字段，还不能判断批次",
            "请导入带该列的售后服务单",
        ),
        (Refused("spikes.older_store", version=3), "这个版本还没有批次数据", "导入下一份导出文件"),
    ],
)
def test_what_cannot_be_judged_says_why_and_what_to_do(
    refusal: Refused, head: str, next_step: str, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "spikes", Mock(side_effect=refusal))
    shown = html(opened(sample_store, "batches", monkeypatch, lang="zh"))
    assert head in shown
    assert next_step in shown
    assert "as-broken" not in shown


def test_an_export_without_dates_is_told_which_column_it_lacks(
    undated_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(undated_store, "batches", monkeypatch, lang="zh"))
    assert "缺字段，还不能判断批次" in shown
    assert "申请时间" in shown
    assert "as-level" not in shown


def test_a_limit_that_batches_know_nothing_of_is_named(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "批次不按省份区分，这里是全部批次。"
    assert told in html(opened(sample_store, "batches", monkeypatch, lang="zh", where__province="广东"))
    assert told not in html(opened(sample_store, "batches", monkeypatch, lang="zh", where__category="服饰"))


def test_a_page_that_would_wait_long_says_so(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "spikes", Mock(return_value=None))
    monkeypatch.setattr(data, "is_judged", Mock(return_value=False))
    shown = html(opened(sample_store, "batches", monkeypatch, lang="zh"))
    assert "正在判断批次" in shown
    assert "as-finding" not in shown

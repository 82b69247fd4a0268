"""满意度与纠纷: scores by handling, the way to a dispute and who was liable, each in its own period."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import metrics
from dashboard.text import Text
from metrics.words import LANGUAGES, Language, format_value, value_label
from tests.dashboard.views.test_reasons import rows_of
from tests.dashboard.visits import html, opened


@pytest.fixture(scope="module")
def shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


@pytest.fixture(scope="module")
def week(shop: metrics.Shop) -> date:
    assert shop.last_full_week is not None
    return shop.last_full_week


def weeks(last: date, count: int = 13) -> dict[str, date]:
    return {"start": last - timedelta(weeks=count - 1), "stop": last + timedelta(weeks=1)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_scores_by_handling_are_those_of_the_query(
    language: Language, shop: metrics.Shop, week: date, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(sample_store, "satisfaction", monkeypatch, lang=language))
    rows = rows_of(shown, Text(language)("satisfaction.handled"))
    told = shop.query(
        "satisfaction_score",
        by=["contacted"],
        where={"outcome": ["approved", "rejected", "withdrawn", "closed", "open"]},
        **weeks(week),
    )
    known = told.dropna(subset=["value"])
    assert len(known) == 2
    for each in known.to_dict("records"):
        name = value_label("contacted", each["contacted"], language)
        (row,) = [row for row in rows if row.strip().startswith(f"{name} ")]
        assert format_value(each["value"], "score", language) in row
        assert f"{each['n']:,}" in row


def test_the_way_to_a_dispute_counts_tickets_that_are_old_enough(
    shop: metrics.Shop, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.as_of is not None
    newest = shop.as_of.date() - timedelta(days=15)
    sunday = newest - timedelta(days=(newest.weekday() + 1) % 7)
    asked = weeks(sunday - timedelta(days=6))
    told = shop.query("ticket_dispute_rate", **asked).iloc[0]
    shown = html(opened(sample_store, "satisfaction", monkeypatch, lang="zh"))
    rows = rows_of(shown, "从售后单到纠纷")
    assert rows[0].split() == [
        "全部售后单",
        format_value(told["value"], "share", "zh"),
        f"{told['numerator']:,.0f}/{told['denominator']:,.0f}",
    ]
    rejected = shop.query("ticket_dispute_rate", where={"outcome": ["rejected"]}, **asked).iloc[0]
    (row,) = [row for row in rows if "审核不通过" in row]
    assert format_value(rejected["value"], "share", "zh") in row
    assert f"审核不通过 {format_value(rejected['value'], 'share', 'zh')} 升级为纠纷" in shown


def test_disputes_by_liable_party_add_up(
    shop: metrics.Shop, week: date, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_in = shop.query("dispute_share", **weeks(week))["numerator"].iloc[0]
    shown = html(opened(sample_store, "satisfaction", monkeypatch, lang="zh"))
    counts = [re.search(r"(\d+)/(\d+)", row) for row in rows_of(shown, "纠纷判责")]
    assert sum(int(found[1]) for found in counts if found) == opened_in
    assert f"{opened_in:,.0f} 起纠纷" in shown


def test_a_row_limits_the_whole_page_and_the_first_lifts_it(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "satisfaction", monkeypatch, lang="zh")
    rows = rows_of(html(page), "从售后单到纠纷")
    late = next(place for place, row in enumerate(rows) if "超时审核" in row)
    page.button(key=f"row-path-{late}").click().run()
    assert page.query_params["where.in_time"] == "~false"
    assert "是否按时审核 · 超时审核" in [each.label for each in page.button]
    limited = rows_of(html(page), "从售后单到纠纷")
    assert len(limited) == len(rows), "the row that was picked still stands beside its counterpart"
    assert limited[0] == rows[0], "all tickets are all of them still"
    page.button(key="row-path-0").click().run()
    assert "where.in_time" not in page.query_params


def test_the_trend_turns_to_another_metric(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "satisfaction", monkeypatch, lang="zh")
    page.get_by_key("choice-metric").set_value("negative_rate").run()
    assert page.query_params["metric"] == "negative_rate"
    assert re.search(r'as-finding">差评率 [\d.]+%', html(page))


def test_a_metric_of_another_page_leaves_the_trend_at_its_own(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "satisfaction", monkeypatch, lang="zh", metric="refund_rate")
    assert not page.exception
    assert re.search(r'as-finding">满意度 [\d.]+%', html(page))


def test_a_store_without_surveys_and_disputes_says_which_exports_bring_them(
    undated_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(undated_store, "satisfaction", monkeypatch, lang="zh"))
    assert "导入《售后评价》即可看到" in shown
    assert "导入《交易纠纷》即可看到" in shown
    assert "0.0%" not in shown


def test_a_limit_that_no_answer_knows_is_named(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "satisfaction", monkeypatch, lang="zh", where__arm="control")
    assert not page.exception
    assert "这个指标不按回访分组区分" in html(page)


def test_all_tickets_are_all_of_them_also_where_the_page_keeps_one_step(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = re.compile(r"全部售后单.*?</tr>", re.DOTALL)
    everything = whole.findall(html(opened(sample_store, "satisfaction", monkeypatch, lang="zh")))
    assert everything
    late = html(opened(sample_store, "satisfaction", monkeypatch, lang="zh", where__in_time="~false"))
    assert [re.findall(r"[\d,]+/[\d,]+", row) for row in whole.findall(late)] == [
        re.findall(r"[\d,]+/[\d,]+", row) for row in everything
    ]

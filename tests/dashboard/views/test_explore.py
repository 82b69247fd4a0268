"""自助分析: whatever is asked, the page asks what its link says, and shows no traceback and no invented zero."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import metrics
from dashboard.exports import exports_of
from dashboard.text import Text
from metrics import CATALOG, DIMENSIONS, Question
from metrics.words import LANGUAGES, Language, format_value
from tests.dashboard.visits import html, opened


def visit(store: Path, monkeypatch: pytest.MonkeyPatch, query: dict[str, list[str]], lang: str = "zh") -> AppTest:
    return opened(store, "explore", monkeypatch, **{"lang": lang, **query})  # type: ignore[arg-type]


def address(page: AppTest) -> dict[str, list[str]]:
    told = {name: page.query_params[name] for name in page.query_params}
    return {name: [text] if isinstance(text, str) else list(text) for name, text in told.items()}


def shown_table(page: AppTest) -> pd.DataFrame:
    (table,) = (frame.value for frame in page.dataframe if "状态" in frame.value)
    return table


def test_every_metric_can_be_asked_in_every_reading(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each metric once in each reading, split and compared at random: a few hundred would say no more."""
    draw = random.Random(4)
    for metric in CATALOG.values():
        for reading in metric.readings:
            asked = {
                "metric": [metric.name],
                "reading": [reading],
                "by": draw.sample(list(DIMENSIONS), draw.choice([0, 1, 1, 2])),
                "grain": draw.choice([[], ["week"], ["month"]]),
                "against": [draw.choice(["none", "before", "year"])],
                "start": ["2026-08-03"],
            }
            page = visit(sample_store, monkeypatch, {name: values for name, values in asked.items() if values})
            assert not page.exception, asked
            shown = html(page)
            assert "as-finding" in shown, asked
            assert not re.search(r"\b(nan|None|NaT|<NA>)\b", re.sub(r"<[^>]+>", " ", shown)), asked


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"metric": ["refund_rate"], "by": ["category"], "reading": ["same_age"]},
        {"metric": ["satisfaction"], "by": ["category"], "grain": ["year"], "where.province": ["广东", "江苏"]},
        {"metric": ["reason_share"], "by": ["reason"], "start": ["2026-10-01"], "stop": ["2026-11-01"]},
        {"metric": ["refund_rate"], "by": ["category", "province"], "grain": ["quarter"], "against": ["before"]},
    ],
)
def test_the_page_shows_the_frame_that_its_link_answers_with(
    query: dict[str, list[str]], sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(sample_store, monkeypatch, query)
    (link,) = re.findall(r'from_url\("([^"]+)"\)', "\n".join(code.value for code in page.code))
    frame = metrics.from_url(link)
    table = shown_table(page)
    assert len(table) == len(frame)
    label = CATALOG[Question.from_url(link).metric].label("zh")
    told, asked = (sorted(values.dropna()) for values in (table[label].astype(float), frame["value"]))
    assert told == pytest.approx(asked)
    assert asked, "no number was shown, so that none was compared"


def test_the_python_of_the_page_is_the_question_word_by_word(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = {"metric": ["refund_rate"], "by": ["category"], "where.province": ["广东", "~"], "against": ["before"]}
    page = visit(sample_store, monkeypatch, {**query, "start": ["2026-10-01"], "grain": ["month"]})
    (code,) = (code.value for code in page.code if "from_url" in code.value)
    monkeypatch.setenv("AFTERSALES_STORE", str(sample_store))
    names: dict[str, object] = {}
    *before, last = code.splitlines()
    exec("\n".join(before), names)
    (link,) = re.findall(r'from_url\("([^"]+)"\)', code)
    assert metrics.from_url(link).equals(eval(last, names))


def test_a_bar_is_as_long_as_its_number(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(sample_store, monkeypatch, {"metric": ["refund_rate"], "by": ["category"]})
    frame = metrics.open_shop(sample_store).query("refund_rate", by=["category"])
    (chart,) = page.get("plotly_chart")
    drawn = chart.proto.spec
    assert all(format_value(value, "share", "zh") in drawn for value in frame["value"])


def test_choosing_writes_the_whole_question_to_the_address(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(sample_store, monkeypatch, {})
    page.selectbox(key="ask-metric").select("satisfaction").run()
    told = {name: address(page)[name] for name in ("metric", "reading", "grain", "start")}
    assert told == {"metric": ["satisfaction"], "reading": ["arrived"], "grain": ["week"], "start": ["2026-05-18"]}
    page.multiselect(key="ask-by").select("handler").run()
    assert address(page)["by"] == ["handler"]
    # Order lines have no handler, so that another metric is not asked by it.
    page.selectbox(key="ask-metric").select("refund_rate").run()
    assert "by" not in page.query_params
    page.selectbox(key="ask-against").select("year").run()
    page.selectbox(key="ask-grain").select("").run()
    assert address(page)["against"] == ["year"]
    assert "grain" not in page.query_params
    assert not page.exception


def test_two_choices_made_before_the_page_is_drawn_anew_both_stand(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(sample_store, monkeypatch, {"metric": ["refund_rate"]})
    page.selectbox(key="ask-grain").select("month")
    page.multiselect(key="ask-by").select("category")
    page.selectbox(key="ask-against").select("year")
    page.date_input(key="ask-start").set_value(date(2026, 8, 1))
    page.run()
    told = {name: address(page)[name] for name in ("grain", "by", "against", "start")}
    assert told == {"grain": ["month"], "by": ["category"], "against": ["year"], "start": ["2026-08-01"]}
    assert not page.exception


def test_the_last_day_is_included_and_the_address_names_the_next(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(sample_store, monkeypatch, {"metric": ["satisfaction"], "start": ["2026-10-01"]})
    page.date_input(key="ask-last").set_value(date(2026, 10, 31)).run()
    assert address(page)["stop"] == ["2026-11-01"]
    page.date_input(key="ask-start").set_value(date(2026, 11, 5)).run()
    assert address(page)["start"] == ["2026-11-05"]
    assert "stop" not in page.query_params
    assert not page.exception


def test_a_limit_can_be_set_and_lifted(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(sample_store, monkeypatch, {"metric": ["refund_rate"], "by": ["category"]})
    before = shown_table(page)
    page.selectbox(key="ask-limit-by").select("province").run()
    page.multiselect(key="ask-limit-province").select("广东").run()
    assert address(page)["where.province"] == ["广东"]
    assert not shown_table(page).equals(before)
    page.button(key="chip-where.province").click().run()
    assert "where.province" not in page.query_params
    assert shown_table(page).equals(before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_asked_is_said_and_not_thrown(
    language: Language, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query in (
        {"metric": ["refund_rate"], "by": ["type"]},
        {"metric": ["satisfaction"], "reading": ["same_age"]},
        {"metric": ["refund_rate"], "where.handler": ["客服1"]},
        {"metric": ["response_hours_p90"], "grain": ["week"], "rolling": ["30"]},
    ):
        page = visit(sample_store, monkeypatch, query, language)
        assert not page.exception
        assert Text(language)("explore.cannot") in html(page)


def test_an_empty_range_is_not_a_zero(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(
        sample_store, monkeypatch, {"metric": ["refund_rate"], "start": ["2020-01-01"], "stop": ["2020-02-01"]}
    )
    assert "这个范围里没有数据" in html(page)
    assert "0.0%" not in html(page)


def test_a_file_without_dates_says_so_of_each_row(undated_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = shown_table(visit(undated_store, monkeypatch, {"metric": ["refund_rate"], "by": ["province"]}))
    assert table["状态"].tolist() == [
        "导出时所见，不同时期不可比",
        "导出时所见，不同时期不可比",
        "样本太少：2 单，至少 30",
    ]
    assert "导入《交易纠纷》即可看到。" in html(visit(undated_store, monkeypatch, {"metric": ["dispute_rate"]}))


def test_what_a_link_may_not_hold_is_named_and_shown_as_text(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = "<script>alert(1)</script>"
    page = visit(
        sample_store,
        monkeypatch,
        {"metric": [hostile], "by": ["customer_id"], "grain": ["eon"], "start": ["soon"], "where.province": [hostile]},
        "en",
    )
    assert not page.exception
    assert "metric, by, grain, start, where.province" in html(page)
    assert hostile not in html(page)


def test_a_file_without_dates_is_no_dead_end(undated_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(undated_store, monkeypatch, {})
    assert "缺字段" in html(page)
    page.button(key="as-final").click().run()
    assert "退款率 38.7%" in html(page)  # 55 of 142 paid orders


def test_nothing_is_judged_that_has_no_interval(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"by": ["handler"], "against": ["before"], "start": ["2026-10-01"], "stop": ["2026-11-01"]}
    rates = shown_table(visit(sample_store, monkeypatch, {"metric": ["response_in_time"], **asked}))
    assert set(rates["判断"]) <= {"变好", "变差", "看不出变化", ""}
    medians = shown_table(visit(sample_store, monkeypatch, {"metric": ["response_hours_p90"], **asked}))
    assert "判断" not in medians
    assert medians["变化"].str.contains("小时").all()
    assert medians["分子 / 分母"].str.fullmatch(r"[\d,]+ 单").all()


def test_every_metric_has_a_group_in_the_picker() -> None:
    for language in LANGUAGES:
        text = Text(language)
        assert all(text.has(f"explore.group_{'_'.join(exports_of(metric))}") for metric in CATALOG.values())


def test_a_link_holds_what_the_page_shows_unasked(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(sample_store, monkeypatch, {"where.category": ["服饰"]})
    link = next(code.value for code in page.code if code.value.startswith("http") or "metric=" in code.value)
    question = Question.from_url(link)
    assert question == Question("refund_rate", (), "week", {"category": ("服饰",)}, "same_age", start=date(2026, 5, 18))
    assert urlencode({"where.category": "服饰"}) in link

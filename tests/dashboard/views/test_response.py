"""The response queue as a visitor gets it: what it holds, what a click keeps, and what it says of nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import metrics
from dashboard import data
from dashboard.response import CLASSES, Clock, in_class
from dashboard.text import Text
from metrics.response import outlook
from metrics.words import LANGUAGES, Language, say
from tests.dashboard.visits import html, opened
from tests.metrics.filled import contract, fill
from tests.metrics.shops import AS_OF, SMALL, Tables, make_shop

CELL = re.compile(r"<td class=\"as-left\">(7\d{9})</td>")


@pytest.fixture(scope="module")
def waiting(sample_store: Path) -> pd.DataFrame:
    return metrics.open_shop(sample_store).queue()


def clicks(page: AppTest, key: str) -> AppTest:
    return next(button for button in page.button if button.key == key).click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_queue_stands_in_order_of_rank_under_what_it_comes_to(
    sample_store: Path, waiting: pd.DataFrame, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(sample_store, "response", monkeypatch, lang=language))
    assert CELL.findall(shown) == list(waiting["ticket_id"].head(10))
    assert say(outlook(waiting, timedelta(hours=4)), "zh" if language == "zh" else "en") in shown
    assert shown.count("as-late") == int(waiting["late"].head(10).sum())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ticket_says_why_it_stands_there(
    sample_store: Path, waiting: pd.DataFrame, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(sample_store, "response", monkeypatch, lang=language, rows="all"))
    for why in waiting["why"]:
        assert f"<small>{say(why, language)}</small>" in shown


def test_a_link_turns_to_the_order_of_deadlines_and_the_switch_back(
    sample_store: Path, waiting: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "response", monkeypatch, order="deadline", rows="all")
    by_time = [row["hours_left"] for row in waiting.to_dict("records")]
    shown = [by_time[list(waiting["ticket_id"]).index(number)] for number in CELL.findall(html(page))]
    assert shown == sorted(by_time)
    page.get_by_key("choice-order").set_value("value").run()
    assert "order" not in page.query_params
    assert CELL.findall(html(page)) == list(waiting["ticket_id"])


def test_what_is_expected_of_tonight_stands_with_its_range_and_how_often_that_held(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tonight = metrics.open_shop(sample_store).breaches_tonight()
    shown = html(opened(sample_store, "response", monkeypatch))
    assert f"预计还有 {round(tonight.value)} 单超时（{tonight.low:.0f}–{tonight.high:.0f} 单）" in shown
    assert f"回测 {tonight.evenings} 个晚上，{tonight.coverage:.1%} 落在范围内" in shown
    assert 0.75 <= tonight.coverage <= 0.85


def test_repairs_stand_with_the_days_that_can_be_promised(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = metrics.open_shop(sample_store).repair_times()
    shown = html(opened(sample_store, "response", monkeypatch))
    for row in times.dropna(subset="repair_vendor").to_dict("records"):
        assert f">{row['repair_vendor']}</td>" in shown
        assert f"{row['returned']}/{row['repairs']}" in shown
    whole = times[times["repair_vendor"].isna()].iloc[0]
    assert f"维修承诺 {whole['promised_days']:.0f} 天，跟客户说 {whole['realistic_days']:.0f} 天才稳妥" in shown


def test_exchanges_say_what_can_be_made_from_stock(
    sample_store: Path, waiting: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = waiting[waiting["type"] == "exchange"]
    there = sum(1 for can in asked["exchangeable"] if not pd.isna(can) and can)
    assert f"换货 {len(asked)} 单：可换 {there}" in html(opened(sample_store, "response", monkeypatch))


def test_behind_the_sign_stands_how_value_is_counted_and_whether_it_came_true(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(clicks(opened(sample_store, "response", monkeypatch), "order-how"))
    assert "¥100" in shown
    assert "¥60" in shown
    for row in metrics.open_shop(sample_store).queue_calibration().to_dict("records"):
        assert f">{row['tickets']:,}</td>" in shown


def test_all_tickets_can_be_shown(sample_store: Path, waiting: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    page = clicks(opened(sample_store, "response", monkeypatch), "rows")
    assert page.query_params["rows"] == "all"
    assert CELL.findall(html(page)) == list(waiting["ticket_id"])


def test_a_class_keeps_its_tickets_and_the_second_click_lifts_it(
    sample_store: Path, waiting: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = clicks(opened(sample_store, "response", monkeypatch), "row-classes-2")
    assert page.query_params["due"] == "4h"
    soon = waiting[(waiting["hours_left"] > 2) & (waiting["hours_left"] <= 4)]
    assert CELL.findall(html(page)) == list(soon["ticket_id"])
    assert "due" not in clicks(page, "row-classes-2").query_params


def test_every_ticket_is_in_one_class() -> None:
    hours = pd.DataFrame({"hours_left": [-30.0, 0.0, 0.1, 2.0, 2.1, 4.0, 8.0, 8.1, 24.0, 24.1, 70.0]})
    found = pd.concat([in_class(hours, name) for name in CLASSES])
    assert list(found["hours_left"]) == list(hours["hours_left"])
    assert [len(in_class(hours, name)) for name in CLASSES] == [2, 2, 2, 1, 2, 2]


def test_a_cell_of_the_clock_limits_the_whole_page(
    sample_store: Path, waiting: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "response", monkeypatch, where__weekday="7", where__hour="22")
    sunday_night = waiting[(waiting["requested_at"].dt.day_of_week == 6) & (waiting["requested_at"].dt.hour == 22)]
    assert CELL.findall(html(page)) == list(sunday_night["ticket_id"])
    chips = {button.label for button in page.button if str(button.key).startswith("chip-")}
    assert {"申请星期 · 周日", "申请时段（点） · 22"} <= chips


def test_the_clock_holds_the_numbers_of_the_query(sample_store: Path) -> None:
    shop = metrics.open_shop(sample_store)
    split = [shop.query("response_in_time", by=by) for by in ((), ("hour",), ("weekday",), ("weekday", "hour"))]
    clock = Clock.of(*split)
    _, words = clock.labelled(Text("en"))
    assert words.shape == (25, 8)
    assert words.iloc[0, 0] == f"{split[0]['value'].iloc[0]:.1%}"
    for row in split[3].to_dict("records"):
        cell = words.iloc[row["hour"] + 1, row["weekday"]]
        few = f"n={row['denominator']:.0f}" if row["denominator"] else ""
        assert cell == (few if pd.isna(row["value"]) else f"{row['value']:.1%}")
    assert all(int(each[2:]) < 30 for each in words.to_numpy().flat if each.startswith("n="))


def test_a_handler_is_set_beside_all_of_them_also_where_the_page_is_his_alone(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = re.compile("<h2[^>]*>各处理人[^<]+")
    everybody = title.findall(html(opened(sample_store, "response", monkeypatch)))
    assert everybody
    assert title.findall(html(opened(sample_store, "response", monkeypatch, where__handler="客服1"))) == everybody


def test_a_link_of_strangers_breaks_nothing(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "response", monkeypatch, due="'; DROP", where__hour="99", where__weekday="<b>")
    shown = html(page)
    assert not page.exception
    assert "已忽略" in shown
    assert CELL.findall(shown)


# --- states -----------------------------------------------------------------------------------------------------------


def shop_with(root: Path, change: dict[str, object]) -> Path:
    tables: Tables = contract([make_shop(SMALL)])
    for column, value in change.items():
        tables["tickets"][column] = value
    fill(root, tables)
    return root


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"outcome": "approved"}, "没有待审核的售后单"),
        ({"responded_at": None}, "审核时间"),
        ({"requested_at": None}, "缺字段"),
    ],
)
def test_nothing_to_do_and_nothing_to_tell_are_two_states(
    tmp_path: Path, change: dict[str, object], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(shop_with(tmp_path / "store", change), "response", monkeypatch)
    assert not page.exception
    assert told in html(page)


def test_a_limit_under_which_nobody_waits_says_how_many_do_elsewhere(
    sample_store: Path, waiting: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(sample_store, "response", monkeypatch, where__hour="3"))
    assert "这个筛选下没有待审核的售后单" in shown
    assert f"其余 {len(waiting)} 单" in shown
    assert ">没有待审核的售后单<" not in shown  # it would deny the others


def test_data_that_have_stopped_say_so(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "数据停在 11-16 09:00，剩余时间按此刻推算" in html(opened(sample_store, "response", monkeypatch))


@pytest.mark.parametrize(("minutes", "told"), [(90, None), (150, "数据停在 11-16 09:00（2 小时前）")])
def test_beside_live_data_the_clock_runs_on(
    sample_store: Path, minutes: int, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = AS_OF.to_pydatetime() + timedelta(minutes=minutes)
    monkeypatch.setattr(data, "now", lambda _: now)
    page = opened(sample_store, "response", monkeypatch)
    assert not page.exception
    shown = html(page)
    assert ("数据停在" in shown) is (told is not None)
    assert told is None or told in shown
    later = metrics.open_shop(sample_store).queue(now=now)
    assert say(outlook(later, timedelta(hours=4)), "zh") in shown
    assert f"从 {now:%Y-%m-%d %H:%M} 算起" in shown


def test_a_limit_that_tickets_know_nothing_of_is_no_error_and_has_its_name(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(sample_store, "response", monkeypatch, lang="zh", where__kind="coupon"))
    assert "这个指标不按挽留方案区分" in shown
    assert "出错了" not in shown

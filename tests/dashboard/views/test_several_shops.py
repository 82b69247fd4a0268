"""Two shops in one store, one of which stopped sending its exports weeks before the other."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

import metrics
from dashboard import data
from metrics.response import counted_from
from tests.dashboard.visits import html, opened
from tests.metrics.filled import contract, fill
from tests.metrics.shops import AS_OF, BIG, SMALL, make_shop

EARLIER = pd.Timestamp(2026, 10, 27, 18)
TICKETS = "tickets"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = contract([make_shop(BIG), make_shop(SMALL)])
    stopped = tables["shops"]["shop"] == SMALL.name
    tables["shops"].loc[stopped, "as_of"] = EARLIER
    of_it = tables["coverage"]["shop"] == SMALL.name
    tables["coverage"].loc[of_it, "covered_until"] = EARLIER
    later = (tables[TICKETS]["shop"] == SMALL.name) & (pd.to_datetime(tables[TICKETS]["requested_at"]) > EARLIER)
    tables[TICKETS] = tables[TICKETS][~later].reset_index(drop=True)
    return fill(tmp_path_factory.mktemp("several") / "store", tables).root


def test_the_overview_says_from_when_each_shop_is_counted(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = metrics.open_shop(store).queue()
    assert set(waiting["shop"]) == {BIG.name, SMALL.name}
    shown = html(opened(store, "overview", monkeypatch, lang="zh"))
    assert f"剩余时间按 {EARLIER:%Y-%m-%d %H:%M} / {AS_OF:%Y-%m-%d %H:%M} 计算" in shown


def test_the_queue_begins_with_the_ticket_that_has_the_least_time_left(store: Path) -> None:
    """By the hours from where its own shop ends, and not by a deadline that two ends lie weeks apart from."""
    waiting = metrics.open_shop(store).queue().dropna(subset="hours_left")
    assert not waiting["deadline"].is_monotonic_increasing
    assert waiting["hours_left"].is_monotonic_increasing


def test_the_response_page_says_where_the_data_of_each_shop_stop(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(opened(store, "response", monkeypatch, lang="zh"))
    assert f"数据停在 {EARLIER:%m-%d %H:%M} / {AS_OF:%m-%d %H:%M}，" in shown


def test_live_hours_run_from_one_moment_in_every_zone(tmp_path: Path) -> None:
    """Half past nine in Shanghai is half past ten in Tokyo."""
    tables = contract([make_shop(BIG), make_shop(SMALL)])
    tables["shops"].loc[tables["shops"]["shop"] == BIG.name, "time_zone"] = "Asia/Tokyo"
    source = data.newest(fill(tmp_path / "store", tables).root)
    assert source is not None
    clocks = {BIG.name: "Asia/Tokyo", SMALL.name: "Asia/Shanghai"}
    first = metrics.open_shop(source.store).time_zone
    now = AS_OF.to_pydatetime() + timedelta(minutes=30)
    waiting = data.queue(source, now, {}).dropna(subset="deadline")
    assert set(waiting["shop"]) == set(clocks)
    for shop, rows in waiting.groupby("shop"):
        own = pd.Timestamp(now, tz=first).tz_convert(clocks[str(shop)]).tz_localize(None)
        assert counted_from(rows) == {own.to_pydatetime()}


def test_a_ticket_of_which_no_product_is_known_has_a_dash(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = metrics.open_shop(store).queue()
    first = waiting.head(5)
    assert first["sku_id"].isna().any()
    shown = html(opened(store, "overview", monkeypatch, lang="zh"))
    assert not re.search(r">\s*(nan|None|NaT|<NA>)\s*<", shown)

"""The parts of a page: names from a file are text, and never markup."""

from __future__ import annotations

from dashboard.components.state import state
from dashboard.components.strip import note
from dashboard.components.table import Bar, Column, Judged, Quiet, Rate, table
from dashboard.components.tile import Tile, tile
from dashboard.components.title import title

HOSTILE = '<img src=x onerror="alert(1)">'
HOSTILE_VERDICT = Judged(HOSTILE, HOSTILE, before=HOSTILE, small=HOSTILE)


def test_nothing_from_a_file_becomes_markup() -> None:
    parts = [
        table(
            [Column(HOSTILE)],
            [[HOSTILE], [Quiet(HOSTILE)], [Rate(HOSTILE, HOSTILE, HOSTILE)], [HOSTILE_VERDICT]],
            caption=HOSTILE,
        ),
        tile(Tile(label=HOSTILE, value=HOSTILE, change=HOSTILE, period=HOSTILE, sparkline_words=HOSTILE)),
        tile(Tile(label=HOSTILE, value=None, absence=(HOSTILE, HOSTILE))),
        state(HOSTILE, HOSTILE),
        title(HOSTILE, HOSTILE),
        note(HOSTILE),
    ]
    assert [part for part in parts if "<img src=x" in part] == []


def test_a_bar_and_its_whisker_are_shares_of_the_axis() -> None:
    drawn = table([Column("")], [[Bar(0.5, (0.4, 0.65), first=True)]], caption="c")
    assert 'style="width:50.00%"' in drawn
    assert 'style="left:40.00%;width:25.00%"' in drawn
    assert "as-first" in drawn


def test_a_bar_without_an_interval_has_no_whisker() -> None:
    assert "<u" not in table([Column("")], [[Bar(0.5)]], caption="c")


def test_a_number_stands_right_with_its_fraction_in_grey_and_its_interval_to_point_at() -> None:
    drawn = table([Column("退款率", align="right")], [[Rate("7.9%", "91/1,154", "6.5%–9.6%")]], caption="c")
    assert '<td class="as-right" title="6.5%–9.6%">7.9%<span class="as-n">91/1,154</span></td>' in drawn


def test_a_verdict_is_a_word_and_only_the_word_is_coloured() -> None:
    drawn = tile(Tile("退款率", "7.9%", change="较上周 ▲0.8百分点", verdict="worse", verdict_word="变差"))
    assert '较上周 ▲0.8百分点 <span class="as-worse">变差</span>' in drawn


def test_a_verdict_in_a_table_colours_its_word_alone() -> None:
    drawn = table(
        [Column("较上周", align="right")], [[Judged("worse", "变差", before="▲0.8百分点", small="n")]], caption="c"
    )
    assert '▲0.8百分点 <b class="as-worse">变差</b><small>n</small>' in drawn


def test_a_tile_without_a_number_says_why_in_its_place() -> None:
    drawn = tile(Tile("纠纷率", None, absence=("缺字段", "导入《交易纠纷》即可看到。")))
    assert '<div class="as-value as-none">缺字段</div>' in drawn
    assert "导入《交易纠纷》即可看到。" in drawn

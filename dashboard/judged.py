"""Judged batches in words: a row of `Shop.spikes` as a title, a cell or a tip, on a page and in a notebook."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from dashboard.text import Text
from metrics.batches.report import SpikeReport
from metrics.words import Finding, format_value, say

Row = Mapping[Any, Any]
STANDING_OUT = ("red", "amber")
REASONS_SHOWN = 5
BACKTEST = timedelta(days=90)


def references(batches: pd.DataFrame) -> list[str]:
    """Return the name of each batch in a link: its SKU and its id, led by the shop where there are several.

    >>> references(pd.DataFrame({"shop": ["A"], "sku_id": ["1001"], "batch_id": ["B7"]}))
    ['1001/B7']
    """
    parts = ["shop", "sku_id", "batch_id"] if batches["shop"].nunique() > 1 else ["sku_id", "batch_id"]
    return ["/".join(str(value) for value in row) for row in batches[parts].itertuples(index=False)]


def reference(row: Row, several_shops: bool) -> str:
    """Return the name of one batch in a link, as `references` spells it."""
    parts = ("shop", "sku_id", "batch_id") if several_shops else ("sku_id", "batch_id")
    return "/".join(str(row[part]) for part in parts)


def watching(report: SpikeReport, batches: pd.DataFrame, text: Text) -> str:
    """Return how many of these batches stand at which level, and how many of the red ones are false alarms."""
    counted = {level: int((batches["level"] == level).sum()) for level in ("red", "amber", "calm", "young")}
    words = say(Finding("spikes.watching", {"batches": f"{len(batches):,}", **counted}), text.language)
    words = words[0].upper() + words[1:]
    share = report.monitors.estimated_fdr
    if not counted["red"] or math.isnan(share):
        return words
    one_in = f"{1 / max(share, 0.001):,.0f}"
    return text("batches.and", one=words, other=say(Finding("spikes.false_alarms", {"one_in": one_in}), text.language))


def name(row: Row) -> str:
    """Return what people call a batch: its product where it is known, and its id."""
    return f"{row['sku_id'] if absent(row['product_name']) else row['product_name']} {row['batch_id']}"


def units(number: Any) -> str:
    """Return a number of units; a dash where nobody counted them."""
    return "–" if absent(number) else f"{float(number):,.0f}"


def due(number: float) -> str:
    """Return the returns that should have come; below ten with one decimal, where it still says something."""
    return "–" if absent(number) else f"{number:,.1f}" if number < 9.95 else f"{number:,.0f}"


def times(row: Row, text: Text) -> str:
    """Return how many times as much as normal, with its interval: 2.4 倍（1.8–3.1）."""
    low, high = f"{row['low']:.1f}", f"{row['high']:.1f}"
    return text("batches.times", times=f"{row['relative_rate']:.1f}", low=low, high=high)


def level(row: Row, text: Text) -> str:
    """Return the level of a batch in a word; a flag that may yet be taken back says so."""
    word = say(Finding(f"spikes.{row['level']}"), text.language)
    return text("batches.provisional", level=word) if row["provisional"] else word


def finding(row: Row, text: Text) -> str:
    """Return the title of one batch: how far it is from normal and mainly why, or that nothing can be told."""
    if absent(row["relative_rate"]):
        return text("batches.unsold")
    if row["level"] == "young":
        needed = row["detectable_from_units"]
        return text("batches.young", units=units(row["units"]), needed=units(needed))
    if row["level"] == "calm":
        return text("batches.calm", observed=units(row["observed"]), expected=due(row["expected"]))
    values = {column: f"{row[column]:.1f}" for column in ("relative_rate", "low", "high")}
    words = say(Finding("spikes.times", values), text.language)
    if absent(row["top_reason"]):
        return words
    return text("batches.mainly", finding=words, reason=row["top_reason"])


def rests_on(row: Row, report: SpikeReport, text: Text) -> str:
    """Return the small line under a batch: which one, of how many units, from when, and until when it was judged."""
    first, last = row["first_sold_on"], row["last_sold_on"]
    parts = [name(row), text(f"batches.source_{row['batch_source']}")]
    parts += [row[column] for column in ("category", "supplier") if not absent(row[column])]
    seen_from = row["detectable_rate"]
    if row["level"] in ("calm", "young") and math.isfinite(seen_from):
        parts.append(text("batches.seen_from", times=f"{seen_from:.1f}"))
    parts.append(text("batches.sold", units=units(row["units"]), first=f"{first:%m-%d}", last=f"{last:%m-%d}"))
    return " · ".join([*parts, text("batches.judged", day=f"{report.as_of:%Y-%m-%d}")])


def course_labels(row: Row, text: Text) -> dict[str, Any]:
    """Return the names of the lines of a batch's course, for `batch_course`."""
    flagged = row["first_flagged_on"]
    return {
        "observed_label": text("batches.observed", units=units(row["observed"])),
        "expected_label": text("batches.expected", units=due(row["expected"])),
        "band_label": text("batches.band"),
        "flag_label": "" if absent(flagged) else text("batches.flagged", day=f"{flagged:%m-%d}"),
    }


def course_hover(course: pd.DataFrame, text: Text) -> list[str]:
    """Return what stands beside the pointer over each day of a course."""
    return [
        text(
            "batches.hover_day",
            day=f"{row['day']:%m-%d}",
            age=row["age"],
            observed=units(row["observed"]),
            expected=due(row["expected"]),
            low=units(row["low"]),
            high=units(row["high"]),
        )
        for row in course.to_dict("records")
    ]


def shown_reasons(reasons: pd.DataFrame, text: Text) -> pd.DataFrame:
    """Return the reasons worth a bar: the largest differences first, and none that nobody gave."""
    named = reasons.assign(reason=reasons["reason"].fillna(text("batches.no_reason")))
    return named[named["returns"] > 0].head(REASONS_SHOWN)


def reason_numbers(reasons: pd.DataFrame, text: Text) -> list[tuple[str, str]]:
    """Return the two numbers of each pair of bars, for `batch_reasons`."""
    return [
        (
            f"{format_value(row['share'], 'share', text.language)}  {row['returns']:,}",
            "–" if absent(row["others_share"]) else format_value(row["others_share"], "share", text.language),
        )
        for row in reasons.to_dict("records")
    ]


def reasons_finding(reasons: pd.DataFrame, text: Text) -> str:
    """Return the title of the reasons: the one that stands out, here and in the SKU's other batches."""
    if reasons.empty:
        return text("batches.no_reasons")
    first = reasons.iloc[0]
    share = format_value(first["share"], "share", text.language)
    if absent(first["others_share"]):
        return text("batches.reason_alone", reason=first["reason"], share=share)
    others = format_value(first["others_share"], "share", text.language)
    return text("batches.reason_first", reason=first["reason"], share=share, others=others)


def suspects_finding(row: Row, text: Text) -> str:
    """Return the title over warehouse, courier and province: whether one of them explains the excess."""
    if absent(row["suspect"]):
        return text("batches.no_suspect")
    return text("batches.suspect", value=row["suspect"])


def funnel_hover(row: Row, text: Text) -> str:
    """Return what stands beside the pointer over one batch of the control funnel."""
    words = text(
        "batches.hover_batch",
        name=name(row),
        units=units(row["units"]),
        observed=units(row["observed"]),
        expected=due(row["expected"]),
    )
    return words if absent(row["relative_rate"]) else f"{words}<br>{times(row, text)}"


def funnel_finding(batches: pd.DataFrame, text: Text) -> str:
    """Return the title of the control funnel: who stands outside, and by how much."""
    red = batches[batches["level"] == "red"].sort_values("relative_rate", ascending=False).to_dict("records")
    if not red:
        return text("batches.funnel_calm")
    return text("batches.funnel", count=len(red), name=name(red[0]), times=times(red[0], text))


def backtested(report: SpikeReport) -> pd.DataFrame:
    """Return the flags of the last 90 days with what each batch has sold since and has in stock, the earliest first."""
    keys = ["shop", "sku_id", "batch_id"]
    recent = report.flags[report.flags["flagged_on"] > pd.Timestamp(report.as_of) - BACKTEST]
    now = report.batches[[*keys, "product_name", "units", "units_in_stock"]].drop_duplicates(keys)
    found = recent.merge(now.rename(columns={"units": "units_now"}), on=keys)
    found["sold_since"] = (found["units_now"].astype(float) - found["units"]).clip(lower=0)
    found["unsold"] = found["sold_since"] + found["units_in_stock"].astype("Float64").fillna(0.0).astype(float)
    return found.sort_values(["flagged_on", "batch_id"], ignore_index=True)


def backtest_finding(flags: pd.DataFrame, text: Text) -> str:
    """Return the title of the back-test: how many turned red, and how much of them was unsold by then."""
    if flags.empty:
        return text("batches.backtest_none")
    return text("batches.backtest", count=len(flags), units=units(flags["unsold"].sum()))


def backtest_words(flags: pd.DataFrame, text: Text) -> dict[str, Any]:
    """Return the names and labels of the back-test, for `backtest`."""
    rows = flags.to_dict("records")
    return {
        "names": [f"{row['flagged_on']:%m-%d} {name(row)}" for row in rows],
        "shown": [text("batches.unsold_then", units=units(row["unsold"])) for row in rows],
        "sold_label": text("batches.sold_by_then"),
        "later_label": text("batches.sold_since"),
        "stock_label": text("batches.in_stock"),
    }


def absent(value: Any) -> bool:
    """Whether there is nothing: None, NaN, NaT or NA, whichever a column of its type holds."""
    return bool(pd.isna(value))

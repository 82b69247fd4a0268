"""批次: which batches come back more often than they should, the worst first, and one of them in full."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import controls, data, judged
from dashboard.awaited import awaited
from dashboard.charts.backtest import backtest
from dashboard.charts.control_funnel import control_funnel
from dashboard.choices import FAMILIES
from dashboard.components.ranking import ranking
from dashboard.components.state import state
from dashboard.components.strip import note
from dashboard.components.table import Column, Entry, Level, Quiet, Stacked
from dashboard.components.title import title
from dashboard.filters import filter_bar
from dashboard.page import Page
from dashboard.verdicts import standing
from dashboard.views.one_batch import one_batch
from metrics import DIMENSIONS
from metrics.batches.report import SpikeReport
from metrics.meeting import Verdict
from metrics.spikes import LEVELS
from metrics.words import Finding, Refused, format_value, say

SHOWN, SHOWN_IN_MEETING, MOST_SHOWN = 16, 4, 60  # rows; whoever looks for one of the others picks it by its name
REFUSALS = {
    "spikes.without_batch": "batches.refused_without_batch",
    "spikes.not_available": "batches.refused_not_available",
    "spikes.no_batches": "batches.refused_no_batches",
    "spikes.no_as_of": "batches.refused_no_as_of",
    "spikes.older_store": "batches.refused_older_store",
    "spikes.judge_ended": "batches.refused_judge_ended",
}


def batches(page: Page) -> None:
    """Draw the page."""
    text = page.text
    try:
        with st.spinner(text("batches.judging")):
            report = data.spikes(page.source, page.choices.family)
    except Refused as refused:
        if refused.finding.code not in REFUSALS:
            raise
        # What the exports do not tell is no defect: it has a name and a next step.
        _filters(page, None, {})
        st.html(state(text(REFUSALS[refused.finding.code]), say(refused.finding, text.language)))
        return
    if report is None:
        _filters(page, None, {})
        ready = partial(data.is_judged, page.source, page.choices.family)
        awaited(ready, text("today.judging"), text("today.judging_body"))
        return
    shown = within(report.batches, page)
    references = judged.references(report.batches)
    of_row = dict(zip(report.batches.index, references, strict=True))
    listed = [of_row[at] for at in shown.index]
    chosen = page.choices.batch if page.choices.batch in references else next(iter(listed), None)
    names = [judged.name(row) for row in shown.to_dict("records")]
    _filters(page, chosen, dict(zip(listed, names, strict=True)))
    if page.shows("ranking"):
        st.html(title(judged.watching(report, shown, text), _rests_on(report, page)))
    if everything := not_limited(report.batches, page):
        st.html(note(everything))
    if report.monitors.drifting:
        st.html(note(say(Finding("spikes.drifting"), text.language)))
    if page.choices.batch is not None and page.choices.batch not in references:
        st.html(note(text("batches.not_judged", batch=page.choices.batch)))
    if chosen is None:
        st.html(state(text("batches.none")))
        return
    # In a meeting the one section that is on has the whole width.
    left, right = (st.container(), st.container()) if page.choices.meeting else st.columns([5, 7], gap="small")
    if page.shows("ranking"):
        with left, st.container(key="panel-ranking", height="stretch"):
            _ranking(page, shown, listed, chosen)
    if page.shows("batch"):
        with right, st.container(key="panel-batch", height="stretch"):
            one_batch(page, report, report.batches.iloc[references.index(chosen)].to_dict())
    if page.choices.meeting:
        return
    with st.expander(text("batches.folded"), key="folded", on_change="rerun") as folded:
        if folded.open:
            _all_at_once(page, report, shown)


def within(batches: pd.DataFrame, page: Page) -> pd.DataFrame:
    """Return the batches of the shop and the category that were chosen."""
    wanted = pd.Series(True, index=batches.index)
    for column, values in page.choices.where.items():
        if column in batches:
            wanted &= batches[column].isin(values)
    return batches[wanted]


def not_limited(batches: pd.DataFrame, page: Page) -> str:
    """Return which limits of the page batches know nothing of, lest all of them be taken for some; else nothing."""
    names = [DIMENSIONS[name].label(page.text.language) for name in page.choices.where if name not in batches]
    return page.text("batches.not_limited", names=page.text("state.list").join(names)) if names else ""


def _filters(page: Page, chosen: str | None, names: dict[str, str]) -> None:
    text, choices = page.text, page.choices
    filter_bar(page, week=False, reading=False)
    with st.container(horizontal=True, key="batch-filters", vertical_alignment="center"):
        controls.switch(
            "family",
            FAMILIES,
            choices.family,
            label=text("batches.family"),
            shown=lambda family: text(f"batches.family_{family}"),
            default="quality",
        )
        if chosen is not None:
            controls.choose(
                "batch",
                [*names] if chosen in names else [chosen, *names],
                chosen,
                label=text("batches.batch"),
                shown=lambda reference: names.get(reference, reference),
            )


def _rests_on(report: SpikeReport, page: Page) -> str:
    text = page.text
    return text(
        "batches.rests_on",
        family=text(f"batches.family_{report.family}"),
        day=f"{report.as_of:%Y-%m-%d}",
        share=format_value(report.without_batch, "share", text.language),
        version=page.source.version,
    )


def _ranking(page: Page, shown: pd.DataFrame, listed: list[str], chosen: str) -> None:
    text = page.text
    st.html(title(at_stake(shown, page), text("batches.ranked_by")))
    least = int(shown["level"].isin(judged.STANDING_OUT).sum())
    few, many = max(SHOWN, min(least, MOST_SHOWN)), min(len(shown), max(MOST_SHOWN, least))
    few = SHOWN_IN_MEETING if page.choices.meeting else few
    entire = page.choices.rows == "all"
    rows = shown.head(many if entire else few)
    columns = (
        Column(text("batches.col_level")),
        Column(text("batches.col_batch")),
        Column(text("batches.col_returned"), align="right"),
        Column(text("batches.col_times"), align="right"),
        Column(text("batches.col_stock"), align="right"),
        Column(text("batches.col_at_risk"), align="right"),
        Column(text("batches.col_flagged"), align="right"),
    )
    records, found = rows.to_dict("records"), standing(page)
    ranking(
        columns,
        [_cells(row, page, found.get((row["shop"], row["sku_id"], row["batch_id"]))) for row in records],
        caption=text("batches.list"),
        names=[judged.name(row) for row in records],
        references=listed[: len(rows)],
        chosen=chosen,
        pick=lambda reference: controls.write("batch", reference),
    )
    if many > few:
        words = text("filter.fewer_rows", count=few) if entire else text("batches.more_rows", count=many)
        st.button(words, type="tertiary", key="rows", on_click=controls.write, args=("rows", "" if entire else "all"))


def at_stake(shown: pd.DataFrame, page: Page) -> str:
    """Return the title of the list: what is at stake, or that all is calm and what comes nearest."""
    text = page.text
    red, amber = shown[shown["level"] == "red"], shown[shown["level"] == "amber"]
    if len(red):
        taken_off = red[red["advice"] == "delist"]
        if taken_off.empty:
            return text("batches.red", count=len(red))
        units = judged.units(taken_off["units_in_stock"].sum())
        money = format_value(float(taken_off["money_at_risk"].sum()), "yuan", text.language)
        return text("batches.delist", count=len(red), delist=len(taken_off), units=units, money=money)
    if len(amber):
        return text("batches.amber", count=len(amber))
    scored = shown[shown["relative_rate"].notna()].to_dict("records")
    if not scored:
        return text("batches.too_early")
    return text("batches.nothing", name=judged.name(scored[0]), times=judged.times(scored[0], text))


def _cells(row: judged.Row, page: Page, verdict: Verdict | None) -> list[Entry]:
    text = page.text
    flagged, scored = row["first_flagged_on"], not judged.absent(row["relative_rate"])
    product = row["sku_id"] if judged.absent(row["product_name"]) else row["product_name"]
    known = text(f"batches.listed_{verdict.verdict}") if verdict else text(f"batches.source_{row['batch_source']}")
    at_risk: Entry = Quiet("–")
    if not judged.absent(row["money_at_risk"]):
        at_risk = format_value(row["money_at_risk"], "yuan", text.language)
    return [
        Level(row["level"], judged.level(row, text)),
        Stacked(product, f"{row['batch_id']} · {known}"),
        Stacked(judged.units(row["observed"]), f"/ {judged.due(row['expected'])}"),
        Stacked(f"{row['relative_rate']:.1f}", f"{row['low']:.1f}–{row['high']:.1f}") if scored else Quiet("–"),
        judged.units(row["units_in_stock"]),
        at_risk,
        Quiet("–") if judged.absent(flagged) else f"{flagged:%m-%d}",
    ]


def _all_at_once(page: Page, report: SpikeReport, shown: pd.DataFrame) -> None:
    text = page.text
    left, right = st.columns([6, 6], gap="medium")
    with left:
        st.html(title(judged.funnel_finding(shown, text), text("batches.funnel_rests_on", count=len(shown))))
        scored = shown[shown["expected"].notna()]
        if len(scored):
            rows = scored.to_dict("records")
            largest = max(rows, key=lambda row: row["expected"])
            figure = control_funnel(
                scored,
                report.course(largest["batch_id"], largest["sku_id"], largest["shop"]),
                page.colours,
                hover=[judged.funnel_hover(row, text) for row in rows],
                names=[judged.name(row) for row in rows],
                level_labels={name: say(Finding(f"spikes.{name}"), text.language) for name in LEVELS},
                expected_label=text("batches.funnel_x"),
                relative_label=text("batches.funnel_y"),
            )
            st.plotly_chart(
                figure, theme=None, key="funnel", config={"displayModeBar": False}, alt=text("batches.funnel_alt")
            )
    with right:
        flags = judged.backtested(report)
        st.html(title(judged.backtest_finding(flags, text), text("batches.backtest_rests_on") if len(flags) else ""))
        if len(flags):
            st.plotly_chart(
                backtest(flags, page.colours, **judged.backtest_words(flags, text)),
                theme=None,
                key="backtest",
                config={"displayModeBar": False},
                alt=text("batches.backtest_alt"),
            )

"""A number opened: what it is divided from, the events behind it, and the way to take them along."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import pandas as pd
import streamlit as st

from dashboard import controls, data, wording
from dashboard.components.dialog import open_dialog
from dashboard.components.drawer import facts
from dashboard.components.state import state
from dashboard.decision import decision_form
from dashboard.download import asked, days, downloads, origin
from dashboard.headline import cell
from dashboard.page import Page
from dashboard.reconciling import reconcile_form
from dashboard.subject import called
from dashboard.targeting import target_form
from dashboard.why import why_it_moved
from metrics import Question
from metrics.export.columns import in_words
from metrics.words import Refused, format_value, say

SHOWN = 200
NUMBERS = ("ticket_id", "order_id")


def number_button(page: Page, question: Question, label: str, key: str) -> None:
    """Draw a button that opens the drawer on the answer to a question."""
    help_words = question.definition.definition(page.text.language)
    if st.button(label, type="tertiary", key=f"number-{key}", help=help_words):
        open_number(page, question)


def open_number(page: Page, question: Question) -> None:
    """Open the drawer on the one number that a question without grain and dimensions answers."""
    one = replace(question, by=(), grain=None)
    metric, language = one.definition, page.text.language

    def body() -> None:
        _head(page, one)
        names = ("rows", "why", "decide", *(["target"] if metric.good is not None else []), "reconcile")
        tabs = dict(zip(names, st.tabs([page.text(f"number.tab_{name}") for name in names]), strict=True))
        with tabs["rows"]:
            events(page, one, "drawer")
            _elsewhere(page, one)
        with tabs["why"]:
            why_it_moved(page, one)
        with tabs["decide"]:
            decision_form(page, [called("metric", metric.name, page.text)])
        if "target" in tabs:
            with tabs["target"]:
                target_form(page, one)
        with tabs["reconcile"]:
            reconcile_form(page, one)

    open_dialog(metric.label(language), body, width="medium", position="right")


def events(page: Page, question: Question, key: str) -> None:
    """Draw the events behind a number: the first of them, their numbers to copy, and all of them as a file."""
    text = page.text
    try:
        found = data.rows(page.source, question, SHOWN)
    except Refused as refused:
        st.html(state(text("number.no_rows"), say(refused.finding, text.language)))
        return
    if found.empty:
        st.html(state(text("number.no_rows"), text("number.no_rows_body")))
        return
    shown = in_words(found.assign(day=found["day"].dt.date).dropna(axis=1, how="all"), text.language)
    everything = len(found) < SHOWN
    st.html(
        f'<div class="as-note">{text("number.rows" if everything else "number.first_rows", count=len(found))}</div>'
    )
    st.dataframe(shown, hide_index=True, height=300, key=f"events-{key}", alt=text("number.rows_alt"))
    _copy(page, found, key)
    name = f"{question.metric}-rows"
    downloads(page, lambda: {text("number.sheet"): _all(page, question)}, origin(page, question), name, f"rows-{key}")


def _all(page: Page, question: Question) -> pd.DataFrame:
    return data.rows(page.source, question, None)


def _copy(page: Page, found: pd.DataFrame, key: str) -> None:
    """Draw the numbers of the cases, to be pasted into the back office."""
    for name in NUMBERS:
        if name in found and found[name].notna().any():
            numbers = found[name].dropna().astype(str).drop_duplicates()
            with st.popover(page.text(f"number.copy_{name}"), icon=":material/content_copy:", key=f"copy-{name}-{key}"):
                st.code("\n".join(numbers), language=None, height=240)
            return


def _head(page: Page, question: Question) -> None:
    text, metric = page.text, question.definition
    here = cell(data.ask(page.source, question).iloc[0])
    told = [
        (text("drawer.period"), days(page, question) or text("tile.whole_file")),
        (text("drawer.reading"), asked(page, question)),
        (text("drawer.fraction"), wording.fraction(here, text)),
        (text("drawer.status"), text(f"status.{here.status}")),
    ]
    if here.has_interval:
        told.insert(3, (text("drawer.interval"), wording.interval(here.low, here.high, metric, text)))
    if metric.good:
        told.append((text("drawer.good"), text(f"drawer.good_{metric.good}")))
    told.append((text("drawer.version"), str(page.source.version)))
    big = format_value(here.value, metric.unit, text.language)
    st.html(facts(big, metric.definition(text.language), told))


def _elsewhere(page: Page, question: Question) -> None:
    """Draw the same question for whoever goes on with it: on the page that asks anything, and in a notebook."""
    text = page.text
    here = urlsplit(st.context.url or "")
    spelled = replace(question, reading=question.reading_asked)
    link = urlunsplit((here.scheme, here.netloc, "/explore", spelled.to_query_string(), ""))
    params = dict(pair for pair in controls.pairs(spelled) if not pair[0].startswith("where."))
    controls.way(page, "explore", text("number.explore"), **params)
    with st.popover(text("number.python"), icon=":material/code:"):
        st.code(f'metrics.from_url("{link}")', language="python", wrap_lines=True)

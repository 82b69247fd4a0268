"""Rules for approving, replayed on history, and the tickets that they would approve now. Nothing is approved here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from dashboard import controls, data
from dashboard.awaited import awaited
from dashboard.components.dialog import open_dialog
from dashboard.components.ranked import Axis, ranked
from dashboard.components.state import state
from dashboard.components.table import Column, table
from dashboard.components.title import title
from dashboard.download import downloads
from dashboard.judged import absent
from dashboard.page import Page
from dashboard.rules import labels, replayed, waiting_cells, went_wrong
from metrics.export import Provenance
from metrics.export.columns import in_words
from metrics.policy import Replay, Rule
from metrics.policy.replay import Of
from metrics.policy.wording import conditions
from metrics.words import Refused, format_value, say

SHOWN, OPEN_SHOWN, OPEN_IN_MEETING = 200, 10, 6
TABS: tuple[Of, ...] = ("tickets", "breaches", "wrong")
HEADS = ("name", "tickets", "hours", "breaches", "money", "bar", "wrong")


def replayed_rules(page: Page) -> None:
    """Draw what each rule would have done; a click on one opens its conditions and its tickets."""
    text = page.text
    try:
        rules = data.approval_rules(page.source)
        told = data.replay_rules(page.source, rules, page.choices.where)
    except Refused as refused:
        st.html(title(text("rules.replay")))
        st.html(state(text("rules.refused"), say(refused.finding, text.language)))
        return
    if told is None:
        st.html(title(text("rules.replay")))
        ready = partial(data.is_replayed, page.source, rules, page.choices.where)
        awaited(ready, text("rules.replaying"), text("rules.replaying_body"))
        return
    rows = told.summary.to_dict("records")
    together = rows[-1]
    if not together["of"] or not rules:
        st.html(title(text("rules.replay")))
        st.html(state(text("rules.no_tickets"), text("rules.no_tickets_body")))
        return
    last = told.stop - timedelta(days=1)
    rests = text(
        "rules.replay_rests", first=f"{told.start:%Y-%m-%d}", last=f"{last:%Y-%m-%d}", count=f"{together['of']:,}"
    )
    st.html(title(_finding(page, together), rests))
    names, named = [rule.name for rule in rules], labels(rules, text)
    chosen = names.index(page.choices.rule) if page.choices.rule in names else None
    axis = Axis.of(told.summary)
    right = ("tickets", "hours", "breaches", "money")
    ranked(
        [Column(text(f"rules.col_{name}"), "right" if name in right else "left") for name in HEADS],
        [replayed(row, axis, named, text) for row in rows],
        key="replay",
        caption=text("rules.replay"),
        names=[*(text("rules.only", name=named[name]) for name in names), text("rules.only_together")],
        chosen=chosen,
        pick=lambda place: controls.write("rule", "" if place in (chosen, len(names)) else names[place]),
    )
    _below(page, told, rules[chosen] if chosen is not None else None)


def _finding(page: Page, row: Mapping[Any, Any]) -> str:
    text = page.text
    told = {"tickets": f"{row['tickets']:,}", "hours": f"{row['hours_saved']:,.0f}"}
    if absent(row["value"]):
        return text("rules.replay_few", **told)
    return text("rules.replay_title", **told, wrong=format_value(row["value"], "share", text.language))


def _below(page: Page, told: Replay, rule: Rule | None) -> None:
    """Draw what the chosen rule asks for, how its tickets ended, and the way to them."""
    text, language = page.text, page.text.language
    name = rule.name if rule else None
    asks = text("rules.sep").join(conditions(rule, language)) if rule else text("rules.any_rule")
    row = told.summary.iloc[[rule.name for rule in told.rules].index(name) if name else -1]
    st.html(f'<div class="as-note">{escape(asks)}<br>{escape(went_wrong(row.to_dict(), text))}</div>')
    if not page.choices.meeting:
        with st.container(horizontal=True, key="replay-foot", vertical_alignment="center"):
            if st.button(text("rules.rows", count=f"{row['tickets']:,}"), type="tertiary", key="replay-rows"):
                open_dialog(
                    rule.label(language) if rule else text("rules.together"),
                    lambda: _drawer(page, told, name),
                    width="large",
                    position="right",
                )


def _drawer(page: Page, told: Replay, rule: str | None) -> None:
    """Draw the tickets behind each number of a rule: first a part of them, all of them as a file."""
    text = page.text
    for of, tab in zip(TABS, st.tabs([text(f"rules.tab_{of}") for of in TABS]), strict=True):
        with tab:
            rows = told.rows(rule, of)
            st.html(f'<div class="as-note">{text("rules.shown", count=len(rows), shown=min(len(rows), SHOWN))}</div>')
            if rows.empty:
                continue
            shown = in_words(rows.head(SHOWN).dropna(axis=1, how="all"), text.language)
            st.dataframe(shown, hide_index=True, height=360, key=f"replay-{of}", alt=text("rules.rows_alt"))
            told_of = _provenance(page, told, rule or text("rules.together"))
            downloads(page, partial(dict, {text("rules.sheet"): rows}), told_of, f"rules-{of}", f"rules-{of}")


def _provenance(page: Page, told: Replay, name: str) -> Provenance:
    text, language = page.text, page.text.language
    return Provenance(
        title=name,
        question=text("rules.replay"),
        period=text("download.days", first=f"{told.start:%Y-%m-%d}", last=f"{told.stop - timedelta(days=1):%Y-%m-%d}"),
        version=page.source.version,
        as_of=page.source.as_of,
        definitions=tuple(
            (rule.label(language), text("rules.sep").join(conditions(rule, language))) for rule in told.rules
        ),
        language=language,
    )


def waiting_rules(page: Page) -> None:
    """Draw the dry run: the tickets that wait now and that a rule would approve."""
    text = page.text
    try:
        rules = data.approval_rules(page.source)
        found = data.approvable(page.source, rules, page.now, page.choices.where)
    except Refused as refused:
        st.html(title(text("rules.waiting")))
        st.html(state(text("rules.refused"), say(refused.finding, text.language)))
        return
    if page.choices.rule:
        found = found[found["rule"] == page.choices.rule]
    rests = text("rules.waiting_rests", now=text.moment(page.now))
    if found.empty:
        st.html(title(text("rules.waiting"), rests))
        st.html(state(text("rules.none_waiting"), text("rules.none_waiting_body")))
        return
    money = format_value(float(found["amount"].sum()), "yuan", text.language)
    st.html(title(text("rules.waiting_title", count=len(found), money=money), rests))
    heads = ("ticket", "rule", "type", "reason", "product", "amount", "waited")
    columns = [Column(text(f"rules.col_{name}"), "right" if name in ("amount", "waited") else "left") for name in heads]
    few = OPEN_IN_MEETING if page.choices.meeting else OPEN_SHOWN
    named = labels(rules, text)
    listed = found if page.choices.rows == "all" else found.head(few)
    st.html(
        table(
            columns,
            [waiting_cells(row, named, text) for row in listed.to_dict("records")],
            caption=text("rules.waiting"),
        )
    )
    if page.choices.meeting:
        return
    with st.container(horizontal=True, key="waiting-foot", vertical_alignment="center"):
        if len(found) > few:
            entire = page.choices.rows == "all"
            words = text("rules.fewer", count=few) if entire else text("rules.more", count=len(found))
            st.button(
                words, type="tertiary", key="rows", on_click=controls.write, args=("rows", "" if entire else "all")
            )
        with st.popover(text("rules.copy", count=len(listed)), icon=":material/content_copy:"):
            st.code("\n".join(listed["ticket_id"].astype(str)), language=None, height=240)
    st.html(f'<div class="as-note">{escape(text("rules.how_live"))}</div>')

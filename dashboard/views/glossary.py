"""指标口径: every metric in words and in SQL, the rules in force and what the reasons mean; all of it generated."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from dashboard import controls, definitions
from dashboard.components.state import state
from dashboard.components.table import Column, Entry, table
from dashboard.components.title import title
from dashboard.data import Source
from dashboard.exports import exports_of
from dashboard.text import Text
from dashboard.views.glossary_entry import entry
from metrics import CATALOG
from metrics.catalog import READINGS, Metric
from metrics.words import format_value, value_label

GROUPS = ("refunds", "disputes", "handling", "satisfaction", "followup", "orders")
_OF_FACT = {
    "handled_tickets": "handling",
    "made_offers": "handling",
    "answered_surveys": "satisfaction",
    "opened_disputes": "disputes",
    "followed_up": "followup",
}
_OF_EXPORT = {"tickets": "refunds", "disputes": "disputes"}


def glossary(text: Text, store: Path, source: Source | None, find: str) -> None:
    """Draw the page. It needs no data: what a number means is known before there is one."""
    st.html(title(text("glossary.title"), text("glossary.lead")))
    with st.container(key="panel-readings"):
        st.html(_readings(text))
    _search(find, text)
    found = [CATALOG[find]] if find in CATALOG else [metric for metric in CATALOG.values() if matches(metric, find)]
    with st.container(key="panel-glossary"):
        if found:
            st.html(_contents(found, text))
            selects = definitions.selects(source, found)
            for group in GROUPS:
                members = [metric for metric in found if group_of(metric) == group]
                if members:
                    entries = "".join(
                        entry(metric, selects[metric.name], source is not None, text) for metric in members
                    )
                    st.html(f'<h3 class="as-h2">{escape(text(f"glossary.group_{group}"))}</h3>{entries}')
        else:
            st.html(state(text("glossary.none", text=find), text("glossary.none_next")))
    with st.container(key="panel-policies"):
        st.html(title(text("glossary.policies"), text("glossary.policies_lead")))
        st.html(_policies(store, source, text))
    with st.container(key="panel-reasons"):
        st.html(title(text("glossary.reasons"), text("glossary.reasons_lead")))
        st.html(_reasons(store, source, text))


def matches(metric: Metric, typed: str) -> bool:
    """Whether a metric is called or described by what was typed, in either language, or has it as its code."""
    wanted = typed.strip().casefold()
    spoken = [word for language in ("zh", "en") for word in metric.words[language]]
    return any(wanted in name.casefold() for name in (metric.name, *spoken))


def group_of(metric: Metric) -> str:
    """Return the group under which a metric stands: by what it counts, and by the export that tells of it.

    >>> group_of(CATALOG["dispute_rate"]), group_of(CATALOG["response_hours"])
    ('disputes', 'handling')
    """
    fact = metric.readings[metric.default_reading].fact
    return _OF_FACT.get(fact) or _OF_EXPORT.get(exports_of(metric)[-1], "orders")


def _search(find: str, text: Text) -> None:
    """Draw the search; it stands in the address, so that a link shows what was found."""
    st.session_state["search"] = find
    with st.container(horizontal=True, vertical_alignment="center", key="find"):
        st.text_input(
            text("glossary.search"),
            key="search",
            placeholder=text("glossary.search_hint"),
            label_visibility="collapsed",
            width=420,
            max_chars=60,
            on_change=controls.changed("search", lambda typed: controls.write("find", typed.strip())),
        )
        if find:
            st.button(text("glossary.all"), key="find-all", on_click=controls.write, args=("find", ""))


def _readings(text: Text) -> str:
    rows: list[list[Entry]] = [
        [text(f"glossary.{name}"), text(f"glossary.{name}_means"), text(f"glossary.{name}_for")]
        for name in reversed(READINGS)
    ]
    columns = (
        Column(text("glossary.reading")),
        Column(text("glossary.means"), wrap=True),
        Column(text("glossary.good_for"), wrap=True),
    )
    return table(columns, rows, caption=text("glossary.readings"))


def _contents(found: list[Metric], text: Text) -> str:
    """Return the way to each metric: links within the page."""
    count = escape(text("glossary.count", count=len(found)))
    links = [
        f'<a href="#{metric.name}">{escape(metric.label(text.language))}</a>'
        for group in GROUPS
        for metric in found
        if group_of(metric) == group
    ]
    # A point belongs to the name before it: no line begins with one.
    listed = " ".join([*(f"<i>{link} ·</i>" for link in links[:-1]), *links[-1:]])
    return f'<nav class="as-contents" aria-label="{count}"><b>{count}</b> {listed}</nav>'


def _policies(store: Path, source: Source | None, text: Text) -> str:
    rules = definitions.policies(store, source)
    rows: list[list[Entry]] = []
    for name, since, value in rules:
        always = since.year <= 1970
        rows.append(
            [
                text(f"glossary.policy_{name}"),
                format_value(value, "count", text.language),
                text("glossary.always") if always else text.moment(since),
            ]
        )
    columns = (
        Column(text("glossary.policy")),
        Column(text("glossary.policy_value"), align="right"),
        Column(text("glossary.since")),
    )
    return table(columns, rows, caption=text("glossary.policies"))


def _reasons(store: Path, source: Source | None, text: Text) -> str:
    """Return what each reason's text in an export means: one row for each meaning, its texts beside it."""
    texts: dict[tuple[str, str], list[str]] = {}
    for said, reason, liable in definitions.reasons(store, source):
        texts.setdefault((reason, liable), []).append(said)
    rows: list[list[Entry]] = [
        [
            value_label("reason", reason, text.language),
            value_label("liable", liable, text.language),
            text("empty.sep").join(said),
        ]
        for (reason, liable), said in texts.items()
    ]
    columns = (
        Column(text("glossary.reason")),
        Column(text("glossary.liable")),
        Column(text("glossary.reason_texts"), wrap=True),
    )
    return table(columns, rows, caption=text("glossary.reasons"))

"""平台规则与自动审核: what the platform's rules did, and what our own would do before they may do it."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.charts.same_ages import same_ages
from dashboard.components.state import state
from dashboard.components.title import title
from dashboard.filters import filter_bar
from dashboard.judged import absent
from dashboard.page import Page
from dashboard.rules import announce, course_hover
from dashboard.views.rules_calendar import calendar
from dashboard.views.rules_replay import replayed_rules, waiting_rules
from metrics.meeting.changes import WINDOW
from metrics.words import Refused, format_change, format_value, say

SECTIONS = ("calendar", "effect", "replay", "waiting")


def rules_page(page: Page) -> None:
    """Draw the page."""
    filter_bar(page, week=False, reading=False)
    announce(page)
    panels = {"calendar": calendar, "effect": _effect, "replay": replayed_rules, "waiting": waiting_rules}
    if page.choices.meeting:
        name = page.choices.section or SECTIONS[0]
        with st.container(key=f"panel-{name}"):
            panels[name](page)
        return
    places = dict(zip(SECTIONS[:2], st.columns([5, 7], gap="small"), strict=True))
    for name in SECTIONS:
        with places.get(name, st.container()), st.container(key=f"panel-{name}", height="stretch"):
            panels[name](page)


def _effect(page: Page) -> None:
    """Draw before and after of the window for returns, with age held equal."""
    text, language = page.text, page.text.language
    try:
        effect = data.policy_effect(page.source, WINDOW, page.choices.where)
    except Refused as refused:
        st.html(title(text("rules.effect")))
        st.html(state(text("rules.no_effect"), say(refused.finding, language)))
        return
    band = effect.opened
    since = effect.change.effective_from
    low, high = (format_change(band[name], "share", language) for name in ("change_low", "change_high"))
    rests = text(
        "rules.effect_rests",
        first=f"{effect.start:%Y-%m-%d}",
        since=f"{since:%Y-%m-%d}",
        before=f"{band['before_n']:,}",
        after=f"{band['n']:,}",
        interval="" if absent(band["change"]) else text("rules.interval", low=low, high=high),
        as_of=text.moment(page.source.as_of),
    )
    st.html(title(effect.sentence(language), rests))
    if effect.ages.loc[effect.ages["side"] == "after", "value"].isna().all():
        st.html(state(text("rules.young"), effect.sentence(language)))
        return
    figure = same_ages(
        effect.ages,
        page.colours,
        opened=(int(band["first_age"]), int(band["last_age"])),
        labels=(text("rules.before"), text("rules.after")),
        opened_label=text("rules.opened"),
        hover=course_hover(effect, text),
        height=245 if page.choices.meeting else 320,
    )
    axis = text(f"rules.axis_{effect.clock}")
    figure.update_xaxes(title={"text": axis, "font": {"size": 13, "color": page.colours.secondary}})
    drawn = page.drawn(figure)
    st.plotly_chart(drawn, theme=None, key="effect", config={"displayModeBar": False}, alt=text("rules.effect_alt"))
    within = effect.bands.iloc[0]
    word = "rules.within_unclear" if within["verdict"] != "moved" else "rules.within_moved"
    told = {name: format_value(within[name], "share", language) for name in ("before", "value")}
    note = text(word, last=int(within["last_age"]), change=format_change(within["change"], "share", language), **told)
    st.html(f'<div class="as-note">{note}</div>')

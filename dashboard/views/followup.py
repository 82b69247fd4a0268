"""售后回访: whether following up brings customers back, when that can be told, and who is next on the list."""

from __future__ import annotations

import streamlit as st

from dashboard import controls, data, followup
from dashboard.charts.arms import ROW, arms
from dashboard.choices import MARGINS
from dashboard.components.state import state
from dashboard.components.strip import note
from dashboard.components.table import Column, table
from dashboard.components.title import title
from dashboard.filters import filter_bar
from dashboard.foot import foot
from dashboard.page import Page
from dashboard.views.followup_observed import costs, insurance, steps
from metrics import Question
from metrics.followup import CONTROL, HORIZONS, METRICS, Followup
from metrics.followup.sentences import arms_counted, balance, wait, worth_sentence
from metrics.question import Value
from metrics.words import say

ROWS = (("arms", "decide"), ("steps", "insurance", "costs"))
SECTIONS = tuple(section for row in ROWS for section in row)
ROW_IN_MEETING = 56
"""Pixels of an arm on a slide, which ends above its bar."""
WIDTHS = {("arms", "decide"): [6, 7], ("steps", "insurance", "costs"): [9, 7, 7]}


def followup_page(page: Page) -> None:
    """Draw the page."""
    filter_bar(page, week=False, reading=False, category=False)
    others = [name for name in page.choices.where if name not in followup.KNOWN_LIMITS]
    if others and not page.choices.meeting:
        st.html(note(page.text("followup.limits")))
    read = data.followup(page.source, _limits(page), page.choices.margin)
    panels = {
        "arms": lambda: _arms(page, read),
        "decide": lambda: _decide(page, read),
        "steps": lambda: steps(page),
        "insurance": lambda: insurance(page),
        "costs": lambda: costs(page),
    }
    for row in ROWS:
        shown = [section for section in row if page.shows(section)]
        widths = WIDTHS[row] if len(shown) == len(row) else len(shown)
        for section, column in zip(shown, st.columns(widths, gap="small") if shown else (), strict=True):
            with column, st.container(key=f"panel-{section}", height="stretch"):
                panels[section]()


def _limits(page: Page) -> dict[str, tuple[Value, ...]]:
    return {name: values for name, values in page.choices.where.items() if name in followup.KNOWN_LIMITS}


def _arms(page: Page, read: Followup) -> None:
    """Draw the share of each arm that bought again, and what that comes to."""
    text = page.text
    if read.why_not is not None:
        st.html(title(text("app.followup")))
        st.html(state(text("state.not_available"), say(read.why_not, text.language)))
        return
    first = [arm for arm in read.arms if arm.days == HORIZONS[0]]
    counted = arms_counted(first, text.language)
    as_of = text("trend.as_of", as_of=text.moment(page.source.as_of))
    st.html(title(followup.finding(read, text), f"{text('followup.treated')} · {counted} · {as_of}"))
    names, horizons = followup.horizons(read, text)
    control = next((place for place, arm in enumerate(first) if arm.name == CONTROL), None)
    row = ROW_IN_MEETING if page.choices.meeting else ROW
    st.plotly_chart(
        page.drawn(arms(horizons, names, page.colours, control=control, row=row)),
        theme=None,
        key="arms-" + "-".join(str(arm.mature) for arm in first),
        config={"displayModeBar": False},
        alt=text("followup.arms_alt"),
    )
    assert read.balance is not None
    st.html(f'<div class="as-note">{balance(read.balance, text.language)}</div>')
    again = f"{sum(arm.repurchased for arm in first):,}"
    asked = Question(METRICS[HORIZONS[0]], where=_limits(page))
    foot(page, asked, text("followup.open", count=again), "arms", about=("metric", asked.metric))


def _decide(page: Page, read: Followup) -> None:
    """Draw the differences with their tests, what they are worth, and the way to the next list."""
    text = page.text
    known = read.why_not is None
    rests_on = text("followup.decide_rests", claim=f"{read.claim:+.0%}") if known else ""
    st.html(title(followup.decide_finding(read, text), rests_on))
    if not known:
        st.html(state(text("followup.undecided"), text("followup.undecided_body")))
    if read.effects:
        heads = ("arm", "horizon", "difference", "relative", "p", "outcome")
        columns = [Column(text(f"followup.col_{name}")) for name in heads]
        rows = [followup.effect_cells(effect, text) for effect in read.effects]
        with st.container(key="effects"):
            st.html(table(columns, rows, caption=text("followup.decide")))
    alert = read.balance is not None and read.balance.alert
    told = [] if alert else [followup.power_words(read, text)]
    undecided = [effect for effect in read.effects if effect.outcome == "undecided"]
    told += [wait(undecided[0], text.language)] if undecided and not alert else []
    worths = [] if alert else [worth_sentence(worth, text.language) for worth in read.worths]
    lines = "".join(f"<p>{line}</p>" for line in ("".join(told), *worths) if line)
    st.html(f'<div class="as-told">{lines}</div>')
    if page.choices.margin or any(worth.unknown in ("no_costs", "some_costs") for worth in read.worths):
        controls.choose(
            "margin",
            ["", *map(str, MARGINS)],
            str(page.choices.margin or ""),
            label=text("followup.margin"),
            shown=lambda share: f"{share}%" if share else text("followup.margin_costs"),
        )
    _next_list(page)


def _next_list(page: Page) -> None:
    """Draw how many customers a list could go to, and the button that draws it."""
    text = page.text
    shops = page.choices.where.get("shop", ())
    only = str(shops[0]) if len(shops) == 1 else None
    if only is None and page.several_shops:
        st.html(f'<div class="as-note">{text("followup.one_shop")}</div>')
        return
    count = data.candidates(page.source, only)
    st.html(f'<div class="as-note">{text("followup.candidates", count=f"{count:,}")}</div>')
    if page.choices.meeting or not count:
        return
    st.download_button(
        text("followup.export"),
        lambda: data.followup_list(page.source, only),
        f"{text('export.followups')}.csv",
        "text/csv",
        key="followup-list",
        icon=":material/download:",
        help=text("followup.export_help"),
        on_click="ignore",
    )

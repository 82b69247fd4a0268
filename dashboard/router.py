"""From an address to a page: language, version, choices and navigation."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import controls, data, presenting
from dashboard.alarm_tab import alarm
from dashboard.charts.theme import Mode
from dashboard.choices import Known, read
from dashboard.components.dialog import page_begins
from dashboard.components.state import state
from dashboard.components.strip import demo_strip, note
from dashboard.components.style import meeting_style, style
from dashboard.data import Source
from dashboard.judged import references
from dashboard.page import Page
from dashboard.presenting import Slide
from dashboard.text import Text, browser_language
from dashboard.views.batches import batches
from dashboard.views.explore import explore
from dashboard.views.followup import SECTIONS as FOLLOWUP
from dashboard.views.followup import followup_page
from dashboard.views.glossary import glossary
from dashboard.views.imports import first_import, imports
from dashboard.views.overview import overview
from dashboard.views.reasons import SECTIONS as REASONS
from dashboard.views.reasons import reasons_page
from dashboard.views.response import SECTIONS as RESPONSE
from dashboard.views.response import response_page
from dashboard.views.rules import SECTIONS as RULES
from dashboard.views.rules import rules_page
from dashboard.views.satisfaction import SECTIONS as SATISFACTION
from dashboard.views.satisfaction import satisfaction
from dashboard.views.start import start
from dashboard.views.weekly import SECTIONS as WEEKLY
from dashboard.views.weekly import agenda, weekly
from metrics.warehouse.store import Store
from metrics.words import Refused, say

LOG = logging.getLogger(__name__)
DEMO = "AFTERSALES_DEMO"
ICON = Path(__file__).parent / "components" / "icon.svg"


@dataclass(frozen=True)
class View:
    """A page, and the names of its sections: what a meeting is led through, one at a time.

    `agenda` says it for one whose slides depend on what there is to say.
    """

    draw: Callable[[Page], None]
    sections: tuple[str, ...] = ()
    agenda: Callable[[Page], Sequence[Slide]] | None = None


GROUPS = {
    "daily": ("overview", "response", "batches"),
    "weekly": ("review", "reasons", "satisfaction"),
    "deep": ("explore", "rules", "followup"),
    "data": ("imports", "glossary"),
}
VIEWS = {
    "overview": View(overview, ("tiles", "today", "trend")),
    "response": View(response_page, RESPONSE),
    "batches": View(batches, ("ranking", "batch")),
    "review": View(weekly, WEEKLY, agenda),
    "reasons": View(reasons_page, REASONS),
    "satisfaction": View(satisfaction, SATISFACTION),
    "explore": View(explore),
    "rules": View(rules_page, RULES),
    "followup": View(followup_page, FOLLOWUP),
    "imports": View(imports),
    "glossary": View(lambda page: glossary(page.text, page.store, page.source, page.choices.find)),
}
LED = "review"
"""What a meeting is led through that was begun on a view without sections."""


@dataclass(frozen=True)
class Visit:
    """What one run of the script knows of its reader. `page` is None where no data were imported yet."""

    store: Path
    page: Page | None
    text: Text
    mode: Mode
    demo: bool
    ignored: tuple[str, ...]
    find: str = ""


def main() -> None:
    """Draw the page that the address names."""
    page_begins()
    pages: dict[str, StreamlitPage] = {}
    visit = arrive(pages)
    text = visit.text
    st.set_page_config(page_title=text("app.name"), page_icon=str(ICON), layout="wide")
    for name in (name for names in GROUPS.values() for name in names):
        title, first = text(f"app.{name}"), name == "overview"
        pages[name] = st.Page(partial(draw, name, visit), title=title, url_path=name, default=first)
    here = st.navigation(list(pages.values()), position="hidden")
    st.html(style(visit.mode))
    if visit.page is not None and visit.page.choices.meeting:
        _meet(visit, visit.page, pages, next(name for name, page in pages.items() if page is here))
    else:
        _navigation(pages, text)
        _corner(visit)
        here.run()
    # Last of all: it draws only at times, and whatever stands after it would be drawn anew in another place.
    if visit.page is not None:
        alarm(visit.page)


def _corner(visit: Visit) -> None:
    """Draw the way into a meeting and the choice of language; an empty store has a place for the first too."""
    text = visit.text
    with st.container(key="corner", horizontal=True, vertical_alignment="center"):
        with st.container(key="enter", width="content"):
            if visit.page is not None:
                presenting.enter_button(visit.page)
        controls.switch(
            "lang",
            ("zh", "en"),
            text.language,
            label=text("app.language"),
            shown={"zh": "中文", "en": "English"}.__getitem__,
        )


def _meet(visit: Visit, page: Page, pages: Mapping[str, StreamlitPage], view: str) -> None:
    """Draw one section of a view and the bar that leads on: nothing else."""
    order = _slides(page, view if VIEWS[view].sections else LED)
    place = presenting.standing_at(order, page.choices.section)
    slide = order[place]
    st.html(meeting_style())
    # The bar first, though it stands at the foot: an arrow key that is pressed early leads on all the same.
    presenting.bar(page, pages, order, place)
    choices = replace(page.choices, section=slide.section)
    draw(slide.view, replace(visit, page=replace(page, choices=choices), demo=False))


def _slides(page: Page, view: str) -> Sequence[Slide]:
    led = VIEWS[view]
    if led.agenda is not None:
        # Where a review is refused, its first slide says why.
        with suppress(Refused):
            return led.agenda(page)
    return [Slide(view, section) for section in led.sections]


def arrive(views: Mapping[str, StreamlitPage]) -> Visit:
    """Return what the address, the browser and the store say, read once for the whole run."""
    controls.keep_language()
    store = Store.locate(None)
    source = data.newest(store)
    choices, ignored = read(
        controls.address(), _known(store, source), default_language=browser_language(st.context.locale)
    )
    if choices.version is not None:
        source = data.at_version(store, choices.version)
    text = Text(choices.lang)
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    demo = os.environ.get(DEMO) == "1"
    page = Page(store, source, choices, text, mode, demo, data.now(source), views) if source else None
    return Visit(store, page, text, mode, demo, ignored, choices.find)


def _known(store: Path, source: Source | None) -> Known:
    sections = {section for view in VIEWS.values() for section in view.sections}
    if source is None:
        return Known(sections=sections)
    return Known(
        values=partial(data.values, source),
        batches=lambda: references(data.batches(source)),
        rules=partial(data.rule_names, source),
        versions=data.version_numbers(store) if "version" in st.query_params else (),
        sections=sections,
    )


def draw(name: str, visit: Visit) -> None:
    """Draw one view, or why it cannot be drawn."""
    text = visit.text
    if visit.demo:
        st.html(demo_strip(text("strip.demo"), text("strip.demo_import"), f"/imports?lang={text.language}"))
    if visit.ignored:
        st.html(note(text("app.ignored", names=", ".join(visit.ignored))))
    try:
        if visit.page is None and name == "glossary":
            glossary(text, visit.store, None, visit.find)
        elif visit.page is None and name == "imports":
            first_import(visit.store, text)
        elif visit.page is None:
            start(visit.store, text)
        else:
            VIEWS[name].draw(visit.page)
    except Refused as refused:
        sentence = say(refused.finding, text.language)
        st.html(state(text("app.broken_title"), f"{sentence} {text('app.broken_next')}", "broken"))
    except Exception:
        # A defect of ours: whoever looks after the server finds it in the log, and the reader is told in his language.
        LOG.exception("the view %r could not be drawn", name)
        st.html(state(text("app.broken_title"), text("app.defect"), "broken"))


def _navigation(pages: dict[str, st.Page], text: Text) -> None:
    """Draw the pages in their groups, in sight: what is folded away is not found. The choices travel along."""
    along = controls.travelling()
    with st.container(key="nav", horizontal=True):
        st.html(f'<span class="as-brand">{text("app.name")}</span>')
        for group, names in GROUPS.items():
            st.html(f'<span class="as-group">{text(f"app.{group}")}</span>')
            for name in names:
                st.page_link(pages[name], query_params=along)

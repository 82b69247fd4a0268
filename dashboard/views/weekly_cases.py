"""原因与处理建议 of the week, edited in the cell while the meeting looks at it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard import data, playbook, reasons, wording
from dashboard.author import author
from dashboard.components.title import title
from dashboard.page import Page
from dashboard.reviewed.worded import change_words
from dashboard.text import Text
from dashboard.views.case_advice import advice_editor
from metrics.meeting import Advice
from metrics.review.model import Case, Review

SHOWN, SHOWN_IN_MEETING = 8, 4
SIGNED = "review-advice"


def cases(page: Page, review: Review) -> None:
    """Draw the section: counts as the review has them, advice as it stands this minute."""
    text = page.text
    advised = {(each.type, each.reason): each for each in data.meeting(page.store).advice(text.language)}
    rows = pd.DataFrame([_row(case, advised, text) for case in review.cases])
    few = SHOWN_IN_MEETING if page.choices.meeting else SHOWN
    head, sign = st.columns([3, 1], vertical_alignment="center")
    with head:
        rests_on = text("weekly.cases_rests_on", week=text.week(review.week))
        if len(rows) > few:
            rests_on += f" · {text('weekly.more_cases', count=len(rows) - few)}"
        st.html(title(playbook.finding(rows, text), rests_on))
    with sign:
        name = author(text, SIGNED, low=True)
    if not name and not page.choices.meeting:
        st.caption(text("reasons.sign_first"))
    advice_editor(page, rows.head(few), name, SIGNED)


def _row(case: Case, advised: Mapping[tuple[str, str], Advice], text: Text) -> dict[str, str | None]:
    language = text.language
    now = advised.get((case.type or "", case.reason or ""))
    share = case.share.value
    return {
        "type": case.type,
        "reason": case.reason,
        "type_words": case.type_label[language],
        "reason_words": case.reason_label[language],
        "tickets": wording.count(case.tickets, text),
        "share": text("state.insufficient") if share is None else wording.value(share, reasons.SHARE, text),
        "change": change_words(case.change, reasons.SHARE, text),
        "cost": "–" if case.cost is None else wording.value(case.cost, reasons.COST, text),
        "advice": case.advice[language] if now is None else now.advice,
        "note": case.note[language] if now is None else now.note,
    }

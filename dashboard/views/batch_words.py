"""What the customers of a batch say themselves: no number tells a cracked hinge from a loose one."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import data, judged
from dashboard.components.state import state
from dashboard.components.title import title
from dashboard.page import Page
from metrics.batches.report import SpikeReport

LONGEST_IN_TITLE = 14
DESCRIBED = "SELECT 1 FROM tickets WHERE description IS NOT NULL LIMIT 1"


def batch_words(page: Page, report: SpikeReport, row: judged.Row) -> None:
    """Draw up to five texts, or what is missing for them."""
    text = page.text
    words = report.words(row["batch_id"], row["sku_id"], row["shop"])
    if words.empty:
        missing = data.sql(page.source, DESCRIBED).empty
        st.html(state(text("batches.voices_missing" if missing else "batches.voices_none")))
        return
    most = words.sort_values("said", kind="stable").iloc[-1].to_dict()
    finding = text("batches.voices_plain", count=len(words))
    if most["said"] > 1:
        short = most["description"]
        short = short if len(short) <= LONGEST_IN_TITLE else f"{short[:LONGEST_IN_TITLE]}…"
        finding = text("batches.voices", words=short, said=most["said"])
    st.html(title(finding, text("batches.voices_rests_on")))
    listed = "".join(f"<li>{_voice(voice, page)}</li>" for voice in words.to_dict("records"))
    st.html(f'<ul class="as-voices">{listed}</ul>')


def _voice(voice: judged.Row, page: Page) -> str:
    told = [f"{voice['requested_at']:%m-%d}"]
    told += [] if judged.absent(voice["reason_text"]) else [voice["reason_text"]]
    told += [page.text("batches.voices_said", said=voice["said"])] if voice["said"] > 1 else []
    return f"<q>{escape(voice['description'])}</q><small>{escape(' · '.join(told))}</small>"

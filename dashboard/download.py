"""Files that leave the page: always through `metrics.export`, and always with what they were made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard.page import Page
from metrics import DIMENSIONS, Question
from metrics.export import Provenance, to_csv, to_xlsx
from metrics.words import value_label

Frames = Callable[[], Mapping[str, pd.DataFrame]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads(page: Page, frames: Frames, provenance: Provenance, name: str, key: str) -> None:
    """Draw two buttons, CSV of the first frame and XLSX of all; the files are made only when one is pressed."""
    text = page.text
    with st.container(horizontal=True, key=f"downloads-{key}"):
        st.download_button(
            text("download.csv"),
            lambda: to_csv(next(iter(frames().values())), provenance),
            f"{name}.csv",
            "text/csv",
            key=f"csv-{key}",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            text("download.xlsx"),
            lambda: to_xlsx(frames(), provenance),
            f"{name}.xlsx",
            XLSX,
            key=f"xlsx-{key}",
            icon=":material/download:",
            on_click="ignore",
        )


def origin(page: Page, question: Question, title: str = "") -> Provenance:
    """Return what a file of the answer to a question says of itself."""
    metric, language = question.definition, page.text.language
    return Provenance(
        title=title or metric.label(language),
        question=asked(page, question),
        period=days(page, question),
        version=page.source.version,
        as_of=page.source.as_of,
        definitions=((metric.label(language), metric.definition(language)),),
        language=language,
    )


def asked(page: Page, question: Question) -> str:
    """Return the reading and the limits of a question in words."""
    text, language = page.text, page.text.language
    parts = [text(f"reading.{question.reading_asked}", age=question.age)]
    for name, values in question.where.items():
        named = text("empty.sep").join(value_label(name, value, language) for value in values)
        parts.append(f"{DIMENSIONS[name].label(language)} {named}")
    return " · ".join(parts)


def days(page: Page, question: Question) -> str:
    """Return the period of a question by its first and last day; nothing where it is unlimited."""
    first = f"{question.start:%Y-%m-%d}" if question.start else ""
    last = f"{question.stop - timedelta(days=1):%Y-%m-%d}" if question.stop else ""
    if first and last:
        return page.text("download.days", first=first, last=last)
    if not first and not last:
        return ""
    return page.text("download.since", first=first) if first else page.text("download.until", last=last)

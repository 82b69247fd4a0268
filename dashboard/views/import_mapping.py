"""What the columns of an unknown file seem to mean, each to be corrected in place."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from pathlib import Path

import streamlit as st

from dashboard import controls
from dashboard.components.state import state
from dashboard.importing import FILES_BRING, Guess, Preview, Reading, columns_offered, is_date, our_words
from dashboard.text import Text
from dashboard.views.import_desk import Desk
from metrics import DIMENSIONS
from metrics.words import Finding, say, value_label

WIDTHS = (2.0, 2.6, 2.2, 3.2)
_DATE_PARTS = {
    "%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%b": "Mon", "%H": "HH", "%I": "hh", "%M": "mm", "%S": "ss",
    "%p": "AM/PM", "%f": "ffffff",
}  # fmt: skip


def mapping_editor(desk: Desk, look: Preview, guess: Guess, number: int, text: Text) -> None:
    """Draw the guess of one file; every change is looked at again before it counts."""
    path, mapping = look.path, guess.mapping
    with st.container(key=f"mapping-{number}"):
        key = f"table-{number}"
        st.session_state[key] = mapping.table
        st.selectbox(
            text("upload.about"),
            FILES_BRING,
            key=key,
            format_func=lambda table: text(f"export.{table}"),
            width=320,
            on_change=controls.changed(key, lambda table: desk.take_for(path, table)),
        )
        _open_points(guess, text)
        heads = [text(f"upload.{name}") for name in ("header", "samples", "means", "dates")]
        for cell, head in zip(st.columns(WIDTHS), heads, strict=True):
            cell.html(f'<div class="as-map-head">{escape(head)}</div>')
        for place, header in enumerate(look.headers):
            _row(desk, look, guess, header, f"{number}-{place}", text)
        _words(desk, path, guess, number, text)


def column_label(column: str, text: Text) -> str:
    """Return what one of our columns is called; the code stands behind it for whoever reads the mapping's file."""
    if text.has(f"upload.column_{column}"):
        return text(f"upload.column_{column}")
    if column in DIMENSIONS:
        return DIMENSIONS[column].label(text.language)
    return say(Finding(f"columns.{column}"), text.language)


def date_words(format_: str) -> str:
    """Return a date format as people write it.

    >>> date_words("%d-%m-%y %I:%M:%S %p")
    'DD-MM-YY hh:mm:ss AM/PM'
    """
    return re.sub(r"%[a-zA-Z]", lambda found: _DATE_PARTS[found[0]], format_)


def _open_points(guess: Guess, text: Text) -> None:
    mapping = guess.mapping

    def names(columns: tuple[str, ...]) -> str:
        return text("empty.sep").join(column_label(column, text) for column in columns)

    said = []
    if mapping.missing:
        said.append(text("upload.missing", columns=names(mapping.missing)))
    unread = tuple(column for column in mapping.undecided if not guess.readings[column])
    unsure = tuple(column for column in mapping.undecided if guess.readings[column])
    if unread:
        said.append(text("upload.unread", columns=names(unread)))
    if unsure:
        said.append(text("upload.unsure", columns=names(unsure)))
    if mapping.open_words:
        said.append(text("upload.open_words", words=text("empty.sep").join(word for _, word in mapping.open_words)))
    head = text("upload.to_decide") if said else text("upload.all_decided")
    st.html(state(head, " ".join(said) or text("upload.check_it")))


def _row(desk: Desk, look: Preview, guess: Guess, header: str, number: str, text: Text) -> None:
    mapping, path = guess.mapping, look.path
    named, samples, means, dates = st.columns(WIDTHS, vertical_alignment="center")
    named.html(f'<div class="as-map-cell"><b>{escape(header)}</b></div>')
    samples.html(f'<div class="as-map-cell as-quiet">{escape(" · ".join(look.samples.get(header, ())) or "–")}</div>')
    key = f"means-{number}"
    column = mapping.meaning(header)
    st.session_state[key] = column or ""

    def corrected(meaning: str) -> None:
        desk.correct(path, lambda last: last.with_meaning(header, meaning or None, look.headers))

    means.selectbox(
        f"{header}: {text('upload.means')}",
        ("", *columns_offered(mapping.table)),
        key=key,
        format_func=lambda name: column_label(name, text) if name else text("upload.left_out"),
        label_visibility="collapsed",
        on_change=controls.changed(key, corrected),
    )
    if column is None or not is_date(column) or mapping.columns[column][0] != header:
        joined = column is not None and is_date(column)
        dates.html(f'<div class="as-map-cell as-quiet">{escape(text("upload.joined")) if joined else ""}</div>')
        return
    with dates:
        _dates(desk, path, guess, column, number, text)


def _dates(desk: Desk, path: Path, guess: Guess, column: str, number: str, text: Text) -> None:
    found = {reading.format: reading for reading in guess.readings.get(column, ())}
    if len(found) < 2:
        words = [_told(reading, text) for reading in found.values()]
        st.html(f'<div class="as-map-cell">{escape(words[0] if words else text("upload.no_reading"))}</div>')
        return
    key = f"format-{number}"
    st.session_state[key] = guess.mapping.formats.get(column)
    st.radio(
        f"{column_label(column, text)}: {text('upload.dates')}",
        list(found),
        key=key,
        format_func=lambda format_: _told(found[format_], text),
        index=None,
        label_visibility="collapsed",
        on_change=controls.changed(
            key, lambda format_: desk.correct(path, lambda last: last.with_format(column, format_))
        ),
    )


def _told(reading: Reading, text: Text) -> str:
    days = f"{reading.earliest:%Y-%m-%d} … {reading.latest:%Y-%m-%d}"
    future = text("upload.future", count=f"{reading.later:,}", today=f"{datetime.now():%Y-%m-%d}")
    return f"{date_words(reading.format)} · {days}" + (f" · {future}" if reading.later else "")


def _words(desk: Desk, path: Path, guess: Guess, number: int, text: Text) -> None:
    """Draw the words of the file that stand for words of ours; open while one of them stands for nothing yet."""
    mapping = guess.mapping
    said = [(column, theirs) for column, words in mapping.words.items() for theirs in words]
    if not said:
        return
    with st.expander(text("upload.words"), expanded=bool(mapping.open_words), key=f"words-{number}"):
        for place, word in enumerate(said):
            _word(desk, path, guess, word, f"{number}-{place}", text)


def _word(desk: Desk, path: Path, guess: Guess, said: tuple[str, str], number: str, text: Text) -> None:
    (column, theirs), mapping = said, guess.mapping
    left, right, _ = st.columns((3, 3, 4), vertical_alignment="center")
    label = column_label(column, text)
    left.html(f'<div class="as-map-cell">{escape(label)} · <b>{escape(theirs)}</b></div>')
    key = f"word-{number}"
    st.session_state[key] = mapping.words[column][theirs]
    right.selectbox(
        f"{label}: {theirs}",
        ("", *our_words(column)),
        key=key,
        format_func=lambda word: value_label(column, word, text.language) if word else text("upload.say_what"),
        label_visibility="collapsed",
        on_change=controls.changed(
            key, lambda word: desk.correct(path, lambda last: last.with_word(column, theirs, word))
        ),
    )

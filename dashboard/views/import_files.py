"""The way in for files: uploaded, recognised or mapped, tried out, imported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.components.state import state
from dashboard.components.strip import note
from dashboard.components.table import Column, Entry, Quiet, table
from dashboard.components.title import title
from dashboard.importing import Import, Preview, nameable
from dashboard.text import Text
from dashboard.upload_limits import FILE_MB
from dashboard.uploads import TYPES, Upload
from dashboard.views.import_desk import Desk, desk
from dashboard.views.import_mapping import mapping_editor
from dashboard.views.import_result import progress, result
from dashboard.views.start import dashboard_command
from metrics.words import Refused, say

A_DAY = timedelta(days=1)  # the server may stand in another zone than the shop


def import_panel(store: Path, text: Text, *, shops: Sequence[str], elsewhere: bool) -> None:
    """Draw the panel. `shops` are those of the store; `elsewhere`: it is not the store that this page shows."""
    laid = desk()
    laid.put_away()
    with st.container(key="panel-import"):
        st.html(title(text("upload.title"), text("upload.lead", limit=FILE_MB)))
        open_with = dashboard_command(store) if elsewhere else ""
        if elsewhere:
            st.html(note(text("upload.own_store", store=store, command=open_with)))
        sent = _uploader(laid, text)
        with st.spinner(text("upload.looking")):
            laid.take(store, sent)
            seen = [_seen(laid, file) for file in laid.uploads.files] if laid.uploads else []
        if laid.refused is not None:
            st.html(state(text("upload.not_taken"), say(laid.refused.finding, text.language), "broken"))
        if laid.uploads is not None and not laid.running:
            st.html(_files(laid.uploads.files, seen, text))
            for number, look in enumerate(seen):
                if isinstance(look, Preview) and look.guess is not None:
                    st.html(f'<h3 class="as-h2">{escape(text("upload.mapping", name=look.path.name))}</h3>')
                    mapping_editor(laid, look, look.guess, number, text)
            _start(laid, store, text, shops)
        if laid.work is not None:
            if laid.work.outcome is None:
                progress(laid.work, text)
            else:
                result(laid.work.outcome, text, open_with)


def _uploader(laid: Desk, text: Text) -> list[UploadedFile]:
    """Draw the uploader; streamlit knows its own words in English alone, so ours are laid over them."""
    words = {
        "button p": text("upload.choose"),
        '[data-testid="stFileUploaderDropzoneInstructions"] span': text("upload.drop", limit=FILE_MB),
    }
    laid_over = "".join(
        f'.st-key-uploader {place}{{font-size:0}}.st-key-uploader {place}::after{{content:"{said}";font-size:14px}}'
        for place, said in words.items()
    )
    st.html(f"<style>{laid_over}</style>")
    with st.container(key="uploader"):
        return st.file_uploader(
            text("upload.choose"),
            type=list(TYPES),
            accept_multiple_files=True,
            max_upload_size=FILE_MB,
            key=f"upload-{laid.number}",
            disabled=laid.running,
            label_visibility="collapsed",
        )


def _seen(laid: Desk, file: Upload) -> Preview | Refused:
    if file.path is not None:
        return laid.look(file.path)
    assert file.refused is not None  # a file is either taken in or refused
    return file.refused


def _files(files: Sequence[Upload], seen: Sequence[Preview | Refused], text: Text) -> str:
    columns = (
        Column(text("upload.file")),
        Column(text("upload.size"), align="right"),
        Column(text("upload.recognised")),
        Column(text("upload.because"), wrap=True),
    )
    rows: list[list[Entry]] = [
        [file.name, _size(file.size), *_taken_for(look, text)] for file, look in zip(files, seen, strict=True)
    ]
    return table(columns, rows, caption=text("upload.recognised"))


def _size(count: int) -> str:
    return f"{count / (1 << 20):,.1f} MB" if count >= 1 << 20 else f"{count / (1 << 10):,.1f} KB"


def _taken_for(look: Preview | Refused, text: Text) -> tuple[Entry, Entry]:
    if isinstance(look, Refused):
        return Quiet(text("upload.not_readable")), say(nameable(look.finding), text.language)
    name = text(f"export.{look.table}")
    if look.guess is not None and not look.guess.mapping.columns:
        return Quiet(text("upload.unknown")), text("upload.fits_nothing")
    if look.profile is None:
        return text("upload.perhaps", name=name), text("upload.guessed")
    return name, text("upload.known_by", headers=text("empty.sep").join(look.known_by), profile=look.profile)


def _start(laid: Desk, store: Path, text: Text, shops: Sequence[str]) -> None:
    """Draw what is still asked, and the two ways to begin."""
    named, exported, _ = st.columns((1, 1, 1))
    shop = named.text_input(
        text("upload.shop"),
        value=shops[0] if shops else store.resolve().name,
        help=text("upload.shop_help"),
        max_chars=60,
        key="import-shop",
    ).strip()
    typed = exported.text_input(
        text("upload.as_of"), placeholder="2026-11-16 09:00", help=text("upload.as_of_help"), key="import-as-of"
    ).strip()
    as_of, wrong = _moment(typed)
    if wrong:
        st.html(f'<p class="as-note as-worse" role="status">{escape(text(wrong, typed=typed))}</p>')
    if shops and shop and shop not in shops:
        known = text("empty.sep").join(shops)
        st.html(f'<p class="as-note" role="status">{escape(text("upload.shop_new", shop=shop, known=known))}</p>')
    blocked = not laid.ready or bool(wrong) or not shop
    with st.container(horizontal=True, key="import-buttons", vertical_alignment="center"):
        tried = st.button(text("upload.dry"), key="import-dry", disabled=blocked, help=text("upload.dry_help"))
        done = st.button(text("upload.do"), key="import-do", type="primary", disabled=blocked)
        if not laid.ready:
            st.html(f'<span class="as-note">{escape(text("upload.blocked"))}</span>', width="content")
    if (tried or done) and laid.uploads is not None:
        laid.work = Import(
            laid.uploads,
            store,
            mappings=laid.decided(),
            shop=shop,
            as_of=as_of,
            dry_run=not done,
            language=text.language,
        )
        laid.work.start()
        st.rerun()


def _moment(typed: str) -> tuple[datetime | None, str]:
    """Return the time that was typed, and the label that says what is wrong with it.

    One of tomorrow is a slip of the pen, and would make every young week pass for a final one.
    """
    try:
        moment = datetime.fromisoformat(typed) if typed else None
    except ValueError:
        return None, "upload.as_of_wrong"
    if moment is not None and moment.replace(tzinfo=None) > datetime.now() + A_DAY:
        return None, "upload.as_of_future"
    return moment, ""

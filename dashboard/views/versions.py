"""The versions of a store: which one counts, going back to an earlier one, and keeping one for good."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from dashboard import stored
from dashboard.components.title import title
from dashboard.stored import Version
from dashboard.text import Text

WIDTHS = (1.1, 2.2, 2.2, 1.2, 2.2, 3.4)


def versions_panel(store: Path, text: Text) -> None:
    """Draw the panel, the newest version first."""
    versions = list(reversed(stored.versions(store)))
    with st.container(key="panel-versions"):
        st.html(title(text("versions.title"), text("versions.lead")))
        heads = ("number", "created", "as_of", "size", "state", "actions")
        for place, name in zip(st.columns(WIDTHS), heads, strict=True):
            place.html(f'<div class="as-map-head">{escape(text(f"versions.{name}"))}</div>')
        for version in versions:
            _row(store, version, text)


def _row(store: Path, version: Version, text: Text) -> None:
    number, created, as_of, size, standing, actions = st.columns(WIDTHS, vertical_alignment="center")
    number.html(f'<div class="as-map-cell"><b>{version.number}</b></div>')
    created.html(f'<div class="as-map-cell">{text.moment(version.created_at)}</div>')
    as_of.html(f'<div class="as-map-cell">{text.moment(version.as_of) if version.as_of else "–"}</div>')
    size.html(f'<div class="as-map-cell">{version.size / (1 << 20):,.1f} MB</div>')
    said = [text("versions.current")] if version.current else []
    said += [text("versions.pinned")] if version.pinned else []
    standing.html(f'<div class="as-map-cell">{escape(text("empty.sep").join(said) or "–")}</div>')
    with actions.container(horizontal=True):
        _pin(store, version, text)
        if not version.current:
            _rollback(store, version, text)


def _pin(store: Path, version: Version, text: Text) -> None:
    act, name = (stored.unpin, "unpin") if version.pinned else (stored.pin, "pin")
    st.button(
        text(f"versions.{name}", number=version.number),
        key=f"pin-{version.number}",
        help=text(f"versions.{name}_help"),
        on_click=act,
        args=(store, version.number),
    )


def _rollback(store: Path, version: Version, text: Text) -> None:
    """Draw the way back, with a second click to confirm: everybody who looks at this store sees it change."""
    with st.popover(text("versions.rollback", number=version.number), key=f"back-{version.number}"):
        st.html(f'<p class="as-note">{escape(text("versions.rollback_means", number=version.number))}</p>')
        confirmed = st.button(
            text("versions.confirm", number=version.number), key=f"confirm-{version.number}", type="primary"
        )
    if confirmed:
        stored.rollback(store, version.number)
        st.rerun()

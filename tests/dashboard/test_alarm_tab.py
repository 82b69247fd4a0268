"""The alarm of an open page: what the tab says, when the tone sounds, and that it stands still in a meeting."""

from __future__ import annotations

import io
import wave
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import metrics
from dashboard.alarm_tab import running_out, tab_title
from dashboard.components.tone import tone
from dashboard.data import newest
from dashboard.text import Text
from tests.metrics.filled import contract, fill
from tests.metrics.shops import SMALL, make_shop


def _watched(before: int | None) -> None:
    import streamlit as st

    from dashboard.alarm_tab import SEEN, alarm
    from dashboard.router import arrive

    if before is not None and "visited" not in st.session_state:
        st.session_state[SEEN] = before
        st.session_state["visited"] = True
    page = arrive({}).page
    assert page is not None
    alarm(page)


def watched(store: Path, monkeypatch: pytest.MonkeyPatch, before: int | None, **params: str) -> AppTest:
    monkeypatch.setenv("AFTERSALES_STORE", str(store))
    page = AppTest.from_function(_watched, args=(before,), default_timeout=60)
    for name, value in params.items():
        page.query_params[name] = value
    return page.run()


def test_it_counts_what_is_late_or_soon_will_be(sample_store: Path) -> None:
    source = newest(sample_store)
    assert source is not None
    due = len(metrics.open_shop(sample_store).queue(due_within=timedelta(hours=2)))
    assert due > 0
    assert running_out(source) == due
    assert tab_title(due, Text("zh")) == f"({due}) 即将超时 · 售后分析"


def test_where_nobody_can_tell_there_is_no_alarm(tmp_path: Path) -> None:
    tables = contract([make_shop(SMALL)])
    tables["tickets"]["responded_at"] = None
    fill(tmp_path / "store", tables)
    source = newest(tmp_path / "store")
    assert source is not None
    assert running_out(source) == 0


@pytest.mark.parametrize(
    ("before", "params", "sounds"),
    [
        (0, {"sound": "1"}, True),
        (0, {}, False),
        (None, {"sound": "1"}, False),
        (10_000, {"sound": "1"}, False),
        (0, {"sound": "1", "meeting": "1"}, False),
        (0, {"sound": "1", "version": "1"}, False),
    ],
)
def test_the_tone_sounds_only_when_more_tickets_run_out(
    sample_store: Path, before: int | None, params: dict[str, str], sounds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = watched(sample_store, monkeypatch, before, **params)
    assert not page.exception
    assert bool(page.get("audio")) is sounds


def test_the_tone_is_a_short_sound_that_can_be_heard() -> None:
    with wave.open(io.BytesIO(tone())) as sound:
        assert 0.2 < sound.getnframes() / sound.getframerate() < 1
        samples = memoryview(sound.readframes(sound.getnframes())).cast("h")
    assert max(samples) > 5_000
    assert (samples[0], abs(samples[-1]) < 2_000) == (0, True)

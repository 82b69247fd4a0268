"""Files as such: the same review gives the same bytes, and none of them needs the page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.report.file import SUFFIXES, rendered
from dashboard.report.origin import checksum
from metrics.review import from_json, to_json
from metrics.words import LANGUAGES
from tests.dashboard.reviews import FULL

PROJECT = Path(__file__).parent.parent.parent.parent
PRINT = """
import hashlib, sys
from dashboard.report.brief import brief
from dashboard.report.file import SUFFIXES, rendered
from tests.dashboard.reviews import FULL
for language in ("zh", "en"):
    for suffix in SUFFIXES:
        print(suffix, language, hashlib.sha256(rendered(FULL, suffix, language)).hexdigest())
    brief(FULL, language)
assert "streamlit" not in sys.modules
"""


def printed(seed: str, zone: str) -> list[str]:
    surroundings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", PRINT]
    return subprocess.run(
        command, cwd=PROJECT, env=surroundings, capture_output=True, text=True, check=True
    ).stdout.splitlines()


def test_the_same_review_gives_the_same_bytes_in_any_process_at_any_time_and_needs_no_streamlit() -> None:
    """Archives remember time in steps of two seconds, and properties in seconds: the second run begins later.

    Both processes end with an error where anything has loaded streamlit.
    """
    first = printed("1", "Asia/Shanghai")
    began = time.monotonic()
    time.sleep(2.1)
    second = printed("271828", "America/New_York")
    assert time.monotonic() - began > 2
    assert first == second
    assert len({line.split()[-1] for line in first}) == len(SUFFIXES) * len(LANGUAGES)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_another_review_gives_other_bytes(suffix: str) -> None:
    other = replace(FULL, version=13)
    assert rendered(other, suffix, "zh") != rendered(FULL, suffix, "zh")


def test_the_checksum_is_that_of_the_review_as_it_was_frozen() -> None:
    kept = from_json(to_json(FULL))
    assert checksum(kept) == checksum(FULL)
    assert rendered(kept, ".xlsx", "zh") == rendered(FULL, ".xlsx", "zh")
    assert checksum(replace(FULL, revision=49)) != checksum(FULL)
    typed = replace(FULL, attendees=("13812345678",))
    assert checksum(typed).encode() in rendered(typed, ".html", "zh")

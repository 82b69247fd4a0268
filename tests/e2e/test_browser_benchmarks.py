"""The browser benchmarks run to their end on a small shop."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import PROJECT, chromium


def run(script: str, *options: str) -> None:
    """Run a script as a process of its own: two browsers cannot be driven from one test."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine: install it (Debian: apt-get install chromium fonts-noto-cjk)")
    command = [sys.executable, PROJECT / "benchmarks" / script, *options]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pages_are_timed_and_the_crowd_is_let_in(tmp_path: Path) -> None:
    figures, small = tmp_path / "figures.json", ("--lines", "2000", "--keep", str(tmp_path))
    run("pages.py", *small, "--view", "glossary", "--runs", "2", "--json", str(figures))
    (timing,) = json.loads(figures.read_text(encoding="utf-8"))["views"]
    assert 0 < timing["opened"] <= timing["complete"]
    assert timing["megabytes"] > timing["data_megabytes"] > 0

    run("crowd.py", *small, "--readers", "2", "--browsers", "1", "--seconds", "8", "--json", str(figures))
    seen = json.loads(figures.read_text(encoding="utf-8"))
    assert seen["clicks"]
    assert seen["errors"] == []
    assert all(megabytes > 50 for _, megabytes in seen["memory"])

"""The server: a port that is free, and settings that streamlit knows."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config

from dashboard import server
from metrics.words import Refused


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_port_that_is_taken_is_refused_in_one_sentence(taken: int) -> None:
    with pytest.raises(Refused, match=f"Port {taken} is taken"):
        server.chosen_port("127.0.0.1", taken)


def test_without_a_wish_the_first_free_port_is_taken(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "FIRST_PORT", taken)
    assert taken < server.chosen_port("127.0.0.1", None) < taken + server.PORTS_TRIED


def test_where_no_port_is_free_it_says_so(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "FIRST_PORT", taken)
    monkeypatch.setattr(server, "PORTS_TRIED", 1)
    with pytest.raises(Refused, match=f"between {taken} and {taken}"):
        server.chosen_port("127.0.0.1", None)


def test_every_setting_is_one_that_streamlit_has() -> None:
    known = {name.replace(".", "_") for name in config.get_config_options()}
    assert set(server.settings("127.0.0.1", 8501)) <= known


def test_nothing_is_told_to_anybody_and_strangers_are_turned_away() -> None:
    local, open_to_all = server.settings("127.0.0.1", 8501), server.settings("0.0.0.0", 8501)
    assert local["browser_gatherUsageStats"] is False
    assert local["server_allowedHosts"] == ["127.0.0.1", "localhost"]
    assert "server_allowedHosts" not in open_to_all


SERVING = """
import sys, threading
from pathlib import Path
import duckdb
from dashboard.server import serve

ENDLESS = "SELECT COUNT(*) FROM range(1_000_000) AS a, range(1_000_000) AS b WHERE a.range + b.range = 7"
threading.Thread(target=lambda: duckdb.sql(ENDLESS).df(), daemon=True).start()
serve(Path(sys.argv[1]), None, "127.0.0.1", browser=False, demo=False)
"""


def test_one_that_is_stopped_in_the_middle_of_a_work_beside_its_pages_ends_quietly(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVING, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as served:
        assert served.stdout is not None
        assert any("http://localhost:" in line for line in served.stdout)
        served.terminate()
        said = served.communicate(timeout=60)[0]
    assert served.returncode == 0, said
    assert "terminate called" not in said

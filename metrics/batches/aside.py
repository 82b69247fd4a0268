"""Batches judged in a process of its own, so that whoever waits for them can answer others meanwhile.

A thread would not do: judging is a minute of arithmetic under the one lock of the interpreter, and its memory would
stay with the server. A pool would pass the report on as a pickle, outlive a server that is killed, and hold up one that
is stopped. So it is a plain child: begun from nothing, at a lower priority, it ends when its standard input does, which
is when whoever began it is gone, however he went; and what it has found is read from the disk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from metrics.batches.counts import Family
from metrics.batches.kept import kept
from metrics.batches.report import SpikeReport
from metrics.warehouse.engine import Reader
from metrics.warehouse.store import derived
from metrics.words import Refused

TRIES = 2
"""One more than one: a judge that was killed, for the memory of a bad moment, may well be let live the next time."""

NICENESS = 5
"""Readers come first, but on a machine that is busy all day the judge still gets a quarter of a turn."""

REFUSED = 3
"""The exit code of a judge who has turned the data down and says why."""


def judged_aside(reader: Reader, version: Path, last_day: date, family: Family) -> SpikeReport:
    """Return the kept judgement of a version's file, or have it made and kept beside it by a process of its own.

    Raises `Refused` where the data do not tell enough, and where the process dies twice.
    """
    found = kept(reader, version, last_day, family)
    for _ in range(TRIES):
        if found is not None:
            return found
        with _folder(version) as folder:
            _have_judged(version, last_day, family, folder)
            found = kept(reader, version, last_day, family, folder)
    if found is None:
        raise Refused("spikes.judge_ended")
    return found


def _have_judged(version: Path, last_day: date, family: Family, folder: Path) -> None:
    # -P: a folder of the name `metrics` where the reader happens to stand is not ours.
    command = [sys.executable, "-P", "-m", "metrics.batches.judging"]
    asked = [str(version), last_day.isoformat(), family, str(folder)]
    # Threads of the linear algebra wait for each other by spinning, at the cost of the readers: half of all its time.
    alone = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    with subprocess.Popen(
        [*command, *asked],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=alone,
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # known to Windows alone
    ) as judge:
        if sys.platform != "win32":
            with suppress(ProcessLookupError):  # it has ended already
                os.setpriority(os.PRIO_PROCESS, judge.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
        assert judge.stdout is not None
        said = judge.stdout.read()  # to its end; its standard input stays open for just as long
    if judge.returncode == REFUSED:
        refusal = json.loads(said)
        raise Refused(refusal["code"], **refusal["values"])


@contextmanager
def _folder(version: Path) -> Iterator[Path]:
    """Give the folder beside a version; where nothing can be written there, one that goes when it has been read."""
    beside = derived(version)
    with suppress(OSError):
        beside.mkdir(exist_ok=True)
    if beside.is_dir() and os.access(beside, os.W_OK):
        yield beside
        return
    with tempfile.TemporaryDirectory(prefix="aftersales-") as passing:
        yield Path(passing)

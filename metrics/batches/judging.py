"""The process that judges, begun by `metrics.batches.aside`: VERSION DAY FAMILY FOLDER are its arguments.

It keeps what it finds in the folder. Two that are asked for the same do it once: the second waits for the first.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import date
from pathlib import Path
from typing import cast

from filelock import FileLock

from metrics.batches.aside import REFUSED
from metrics.batches.counts import Family
from metrics.batches.kept import keep, kept, kept_at
from metrics.batches.report import spike_report
from metrics.warehouse.engine import open_reader
from metrics.words import Refused


def judge_and_keep(version: Path, last_day: date, family: Family, folder: Path) -> None:
    """Judge the batches of a version's file and keep the judgement in a folder, unless it is kept there already."""
    reader = open_reader(version)
    with FileLock(kept_at(folder, last_day, family).with_suffix(".lock")):
        if kept(reader, version, last_day, family, folder) is None:
            keep(spike_report(reader, last_day, family), reader, version, folder)


def main() -> None:
    """Judge what the arguments name; exit code 3 and a line of JSON where the data are turned down."""
    threading.Thread(target=_end_with_input, daemon=True).start()
    version, last_day, family, folder = sys.argv[1:]
    try:
        judge_and_keep(Path(version), date.fromisoformat(last_day), cast(Family, family), Path(folder))
    except Refused as refused:
        # A day is said as it is written; whatever else stands in the sentences of a refusal is text or number.
        print(json.dumps({"code": refused.finding.code, "values": refused.finding.values}, default=str))  # noqa: T201
        raise SystemExit(REFUSED) from None


def _end_with_input() -> None:
    """End at once when nobody waits any longer: the system closes the pipe of whoever died."""
    while os.read(0, 1):  # not sys.stdin, which the interpreter would wait for when it ends
        pass
    os._exit(1)


if __name__ == "__main__":
    main()

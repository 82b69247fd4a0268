"""Judgements kept beside the version they are about: a large shop takes a minute to judge, and once is enough.

A kept judgement is a zip of frames (Arrow), arrays (npy, without pickles) and one page of JSON: nothing in it can run.
It is believed only where that page names this very version, day, family, verdicts and judging code, and where every
part is whole; else it is as good as none, and is made anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import fields
from datetime import date
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pyarrow as pa

from metrics.batches.counts import Family
from metrics.batches.report import SpikeReport, given_verdicts
from metrics.spikes import Courses, Monitors
from metrics.warehouse.engine import Reader
from metrics.warehouse.store import derived

FORMAT = 1
UNFINISHED = ".unfinished"
RECKONED_WITH = ("duckdb", "numpy", "pandas", "scipy")
FRAMES = ("batches", "flags", "_rows", "_sold", "_reasons")
OF_MONITORS = ("drift", "parameters")
OF_COURSES = ("dispersion", "days")
ARRAYS = tuple(field.name for field in fields(Courses) if field.name not in ("first_day", "batches", *OF_COURSES))


def kept_at(folder: Path, last_day: date, family: Family) -> Path:
    """Return where in a folder the judgement of a day is kept; judged by newer code it takes the place of the older."""
    return folder / f"batches-{family}-{last_day}.zip"


def kept(
    reader: Reader, version: Path, last_day: date, family: Family, folder: Path | None = None
) -> SpikeReport | None:
    """Return the kept judgement of a version's file; None where none is kept, or none that can be believed."""
    try:
        with ZipFile(kept_at(folder or derived(version), last_day, family)) as archive:
            told = json.loads(archive.read("about.json"))
            if told["about"] != about(reader, version, last_day, family):
                return None
            return _read(archive, told, reader, last_day, family)
    except FileNotFoundError:
        return None
    except Exception:
        # There is no end to the ways in which a damaged or foreign file fails, and one answer to all of them.
        return None


def keep(report: SpikeReport, reader: Reader, version: Path, folder: Path) -> None:
    """Keep a judgement in a folder, whole or not at all; only one at a time may keep the same."""
    path = kept_at(folder, report.as_of, report.family)
    told: dict[str, Any] = {
        "about": about(reader, version, report.as_of, report.family),
        "without_batch": report.without_batch,
        "monitors": {name: getattr(report.monitors, name) for name in ("drifting", "decoy_ratio", "estimated_fdr")},
    }
    unfinished = path.with_suffix(UNFINISHED)
    with unfinished.open("wb") as file:
        with ZipFile(file, "w") as archive:
            for name in FRAMES:
                archive.writestr(f"{name}.arrow", _frame_bytes(getattr(report, name)))
            for name in OF_MONITORS:
                archive.writestr(f"monitors.{name}.arrow", _frame_bytes(getattr(report.monitors, name)))
            if report._courses is not None:
                told["courses"] = _write_courses(archive, report._courses)
            archive.writestr("about.json", json.dumps(told))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def about(reader: Reader, version: Path, last_day: date, family: Family) -> dict[str, Any]:
    """Return all that a judgement follows from: where one of it differs, it is another judgement.

    The file of a version never changes; size and time tell it from one that took its number in a store begun anew.
    """
    file = version.stat()
    return {
        "format": FORMAT,
        "version": [version.name, file.st_size, file.st_mtime_ns],
        "last_day": last_day.isoformat(),
        "family": family,
        "verdicts": [[day.isoformat() for day in days] for days in given_verdicts(reader)],
        "code": fingerprint(),
    }


@cache
def fingerprint() -> str:
    """Return what tells one state of the judging code from another: its text, and what it reckons with."""
    package = Path(__file__).parent.parent
    text = b"".join(path.read_bytes() for path in sorted(package.rglob("*.py")))
    return hashlib.sha256(text + repr([(name, installed(name)) for name in RECKONED_WITH]).encode()).hexdigest()


def _read(archive: ZipFile, told: dict[str, Any], reader: Reader, last_day: date, family: Family) -> SpikeReport:
    monitors: dict[str, Any] = {name: _frame(archive, f"monitors.{name}") for name in OF_MONITORS}
    return SpikeReport(
        as_of=last_day,
        family=family,
        monitors=Monitors(**monitors, **told["monitors"]),
        without_batch=told["without_batch"],
        _reader=reader,
        _courses=_read_courses(archive, told["courses"]) if "courses" in told else None,
        **{name: _frame(archive, name) for name in FRAMES},
    )


def _write_courses(archive: ZipFile, courses: Courses) -> dict[str, Any]:
    for name in ARRAYS:
        with archive.open(f"courses.{name}.npy", "w") as member:
            np.lib.format.write_array(member, getattr(courses, name), allow_pickle=False)
    archive.writestr("courses.batches.arrow", _frame_bytes(courses.batches.to_frame(index=False, name="batches")))
    return {"first_day": courses.first_day.isoformat()} | {name: getattr(courses, name) for name in OF_COURSES}


def _read_courses(archive: ZipFile, told: dict[str, Any]) -> Courses:
    # Each is read to its end first: only there is the sum checked that tells whether it is whole.
    arrays: dict[str, Any] = {name: io.BytesIO(archive.read(f"courses.{name}.npy")) for name in ARRAYS}
    arrays = {name: np.lib.format.read_array(written, allow_pickle=False) for name, written in arrays.items()}
    batches = _frame(archive, "courses.batches")["batches"]
    told = told | {"first_day": pd.Timestamp(told["first_day"])}
    return Courses(batches=pd.Index(batches, name=None), **told, **arrays)


def _frame_bytes(frame: pd.DataFrame) -> bytes:
    table, sink = pa.Table.from_pandas(frame), pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _frame(archive: ZipFile, name: str) -> pd.DataFrame:
    written: pd.DataFrame = pa.ipc.open_file(pa.BufferReader(archive.read(f"{name}.arrow"))).read_all().to_pandas()
    return written

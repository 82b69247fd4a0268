"""`aftersales doctor`: what is set up, what is missing and how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import pandas as pd

from dashboard.demo import SAMPLE
from dashboard.terminal import Format, sentence, show_data, show_table, words
from dashboard.webhook.settings import ADDRESS, quiet_hours, robot
from metrics.ingest.jd import SystemKeyring, missing, settings, stopped
from metrics.ingest.jd.settings import NEEDED
from metrics.warehouse.store import Store
from metrics.words import Refused

SETTINGS = ("AFTERSALES_STORE", "AFTERSALES_MEMORY_LIMIT", "AFTERSALES_THREADS")
PACKAGES = {"doctor_engine": "duckdb", "doctor_page": "streamlit", "doctor_charts": "plotly"}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found, what to do about it, and whether nothing works without it."""

    what: str
    found: str
    remedy: str = ""
    stops: bool = False


def show_state(folder: Path | None, form: Format) -> bool:
    """Print every check; return whether nothing is in the way of an import and a page."""
    checks = list(_checks(Store(Store.locate(folder))))
    if form == "table":
        headers = [words(f"col_{name}") for name in ("check", "state", "remedy")]
        show_table(headers, [[check.what, check.found, check.remedy] for check in checks])
    else:
        show_data(pd.DataFrame([asdict(check) for check in checks]), form)
    return not any(check.stops for check in checks)


def _checks(store: Store) -> Iterator[Check]:
    yield Check(words("doctor_python"), platform.python_version())
    for label, package in PACKAGES.items():
        yield _installed(words(label), package)
    yield _versions(store)
    yield _room(store)
    for name in SETTINGS:
        yield Check(name, os.environ.get(name) or words("doctor_unset"))
    yield _alarm()
    yield _jd(store)
    found = SAMPLE.is_dir()
    yield Check(words("doctor_demo"), str(SAMPLE) if found else words("doctor_missing"), _if(not found, "demo"))
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    yield Check(words("doctor_chromium"), chromium or words("doctor_missing"), _if(not chromium, "chromium"))


def _installed(label: str, package: str) -> Check:
    try:
        return Check(label, f"{package} {metadata.version(package)}")
    except metadata.PackageNotFoundError:
        return Check(label, words("doctor_missing"), words("doctor_missing_do"), stops=True)


def _versions(store: Store) -> Check:
    current = next((version for version in store.versions() if version.current), None)
    if current is None:
        found = words("doctor_store_none", path=store.root)
        return Check(words("doctor_store"), found, words("doctor_store_do"))
    as_of = f"{current.as_of:%Y-%m-%d %H:%M}" if current.as_of else "–"
    found = words("doctor_store_found", version=current.number, as_of=as_of, path=store.root)
    return Check(words("doctor_store"), found)


def _room(store: Store) -> Check:
    """Look for room for a second copy of the current version, on which an import works, and as much to spare."""
    needed = max((version.size for version in store.versions() if version.current), default=0)
    place = next(folder for folder in (store.root.resolve(), *store.root.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    short = free < 2 * needed
    return Check(words("doctor_disk"), f"{free / 1e9:,.1f} GB", _if(short, "disk"), stops=short)


def _alarm() -> Check:
    """Look at the alarm's settings, of which only the kind of robot and the quiet hours may be shown."""
    label = words("doctor_alarm")
    if not os.environ.get(ADDRESS):
        return Check(label, words("doctor_unset"), words("doctor_alarm_do", setting=ADDRESS))
    try:
        quiet = quiet_hours(os.environ)
        found = words(f"doctor_alarm_{robot(os.environ).kind}")
    except Refused as refused:
        return Check(label, words("doctor_alarm_wrong"), sentence(refused.finding))
    return Check(label, f"{found} · {quiet.start:%H:%M}–{quiet.stop:%H:%M}" if quiet else found)


def _jd(store: Store) -> Check:
    """Look at what a pull from JD needs, by the names of the settings and never by their values."""
    label, vault = words("doctor_jd"), SystemKeyring()
    absent = missing(os.environ, vault)
    if len(absent) == len(NEEDED):
        return Check(label, words("doctor_unset"), words("doctor_jd_do", settings=", ".join(absent)))
    if absent:
        named = ", ".join(absent)
        return Check(label, words("doctor_jd_missing", settings=named), words("doctor_jd_do", settings=named))
    try:
        settings(os.environ, vault)
    except Refused as refused:
        return Check(label, words("doctor_alarm_wrong"), sentence(refused.finding))
    return Check(label, words("doctor_jd_stopped" if stopped(os.environ, store.root) else "doctor_jd_found"))


def _if(absent: bool, what: str) -> str:
    return words(f"doctor_{what}_do") if absent else ""

"""The demo's store: the sample's exports, brought in the way a user's own are."""

from __future__ import annotations

import csv
import hashlib
import shutil
from datetime import datetime
from pathlib import Path

from dashboard.imports import import_with_progress
from metrics.meeting import Meeting, Policy
from metrics.simulate import SAMPLE as SHOP
from metrics.warehouse.engine import open_reader
from metrics.warehouse.fact_file import read_facts
from metrics.warehouse.store import Store
from metrics.words import Refused

PROJECT = Path(__file__).parent.parent
SAMPLE = PROJECT / "data" / "sample"
STORE = PROJECT / "data" / "demo-store"
SHOP_NAME = "演示店铺"
TYPED = ("policies", "decisions")  # what people typed; the rest of the folder are exports


def demo_store(sample: Path = SAMPLE, folder: Path = STORE) -> Path:
    """Return the folder of a store that holds the sample, built where it does not stand yet.

    A store of another sample is put away first: two shops of one name would add up. Raises `Refused` where the
    sample is missing, as it is in an installation without a copy of the project.
    """
    exports = sorted(
        path for path in sample.glob("*.*") if path.suffixes in ([".xlsx"], [".csv"]) and path.stem not in TYPED
    )
    if not exports:
        raise Refused("cli.no_sample", path=sample)
    store = Store(folder)
    if not _holds(store, exports):
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        _type_policies(Meeting(folder / "meeting.sqlite"), sample / "policies.csv")
        import_with_progress(exports, store, profile="jd", shop=SHOP_NAME, as_of=SHOP.as_of)
    return folder


def _holds(store: Store, exports: list[Path]) -> bool:
    """Whether the current version came from just these files and has every fact; then no import is needed."""
    if store.current is None:
        return False
    reader = open_reader(store.path(store.current))
    imported = set(reader.sql("SELECT sha256 FROM imports")["sha256"])
    built = set(reader.sql("SELECT fact FROM fact_builds")["fact"])
    reader.close()
    facts = {file.name for file in read_facts().values() if file.is_published}
    return facts <= built and {hashlib.sha256(path.read_bytes()).hexdigest() for path in exports} <= imported


def _type_policies(meeting: Meeting, path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            policy = Policy(row["name"], datetime.fromisoformat(row["effective_from"]), float(row["value"]))
            if policy not in meeting.policies():
                meeting.add_policy(*policy, author="demo")

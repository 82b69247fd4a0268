"""The demo's store: the sample's exports, brought in the way a user's own are."""

from __future__ import annotations

import csv
import hashlib
import shutil
from datetime import datetime
from pathlib import Path

from dashboard.imports import import_with_progress
from metrics import warehouse
from metrics.meeting import Meeting, Policy
from metrics.simulate import SAMPLE as SHOP
from metrics.warehouse.store import Store
from metrics.words import Refused

PROJECT = Path(__file__).parent.parent
SAMPLE = PROJECT / "data" / "sample"
STORE = PROJECT / "data" / "demo-store"
SHOP_NAME = "演示店铺"
RECIPE = "recipe"
TYPED_HERE = "meeting.sqlite"
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
    store, recipe = Store(folder), _recipe(exports)
    if store.current is None or not (folder / RECIPE).exists() or (folder / RECIPE).read_text() != recipe:
        _clear(folder)
        _type_policies(Meeting(folder / TYPED_HERE), sample / "policies.csv")
        import_with_progress(exports, store, profile="jd", shop=SHOP_NAME, as_of=SHOP.as_of)
        (folder / RECIPE).write_text(recipe)
    return folder


def _recipe(exports: list[Path]) -> str:
    """Return the fingerprint of all that a demo is made of: the sample, the tables and the text of the facts."""
    made_of = sorted(Path(warehouse.__file__).parent.rglob("*.sql"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in (*exports, *made_of))).hexdigest()


def _clear(folder: Path) -> None:
    """Put the old store away, but keep what a visitor has typed beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif not path.name.startswith(TYPED_HERE):
            path.unlink()


def _type_policies(meeting: Meeting, path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            policy = Policy(row["name"], datetime.fromisoformat(row["effective_from"]), float(row["value"]))
            if policy not in meeting.policies():
                meeting.add_policy(*policy, author="demo")

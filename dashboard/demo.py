"""The demo's store: the sample's exports, brought in the way a user's own are."""

from __future__ import annotations

import csv
import hashlib
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import metrics
from dashboard.imports import import_with_progress
from metrics import warehouse
from metrics.meeting import Meeting, Policy, TargetKind
from metrics.simulate import SAMPLE as SHOP
from metrics.targets import WHOLE_SHOP
from metrics.warehouse.store import Store
from metrics.words import Refused

PROJECT = Path(__file__).parent.parent
SAMPLE = PROJECT / "data" / "sample"
STORE = PROJECT / "data" / "demo-store"
SHOP_NAME = "演示店铺"
RECIPE = "recipe"
TYPED_HERE = "meeting.sqlite"
AUTHOR = "demo"
TARGETS: dict[str, tuple[TargetKind, float]] = {
    "refund_rate": ("own", 0.10),
    "dispute_rate": ("platform", 0.005),
    "satisfaction": ("own", 0.85),
    "response_in_time": ("platform", 0.95),
}
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
        meeting = Meeting(folder / TYPED_HERE)
        _type_policies(meeting, sample / "policies.csv")
        _type_targets(meeting)
        import_with_progress(exports, store, profile="jd", shop=SHOP_NAME, as_of=SHOP.as_of)
        _type_decisions(meeting, sample / "decisions.csv", metrics.open_shop(folder))
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
    for row in _rows(path):
        announced = date.fromisoformat(row["announced_on"]) if row.get("announced_on") else None
        since = datetime.fromisoformat(row["effective_from"])
        policy = Policy(row["name"], since, float(row["value"]), announced, row.get("source", ""))
        if policy not in meeting.policies():
            meeting.add_policy(*policy, author=AUTHOR)


def _type_decisions(meeting: Meeting, path: Path, shop: metrics.Shop) -> None:
    """Write down what the made-up shop decided, each about a product by its SKU."""
    products = shop.sql("SELECT product_name, MIN(sku_id) AS sku_id FROM products GROUP BY product_name")
    skus = dict(zip(products["product_name"], products["sku_id"], strict=True))
    known = {(each.week, each.text) for each in meeting.decisions()}
    for row in _rows(path):
        week = datetime.strptime(f"{row['week']}-1", "%G-W%V-%u").date()
        if (week, row["text"]) in known:
            continue
        number = meeting.decide(
            row["text"],
            owner=row["owner"],
            due=date.fromisoformat(row["due"]),
            author=AUTHOR,
            week=week,
            subject_kind="sku",
            subject=skus[row["subject"]],
        )
        if row["status"] == "已完成":
            (made,) = meeting.decision_history(number)
            meeting.revise(number, made.revision, status="done", author=AUTHOR)


def _type_targets(meeting: Meeting) -> None:
    since = SHOP.as_of.date() - timedelta(weeks=26)
    if not meeting.targets():
        for metric, (kind, value) in TARGETS.items():
            meeting.set_target(metric, WHOLE_SHOP, since, kind, value, author=AUTHOR)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))

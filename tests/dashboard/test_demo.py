"""The demo's store comes from the sample by the road that a user's exports take, once."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

import metrics
from dashboard.demo import demo_store
from metrics.meeting import Meeting
from metrics.simulate import write_sample
from metrics.warehouse.store import Store
from metrics.words import Refused


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, lines=3_000)
    return folder


@pytest.fixture(scope="module")
def demo(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of it: only read here, and copied where it changes."""
    return demo_store(sample, tmp_path_factory.mktemp("stores") / "demo")


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "demo"))


def test_the_sample_is_imported_once(sample: Path, folder: Path) -> None:
    first = Store(folder).versions()
    assert [version.number for version in first] == [1]
    assert demo_store(sample, folder) == folder
    assert Store(folder).versions() == first


def test_every_row_of_the_sample_is_taken(demo: Path) -> None:
    shop = metrics.open_shop(demo)
    imports = shop.sql("select file_name, rows_read, rows_rejected from imports")
    assert len(imports) == 8
    assert (imports["rows_read"] > 0).all()
    assert list(imports.loc[imports["rows_rejected"] > 0, "file_name"]) == []


def test_the_policies_of_the_sample_are_in_force(demo: Path) -> None:
    """The window goes from 7 to 15 days in the made-up shop, and its store knows from when."""
    shop = metrics.open_shop(demo)
    windows = shop.sql("select value from policies where name = 'return_window_days' order by effective_from")
    assert list(windows["value"]) == [7, 15]


def test_a_sample_that_changed_is_not_added_to_the_old_one(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_sample(other, seed=11, lines=3_000)
    shop = metrics.open_shop(demo_store(other, folder))
    assert shop.query("cancellation_rate")["n"].tolist() == [3_000]


def test_a_store_of_older_facts_is_built_anew_and_keeps_what_was_typed(sample: Path, folder: Path) -> None:
    Meeting(folder / "meeting.sqlite").set_target("refund_rate", "", date(2026, 1, 1), "own", 0.08, author="小林")
    (folder / "recipe").write_text("of an older program")
    os.utime(Store(folder).path(1), (0, 0))  # an old file: the new one may well get its number on the disk
    shop = metrics.open_shop(demo_store(sample, folder))
    assert Store(folder).path(shop.version).stat().st_mtime > 0
    assert 0.08 in [target.value for target in Meeting(folder / "meeting.sqlite").targets()]


def test_without_the_sample_it_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nowhere"):
        demo_store(tmp_path / "nowhere", tmp_path / "demo")
    assert not (tmp_path / "demo").exists()


def test_what_the_shop_decided_and_aims_at_is_typed_once(sample: Path, folder: Path) -> None:
    (folder / "recipe").write_text("of an older program")
    demo_store(sample, folder)
    meeting = Meeting(folder / "meeting.sqlite")
    assert [(each.number, each.week, each.owner, each.status) for each in meeting.decisions()] == [
        (1, date(2026, 10, 5), "商品运营", "done"),
        (2, date(2026, 10, 12), "仓储", "done"),
    ]
    names = (
        metrics.open_shop(folder).sql("SELECT sku_id, product_name FROM products").set_index("sku_id")["product_name"]
    )
    assert [names[each.subject] for each in meeting.decisions()] == ["直筒牛仔裤", "陶瓷餐具套装"]
    assert len(meeting.targets()) == 4

"""A kept judgement says what a fresh one says, and is believed only where it is about this very version, and whole."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import metrics
from metrics.batches import aside
from metrics.batches import kept as keeping
from metrics.batches.aside import judged_aside
from metrics.batches.kept import keep, kept, kept_at
from metrics.batches.report import SpikeReport, spike_report
from metrics.warehouse.engine import Reader, open_reader
from metrics.warehouse.store import Store, derived
from metrics.words import Refused
from tests.metrics.batches.small import line, opened, tables_of, ticket
from tests.metrics.batches.test_report import shop_tables
from tests.metrics.shops import AS_OF

LAST_DAY = AS_OF.date() - timedelta(days=1)
JUDGING = [sys.executable, "-P", "-m", "metrics.batches.judging"]
FRAMES = ("batches", "flags", "_rows", "_sold", "_reasons")


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kept")
    opened(root, shop_tables())
    return Store(root).path(1)


@pytest.fixture(scope="module")
def reader(version: Path) -> Reader:
    return open_reader(version)


@pytest.fixture(scope="module")
def fresh(reader: Reader) -> SpikeReport:
    return spike_report(reader, LAST_DAY)


@pytest.fixture
def folder(version: Path, reader: Reader, fresh: SpikeReport, tmp_path: Path) -> Path:
    """A folder with the judgement of the shop."""
    keep(fresh, reader, version, tmp_path)
    return tmp_path


def assert_same(one: SpikeReport, other: SpikeReport) -> None:
    assert (one.as_of, one.family, one.without_batch) == (other.as_of, other.family, other.without_batch)
    for name in FRAMES:
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    for name in ("drift", "parameters"):
        assert_frame_equal(getattr(one.monitors, name), getattr(other.monitors, name), check_exact=True)
    assert one.monitors.drifting == other.monitors.drifting
    assert one.monitors.estimated_fdr == other.monitors.estimated_fdr
    assert one.monitors.decoy_ratio == other.monitors.decoy_ratio
    assert len(one.flags) > 0
    assert_say_the_same(one, other, one.flags)


def assert_say_the_same(one: SpikeReport, other: SpikeReport, batches: pd.DataFrame) -> None:
    for batch in batches[["batch_id", "sku_id", "shop"]].itertuples(index=False):
        assert_frame_equal(one.course(*batch), other.course(*batch), check_exact=True)
        assert_frame_equal(one.reasons(*batch), other.reasons(*batch), check_exact=True)
        assert one.advice(*batch) == other.advice(*batch)


def test_it_says_what_a_fresh_one_says(version: Path, reader: Reader, fresh: SpikeReport, folder: Path) -> None:
    found = kept(reader, version, LAST_DAY, "quality", folder)
    assert found is not None
    assert len(found.batches) > 10
    assert_same(found, fresh)
    assert_say_the_same(found, fresh, fresh.batches)


def test_that_of_a_shop_without_a_curve_too(tmp_path: Path) -> None:
    opened(
        tmp_path, tables_of([line(f"{n}", "B1", "2026-11-10 10:00") for n in range(40)], [ticket("3", "2026-11-12")])
    )
    version = Store(tmp_path).path(1)
    reader = open_reader(version)
    young = spike_report(reader, LAST_DAY)
    keep(young, reader, version, tmp_path)
    found = kept(reader, version, LAST_DAY, "quality", tmp_path)
    assert found is not None
    assert found.course("B1", "S1").empty
    assert_frame_equal(found.batches, young.batches, check_exact=True)


@pytest.mark.parametrize("place", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_one_that_is_damaged_is_none(version: Path, reader: Reader, folder: Path, place: float) -> None:
    path = kept_at(folder, LAST_DAY, "quality")
    written = bytearray(path.read_bytes())
    at = int(place * len(written))
    written[at : at + 40] = bytes(255 - byte for byte in written[at : at + 40])
    path.write_bytes(written)
    assert kept(reader, version, LAST_DAY, "quality", folder) is None


@pytest.mark.parametrize("length", [0, 1, 1000, -1])
def test_one_that_was_cut_short_is_none(version: Path, reader: Reader, folder: Path, length: int) -> None:
    path = kept_at(folder, LAST_DAY, "quality")
    path.write_bytes(path.read_bytes()[:length])
    assert kept(reader, version, LAST_DAY, "quality", folder) is None


def test_one_of_another_day_family_version_or_code_is_none(
    version: Path, reader: Reader, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept_at(folder, LAST_DAY, "quality")
    shutil.copy(path, kept_at(folder, LAST_DAY, "all"))
    shutil.copy(path, kept_at(folder, LAST_DAY - timedelta(days=1), "quality"))
    assert kept(reader, version, LAST_DAY, "all", folder) is None
    assert kept(reader, version, LAST_DAY - timedelta(days=1), "quality", folder) is None
    begun_anew = tmp_path / version.name  # a store that was deleted, and whose numbers begin again
    begun_anew.write_bytes(version.read_bytes())
    assert kept(reader, begun_anew, LAST_DAY, "quality", folder) is None
    monkeypatch.setattr(keeping, "fingerprint", lambda: "another")
    assert kept(reader, version, LAST_DAY, "quality", folder) is None


def test_a_verdict_that_it_was_not_judged_with_makes_it_none(
    version: Path, reader: Reader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "given_verdicts", lambda _: ([date(2026, 11, 9)], []))
    assert kept(reader, version, LAST_DAY, "quality", folder) is None


def test_nothing_that_it_holds_is_run(version: Path, reader: Reader, folder: Path) -> None:
    """Whoever can write beside a version must not thereby have his code run by every dashboard."""
    path, ran = kept_at(folder, LAST_DAY, "quality"), folder / "ran"

    class Trap:
        def __reduce__(self) -> Any:
            return Path.touch, (ran,)

    with ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    header = b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
    members["courses.rate.npy"] = header + pickle.dumps([Trap()])
    with ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert kept(reader, version, LAST_DAY, "quality", folder) is None
    assert not ran.exists()


def test_a_process_of_its_own_keeps_it_and_nobody_judges_again(
    version: Path, reader: Reader, fresh: SpikeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(derived(version), ignore_errors=True)
    assert_same(judged_aside(reader, version, LAST_DAY, "quality"), fresh)
    monkeypatch.setattr(aside, "_have_judged", lambda *_: pytest.fail("it was judged again"))
    assert_same(judged_aside(reader, version, LAST_DAY, "quality"), fresh)
    assert_same(metrics.open_shop(version.parent).spike_report(), fresh)
    assert {path.suffix for path in derived(version).iterdir()} <= {".zip", ".lock"}


def test_where_nothing_can_be_written_beside_the_version_it_is_judged_all_the_same(
    version: Path, reader: Reader, fresh: SpikeReport
) -> None:
    shutil.rmtree(derived(version), ignore_errors=True)
    derived(version).write_text("a file, where the folder would be")
    try:
        assert_same(judged_aside(reader, version, LAST_DAY, "quality"), fresh)
    finally:
        derived(version).unlink()


def test_a_refusal_is_told_as_it_would_be_here(tmp_path: Path) -> None:
    opened(tmp_path, tables_of([line("1", "B1", "2024-01-05 10:00")], [ticket("1", "2024-01-09 09:00")]))
    version = Store(tmp_path).path(1)
    reader = open_reader(version)
    with pytest.raises(Refused) as here:
        spike_report(reader, LAST_DAY)
    with pytest.raises(Refused) as there:
        judged_aside(reader, version, LAST_DAY, "quality")
    assert str(there.value) == str(here.value)
    assert there.value.finding.code == here.value.finding.code == "spikes.no_batches"


def dying(tmp_path: Path, times: int) -> Path:
    """Return a stand-in for the interpreter that is killed so many times, as for want of memory, before it works."""
    script = tmp_path / "python"
    script.write_text(
        "#!/bin/sh\n"
        f'echo tried >> "{tmp_path}/tries"\n'
        f'if [ "$(wc -l < "{tmp_path}/tries")" -le {times} ]; then kill -9 $$; fi\n'
        f'exec "{sys.executable}" "$@"\n'
    )
    script.chmod(0o755)
    return script


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_one_that_is_damaged_is_made_anew_and_a_judge_that_was_killed_is_tried_again(
    version: Path, reader: Reader, fresh: SpikeReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived(version).mkdir(exist_ok=True)
    kept_at(derived(version), LAST_DAY, "quality").write_bytes(b"PK\x03\x04 and so on")
    monkeypatch.setattr(aside.sys, "executable", str(dying(tmp_path, 1)))
    assert_same(judged_aside(reader, version, LAST_DAY, "quality"), fresh)
    assert (tmp_path / "tries").read_text().split() == ["tried", "tried"]
    assert kept(reader, version, LAST_DAY, "quality") is not None


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_one_that_is_killed_each_time_is_told_of(
    version: Path, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(derived(version), ignore_errors=True)
    monkeypatch.setattr(aside.sys, "executable", str(dying(tmp_path, 99)))
    with pytest.raises(Refused, match="short of memory"):
        judged_aside(reader, version, LAST_DAY, "quality")
    assert (tmp_path / "tries").read_text().split() == ["tried", "tried"]


def test_the_process_ends_when_nobody_waits_any_longer(version: Path, tmp_path: Path) -> None:
    """Its standard input is closed by the system when its server dies, however it dies."""
    with subprocess.Popen(
        [*JUDGING, str(version), str(LAST_DAY), "all", str(tmp_path)], stdin=subprocess.PIPE
    ) as judge:
        assert judge.stdin is not None
        judge.stdin.close()
        assert judge.wait(60) == 1
    assert not kept_at(tmp_path, LAST_DAY, "all").exists()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="told by /proc")
def test_it_ends_with_a_server_that_is_killed_and_gives_way_to_its_readers(version: Path) -> None:
    shutil.rmtree(derived(version), ignore_errors=True)
    served = (
        "import sys, metrics\n"
        "from metrics.batches import judging\n"  # whatever it costs to load, before the clock runs
        "metrics.open_shop(sys.argv[1]).spike_report(family='all', aside=True)"
    )
    with subprocess.Popen([sys.executable, "-c", served, str(version.parent)]) as server:
        judge = None
        while judge is None:
            assert server.poll() is None, "it was judged before anybody could look"
            tasks = Path(f"/proc/{server.pid}/task").glob("*/children")
            judge = next((int(child) for task in tasks for child in task.read_text().split()), None)
            time.sleep(0.01)
        lower = os.getpriority(os.PRIO_PROCESS, 0) + aside.NICENESS
        while os.getpriority(os.PRIO_PROCESS, judge) != lower:
            assert server.poll() is None, "it was judged at the priority of its server"
        server.kill()
    until = time.monotonic() + 60
    while is_running(judge):
        assert time.monotonic() < until, "it outlived its server"
        time.sleep(0.05)
    assert kept(open_reader(version), version, LAST_DAY, "all") is None


def is_running(process: int) -> bool:
    try:
        told = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


def test_it_goes_when_its_version_goes(tmp_path: Path) -> None:
    opened(tmp_path, tables_of([line("1", "B1")], [ticket("1", "2026-10-09 09:00")]))
    store = Store(tmp_path)
    beside = derived(store.path(1))
    beside.mkdir()
    (beside / "batches.zip").touch()
    for number in (2, 3):
        with store.build() as build:
            build.touch_all()
        assert store.current == number
        assert beside.is_dir()
    with store.build() as build:
        build.touch_all()
    assert [version.number for version in store.versions()] == [2, 3, 4]
    assert not beside.exists()

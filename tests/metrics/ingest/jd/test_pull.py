"""No fault on the way changes what lands, and a pull that was broken off goes on."""

from __future__ import annotations

import logging
import random
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.ingest.jd.slices import Slice
from metrics.ingest.jd.spool import Spool, spooled
from metrics.ingest.jd.streams import STREAMS
from metrics.warehouse.store import Store
from metrics.words import Refused
from tests.metrics.ingest.jd.counter import Counter
from tests.metrics.ingest.jd.gateway import FAULTS, Gateway, serving
from tests.metrics.ingest.jd.world import NOW, SINCE, World

if TYPE_CHECKING:
    from tests.metrics.ingest.conftest import Desk

Read = dict[str, list[dict[str, Any]]]
TABLES = ("order_lines", "tickets", "disputes", "surveys", "products", "customers", "coverage", "shops")


def tables(desk: Desk, store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of a store, but for the number of the import that wrote it."""
    desk.store = store
    rows = {}
    for table in TABLES:
        without = " EXCLUDE (import_id)" if table in ("order_lines", "tickets") else ""
        rows[table] = desk.ask(f"SELECT *{without} FROM {table} ORDER BY ALL")
    return rows


def faults(seed: int, share: float) -> dict[int, str]:
    """Return what goes wrong at which request; a token does not grow stale twice within one call."""
    chance = random.Random(seed)
    made = {number: chance.choice(FAULTS) for number in range(1, 400) if chance.random() < share}
    return {number: fault for number, fault in made.items() if fault != "stale" or number % 12 == 5}


def dead(*, since: int) -> dict[int, str]:
    return dict.fromkeys(range(since, 5000), "unavailable")


def seen_alike(failing: Read, whole: Read) -> bool:
    """Whether no record is missing or double, and each is the same to the letter.

    Of one that changed after the pull had begun only its key is compared: whether that is still seen is chance, and
    brought by the next pull in any case.
    """
    began = f"{NOW:%Y-%m-%d %H:%M:%S}"

    def alike(row: dict[str, Any], other: dict[str, Any]) -> bool:
        if max(row.get("modified") or "", row.get("updateTime") or "") <= began:
            return row == other
        return all(row.get(key) == other.get(key) for key in ("orderId", "line", "serviceId"))

    return all(len(failing[name]) == len(rows) and all(map(alike, failing[name], rows)) for name, rows in whole.items())


def test_a_store_pulled_through_every_fault_equals_one_pulled_without(counter: Counter, desk: Desk) -> None:
    """The shop goes on while the pull reads; what changed after it began is brought by the next."""
    counter.gateway.faults = faults(4, 0.4) | {5: "stale"}
    assert set(FAULTS) <= {counter.gateway.faults[number] for number in counter.gateway.faults if number < 90}
    failing, fine = (Store(desk.folder / name) for name in ("failing", "fine"))
    counter.pull(failing)
    assert counter.gateway.world.late > 3
    counter.gateway.faults, counter.gateway.now = {}, NOW + timedelta(hours=1)
    counter.pull(failing, since=NOW)
    counter.pull(fine)
    assert tables(desk, failing) == tables(desk, fine)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """What is read of the shop where nothing goes wrong."""
    with serving(Gateway()) as gateway:
        return Counter(gateway).read(tmp_path_factory.mktemp("whole"))


def test_what_waits_for_the_import_holds_no_phone(whole: Read) -> None:
    words = {row["questionDesc"] for rows in whole.values() for row in rows if "questionDesc" in row}
    assert words == {"电话 139****5678，屏幕碎了"}
    assert "13800138000" not in str(whole)  # of the consignee only the province is taken


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "late"])
def test_no_fault_changes_what_is_read(counter: Counter, whole: Read, tmp_path: Path, fault: str) -> None:
    """Every third request fails in one way; what is read is what the same world shows without it."""
    counter.gateway.faults = dict.fromkeys(range(2, 900, 3), fault)
    assert counter.read(tmp_path) == whole
    assert counter.gateway.requests > 60


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_sequence_of_faults_changes_what_is_read(
    whole: Read, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    with serving(Gateway(faults=faults(seed, 0.35))) as gateway:
        assert seen_alike(Counter(gateway).read(tmp_path_factory.mktemp("sequence")), whole)


def test_a_pull_that_was_broken_off_goes_on_behind_its_last_slice(counter: Counter, desk: Desk) -> None:
    """The line is dead from some request on; what was read until then is not asked again."""
    counter.gateway.faults = dead(since=60)
    broken = Store(desk.folder / "broken")
    with pytest.raises(Refused) as refused:
        counter.pull(broken)
    assert refused.value.finding.code == "jd.unreachable"
    assert broken.current is None  # nothing of it is to be seen
    counter.gateway.faults = {}
    counter.gateway.world.touch()
    asked = len(counter.gateway.calls)
    counter.pull(broken)
    resumed = counter.gateway.calls[asked:]
    before = [call for call in counter.gateway.calls[:asked] if call[0] == "jingdong.pop.order.enSearch"]
    again = [call for call in resumed if call[0] == "jingdong.pop.order.enSearch"]
    assert len(before) > 4
    assert {asked["start_date"] for _, asked in again} == {"2026-11-07 23:55:00"}  # the open slice alone
    assert not list(broken.root.glob("jd/slices/*"))
    fine = Store(desk.folder / "fine")
    counter.pull(fine)
    assert tables(desk, broken) == tables(desk, fine)


@pytest.mark.parametrize("at", [2, 85])
def test_wherever_it_breaks_off_the_same_is_read_in_the_end(
    counter: Counter, whole: Read, tmp_path: Path, at: int
) -> None:
    counter.gateway.faults = dead(since=at)
    with pytest.raises(Refused):
        counter.read(tmp_path)
    counter.gateway.faults = {}
    assert counter.read(tmp_path) == whole


def test_another_plan_begins_anew(tmp_path: Path) -> None:
    """What was read for another span, shop or seller belongs to no other pull."""
    within, stream = Slice(SINCE, SINCE + timedelta(days=1)), STREAMS[0]
    with spooled(tmp_path, {"since": "1"}) as spool:
        spool.keep(stream, within, [])
    with spooled(tmp_path, {"since": "1"}) as spool:
        assert spool.has(stream, within)
    with spooled(tmp_path, {"since": "2"}) as spool:
        assert not spool.has(stream, within)


def test_a_slice_stands_whole_or_not_at_all(counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies while it writes leaves nothing behind that the next one would take for a slice."""

    def dies(path: Path) -> None:
        if path.name.startswith("orders"):
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("metrics.ingest.jd.spool._sync", dies)
        with pytest.raises(KeyboardInterrupt):
            counter.read(tmp_path)
    assert not list(tmp_path.glob("slices/*.parquet"))
    assert len(counter.read(tmp_path)["jd-orders-20261108120000.parquet"]) == 210


def test_two_pulls_at_once_are_refused(counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.gateway.world = World()
    kept = Spool.keep
    said = []

    def keeps(self: Spool, *what: Any) -> None:
        if not said:
            with pytest.raises(Refused) as refused:
                counter.read(tmp_path)
            said.append(refused.value.finding.code)
        kept(self, *what)

    monkeypatch.setattr(Spool, "keep", keeps)
    counter.read(tmp_path)
    assert said == ["jd.already_pulling"]


def test_nothing_can_be_pulled_from_the_future(counter: Counter, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        counter.pull(Store(tmp_path), since=NOW + timedelta(days=1))
    assert refused.value.finding.code == "jd.from_the_future"
    assert counter.gateway.requests == 0


def test_no_secret_stands_anywhere(
    counter: Counter, desk: Desk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither in what is logged, said or shown on the way, nor in any file of the store."""
    caplog.set_level(logging.DEBUG)
    steps: list[str] = []
    counter.gateway.faults = dict.fromkeys(range(2, 40, 3), "drop") | {10: "stale", 16: "limit"}
    client = counter.client()
    report = counter.pull(desk.store, progress=lambda finding: steps.append(repr(finding)))
    counter.gateway.faults = dead(since=counter.gateway.requests + 20)
    with pytest.raises(Refused) as refused:
        counter.pull(desk.store, since=SINCE + timedelta(days=1))
    files = b"".join(path.read_bytes() for path in desk.store.root.rglob("*") if path.is_file())
    out = "".join(capfd.readouterr())
    said = "\n".join([caplog.text, out, *steps, repr(report), repr(client), repr(vars(client)), repr(refused.value)])
    assert counter.gateway.refreshed == 1
    assert len(steps) > 15
    for secret in counter.gateway.secrets:
        assert secret not in said
        assert secret.encode() not in files


def test_calls_keep_the_pace_that_was_set(counter: Counter, tmp_path: Path) -> None:
    counter.environment["AFTERSALES_JD_CALLS"] = "2"
    counter.gateway.world = World()
    counter.read(tmp_path)
    assert counter.gateway.requests > 15
    assert len(counter.waits) == counter.gateway.requests - 1
    assert min(counter.waits) > 0.2
    assert max(counter.waits) <= 0.5


def test_the_gateway_of_these_tests_checks_the_signature() -> None:
    """One that takes everything would prove nothing."""
    form = {"method": "jingdong.asc.sync.list", "timestamp": "2026-11-08 12:00:00", "sign": "0" * 32}
    assert b'"12"' in Gateway().answer("/routerjson", form)[1]

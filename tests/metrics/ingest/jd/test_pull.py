"""From a gateway into the store: what lands there, and that no fault on the way changes it."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.ingest.jd.spool import Spool
from metrics.warehouse.store import Store
from metrics.words import Refused
from tests.metrics.ingest.jd.gateway import FAULTS, Gateway
from tests.metrics.ingest.jd.world import NOW, SINCE, shop

if TYPE_CHECKING:
    from tests.metrics.ingest.jd.conftest import Counter

TABLES = ("order_lines", "tickets", "disputes", "surveys", "products", "customers", "coverage", "shops")


def tables(counter: Counter, store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of a store, but for the number of the import that wrote it."""
    counter.desk.store = store
    rows = {}
    for table in TABLES:
        without = " EXCLUDE (import_id)" if table in ("order_lines", "tickets") else ""
        rows[table] = counter.desk.ask(f"SELECT *{without} FROM {table} ORDER BY ALL")
    return rows


def unfailing(counter: Counter, name: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return the tables of a store that is pulled from the same world, as it now is, without a fault."""
    counter.gateway.faults = {}
    store = Store(counter.desk.folder / name)
    counter.pull(store)
    return tables(counter, store)


def test_orders_land_as_lines_in_yuan_and_beijing_s_time(counter: Counter) -> None:
    report = counter.pull()
    assert [(file.kind, file.rows_rejected) for file in report.files] == [
        ("orders", 0),
        ("service_orders", 0),
        ("refunds", 0),
        ("comments", 0),
    ]
    lines = counter.desk.ask(
        "SELECT order_id, line_id, sku_id, quantity, amount, ordered_at, paid_at IS NULL, cancelled, province, customer_id "
        "FROM order_lines WHERE order_id IN ('300000000000000029', '300000000000000026') ORDER BY order_id, line_id"
    )
    made = {number: SINCE + timedelta(days=1, minutes=7 * number) for number in (26, 29)}
    assert lines == [
        ("300000000000000026", "1", "1005", 2, Decimal("39.80"), made[26], False, True, "内蒙古", "jd_26"),
        ("300000000000000029", "1", "1001", 2, Decimal("39.80"), made[29], True, False, "内蒙古", "jd_29"),
        ("300000000000000029", "2", "1002", 2, Decimal("39.80"), made[29], True, False, "内蒙古", "jd_29"),
    ]
    assert counter.desk.ask("SELECT count(DISTINCT order_id), count(*) FROM order_lines") == [(190, 285)]


def test_service_orders_land_as_tickets(counter: Counter) -> None:
    counter.pull()
    at = SINCE + timedelta(days=1)
    asked = (
        "SELECT type, reason_text, outcome, requested_at, responded_at, closed_at, refund_amount, refunded_at, sku_id, "
        "quantity, description, handler FROM tickets WHERE ticket_id = '{}'"
    )
    words = "电话 139****5678，屏幕碎了"

    def told(number: int) -> tuple[Any, ...]:
        return counter.desk.ask(asked.format(2_000_000_000 + number))[0]

    hours = [at + timedelta(minutes=2 * number) for number in range(8)]
    # Waits for the audit; the question has no type, and the reason is read from the extension.
    assert told(0) == ("return", "不喜欢/不想要", "open", hours[0], None, None, None, None, "1000", 1, words, "小王")
    answered = hours[2] + timedelta(hours=2)
    ended = hours[2] + timedelta(hours=20)
    assert told(2) == (
        "refund_only", "商品破损", "approved", hours[2], answered, ended, Decimal("19.90"), ended, "1002", 1, words, "小王",
    )  # fmt: skip
    turned_down = hours[3] + timedelta(hours=2)
    assert told(3)[2:6] == ("rejected", hours[3], turned_down, turned_down)
    # Waits for the customer, which is an answer of the shop's.
    assert told(4)[2:6] == ("open", hours[4], hours[4] + timedelta(hours=21), None)
    # An exchange gives no money back.
    assert told(7)[:3] == ("exchange", "商品破损", "approved")
    assert told(7)[6:8] == (None, None)
    assert counter.desk.ask("SELECT DISTINCT tier FROM customers") == [("PLUS",)]


def test_refunds_before_shipping_come_in_fen_and_disputes_out_of_them(counter: Counter) -> None:
    counter.pull()
    at = SINCE + timedelta(days=1)
    rows = counter.desk.ask(
        "SELECT ticket_id, type, outcome, requested_at, responded_at, refund_amount, refunded_at FROM tickets "
        "WHERE ticket_id IN ('R900010', 'R900011', 'R900012', 'R900013') ORDER BY 1"
    )
    made = {number: at + timedelta(minutes=number) for number in range(10, 14)}
    checked = {number: moment + timedelta(hours=1) for number, moment in made.items()}
    kind = "refund_before_shipping"
    assert rows == [
        ("R900010", kind, "open", made[10], checked[10], None, None),
        ("R900011", kind, "withdrawn", made[11], checked[11], None, None),
        ("R900012", kind, "open", made[12], None, None, None),
        ("R900013", kind, "approved", made[13], checked[13], Decimal("19.90"), checked[13]),
    ]
    disputes = counter.desk.ask(
        "SELECT order_id, ticket_id, liable, ruled_at FROM disputes WHERE dispute_id = 'R900010'"
    )
    assert disputes == [("300000000000000110", "R900010", "open", None)]
    # Those of a month before count as well: nothing tells when they change.
    assert counter.desk.ask("SELECT count(*) FROM tickets WHERE ticket_id LIKE 'R%'") == [(70,)]


def test_comments_land_as_surveys_of_three_scores(counter: Counter) -> None:
    counter.pull()
    assert counter.desk.ask("SELECT score, count(*) FROM surveys GROUP BY 1 ORDER BY 1") == [(1, 3), (3, 3), (5, 3)]


def test_what_was_pulled_counts_until_the_pull_began(counter: Counter) -> None:
    counter.pull()
    until = NOW.replace(tzinfo=None)
    assert counter.desk.ask("SELECT table_name, covered_until, until_assumed FROM coverage ORDER BY 1") == [
        ("order_lines", until, False),
        ("surveys", until, False),
        ("tickets", until, False),
    ]
    assert counter.desk.ask("SELECT as_of FROM shops") == [(until,)]


def test_disputes_that_a_refund_tells_of_are_not_all_disputes(counter: Counter) -> None:
    """Without a row of coverage the dispute rate stays not available, and is never taken for nearly nothing."""
    counter.pull()
    assert counter.desk.ask("SELECT count(*) FROM coverage WHERE table_name IN ('disputes', 'customers')") == [(0,)]
    assert counter.desk.ask("SELECT count(*) > 0 FROM disputes") == [(True,)]


def test_a_pull_goes_on_where_the_exports_of_the_back_office_end(counter: Counter) -> None:
    """Both are the same shop's orders: were they two sources, the data would end where the older one does for ever."""
    counter.desk.bring_one(
        "订单.csv",
        "订单编号,商品编号,订购数量,商品金额,下单时间,付款时间,更新时间\n"
        "300000000000000001,1001,1,39.80,2026-11-05 00:07:00,2026-11-05 00:10:00,2026-11-05 00:10:00\n"
        "77,1001,1,20,2026-10-30 10:00:00,2026-10-30 10:01:00,2026-10-30 10:01:00\n",
        shop="jd-shop",
    )
    counter.pull()
    assert counter.desk.ask("SELECT source, covered_until FROM coverage WHERE table_name = 'order_lines'") == [
        ("jd", NOW.replace(tzinfo=None))
    ]
    assert counter.desk.ask("SELECT order_id, count(*) FROM order_lines WHERE order_id IN ('77', '300000000000000001') GROUP BY 1") == [
        ("300000000000000001", 2),
        ("77", 1),
    ]  # fmt: skip


def test_an_empty_span_is_covered_too(counter: Counter) -> None:
    counter.gateway.world = type(counter.gateway.world)()
    counter.pull()
    assert counter.desk.ask("SELECT count(*) FROM order_lines") == [(0,)]
    assert counter.desk.ask("SELECT as_of FROM shops") == [(NOW.replace(tzinfo=None),)]


def test_the_same_again_changes_nothing(counter: Counter) -> None:
    counter.pull()
    again = counter.pull()
    assert again.version is None
    assert all(file.already_imported for file in again.files)


def test_a_later_pull_brings_what_changed(counter: Counter) -> None:
    counter.pull()
    counter.gateway.now = NOW + timedelta(hours=2)
    counter.gateway.world.touch()
    counter.pull(since=NOW)
    assert counter.desk.ask("SELECT outcome FROM tickets WHERE ticket_id = '2000000023'") == [("withdrawn",)]
    after = tables(counter, counter.desk.store)
    counter.gateway.faults = {}
    fresh = unfailing(counter, "fresh")
    assert after["order_lines"] == fresh["order_lines"]
    assert after["shops"] == fresh["shops"]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_changes_what_lands(counter: Counter, fault: str) -> None:
    """Every second request of the first hundred fails in one way; what lands is what lands without it."""
    counter.gateway.faults = dict.fromkeys(range(2, 100, 2), fault)
    failing = Store(counter.desk.folder / "failing")
    counter.pull(failing)
    landed = tables(counter, failing)
    assert landed == unfailing(counter, "unfailing")


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_no_sequence_of_faults_changes_what_lands(counter: Counter, seed: int) -> None:
    chance = random.Random(seed)
    counter.gateway.world = shop()
    counter.gateway.requests = 0
    counter.gateway.faults = {number: chance.choice(FAULTS) for number in range(1, 250) if chance.random() < 0.4}
    failing = Store(counter.desk.folder / f"failing-{seed}-{len(counter.waits)}")
    counter.pull(failing)
    landed = tables(counter, failing)
    assert landed == unfailing(counter, f"unfailing-{seed}-{len(counter.waits)}")


@pytest.mark.parametrize("at", [3, 40, 120])
def test_a_pull_that_was_broken_off_goes_on_behind_its_last_slice(counter: Counter, at: int) -> None:
    """The line is dead from some request on; what was read until then is not asked again."""
    counter.gateway.faults = dict.fromkeys(range(at, 2000), "unavailable")
    broken = Store(counter.desk.folder / "broken")
    with pytest.raises(Refused) as refused:
        counter.pull(broken)
    assert refused.value.finding.code == "jd.unreachable"
    assert broken.current is None  # nothing of it is to be seen
    counter.gateway.faults = {}
    counter.gateway.world.touch()
    before = counter.gateway.requests
    counter.pull(broken)
    resumed = counter.gateway.requests - before
    landed = tables(counter, broken)
    assert landed == unfailing(counter, "unbroken")
    whole = counter.gateway.requests - before - resumed
    assert resumed <= whole - at + 75  # a slice that was broken off is read again: its list, and its views
    assert not list(broken.root.glob("jd/slices/*"))


def test_another_span_begins_anew(counter: Counter) -> None:
    counter.gateway.faults = dict.fromkeys(range(40, 2000), "unavailable")
    with pytest.raises(Refused):
        counter.pull()
    counter.gateway.faults = {}
    counter.pull(since=SINCE + timedelta(days=3))
    days = counter.desk.ask("SELECT min(updated_at) FROM order_lines")
    assert days[0][0] >= SINCE + timedelta(days=3) - timedelta(minutes=5)


def test_a_slice_stands_whole_or_not_at_all(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies while it writes leaves no slice behind that the next one would take for read."""

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("metrics.ingest.jd.spool._sync", dies)
        counter.pull()
    assert not list(counter.desk.store.root.glob("jd/slices/*.parquet"))
    landed = counter.pull()
    assert landed.version == 1


def test_two_pulls_at_once_are_refused(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Spool.keep
    said = []

    def keeps(self: Spool, *what: Any) -> None:
        if not said:
            with pytest.raises(Refused) as refused:
                counter.pull()
            said.append(refused.value.finding.code)
        kept(self, *what)

    monkeypatch.setattr(Spool, "keep", keeps)
    counter.pull()
    assert said == ["jd.already_pulling"]


def test_nothing_can_be_pulled_from_the_future(counter: Counter) -> None:
    with pytest.raises(Refused) as refused:
        counter.pull(since=NOW + timedelta(days=1))
    assert refused.value.finding.code == "jd.from_the_future"
    assert counter.gateway.requests == 0


def test_no_secret_stands_anywhere(
    counter: Counter, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither in what is logged, said or shown on the way, nor in any file of the store."""
    caplog.set_level(logging.DEBUG)
    steps: list[str] = []
    counter.gateway.faults = dict.fromkeys(range(2, 40, 3), "drop") | {11: "stale", 17: "limit"}
    client = counter.client()
    report = counter.pull(progress=lambda finding: steps.append(repr(finding)))
    counter.gateway.faults = dict.fromkeys(range(counter.gateway.requests, 9999), "unavailable")
    with pytest.raises(Refused) as refused:
        counter.pull(since=SINCE + timedelta(days=1))
    files = b"".join(path.read_bytes() for path in counter.desk.store.root.rglob("*") if path.is_file())
    out = "".join(capfd.readouterr())
    said = "\n".join([caplog.text, out, *steps, repr(report), repr(client), repr(vars(client)), repr(refused.value)])
    for secret in counter.gateway.secrets:
        assert secret not in said
        assert secret.encode() not in files
    assert len(steps) > 30


def test_the_gateway_sees_the_pace_that_was_set(counter: Counter) -> None:
    counter.environment["AFTERSALES_JD_CALLS"] = "2"
    counter.gateway.world = type(counter.gateway.world)()
    counter.pull()
    assert counter.gateway.requests > 40
    assert min(counter.waits[1:]) > 0.3
    assert max(counter.waits) <= 0.5


def test_a_made_up_gateway_checks_what_it_claims() -> None:
    """A gateway that takes everything would prove nothing."""
    gateway = Gateway()
    form = {"method": "jingdong.asc.sync.list", "timestamp": "2026-11-08 12:00:00", "sign": "0" * 32}
    status, body, _ = gateway.answer("/routerjson", form)
    assert status == 200
    assert b'"12"' in body
    assert isinstance(gateway.now, datetime)

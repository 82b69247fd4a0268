"""The alarm on a store and a receiver: what is told, once, when not, and when it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import metrics
from dashboard.cli import app
from dashboard.webhook.notice import MOST_LISTED, running_out
from dashboard.webhook.robots import LONGEST
from dashboard.webhook.settings import ADDRESS, KIND, QUIET_HOURS, SECRET, QuietHours, quiet_hours, robot
from dashboard.webhook.watch import Watch
from metrics.warehouse.store import Store
from metrics.words import Refused
from tests.dashboard.webhook.receiver import SECRET as SIGNED_WITH
from tests.dashboard.webhook.receiver import TOKEN, Receiver, receiving
from tests.metrics.filled import contract, fill
from tests.metrics.shops import AS_OF, Tables

MORNING = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 09:00 where the shop is, and where its data end
TWO_HOURS = timedelta(hours=2)


def tables(hours_left: dict[str, float]) -> Tables:
    """Return a shop whose tickets have so many of their 24 hours left, and one that was answered."""
    asked = {name: AS_OF - timedelta(hours=24 - left) for name, left in hours_left.items()}
    open_ones = [
        {"ticket_id": name, "outcome": "open", "requested_at": at, "responded_at": None} for name, at in asked.items()
    ]
    answered = {
        "ticket_id": "T-ANSWERED",
        "outcome": "approved",
        "requested_at": AS_OF - timedelta(hours=30),
        "responded_at": AS_OF - timedelta(hours=29),
    }
    lines = pd.DataFrame(
        [
            {
                "order_id": "O1",
                "line_id": "1",
                "sku_id": "001",
                "customer_id": "13800138000",
                "quantity": 1,
                "amount": 99,
                "ordered_at": AS_OF - timedelta(days=9),
                "paid_at": AS_OF - timedelta(days=9),
                "province": "广东",
            }
        ]
    )
    common = {
        "order_id": "O1",
        "line_id": "1",
        "type": "return",
        "reason_text": "商品破损",
        "description": "请打 13900139000",
        "refunded_at": None,
    }
    tickets = pd.DataFrame([{**common, **row} for row in [*open_ones, answered]])
    products = pd.DataFrame([{"sku_id": "001", "product_name": "电水壶", "category": "小家电"}])
    return contract(
        [
            {
                name: frame.assign(shop="甲店")
                for name, frame in (("order_lines", lines), ("tickets", tickets), ("products", products))
            }
        ]
    )


@pytest.fixture
def publish(tmp_path: Path) -> Callable[[dict[str, float]], Path]:
    def published(hours_left: dict[str, float]) -> Path:
        fill(tmp_path / "store", tables(hours_left))
        return tmp_path / "store"

    return published


def watch(store: Path, sent: list[str], quiet: QuietHours | None = None) -> Watch:
    return Watch(store, TWO_HOURS, quiet, "zh", sent.append)


def test_a_ticket_is_told_once_and_its_end_too(publish: Callable[[dict[str, float]], Path]) -> None:
    sent: list[str] = []
    store = publish({"T1": -1, "T2": 1.5, "T3": 5})
    assert watch(store, sent).look(MORNING).code == "alarm.sent"
    assert sent[0].splitlines() == [
        "【超时提醒】1 单已超时，另有 1 单 11:00 前超时，最早 10:30",
        "T1 · 超时 1 小时 00 分 · 电水壶 · 破损",
        "T2 · 剩 1 小时 30 分 · 电水壶 · 破损",
    ]
    assert watch(store, sent).look(MORNING + timedelta(minutes=5)).code == "alarm.nothing"
    publish({"T2": 0.5, "T3": 1.9})
    assert watch(store, sent).look(MORNING).code == "alarm.sent"
    assert [line.split(" · ")[0] for line in sent[1].splitlines()[1:]] == ["T3"]
    publish({"T9": 12})
    assert watch(store, sent).look(MORNING).code == "alarm.sent_recovered"
    assert sent[2] == "【超时提醒】已没有即将超时的单"
    assert watch(store, sent).look(MORNING).code == "alarm.nothing"
    assert len(sent) == 3


def test_the_clock_runs_on_beside_live_data(publish: Callable[[dict[str, float]], Path]) -> None:
    sent: list[str] = []
    store = publish({"T3": 5})
    assert watch(store, sent).look(MORNING).code == "alarm.nothing"
    assert watch(store, sent).look(MORNING + timedelta(hours=3, minutes=30)).code == "alarm.sent"
    assert "剩 1 小时 30 分" in sent[0]
    assert sent[0].endswith("数据停在 11-16 09:00，此后的新单和审核还没进来")


def test_at_night_nobody_is_told_and_in_the_morning_everybody(publish: Callable[[dict[str, float]], Path]) -> None:
    sent: list[str] = []
    store = publish({"T1": -1})
    quiet = QuietHours(time(22), time(9, 30))
    assert watch(store, sent, quiet).look(MORNING).code == "alarm.quiet"
    assert sent == []
    assert watch(store, sent, quiet).look(MORNING + timedelta(minutes=30)).code == "alarm.sent"
    assert len(sent) == 1


def test_what_was_not_taken_is_told_at_the_next_look(publish: Callable[[dict[str, float]], Path]) -> None:
    store = publish({"T1": -1})

    def refuse(_: str) -> None:
        raise Refused("alarm.http", status=500)

    with pytest.raises(Refused):
        Watch(store, TWO_HOURS, None, "zh", refuse).look(MORNING)
    sent: list[str] = []
    assert watch(store, sent).look(MORNING).code == "alarm.sent"
    assert len(sent) == 1


def test_two_alarms_at_once_tell_a_ticket_once(publish: Callable[[dict[str, float]], Path]) -> None:
    store = publish({"T1": -1})
    sent: list[str] = []
    meet = threading.Barrier(2)

    def slowly(words: str) -> None:
        threading.Event().wait(0.3)
        sent.append(words)

    def look() -> None:
        meet.wait()
        Watch(store, TWO_HOURS, None, "zh", slowly).look(MORNING)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 1


def test_where_nothing_can_be_noted_nothing_is_sent(publish: Callable[[dict[str, float]], Path]) -> None:
    store, sent = publish({"T1": -1}), list[str]()
    (store / "alarm.sqlite").mkdir()
    with pytest.raises(Refused, match="cannot be written"):
        watch(store, sent).look(MORNING)
    assert sent == []


def test_an_alarm_that_could_never_ring_says_so(tmp_path: Path) -> None:
    silent = tables({"T1": -1})
    silent["tickets"]["responded_at"] = None
    fill(tmp_path / "silent", silent)
    with pytest.raises(Refused, match="do not say when tickets were answered"):
        watch(tmp_path / "silent", []).look(MORNING)


def test_nothing_of_the_customer_is_told(publish: Callable[[dict[str, float]], Path]) -> None:
    sent: list[str] = []
    watch(publish({"T1": -1, "T2": 1}), sent).look(MORNING)
    assert not any(private in sent[0] for private in ("13800138000", "13900139000", "O1", "广东"))


@pytest.mark.parametrize("name", ["电水壶", "名字非常长的商品" * 40])
def test_a_message_is_never_longer_than_the_robots_take(name: str) -> None:
    count = 300
    waiting = pd.DataFrame(
        {
            "ticket_id": [f"7100{at:06}" for at in range(count)],
            "sku_id": "001",
            "product_name": name,
            "reason": "damaged",
            "hours_left": 1.0,
            "deadline": AS_OF + timedelta(hours=1),
            "late": False,
        }
    )
    text = running_out(waiting, waiting, TWO_HOURS, "zh", "")
    listed = sum(line.startswith("7100") for line in text.splitlines())
    assert len(text.encode()) <= LONGEST
    assert listed <= MOST_LISTED
    assert f"另有 {count - listed} 单" in text.splitlines()[-1]


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_quiet_hours_reach_over_midnight(clock: str, quiet: bool) -> None:
    hours = quiet_hours({QUIET_HOURS: " 22:00-8:00 "})
    assert hours is not None
    assert hours.holds(datetime.fromisoformat(f"2026-11-16T{clock}")) is quiet


@pytest.mark.parametrize("text", ["22-8", "25:00-08:00", "22:00", "nachts"])
def test_quiet_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(Refused, match=QUIET_HOURS):
        quiet_hours({QUIET_HOURS: text})


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "No robot is set up"),
        ({ADDRESS: f"file:///{TOKEN}"}, "no web address"),
        ({ADDRESS: f"https://chat.example/{TOKEN}"}, f"{KIND} to one of wecom, dingtalk, feishu"),
        ({ADDRESS: f"https://chat.example/{TOKEN}", KIND: "icq"}, f"{KIND} to one of"),
    ],
)
def test_what_is_set_up_wrongly_is_named_and_not_shown(settings: dict[str, str], told: str) -> None:
    with pytest.raises(Refused, match=told) as error:
        robot(settings)
    assert TOKEN not in str(error.value)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving("dingtalk") as found:
        yield found


def run(store: Path, receiver: Receiver, *arguments: str, **settings: str) -> Result:
    environment = {
        "LC_ALL": "C.UTF-8",
        ADDRESS: receiver.address,
        KIND: "dingtalk",
        SECRET: SIGNED_WITH,
        QUIET_HOURS: "",
    }
    return CliRunner().invoke(app, ["alarm", "--store", str(store), *arguments], env={**environment, **settings})


def test_the_command_tells_the_robot(publish: Callable[[dict[str, float]], Path], receiver: Receiver) -> None:
    store = publish({"T1": -1, "T2": 1, "T3": 3})
    answer = run(store, receiver, "--due-within", "90m", "--lang", "en")
    assert (answer.exit_code, answer.stdout) == (0, "The robot was told of new tickets: 2.\n")
    assert receiver.taken[0].startswith("[Due soon] 1 late, 1 more due before 10:30")
    assert run(store, receiver, "--due-within", "90m").stdout == "There is nothing new to tell.\n"
    assert len(receiver.taken) == 1


def test_a_robot_that_turns_it_down_ends_the_command(
    publish: Callable[[dict[str, float]], Path], receiver: Receiver
) -> None:
    answer = run(publish({"T1": -1}), receiver, **{SECRET: "wrong"})
    assert answer.exit_code == 1
    assert "code 310000" in answer.stderr
    assert TOKEN not in answer.output
    assert "wrong" not in answer.output


def test_it_looks_again_after_a_failure_until_somebody_stops_it(
    publish: Callable[[dict[str, float]], Path], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.replies = [(404, "", {})]
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("dashboard.alarm.time.sleep", pause)
    answer = run(publish({"T1": -1}), receiver, "--every", "5m")
    assert answer.exit_code == 0
    assert "HTTP 404" in answer.stderr
    assert [line.split(" ", 2)[2] for line in answer.stdout.splitlines()] == [
        "The robot was told of new tickets: 1.",
        "There is nothing new to tell.",
    ]
    assert (pauses, len(receiver.taken)) == ([300.0] * 3, 1)


def test_the_store_stays_readable_and_keeps_no_secret(
    publish: Callable[[dict[str, float]], Path], receiver: Receiver
) -> None:
    store = publish({"T1": -1})
    assert run(store, receiver).exit_code == 0
    for path in store.iterdir():
        assert TOKEN.encode() not in path.read_bytes()
        assert SIGNED_WITH.encode() not in path.read_bytes()
    assert Store(store).current == 1
    assert len(metrics.open_shop(store).queue()) == 1


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, f"webhook address of your chat robot into {ADDRESS}"),
        (
            {ADDRESS: f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", QUIET_HOURS: "22:00-08:00"},
            "DingTalk robot · 22:00–08:00",
        ),
        ({ADDRESS: f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", QUIET_HOURS: "nachts"}, "nachts"),
        ({ADDRESS: f"https://chat.example/{TOKEN}"}, f"environment variable {KIND}"),
    ],
)
def test_the_doctor_tells_what_is_set_up_and_no_address(tmp_path: Path, settings: dict[str, str], told: str) -> None:
    unset = dict.fromkeys((ADDRESS, KIND, QUIET_HOURS, SECRET), "")
    answer = CliRunner().invoke(
        app, ["doctor", "--store", str(tmp_path)], env={"LC_ALL": "C.UTF-8", **unset, **settings}
    )
    assert told in answer.stdout
    assert TOKEN not in answer.output

"""How JD is called: the signature, the token, the waits, and what is said where it turns a call down."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend

from metrics.ingest.jd import SystemKeyring, connected, missing
from metrics.ingest.jd.envelope import Garbled, TurnedDown, one, opened, page
from metrics.ingest.jd.listing import Listing, read
from metrics.ingest.jd.moments import moment_text
from metrics.ingest.jd.settings import NEEDED
from metrics.ingest.jd.signing import signature
from metrics.ingest.jd.slices import Slice
from metrics.words import LANGUAGES, Refused, say
from tests.metrics.ingest.jd.counter import Counter, Drawer
from tests.metrics.ingest.jd.gateway import REFRESH, SECRET, TOKEN
from tests.metrics.ingest.jd.world import NOW, SINCE

LIST = "jingdong.asc.audit.reason.list"


def failing(counter: Counter, code: str, said: str = "") -> Refused:
    """Return what is said where the gateway turns every call down with a code."""
    counter.gateway.answers[LIST] = lambda _: {"error_response": {"code": code, "zh_desc": said}}
    with pytest.raises(Refused) as refused:
        counter.client().call(LIST, {})
    return refused.value


def test_the_signature_of_a_call() -> None:
    """Reckoned by hand: printf 'sekret360buy_param_json{"a":"\u4e2d"}app_keyKmethodjd.mv2.0sekret' | md5sum."""
    parameters = {"v": "2.0", "method": "jd.m", "app_key": "K", "360buy_param_json": '{"a":"中"}', "empty": ""}
    assert signature(parameters, "sekret") == "076B22E2707E2540D1A6EADB5516A1BF"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1794110400000", "2026-11-08 12:00:00"),
        (1794110400000, "2026-11-08 12:00:00"),
        ("2026-11-08 12:00:00", "2026-11-08 12:00:00"),
        ("0001-01-01 00:00:00", None),
        ("", None),
        (None, None),
        (0, None),
    ],
)
def test_a_time_in_either_of_its_forms(value: Any, said: str | None) -> None:
    assert moment_text(value) == said


@pytest.mark.parametrize("part", ["pageResult", "queryResult"])
def test_a_page_in_either_envelope(part: str) -> None:
    rows = "data" if part == "pageResult" else "result"
    records = '[{"id":300000000000000000001},{"refundApplyVo":{"id":7}}]'
    body = f'{{"a_b_responce":{{"code":"0","{part}":{{"totalCount":2,"{rows}":{records}}}}}}}'
    found = page(opened("a.b", body.encode()))
    assert found.total == 2
    assert found.records == [{"id": "300000000000000000001"}, {"id": "7"}]  # every digit is there


def test_one_record_and_none() -> None:
    assert one(opened("a", b'{"a_responce":{"result":{"data":{"x":1.10}}}}')) == {"x": "1.10"}
    assert one(opened("a", b'{"a_responce":{"result":{"data":null}}}')) is None


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"{}", b'{"b_responce":{}}', "中".encode("gb18030")])
def test_what_is_none_of_jd_s(body: bytes) -> None:
    with pytest.raises(Garbled):
        opened("a", body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"error_response":{"code":"9","zh_desc":"no"}}',
        b'{"a_responce":{"code":"9","zh_desc":"no"}}',
        b'{"a_responce":{"code":"0","result":{"success":false,"code":"9","msg":"no"}}}',
        b'{"a_responce":{"code":"0","queryResult":{"success":"false","errorCode":9,"errorMsg":"no"}}}',
        b'{"a_responce":{"searchorderinfo_result":{"apiResult":{"success":false,"numberCode":9,"chineseErrCode":"no"}}}}',
    ],
)
def test_no_is_no_wherever_it_is_said(body: bytes) -> None:
    with pytest.raises(TurnedDown) as error:
        opened("a", body)
    assert (error.value.code, error.value.said) == ("9", "no")


@pytest.mark.parametrize(
    ("code", "word", "about"),
    [
        ("12", "sign", "AFTERSALES_JD_APP_SECRET"),
        ("8", "clock", "clock"),
        ("5", "version", "2.0"),
        ("15", "method", LIST),
        ("21", "app_key", "AFTERSALES_JD_APP_KEY"),
        ("24", "permission", LIST),
        ("9999", "turned_down", "9999"),
    ],
)
def test_each_code_says_what_to_do(counter: Counter, code: str, word: str, about: str) -> None:
    refused = failing(counter, code, "原因")
    assert refused.finding.code == f"jd.{word}"
    for language in LANGUAGES:
        said = say(refused.finding, language)
        assert code in said
        assert "原因" in said
    assert about in str(refused)
    assert counter.waits == []  # what is wrong stays wrong


def test_a_limit_is_waited_out_longer_each_time(counter: Counter) -> None:
    refused = failing(counter, "2")
    assert refused.finding.code == "jd.busy"
    usual = (1, 2, 4, 8, 16, 32, 60)
    longest = [wait for wait in counter.waits if wait > 0.01]
    assert [0.5 * each <= wait <= 1.5 * each for wait, each in zip(longest, usual, strict=True)] == [True] * 7
    assert counter.gateway.requests == 8


def test_a_stale_token_is_refreshed_once(counter: Counter) -> None:
    counter.gateway.token = "somebody-else-s"
    counter.gateway.answers[LIST] = lambda _: {"result": {"data": {"x": 1}}}
    assert counter.client().call(LIST, {})["result"] == {"data": {"x": "1"}}
    assert counter.gateway.refreshed == 1


def test_a_token_is_refreshed_before_it_ends(counter: Counter) -> None:
    """Ten minutes early, and without a call that fails first."""
    counter.environment["AFTERSALES_JD_TOKEN_EXPIRES"] = f"{NOW + timedelta(minutes=9):%Y-%m-%dT%H:%M}"  # Beijing's
    counter.gateway.answers[LIST] = lambda _: {"x": 1}
    client = counter.client()
    client.call(LIST, {})
    client.call(LIST, {})
    assert counter.gateway.refreshed == 1
    assert counter.gateway.requests == 3


def test_a_token_that_still_holds_is_left_alone(counter: Counter) -> None:
    counter.environment["AFTERSALES_JD_TOKEN_EXPIRES"] = f"{NOW + timedelta(minutes=11):%Y-%m-%dT%H:%M}"
    counter.gateway.answers[LIST] = lambda _: {"x": 1}
    counter.client().call(LIST, {})
    assert counter.gateway.refreshed == 0


def test_a_refreshed_token_is_kept_in_the_keyring_for_the_next_process(counter: Counter) -> None:
    counter.gateway.token = "gone"
    counter.gateway.answers[LIST] = lambda _: {"x": 1}
    counter.client().call(LIST, {})
    requests = counter.gateway.requests
    counter.client().call(LIST, {})
    assert counter.gateway.requests == requests + 1
    assert counter.gateway.token in counter.drawer.kept["jd_tokens"]
    # A token that somebody types anew goes before it.
    counter.gateway.token = counter.environment["AFTERSALES_JD_ACCESS_TOKEN"] = "typed-anew"
    counter.client().call(LIST, {})
    assert counter.gateway.refreshed == 1


def test_without_a_keyring_the_process_alone_has_it(counter: Counter) -> None:
    counter.drawer.locked = True
    counter.gateway.token = "gone"
    counter.gateway.answers[LIST] = lambda _: {"x": 1}
    client = counter.client()
    client.call(LIST, {})
    client.call(LIST, {})
    assert counter.gateway.refreshed == 1
    assert counter.drawer.kept == {}


def test_a_refresh_that_fails_says_which_settings_are_old(counter: Counter) -> None:
    counter.gateway.refresh = "another"
    counter.gateway.token = "gone"
    with pytest.raises(Refused) as refused:
        counter.client().call(LIST, {})
    assert refused.value.finding.code == "jd.token"
    assert "AFTERSALES_JD_REFRESH_TOKEN" in str(refused.value)
    assert REFRESH not in repr(refused.value)


def test_a_secret_that_jd_repeats_is_struck_out(counter: Counter) -> None:
    refused = failing(counter, "77", f"sign of {SECRET} with {TOKEN}")
    for language in LANGUAGES:
        said = say(refused.finding, language)
        assert SECRET not in said
        assert TOKEN not in said
    assert SECRET not in repr(refused.finding)


def test_no_secret_is_to_be_seen_in_what_holds_it(counter: Counter) -> None:
    client = counter.client()
    shown = repr(client) + repr(client.settings) + str(client.settings.app_secret) + repr(vars(client))
    for secret in (SECRET, TOKEN, REFRESH):
        assert secret not in shown


def test_what_is_missing_is_named_and_not_shown(counter: Counter) -> None:
    environment = dict(counter.gateway.environment)
    assert missing({}, Drawer()) == NEEDED
    assert missing(environment, Drawer()) == ()
    del environment["AFTERSALES_JD_APP_SECRET"]
    assert missing(environment, Drawer({"AFTERSALES_JD_APP_SECRET": "from the keyring"})) == ()
    with pytest.raises(Refused, match="AFTERSALES_JD_APP_SECRET") as refused:
        connected(environment, vault=Drawer())
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AFTERSALES_JD_GATEWAY", "http://api.jd.com/routerjson"),
        ("AFTERSALES_JD_GATEWAY", "http://127.0.0.1.example.com/"),
        ("AFTERSALES_JD_GATEWAY", "ftp://127.0.0.1/"),
        ("AFTERSALES_JD_OAUTH", "http://[::1"),
        ("AFTERSALES_JD_CALLS", "0"),
        ("AFTERSALES_JD_CALLS", "nan"),
        ("AFTERSALES_JD_CALLS", "fast"),
        ("AFTERSALES_JD_TOKEN_EXPIRES", "tomorrow"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(counter: Counter, name: str, value: str) -> None:
    with pytest.raises(Refused, match=name):
        connected({**counter.gateway.environment, name: value}, vault=Drawer())


def test_a_clock_that_goes_wrong_is_said(counter: Counter) -> None:
    client = connected(
        counter.gateway.environment, vault=Drawer(), clock=lambda: NOW - timedelta(minutes=7), sleep=lambda _: None
    )
    with pytest.raises(Refused) as refused:
        client.call(LIST, {})
    assert refused.value.finding.code == "jd.clock"


def test_an_address_that_is_not_jd_s_is_said(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(counter.gateway), "answer", lambda *_: (404, b"nothing here", False))
    with pytest.raises(Refused) as refused:
        counter.client().call(LIST, {})
    assert refused.value.finding.code == "jd.no_gateway"


class Keyring(KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_the_system_keyring_is_read_and_written() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(made := Keyring())
    try:
        assert SystemKeyring().read("x") is None
        assert SystemKeyring().write("x", "y")
        assert SystemKeyring().read("x") == "y"
        assert made.kept == {("aftersales", "x"): "y"}
    finally:
        keyring.set_keyring(before)


def test_a_machine_without_a_keyring_has_an_empty_one() -> None:
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        assert SystemKeyring().read("x") is None
        assert not SystemKeyring().write("x", "y")
    finally:
        keyring.set_keyring(before)


def test_a_slice_with_more_pages_than_are_shown_is_read_in_halves(counter: Counter) -> None:
    """Pages of five, and at most three of them: a day of 150 orders has to be cut again and again."""

    def ask(start: Any, stop: Any, number: int) -> dict[str, Any]:
        span = {"start_date": f"{start:%Y-%m-%d %H:%M:%S}", "end_date": f"{stop:%Y-%m-%d %H:%M:%S}"}
        return {**span, "optional_fields": "orderId", "page": number, "page_size": 5}

    listing = Listing("jingdong.pop.order.enSearch", ask, "orderId", "modified", size=5, most_pages=3)
    day = Slice(SINCE + timedelta(days=1), SINCE + timedelta(days=2))
    found = read(counter.client(), listing, day)
    made = [str(each["orderId"]) for each in counter.gateway.world.orders]
    within = [each for each in counter.gateway.world.orders if each["modified"][:10] == f"{day.start:%Y-%m-%d}"]
    assert set(found) >= {str(each["orderId"]) for each in within}
    assert set(found) <= set(made)
    assert max(asked["page"] for _, asked in counter.gateway.calls) <= 3
    assert len(within) > 100


def test_more_records_in_a_second_than_are_shown_are_refused(counter: Counter) -> None:
    for each in counter.gateway.world.orders:
        each["modified"] = "2026-11-05 10:00:00"

    def ask(start: Any, stop: Any, number: int) -> dict[str, Any]:
        span = {"start_date": f"{start:%Y-%m-%d %H:%M:%S}", "end_date": f"{stop:%Y-%m-%d %H:%M:%S}"}
        return {**span, "optional_fields": "orderId", "page": number, "page_size": 5}

    listing = Listing("jingdong.pop.order.enSearch", ask, "orderId", "modified", size=5, most_pages=3)
    with pytest.raises(Refused) as refused:
        read(counter.client(), listing, Slice(SINCE, SINCE + timedelta(days=3)))
    assert refused.value.finding.code == "jd.too_many"


def test_what_is_asked_is_one_text_of_json(counter: Counter) -> None:
    asked: list[Any] = []
    counter.gateway.answers[LIST] = lambda params: asked.append(params) or {"x": 1}
    counter.client().call(LIST, {"b": "中文", "a": 1})
    assert asked == [json.loads('{"a": 1, "b": "中文"}')]

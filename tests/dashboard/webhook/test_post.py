"""Messages as they arrive at a receiver that checks them: signed for each vendor, and again where that may help."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from dashboard.webhook.post import LONGEST_WAIT, WAITS, send
from dashboard.webhook.robots import KINDS, Kind, Robot, recognised
from metrics.words import LANGUAGES, Refused, say
from tests.dashboard.webhook.receiver import SECRET, TOKEN, Receiver, Reply, receiving

WORDS = "【超时提醒】3 单 11:00 前超时，最早 09:20"


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    with receiving(getattr(request, "param", "dingtalk")) as found:
        yield found


def post(receiver: Receiver, secret: str | None = SECRET) -> list[float]:
    """Send a message and return how long it was waited between the attempts."""
    waited: list[float] = []
    kind = next(each for each in KINDS if each == receiver.kind)
    send(Robot(kind, receiver.address, secret), WORDS, sleep=waited.append)
    return waited


@pytest.mark.parametrize("receiver", KINDS, indirect=True)
def test_every_vendor_takes_the_message_in_its_own_form(receiver: Receiver) -> None:
    assert post(receiver) == []
    assert receiver.taken == [WORDS]


@pytest.mark.parametrize("receiver", ["dingtalk", "feishu"], indirect=True)
@pytest.mark.parametrize("secret", [None, "not the secret"])
def test_a_wrong_signature_is_turned_down_at_once(receiver: Receiver, secret: str | None) -> None:
    with pytest.raises(Refused, match="turned the message down"):
        post(receiver, secret)
    assert receiver.requests == 1


BUSY: list[tuple[str, Reply]] = [
    ("wecom", (200, {"errcode": 45009, "errmsg": "api freq out of limit"}, {})),
    ("dingtalk", (200, {"errcode": 130101, "errmsg": "send too fast"}, {})),
    ("feishu", (200, {"code": 11232, "msg": "frequency limited"}, {})),
    ("feishu", (429, "", {})),
    ("wecom", (502, "<html>", {})),
    ("dingtalk", None),
]


@pytest.mark.parametrize(("receiver", "reply"), BUSY, indirect=["receiver"])
def test_what_may_pass_is_tried_again(receiver: Receiver, reply: Reply) -> None:
    receiver.replies = [reply, reply]
    assert post(receiver) == list(WAITS[:2])
    assert receiver.taken == [WORDS]


@pytest.mark.parametrize(("receiver", "reply"), BUSY, indirect=["receiver"])
def test_what_does_not_pass_ends_in_a_sentence(receiver: Receiver, reply: Reply) -> None:
    receiver.replies = [reply] * 10
    with pytest.raises(Refused):
        post(receiver)
    assert receiver.requests == len(WAITS) + 1


def test_a_robot_says_how_long_to_wait_and_is_not_obeyed_for_ever(receiver: Receiver) -> None:
    receiver.replies = [(429, "", {"Retry-After": "30"}), (429, "", {"Retry-After": "86400"}), (429, "", {})]
    assert post(receiver) == [30.0, LONGEST_WAIT, WAITS[2]]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ((404, "", {}), "HTTP 404"),
        ((302, "", {"Location": "http://127.0.0.1:9/elsewhere"}), "HTTP 302"),
        ((200, "welcome", {}), "makes no sense"),
        ((200, "[]", {}), "makes no sense"),
        ((200, {}, {}), "makes no sense"),
    ],
)
def test_what_is_set_up_wrongly_is_not_tried_again(receiver: Receiver, reply: Reply, told: str) -> None:
    receiver.replies = [reply]
    with pytest.raises(Refused, match=told):
        post(receiver)
    assert receiver.requests == 1


def test_neither_address_nor_secret_stands_in_any_error(receiver: Receiver) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/robot/send?access_token={TOKEN}"
    robots = [Robot("dingtalk", nobody, SECRET), Robot("dingtalk", receiver.address, "wrong " + SECRET)]
    robots.append(Robot("dingtalk", f"http://no such host.invalid/{TOKEN}", SECRET))
    for robot in robots:
        with pytest.raises(Refused) as error:
            send(robot, WORDS, waits=())
        seen: BaseException | None = error.value
        while seen is not None:
            told = [str(seen), repr(seen), *(say(error.value.finding, language) for language in LANGUAGES)]
            assert not any(word in each for word in (TOKEN, SECRET, "127.0.0.1") for each in told)
            seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
        assert TOKEN not in repr(robot)
        assert SECRET not in repr(robot)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", "wecom"),
        ("https://oapi.dingtalk.com/robot/send?access_token=1", "dingtalk"),
        ("https://OPEN.feishu.cn/open-apis/bot/v2/hook/1", "feishu"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/1", "feishu"),
        ("https://oapi.dingtalk.com.example.org/robot/send", None),
    ],
)
def test_the_host_tells_whose_robot_it_is(address: str, kind: Kind | None) -> None:
    assert recognised(address) == kind

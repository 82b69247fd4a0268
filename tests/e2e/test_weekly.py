"""The half hour of Monday: led by the arrow keys, decided on the way, read back at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import metrics
from metrics.meeting import Decision, Meeting
from tests.e2e.conftest import Open, copied, serving, settled, turn
from tests.e2e.test_journey import CUT_TABLES, SMALL_TEXT, keep
from tests.e2e.test_meeting import TOO_SMALL

COUPON = "破损补偿券提到 10 元"
BELOW_THE_BAR = """() => {
    const bar = document.querySelector('.st-key-meeting-bar').getBoundingClientRect().top;
    return [...document.querySelectorAll('[class*="st-key-panel-"]')]
        .filter(e => e.getBoundingClientRect().bottom > bar).map(e => e.className.match(/st-key-panel-\\S+/)[0]); }"""
WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
SECONDS = """() => { const style = getComputedStyle(document.querySelector('.as-clock'));
    return 60 * style.getPropertyValue('--as-minutes') + 1 * style.getPropertyValue('--as-seconds'); }"""


@pytest.fixture(scope="module")
def store(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's shop, in which two things were decided in the week that is reviewed."""
    own = copied(sample_store, tmp_path_factory.mktemp("weekly") / "store")
    week = metrics.open_shop(own).last_full_week
    assert week is not None
    for text in ("改详情页尺码表", COUPON):
        Meeting(own / "meeting.sqlite").decide(
            text, owner="张三", due=week + timedelta(days=4), author="li", week=week,
            subject_kind="metric", subject="refund_rate",
        )  # fmt: skip
    return own


@pytest.fixture(scope="module")
def address(browser: Browser, store: Path) -> Iterator[str]:
    del browser  # without one there is nobody to serve
    with serving("dashboard", "--store", str(store)) as served:
        yield f"{served}/review"


def decided(store: Path, text: str) -> Decision:
    return next(each for each in Meeting(store / "meeting.sqlite").decisions() if each.text == text)


def place(page: Page) -> tuple[int, int]:
    found = re.search(r"(\d+)/(\d+)", page.locator(".as-slide").inner_text())
    assert found is not None
    return int(found[1]), int(found[2])


@pytest.mark.parametrize(
    ("lang", "mode", "size"), [("zh", "light", (1366, 768)), ("en", "dark", (1920, 1080))], ids=["zh", "en"]
)
def test_the_slides_are_walked_by_keyboard_and_none_is_cut(
    lang: str, mode: str, size: tuple[int, int], address: str, visit: Open
) -> None:
    page = visit(f"{address}?lang={lang}", mode=mode, size=size)
    expect(page.locator(".as-cover h1")).to_be_visible()
    expect(page.locator(".st-key-panel-decided")).to_be_visible()
    settled(page)
    assert not page.evaluate(WIDE)
    assert page.evaluate(SMALL_TEXT) == []
    keep(page, f"weekly-{lang}")
    page.get_by_role("button", name={"zh": "开会", "en": "Present"}[lang]).click()
    expect(page.locator(".st-key-meeting-bar")).to_be_visible()
    settled(page)
    _, count = place(page)
    assert 3 <= count <= 9
    for number in range(1, count + 1):
        expect(page.locator(".as-slide")).to_contain_text(f"{number}/{count}")
        settled(page)
        expect(page.locator("[class*='st-key-panel-']").first).to_be_visible()
        expect(page.locator("[data-testid='stSkeleton']")).to_have_count(0)
        assert page.evaluate(BELOW_THE_BAR) == []
        assert page.evaluate(TOO_SMALL) == []
        assert page.evaluate(CUT_TABLES) == []
        assert not page.evaluate(WIDE)
        keep(page, f"weekly-{lang}-{number}")
        turn(page, "ArrowRight")
    began = page.evaluate(SECONDS)
    page.wait_for_function(f"({SECONDS})() > {began}")  # the clock runs, and asks the server nothing


def test_a_decision_made_on_a_slide_is_read_back_on_the_last(address: str, store: Path, visit: Open) -> None:
    page = visit(f"{address}?lang=zh&meeting=1&section=numbers")
    page.get_by_role("button", name="＋决议").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("关于")).to_be_visible()
    dialog.get_by_label("决定做什么").fill("详情页加真人试穿图")
    dialog.get_by_label("负责人").fill("李雷")
    dialog.get_by_label("你的名字").fill("王敏")
    dialog.get_by_role("button", name="保存决议").click()
    expect(dialog.get_by_role("alert")).to_contain_text("没有到期日的决议不能保存")
    dialog.get_by_role("spinbutton", name="year, 到期日").click()
    page.keyboard.type("20261120")
    dialog.get_by_role("button", name="保存决议").click()
    expect(dialog).to_be_hidden()
    kept = decided(store, "详情页加真人试穿图")
    assert (kept.owner, kept.due, kept.subject_kind) == ("李雷", date(2026, 11, 20), "metric")

    last = place(page)[1]
    while place(page)[0] < last:
        before = place(page)[0]
        turn(page, "ArrowRight")
        expect(page.locator(".as-slide")).to_contain_text(f"{before + 1}/{last}")
        settled(page)
    read_back = page.locator(".st-key-panel-decided .as-decision")
    expect(read_back).to_contain_text(["详情页加真人试穿图"])
    expect(read_back).to_contain_text(["李雷 · 2026-11-20 到期"])

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制周报").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert 20 < len(copied) <= 200
    assert "退款率" in copied
    assert "<" not in copied


def test_whoever_saves_second_sees_both_texts(address: str, store: Path, visit: Open) -> None:
    number = decided(store, COUPON).number
    one, other = (visit(f"{address}?lang=zh&meeting=1&section=followed") for _ in range(2))
    for page, name in ((one, "王敏"), (other, "李雷")):
        page.get_by_label("你的名字").fill(name)
        page.get_by_label("你的名字").press("Enter")
        expect(page.locator(f".st-key-one-followed-{number}").get_by_label("进展")).to_be_enabled()
        settled(page)
    one.locator(f".st-key-one-followed-{number}").get_by_label("进展").fill("等设计出图")
    one.locator(f".st-key-one-followed-{number}").get_by_label("进展").press("Enter")
    expect(one.locator(f".st-key-one-followed-{number}").get_by_label("进展")).to_have_value("等设计出图")
    settled(one)
    other.locator(f".st-key-one-followed-{number}").get_by_label("进展").fill("图已出")
    other.locator(f".st-key-one-followed-{number}").get_by_label("进展").press("Enter")
    refused = other.locator(".as-conflict")
    expect(refused).to_contain_text("王敏改成：进行中 · 等设计出图")
    expect(refused).to_contain_text("你改成：进行中 · 图已出")
    assert decided(store, COUPON).notes == "等设计出图"


def test_a_week_that_was_kept_is_shown_as_it_was_seen_and_given_away_as_a_file(
    address: str, store: Path, visit: Open, tmp_path: Path
) -> None:
    """The last test of the file: what it keeps is what every later reader of the week is shown."""
    page = visit(f"{address}?lang=zh")
    page.get_by_label("参会人").fill("张三、李四")
    page.get_by_label("参会人").press("Enter")
    settled(page)
    page.get_by_role("button", name="定稿").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("你的名字").fill("王敏")
    dialog.get_by_role("button", name="定稿").click()
    expect(dialog).to_be_hidden()
    files = page.locator(".st-key-review-files")
    expect(files).to_contain_text("已定稿，显示的是当时的数（版本 1）")

    Meeting(store / "meeting.sqlite").set_target("refund_rate", "", date(2026, 1, 5), "own", 0.0123, author="王敏")
    later = visit(f"{address}?lang=zh")
    files, refunds = later.locator(".st-key-review-files"), later.locator(".st-key-tile-numbers-refund_rate")
    expect(files).to_contain_text("已定稿，显示的是当时的数（版本 1）")
    expect(refunds).not_to_contain_text("1.2%")
    expect(later.get_by_label("参会人")).to_have_value("张三、李四")
    with later.expect_download() as given:
        later.get_by_role("button", name="下载 HTML").click()
    given.value.save_as(tmp_path / "review.html")
    assert "张三、李四" in (tmp_path / "review.html").read_text(encoding="utf-8")

    later.get_by_role("button", name="看最新数据").click()
    expect(files).to_contain_text("这一周已定稿，现在显示的是最新数据")
    expect(refunds).to_contain_text("目标 ≤1.2%")
    later.get_by_role("button", name="看定稿").click()
    expect(refunds).not_to_contain_text("目标 ≤1.2%")

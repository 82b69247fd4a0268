"""What a wider window did: recounted from the sample's rows, found where it was planted, and not found where not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

import metrics
from metrics.meeting import Meeting, Policy
from metrics.meeting.changes import upcoming
from metrics.policy import PolicyEffect
from metrics.simulate import SAMPLE
from metrics.words import LANGUAGES, Refused
from tests.metrics.filled import opened
from tests.metrics.oracle import wilson
from tests.metrics.shops import BIG


@pytest.fixture(scope="module")
def shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


@pytest.fixture(scope="module")
def effect(shop: metrics.Shop) -> PolicyEffect:
    return shop.policy_effect("return_window_days")


def recounted(shop: metrics.Shop, until: date, category: str | None = None) -> pd.DataFrame:
    """Each line that was delivered and has reached 15 days, with its side and the age at its first refund request."""
    lines = shop.sql("SELECT * FROM order_lines").merge(shop.sql("SELECT * FROM products"), on=["shop", "sku_id"])
    lines = lines[lines["paid_at"].notna() & ~lines["cancelled"].fillna(False) & lines["delivered_at"].notna()]
    if category is not None:
        lines = lines[lines["category"] == category]
    tickets = shop.sql("SELECT * FROM tickets")
    kept = ~tickets["outcome"].isin(["rejected", "withdrawn"]) & (tickets["type"] != "refund_before_shipping")
    back = tickets["type"].isin(["return", "refund_only"]) | (tickets["refund_amount"].fillna(0) > 0)
    first = tickets[kept & back].groupby(["order_id", "sku_id"])["requested_at"].min().rename("asked").reset_index()
    both = lines.merge(first, on=["order_id", "sku_id"], how="left")
    delivered = both["delivered_at"].dt.normalize()
    both["age"] = (both["asked"].dt.normalize() - delivered).dt.days
    both["after"] = both["paid_at"] >= pd.Timestamp(SAMPLE.window_change)
    reached = (pd.Timestamp(until) - delivered).dt.days >= 15
    begins = pd.Timestamp(SAMPLE.window_change) - pd.Timedelta(weeks=8)
    return both[reached & (both["paid_at"] >= begins)]


@pytest.mark.parametrize("category", [None, "服饰"])
def test_both_sides_are_those_of_a_plain_recount(category: str | None, shop: metrics.Shop) -> None:
    told = shop.policy_effect(where={"category": [category]} if category else None)
    lines = recounted(shop, SAMPLE.as_of.date(), category)
    for side, name in ((False, "before"), (True, "after")):
        mine = lines[lines["after"] == side]
        ages = told.ages[told.ages["side"] == name]
        assert ages["n"].unique().tolist() == [len(mine)]
        assert ages["numerator"].tolist() == [int((mine["age"] <= age).sum()) for age in range(16)]
    for band in told.bands.to_dict("records"):
        for after, prefix in ((True, ""), (False, "before_")):
            mine = lines.loc[lines["after"] == after, "age"].clip(lower=0)
            came = int(mine.between(band["first_age"], band["last_age"]).sum())
            n = int((lines["after"] == after).sum())
            assert (band[f"{prefix}numerator"], band[f"{prefix}n"]) == (came, n)
            if n >= 30:
                assert band["before" if prefix else "value"] == pytest.approx(came / n)
                assert (band[f"{prefix}low"], band[f"{prefix}high"]) == pytest.approx(wilson(came, n), abs=1e-9)


def test_the_planted_rule_is_found_where_it_acts_and_nowhere_else(effect: PolicyEffect) -> None:
    assert SAMPLE.window_change == date(2026, 10, 26)
    assert (effect.change.before, effect.change.value) == (7, 15)
    assert effect.change.effective_from.date() == SAMPLE.window_change
    assert effect.clock == "delivery"
    narrow, opened_, _ = effect.bands.to_dict("records")
    assert narrow["verdict"] == "unclear"
    assert opened_["verdict"] == "moved"
    assert opened_["change_low"] > 0
    for language in LANGUAGES:
        assert "8–15" in effect.sentence(language)


def test_before_anything_has_reached_the_age_it_says_from_when_on(shop: metrics.Shop) -> None:
    young = shop.policy_effect(as_of=date(2026, 11, 5))
    assert set(young.ages.loc[young.ages["side"] == "after", "n"]) == {0}
    assert young.bands["change"].isna().all()
    assert all("2026-11-17" in young.sentence(language) for language in LANGUAGES)


def test_where_nothing_changed_there_is_no_before_and_after(tmp_path: Path, shop: metrics.Shop) -> None:
    calm, _ = opened(tmp_path, [BIG])
    with pytest.raises(Refused) as refusal:
        calm.policy_effect()
    assert refusal.value.finding.code == "policy.no_change"
    with pytest.raises(Refused) as refusal:
        shop.policy_effect("response_hours")
    assert refusal.value.finding.code == "policy.no_effect"


# ── the calendar ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rule_is_told_of_from_fourteen_days_before_until_it_holds(tmp_path: Path) -> None:
    meeting = Meeting(tmp_path / "meeting.sqlite")
    since = datetime(2026, 12, 1)
    meeting.add_policy("return_window_days", since, 15, date(2026, 11, 3), "规则中心公告", author="li")
    meeting.add_policy("response_hours", since, 24, author="li")  # the value stays: nothing to tell
    expected = Policy("return_window_days", since, 15, date(2026, 11, 3), "规则中心公告")
    for day, told in ((16, []), (17, [expected]), (30, [expected])):
        assert [policy for policy, _ in upcoming(meeting.policies(), date(2026, 11, day))] == told
    assert upcoming(meeting.policies(), since.date()) == []
    ((_, change),) = upcoming(meeting.policies(), since.date() - timedelta(days=1))
    assert (change.before, change.value) == (7, 15)

"""What handling asks of one version: who waits, what a rule would do, what came of a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

import metrics
from dashboard.data.source import Limits, Source, as_limits, opened
from metrics.export import to_csv
from metrics.followup import assign as assigning
from metrics.policy import PolicyEffect, Rule
from metrics.policy.history import TOLD, narrowed
from metrics.question import Value
from metrics.words import Refused

if TYPE_CHECKING:
    from metrics.followup import Followup
    from metrics.response.tonight import Tonight


def queue(source: Source, now: datetime, where: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """Return the open tickets that nobody has answered (`Shop.queue`), as they stand at a minute."""
    return _queue(source.store, source.version, _moment(source, now), as_limits(where))


def tonight(source: Source, now: datetime, where: Mapping[str, Sequence[Value]]) -> Tonight:
    """Return what is expected to run out of time by midnight (`Shop.breaches_tonight`)."""
    return _tonight(source.store, source.version, _moment(source, now), as_limits(where))


def promotion(source: Source, day: date) -> pd.DataFrame:
    """Return what each day from a promotion on will bring, beside the same days a year before (`Shop.promotion`)."""
    return _promotion(source.store, source.version, day)


def repair_times(source: Source, now: datetime, where: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """Return how long repairs take beside what was promised (`Shop.repair_times`)."""
    return _repair_times(source.store, source.version, _moment(source, now), as_limits(where))


def repairs_under_way(source: Source, now: datetime, where: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """Return the repairs that are not done (`Shop.repairs_under_way`)."""
    return _repairs_under_way(source.store, source.version, _moment(source, now), as_limits(where))


def calibration(source: Source, now: datetime) -> pd.DataFrame:
    """Return whether the dispute risks of the queue come true (`Shop.queue_calibration`)."""
    return _calibration(source.store, source.version, _moment(source, now))


def policy_effect(source: Source, name: str, where: Mapping[str, Sequence[Value]]) -> PolicyEffect:
    """Return what a rule of the platform did (`Shop.policy_effect`)."""
    return _policy_effect(source.store, source.version, name, as_limits(where))


def approval_rules(source: Source) -> tuple[Rule, ...]:
    """Return the rules for approving as their file stands now; never cached, so that an edit is seen at once."""
    return opened(source.store, source.version).approval_rules()


def rule_names(source: Source) -> list[str]:
    """Return the names of the rules for approving; none where their file is refused, which the page says."""
    try:
        return [rule.name for rule in approval_rules(source)]
    except Refused:
        return []


def approvable(
    source: Source, rules: tuple[Rule, ...], now: datetime, where: Mapping[str, Sequence[Value]]
) -> pd.DataFrame:
    """Return the tickets that wait at a minute and that a rule would approve (`Shop.approvable`)."""
    asked = source.store, source.version, rules, _moment(source, now)
    if set(where) <= TOLD:  # a limit that each of them tells itself asks for nothing new
        return narrowed(_approvable(*asked, ()), where)
    return _approvable(*asked, as_limits(where))


def followup(source: Source, where: Mapping[str, Sequence[Value]], margin: int | None) -> Followup:
    """Return the follow-up experiment (`Shop.followup`), with a margin in per cent where the costs are not known."""
    return _followup(source.store, source.version, as_limits(where), margin)


def offers_effect(source: Source, where: Mapping[str, Sequence[Value]], since: str) -> pd.DataFrame:
    """Return what offers and talking first were followed by (`Shop.offers_effect`), from a day on."""
    return _beside(source.store, source.version, "offers_effect", as_limits(where), since)


def costs(source: Source, where: Mapping[str, Sequence[Value]], since: str) -> pd.DataFrame:
    """Return the after-sales cost in its parts (`Shop.costs`), from a day on."""
    return _beside(source.store, source.version, "costs", as_limits(where), since)


def freight_insurance(source: Source, where: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """Return what became of lines with freight insurance and without (`Shop.freight_insurance`)."""
    return _beside(source.store, source.version, "freight_insurance", as_limits(where), None)


def goodwill(source: Source) -> pd.DataFrame:
    """Return what came after reshipments (`Shop.goodwill`)."""
    return _beside(source.store, source.version, "goodwill", (), None)


def candidates(source: Source, only: str | None) -> int:
    """Return how many customers the next follow-up list could hold."""
    return _candidates(source.store, source.version, only)


def followup_list(source: Source, only: str | None) -> bytes:
    """Return the next follow-up list as the file that it leaves as: masked, and with how it was drawn below."""
    shop = opened(source.store, source.version)
    return to_csv(assigning.listed(assigning.assign(shop, only=only)), assigning.provenance(shop, None, 0))


def _moment(source: Source, now: datetime) -> datetime | None:
    """Return the moment that hours are counted from; None where the data have stopped: each shop's from its own end."""
    return None if now == source.as_of else now


@st.cache_data(max_entries=50, show_spinner=False)
def _queue(store: str, version: int, now: datetime | None, limits: Limits) -> pd.DataFrame:
    shop = opened(store, version)
    return shop.queue(_everywhere(shop, now), where=dict(limits))


@st.cache_data(max_entries=50, show_spinner=False)
def _tonight(store: str, version: int, now: datetime | None, limits: Limits) -> Tonight:
    shop = opened(store, version)
    return shop.breaches_tonight(_everywhere(shop, now), dict(limits))


@st.cache_data(max_entries=50, show_spinner=False)
def _promotion(store: str, version: int, day: date) -> pd.DataFrame:
    return opened(store, version).promotion(day)


@st.cache_data(max_entries=50, show_spinner=False)
def _repair_times(store: str, version: int, now: datetime | None, limits: Limits) -> pd.DataFrame:
    shop = opened(store, version)
    return shop.repair_times(now=_everywhere(shop, now), where=dict(limits))


@st.cache_data(max_entries=50, show_spinner=False)
def _repairs_under_way(store: str, version: int, now: datetime | None, limits: Limits) -> pd.DataFrame:
    shop = opened(store, version)
    return shop.repairs_under_way(_everywhere(shop, now), dict(limits))


@st.cache_data(max_entries=10, show_spinner=False)
def _calibration(store: str, version: int, now: datetime | None) -> pd.DataFrame:
    shop = opened(store, version)
    return shop.queue_calibration(_everywhere(shop, now))


def _everywhere(shop: metrics.Shop, now: datetime | None) -> datetime | None:
    """Return one moment for all shops, whatever their clocks show."""
    return None if now is None else now.replace(tzinfo=ZoneInfo(shop.time_zone))


@st.cache_data(max_entries=50, show_spinner=False)
def _policy_effect(store: str, version: int, name: str, limits: Limits) -> PolicyEffect:
    return opened(store, version).policy_effect(name, where=dict(limits))


@st.cache_data(max_entries=50, show_spinner=False)
def _approvable(
    store: str, version: int, rules: tuple[Rule, ...], now: datetime | None, limits: Limits
) -> pd.DataFrame:
    shop = opened(store, version)
    return shop.approvable(rules, _everywhere(shop, now), where=dict(limits))


@st.cache_data(max_entries=50, show_spinner=False)
def _followup(store: str, version: int, where: Limits, margin: int | None) -> Followup:
    rate = None if margin is None else margin / 100
    return opened(store, version).followup(margin_rate=rate, where=dict(where))


@st.cache_data(max_entries=100, show_spinner=False)
def _beside(store: str, version: int, word: str, where: Limits, since: str | None) -> pd.DataFrame:
    start = None if since is None else date.fromisoformat(since)
    frame: pd.DataFrame = getattr(opened(store, version), word)(where=dict(where), start=start)
    return frame


@st.cache_data(max_entries=20, show_spinner=False)
def _candidates(store: str, version: int, only: str | None) -> int:
    found = assigning.candidates(opened(store, version))
    return len(found if only is None else found[found["shop"] == only])

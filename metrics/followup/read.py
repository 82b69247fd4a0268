"""Reads a follow-up out of a shop: the arms from the catalogue's metrics, then whether they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import pandas as pd

from metrics.compare import Difference, compare, relative
from metrics.followup.arms import ARMS, CONTROL, COUPON, HORIZONS, METRICS, Arm, ArmName, Days, Effect, Outcome
from metrics.followup.balance import Balance, intended_ratio, sample_ratio
from metrics.followup.effect import holm, outcome, p_value
from metrics.followup.power import needed_for, power_of, weeks_until
from metrics.followup.result import Followup
from metrics.followup.worth import MarginSource, Spread, Unknown, Worth, worth
from metrics.question import Question
from metrics.words import Finding, Refused

CLAIM = 0.05
"""What a follow-up is said to bring: one twentieth more customers who buy again."""

RATE_WEEKS = 4
"""Weeks from which the present rate of assignments is taken."""

UNKNOWN = Difference(math.nan, math.nan, math.nan, "unclear")
_OF_CUSTOMER = "SELECT shop, customer_id, COUNT(*) AS times, COUNT(DISTINCT arm) AS arms FROM followed_up"


class Source(Protocol):
    """What an opened shop has to tell."""

    @property
    def as_of(self) -> datetime | None:
        """The time up to which the data reach."""

    def query(self, metric: str | Question) -> pd.DataFrame:
        """Return the frame of a question."""

    def sql(self, text: str) -> pd.DataFrame:
        """Return the rows of one SELECT."""


def read(
    shop: Source,
    *,
    claim: float = CLAIM,
    ratio: Mapping[str, float] | None = None,
    margin_rate: float | None = None,
    where: Mapping[str, Any] | None = None,
    start: date | None = None,
    stop: date | None = None,
) -> Followup:
    """Return the follow-up of a shop; `Shop.followup` says how it is asked."""
    if not 0 < claim < 10:
        raise Refused("followup.bad_claim", claim=claim)
    if margin_rate is not None and not 0 < margin_rate < 1:
        raise Refused("followup.bad_margin", rate=margin_rate)
    stated = None if ratio is None else intended_ratio(ratio)
    asked = Question(METRICS[30], by=("arm",), where=where or {}, start=start, stop=stop)
    arms = tuple(arm for days in HORIZONS for arm in _arms(shop, asked, days))
    if not arms:
        nothing = Finding("followup.none")
        return Followup(shop.as_of, claim, (), (), None, {}, (), nothing)
    observed = {arm.name: arm.assigned for arm in arms if arm.days == HORIZONS[0]}
    intended = stated or dict.fromkeys(observed, 1.0)  # an arm that nobody was assigned to was never meant
    balance = Balance(intended, observed, sample_ratio(observed, intended), *_repeats(shop, asked))
    rates = _rates(shop, asked)
    effects = tuple(
        effect
        for days in HORIZONS
        for effect in _effects([arm for arm in arms if arm.days == days], claim, rates, alert=balance.alert)
    )
    worths = tuple(_worths(shop, asked, {arm.name: arm for arm in arms if arm.days == 30}, margin_rate))
    return Followup(shop.as_of, claim, arms, effects, balance, rates, worths)


def _arms(shop: Source, asked: Question, days: Days) -> list[Arm]:
    frame = shop.query(replace(asked, metric=METRICS[days]))
    rows = {str(row["arm"]): row for row in frame.to_dict("records") if not pd.isna(row["arm"])}
    young = _younger(shop, asked, days)
    return [_arm(name, days, rows[name], young.get(name, 0)) for name in ARMS if name in rows]


def _younger(shop: Source, asked: Question, days: int) -> dict[str, int]:
    """Count the assignments of each arm that are younger than so many days."""
    if shop.as_of is None:
        return {}
    first = shop.as_of.date() - timedelta(days=days - 1)
    first = first if asked.start is None else max(first, asked.start)
    if asked.stop is not None and asked.stop <= first:
        return {}
    return {str(row["arm"]): int(row["n"]) for row in shop.query(replace(asked, start=first)).to_dict("records")}


def _arm(name: ArmName, days: Days, row: Mapping[Any, Any], young: int) -> Arm:
    mature, assigned = int(row["denominator"]), int(row["n"])
    immature = min(young, assigned - mature)  # of several shops each has its own as-of
    value, low, high = (float(row[column]) for column in ("value", "low", "high"))
    return Arm(
        name=name,
        days=days,
        assigned=assigned,
        mature=mature,
        immature=immature,
        untraced=assigned - mature - immature,
        repurchased=int(row["numerator"]),
        value=value,
        low=low,
        high=high,
        status=str(row["status"]),
    )


def _effects(arms: Sequence[Arm], claim: float, rates: Mapping[ArmName, float], *, alert: bool) -> list[Effect]:
    control = next((arm for arm in arms if arm.name == CONTROL), None)
    others = [arm for arm in arms if arm.name != CONTROL]
    if control is None:
        return []
    known = [not math.isnan(arm.value) and not math.isnan(control.value) for arm in others]
    tested = [p_value(arm, control) if told else math.nan for arm, told in zip(others, known, strict=True)]
    adjusted = holm(tested)
    return [
        _effect(arm, control, claim, rates, (tested[place], adjusted[place]), len(others), alert=alert)
        for place, arm in enumerate(others)
    ]


def _effect(
    arm: Arm,
    control: Arm,
    claim: float,
    rates: Mapping[ArmName, float],
    p_values: tuple[float, float],
    comparisons: int,
    *,
    alert: bool,
) -> Effect:
    if math.isnan(arm.value) or math.isnan(control.value):
        word: Outcome = "not_available" if "not_available" in (arm.status, control.status) else "immature"
        return Effect(arm.name, arm.days, word, UNKNOWN, UNKNOWN, *p_values, math.nan, math.nan, None)
    difference, ratio = compare(arm, control, "up"), relative(arm, control, "up")
    needed = needed_for(claim, control.value, comparisons)
    waits = [
        weeks_until(needed, each.assigned, rates.get(each.name, 0.0), each.mature, arm.days) for each in (arm, control)
    ]
    weeks = None if None in waits else max(wait for wait in waits if wait is not None)
    found = "imbalanced" if alert else outcome(difference, ratio, p_values[1], claim)
    power = power_of(claim, control.value, arm.mature, control.mature, comparisons)
    return Effect(arm.name, arm.days, found, difference, ratio, *p_values, power, needed, weeks)


def _rates(shop: Source, asked: Question) -> dict[ArmName, float]:
    """Return the assignments of a week in each arm, from the last weeks before the as-of."""
    if shop.as_of is None:
        return {}
    today = shop.as_of.date()
    recent = shop.query(replace(asked, start=today - timedelta(weeks=RATE_WEEKS), stop=today))
    counted = {str(row["arm"]): int(row["n"]) for row in recent.to_dict("records")}
    return {name: counted.get(name, 0) / RATE_WEEKS for name in ARMS}


def _repeats(shop: Source, asked: Question) -> tuple[int, int]:
    """Return how many customers stand in several arms, and how many assignments are not their customer's first."""
    only = asked.where.get("shop")
    rows = shop.sql(f"{_OF_CUSTOMER} WHERE customer_id IS NOT NULL GROUP BY ALL HAVING COUNT(*) > 1")
    rows = rows if only is None else rows[rows["shop"].isin(only)]
    return int((rows["arms"] > 1).sum()), int(rows["times"].sum() - len(rows))


def _worths(shop: Source, asked: Question, arms: Mapping[ArmName, Arm], margin_rate: float | None) -> list[Worth]:
    """Return what the coupons cost and brought: by the unit costs of the goods, or by a rate where one was given."""
    if CONTROL not in arms:
        return []
    source: MarginSource = "unit_cost" if margin_rate is None else "rate"
    metric, factor = ("repurchase_margin", 1.0) if margin_rate is None else ("repurchase_amount", margin_rate)
    margins, coupons = (_by_arm(shop, replace(asked, metric=name)) for name in (metric, "coupon_cost"))
    found = []
    for name in (name for name in arms if name == COUPON):
        unknown = _why_unknown([arms[name], arms[CONTROL]], margins, coupons.get(name))
        if unknown is not None:
            found.append(Worth(name, arms[name].mature, unknown=unknown))
            continue
        margin, control = (Spread.of(margins[each], factor) for each in (name, CONTROL))
        found.append(worth(name, arms[name].mature, margin, control, Spread.of(coupons[name]), source))
    return found


def _by_arm(shop: Source, question: Question) -> dict[str, Any]:
    return {str(row.arm): row for row in shop.query(question).itertuples(index=False)}


def _why_unknown(arms: Sequence[Arm], margins: Mapping[str, Any], coupon: Any) -> Unknown | None:
    """Say why an arm's worth cannot be told.

    What is not known of those who bought more is not left out: it would leave those who bought nothing.
    """
    if any(math.isnan(arm.value) for arm in arms):
        return "few"
    rows = [margins[arm.name] for arm in arms if arm.name in margins]
    if len(rows) < len(arms) or any(row.status == "not_available" for row in rows):
        return "no_costs"
    if any(row.denominator < arm.mature for row, arm in zip(rows, arms, strict=True)):
        return "some_costs"
    if coupon is None or coupon.denominator < arms[0].mature:
        return "no_coupons"
    return None

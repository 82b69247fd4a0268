"""A follow-up and what stands beside it, in the words of the page: titles, and the cells of its tables."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd

from dashboard import wording
from dashboard.charts.arms import Horizon
from dashboard.components.ranked import Axis
from dashboard.components.table import Entry, Quiet, Rate
from dashboard.headline import cell
from dashboard.text import Text
from metrics import CATALOG
from metrics.compare import Difference
from metrics.followup import HORIZONS, Days, Effect, Followup
from metrics.followup.sentences import arm_label, p_text
from metrics.words import format_change, format_value, value_label

KNOWN_LIMITS = ("shop", "tier")
"""What a follow-up can be limited to: it is of customers, and they have no category and no province of their own."""

WITHDRAWN = CATALOG["withdrawal_rate"]
_DAYS_LABEL = "followup.days"


def finding(read: Followup, text: Text) -> str:
    """Return the title: for each arm what it came to, in a few words."""
    if read.balance is not None and read.balance.alert:
        return text("followup.imbalanced")
    effects = [effect for effect in read.effects if effect.days == HORIZONS[0]]
    if not effects:
        return text("followup.no_control")
    told = [
        text(
            f"followup.short_{effect.outcome}",
            arm=arm_label(effect.arm, text.language),
            change=format_change(effect.difference.diff, "share", text.language),
            claim=f"{read.claim:+.0%}",
        )
        for effect in sorted(effects, key=lambda each: each.outcome not in ("better", "worse"))
    ]
    return text("followup.comma").join(told)


def decide_finding(read: Followup, text: Text) -> str:
    """Return the title over the differences: how many of them there are of each outcome, what is known first."""
    if not read.effects:
        return text("followup.decide")
    found = Counter(effect.outcome for effect in read.effects)
    told = [
        text("followup.decide_one", outcome=text(f"followup.outcome_{outcome}").lower(), count=count)
        for outcome, count in sorted(found.items(), key=lambda each: each[0] not in ("better", "worse"))
    ]
    return text("followup.decide_found", count=len(read.effects), told=text("empty.sep").join(told))


def horizons(read: Followup, text: Text) -> tuple[list[str], list[Horizon]]:
    """Return the names of the arms and the rows of their dots."""
    frame = read.frame
    names = [arm_label(arm.name, text.language) for arm in read.arms if arm.days == HORIZONS[0]]
    shown = []
    for days in HORIZONS:
        rows = frame[frame["days"] == days].reset_index(drop=True)
        shown.append(
            Horizon(
                text(_DAYS_LABEL, days=days),
                rows,
                [_number(row, text) for row in rows.to_dict("records")],
                [_hover(row, text) for row in rows.to_dict("records")],
            )
        )
    return names, shown


def _number(row: Mapping[Hashable, Any], text: Text) -> str:
    if pd.isna(row["value"]):
        return text("followup.too_young", n=wording.count(row["denominator"], text))
    return format_value(row["value"], "share", text.language)


def _hover(row: Mapping[Hashable, Any], text: Text) -> str:
    counts = f"{row['numerator']:,}/{row['denominator']:,}"
    if pd.isna(row["value"]):
        return f"{arm_label(row['arm'], text.language)}　{counts}"
    low, high = (format_value(row[end], "share", text.language) for end in ("low", "high"))
    told = text("trend.interval", interval=f"{low}–{high}")
    return f"<b>{arm_label(row['arm'], text.language)}</b>　{_number(row, text)}　{counts}<br>{told}"


def effect_cells(effect: Effect, text: Text) -> list[Entry]:
    """Return one arm at one horizon against the control."""
    named: list[Entry] = [arm_label(effect.arm, text.language), text(_DAYS_LABEL, days=effect.days)]
    word = text(f"followup.outcome_{effect.outcome}")
    if math.isnan(effect.difference.diff):
        return [*named, Quiet("–"), Quiet("–"), Quiet("–"), Quiet(word)]
    # Where the lot was unfair, a number that may not be trusted is not shown either.
    if effect.outcome == "imbalanced":
        return [*named, Quiet("–"), Quiet("–"), Quiet("–"), word]
    return [
        *named,
        _spread(effect.difference, text, _points),
        _spread(effect.ratio, text, _percent),
        p_text(effect.p_holm).removeprefix("= "),
        word,
    ]


def _spread(change: Difference, text: Text, shown: Callable[[float], str]) -> Rate:
    """Return a change with its interval in grey: the header says the unit, so that all of it stays in one line."""
    return Rate(shown(change.diff), text("followup.interval", low=shown(change.low), high=shown(change.high)))


def _points(change: float) -> str:
    return f"{100 * change:+.1f}"


def _percent(change: float) -> str:
    return "∞" if math.isinf(change) else f"{change:+.0%}"


def power_words(read: Followup, text: Text, days: Days = 30) -> str:
    """Return how likely the claim would have been found by now."""
    effects = [effect for effect in read.effects if effect.days == days and not math.isnan(effect.power)]
    if not effects:
        return ""
    least = min(effects, key=lambda effect: effect.power)
    return text(
        "followup.power",
        claim=f"{read.claim:+.0%}",
        power=format_value(least.power, "share", text.language),
        needed=wording.count(least.needed, text),
    )


def step_cells(row: Mapping[Hashable, Any], text: Text) -> list[Entry]:
    """Return one step of handling against its likes without it."""
    named: list[Entry] = [text(f"followup.step_{row['step']}")]
    if row["status"] != "ok":
        few = text("state.insufficient" if row["status"] == "insufficient" else "state.not_available")
        return [*named, Quiet(few), Quiet("–"), Quiet("–")]
    counts = f"{wording.count(row['numerator'], text)}/{wording.count(row['denominator'], text)}"
    hint = wording.interval(row["low"], row["high"], WITHDRAWN, text)
    return [
        *named,
        Rate(wording.value(row["value"], WITHDRAWN, text), counts, hint),
        Rate(
            wording.value(row["matched"], WITHDRAWN, text),
            "",
            wording.interval(row["matched_low"], row["matched_high"], WITHDRAWN, text),
        ),
        _spread(Difference(row["change"], row["change_low"], row["change_high"], row["verdict"]), text, _points),
    ]


def steps_finding(steps: pd.DataFrame, text: Text) -> str:
    """Return the title over the steps: how much more often an offer is followed by a withdrawal."""
    offered = steps[(steps["step"] == "offered") & (steps["status"] == "ok")]
    if offered.empty:
        return text("followup.steps")
    row = offered.iloc[0]
    return text(
        "followup.steps_found" if row["verdict"] != "unclear" else "followup.steps_unclear",
        value=wording.value(row["value"], WITHDRAWN, text),
        matched=wording.value(row["matched"], WITHDRAWN, text),
    )


def insurance_rows(frame: pd.DataFrame, text: Text) -> list[list[Entry]]:
    """Return each number of lines with insurance beside that of lines without."""
    rows: list[list[Entry]] = []
    for name in dict.fromkeys(frame["metric"]):
        of_name = frame[frame["metric"] == name]
        metric = CATALOG.get(name)
        label = metric.label(text.language) if metric else text("followup.insured_unused")
        if of_name["insured"].isna().all():
            rows.append([label, _rate(of_name.iloc[0], text), Quiet("")])
            continue
        sides = {bool(row["insured"]): row for _, row in of_name.iterrows()}
        cells: list[Entry] = [_rate(sides[side], text) if side in sides else Quiet("–") for side in (True, False)]
        rows.append([label, *cells])
    return rows


def _rate(row: pd.Series, text: Text) -> Entry:
    here = cell(row)
    if not here.known:
        return Quiet(text("state.insufficient" if here.status == "insufficient" else f"state.{_absence(here.status)}"))
    shown = CATALOG["refund_rate"]
    hint = wording.interval(here.low, here.high, shown, text) if here.has_interval else ""
    return Rate(wording.value(here.value, shown, text), "", f"{wording.fraction(here, text)} · {hint}")


def _absence(status: str) -> str:
    return "immature" if status == "immature" else "not_available"


def costs_finding(frame: pd.DataFrame, text: Text) -> str:
    """Return the title over the cost: how much it is, and its largest part."""
    whole, *parts = [row for _, row in frame[frame["numerator"].notna()].iterrows()]
    value = format_value(whole["numerator"], "yuan", text.language)
    largest = max(parts, key=lambda row: row["numerator"])
    label = CATALOG[largest["metric"]].label(text.language).lower()
    money = format_value(largest["numerator"], "yuan", text.language)
    return text("followup.costs_found", value=value, part=label, money=money)


def cost_rows(frame: pd.DataFrame, text: Text) -> list[list[Entry]]:
    """Return the parts of the cost and then the freight by who bore it, with bars in yuan."""
    known = frame[frame["numerator"].notna()].iloc[1:]
    axis = Axis.of(pd.DataFrame({"value": known["numerator"], "high": float("nan")}))
    rows: list[list[Entry]] = []
    for _, row in known.iterrows():
        bearer = row["freight_paid_by"]
        if row["metric"] == "aftersales_freight_total":
            who = value_label("freight_paid_by", bearer, text.language)
            label = text("followup.freight_by", who=who)
        else:
            label = CATALOG[row["metric"]].label(text.language)
        shown = format_value(row["numerator"], "yuan", text.language)
        nothing = float("nan")
        rows.append([label, axis.bar(float(row["numerator"]), nothing, nothing), shown])
    return rows


def goodwill_words(frame: pd.DataFrame, text: Text) -> str:
    """Return what came after reshipments, in one line; nothing where there were none."""
    sides = {(row["metric"], bool(row["reshipped"])): row for _, row in frame.iterrows()}
    sent = sides.get(("satisfaction_score", True))
    if sent is None or ("aftersales_cost", True) not in sides or not sides["aftersales_cost", True]["n"]:
        return ""

    def shown(name: str, reshipped: bool, unit: str) -> str:
        row = sides.get((name, reshipped))
        if row is None or pd.isna(row["value"]):
            return text("state.insufficient")
        return format_value(row["value"], "score" if unit == "score" else "share", text.language)

    return text(
        "followup.goodwill",
        n=wording.count(sides["aftersales_cost", True]["n"], text),
        score=shown("satisfaction_score", True, "score"),
        other_score=shown("satisfaction_score", False, "score"),
        again=shown("repurchase_after_ticket", True, "share"),
        other_again=shown("repurchase_after_ticket", False, "share"),
    )

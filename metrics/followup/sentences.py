"""What a follow-up has to say: whether the lot was fair, what each arm came to, and when the rest is known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from metrics.followup.arms import CONTROL, Arm, Days, Effect
from metrics.followup.worth import Worth
from metrics.words import Finding, Language, format_change, format_value, say, value_label

if TYPE_CHECKING:
    from metrics.followup.balance import Balance
    from metrics.followup.result import Followup

WEEKS_OF_A_YEAR = 52


def sentences(read: Followup, language: Language, days: Days = 30) -> list[str]:
    """Return them in the order in which they matter: what spoils all the rest comes first."""
    if read.why_not is not None:
        return [say(read.why_not, language)]
    if read.balance is not None and read.balance.alert:
        return [balance(read.balance, language)]
    effects = [effect for effect in read.effects if effect.days == days]
    found = [effect_sentence(read, effect, language) for effect in effects] or [_say("one_arm", language)]
    if read.balance is not None and read.balance.crossed:
        found.append(_say("crossed", language, count=_count(read.balance.crossed, language)))
    return found


def balance(found: Balance, language: Language) -> str:
    """Return what the sample-ratio check says."""
    names = [name for name in found.intended if name in found.observed] or list(found.intended)
    shown = {
        "intended": ":".join(f"{found.intended[name]:g}" for name in names),
        "observed": ":".join(f"{found.observed.get(name, 0):,}" for name in names),
        "arms": ":".join(arm_label(name, language) for name in names),
        "p": p_text(found.p_value),
    }
    return _say("imbalanced" if found.alert else "balanced", language, **shown)


def effect_sentence(read: Followup, effect: Effect, language: Language) -> str:
    """Return what one arm came to."""
    arm, control = read.arm(effect.arm, effect.days), read.arm(CONTROL, effect.days)
    assert arm is not None
    assert control is not None
    values: dict[str, Any] = {
        "arm": arm_label(effect.arm, language),
        "days": effect.days,
        "value": format_value(arm.value, "share", language),
        "control": format_value(control.value, "share", language),
        "n": _count(arm.mature, language),
        "least": _count(min(arm.mature, control.mature), language),
        "claim": f"{read.claim:+.0%}",
        "change": points(effect, language),
        "relative": relative_text(effect, language),
        "power": format_value(effect.power, "share", language),
        "needed": _count(effect.needed, language),
        "immature": _count(arm.immature + control.immature, language),
    }
    said = _say(effect.outcome, language, **values)
    return said + _say("joint", language) + wait(effect, language) if effect.outcome == "undecided" else said


def wait(effect: Effect, language: Language) -> str:
    """Return when the claim can be decided."""
    if effect.weeks is None:
        return _say("never", language, needed=_count(effect.needed, language))
    if effect.weeks == 0:
        return _say("enough", language)
    if effect.weeks > 2 * WEEKS_OF_A_YEAR:
        years = _count(effect.weeks / WEEKS_OF_A_YEAR, language)
        return _say("years", language, years=years, needed=_count(effect.needed, language))
    return _say("weeks", language, weeks=effect.weeks, needed=_count(effect.needed, language))


def worth_sentence(worth: Worth, language: Language) -> str:
    """Return whether the coupons of an arm paid."""
    values = {"arm": arm_label(worth.arm, language), "n": _count(worth.customers, language)}
    if worth.unknown is not None:
        return _say(f"worth_{worth.unknown}", language, **values)
    assert worth.gained is not None
    assert worth.cost is not None
    assert worth.net is not None
    values |= {
        "gained": yuan(worth.gained.diff),
        "cost": yuan(worth.cost.value).lstrip("+"),
        "net": _spread(yuan(worth.net.diff), yuan(worth.net.low), yuan(worth.net.high), language),
    }
    return _say(f"worth_{worth.net.verdict}", language, **values)


def points(effect: Effect, language: Language) -> str:
    """Return the difference in percentage points with its interval."""
    found = effect.difference
    value, low, high = (format_change(each, "share", language) for each in (found.diff, found.low, found.high))
    return _spread(value, low, high, language)


def relative_text(effect: Effect, language: Language) -> str:
    """Return the difference relative to the control with its interval."""
    if math.isnan(effect.ratio.diff):
        return "–"
    high = "∞" if math.isinf(effect.ratio.high) else f"{effect.ratio.high:+.0%}"
    return _spread(f"{effect.ratio.diff:+.0%}", f"{effect.ratio.low:+.0%}", high, language)


def p_text(p: float) -> str:
    """Return a p-value as it is read: below a thousandth nobody reads the digits."""
    return "–" if math.isnan(p) else "< 0.001" if p < 0.001 else f"= {p:.3f}"


def arm_label(name: str, language: Language) -> str:
    """Return what an arm is called."""
    return value_label("arm", name, language)


def yuan(amount: float) -> str:
    """Return a change per customer: a few yuan, so that the fen count."""
    return f"{'-' if amount < 0 else '+'}¥{abs(amount):,.2f}"


def arms_counted(arms: list[Arm], language: Language) -> str:
    """Return how many assignments are too young to count, of how many."""
    immature, assigned = sum(arm.immature for arm in arms), sum(arm.assigned for arm in arms)
    days = arms[0].days if arms else 30
    untraced = sum(arm.untraced for arm in arms)
    told = _say("immature_counted", language, n=_count(immature, language), all=_count(assigned, language), days=days)
    return told + (_say("untraced", language, n=_count(untraced, language)) if untraced else "")


def _spread(value: str, low: str, high: str, language: Language) -> str:
    return _say("spread", language, value=value, low=low, high=high)


def _say(code: str, language: Language, **values: Any) -> str:
    return say(Finding(f"followup.{code}", values), language)


def _count(number: float, language: Language) -> str:
    return format_value(number, "count", language)

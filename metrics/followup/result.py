"""What a follow-up comes to, whole: its arms, its effects, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from metrics.followup.arms import CONTROL, Arm, ArmName, Days, Effect
from metrics.followup.balance import Balance
from metrics.followup.sentences import sentences
from metrics.followup.worth import Worth
from metrics.words import Finding, Language

COLUMNS = ("days", "arm", "n", "immature", "numerator", "denominator", "value", "low", "high", "status")
EFFECT_COLUMNS = ("change", "change_low", "change_high", "relative", "relative_low", "relative_high")
TESTED_COLUMNS = ("p_value", "p_holm", "power", "needed", "weeks", "outcome")


@dataclass(frozen=True)
class Followup:
    """The experiment, read by intention to treat: every assignment counts in its arm, whatever was sent.

    `claim` is the effect that was promised, relative to the control; `rates` are the assignments of a week in each arm,
    from the last four. `why_not` says why there is nothing to read at all.
    """

    as_of: datetime | None
    claim: float
    arms: tuple[Arm, ...]
    effects: tuple[Effect, ...]
    balance: Balance | None
    rates: Mapping[ArmName, float]
    worths: tuple[Worth, ...]
    why_not: Finding | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """The arms of each horizon, one a row: `days, arm`, then `COLUMNS`, and their effects against the control."""
        effects = {(effect.days, effect.arm): effect for effect in self.effects}
        rows = [_row(arm, effects.get((arm.days, arm.name))) for arm in self.arms]
        names = [*COLUMNS, *EFFECT_COLUMNS, *TESTED_COLUMNS]
        frame = pd.DataFrame(rows, columns=names)
        frame.attrs["metric"] = "repurchase_rate"
        return frame

    def arm(self, name: ArmName, days: Days = 30) -> Arm | None:
        """Return an arm at a horizon; None where nobody was ever assigned to it."""
        return next((arm for arm in self.arms if (arm.name, arm.days) == (name, days)), None)

    def effect(self, name: ArmName, days: Days = 30) -> Effect | None:
        """Return what an arm came to at a horizon; None for the control and for an arm without assignments."""
        return next((effect for effect in self.effects if (effect.arm, effect.days) == (name, days)), None)

    def worth(self, name: ArmName) -> Worth | None:
        """Return what an arm cost and brought; None for the control and for an arm without assignments."""
        return next((worth for worth in self.worths if worth.arm == name), None)

    def control(self, days: Days = 30) -> Arm | None:
        """Return the arm that nobody contacts."""
        return self.arm(CONTROL, days)

    def sentences(self, language: Language, days: Days = 30) -> list[str]:
        """Return what there is to say, the most important first."""
        return sentences(self, language, days)

    def sentence(self, language: Language, days: Days = 30) -> str:
        """Return it as one paragraph."""
        return ("" if language == "zh" else " ").join(self.sentences(language, days))


def _row(arm: Arm, effect: Effect | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "days": arm.days,
        "arm": arm.name,
        "n": arm.assigned,
        "immature": arm.immature,
        "numerator": arm.repurchased,
        "denominator": arm.mature,
        "value": arm.value,
        "low": arm.low,
        "high": arm.high,
        "status": arm.status,
    }
    if effect is not None:
        change, ratio = effect.difference, effect.ratio
        row |= {"change": change.diff, "change_low": change.low, "change_high": change.high}
        row |= {"relative": ratio.diff, "relative_low": ratio.low, "relative_high": ratio.high}
        row |= {"p_value": effect.p_value, "p_holm": effect.p_holm, "power": effect.power, "needed": effect.needed}
        row |= {"weeks": effect.weeks, "outcome": effect.outcome}
    return row

"""Whether an arm differs from the control by more than chance, and by how much."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from metrics.compare import Difference
from metrics.followup.arms import Arm, Outcome

ALPHA = 0.05


def p_value(arm: Arm, control: Arm) -> float:
    """Return the p-value of the score test that both arms buy again alike.

    It is Pearson's chi-square of the two by two table without a correction for continuity, which would reject far less
    often than it says. NaN where either arm is empty; 1 where nobody, or everybody, bought again.
    """
    from scipy.stats import chi2_contingency  # a page that shows no follow-up need not wait for it

    table = np.array([[each.repurchased, each.mature - each.repurchased] for each in (arm, control)])
    if not table.sum(axis=1).all():
        return math.nan
    return float(chi2_contingency(table, correction=False).pvalue) if table.sum(axis=0).all() else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values as they stand once all of them are reckoned with; one that is unknown is none of them.

    With two arms against one control, one in ten experiments without any effect would show one at the usual level.
    Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.

    >>> holm([0.03, 0.02])
    [0.04, 0.04]
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    adjusted, least = [math.nan] * len(p_values), 0.0
    for rank, (p, place) in enumerate(known):
        least = max(least, min(1.0, p * (len(known) - rank)))
        adjusted[place] = least
    return adjusted


def outcome(difference: Difference, ratio: Difference, p_holm: float, claim: float) -> Outcome:
    """Return what the numbers of an arm allow to say; a direction only where interval and adjusted test both do.

    `claim` is the effect that was promised, relative to the control.
    """
    clear = difference.verdict in ("better", "worse") and p_holm < ALPHA
    if clear:
        return "better" if difference.diff > 0 else "worse"
    return "no_difference" if ratio.high < claim and difference.verdict == "unclear" else "undecided"

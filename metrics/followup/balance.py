"""Whether the lot was drawn as it was meant to be: the sample-ratio check, which comes before any effect.

Arms that are not of the size they should be were not filled by lot alone: somebody moved customers, or some rows got
lost. Whoever was moved was not moved at random, so that no difference between the arms says what the follow-up did.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from metrics.followup.arms import ARMS, CONTROL, ArmName
from metrics.words import Refused

LEVEL = 0.001
"""Below it the ratio is wrong. Stricter than a test of an effect, for it is looked at every day."""


@dataclass(frozen=True)
class Balance:
    """How many customers each arm holds, how they were meant to be shared out, and how likely that is by lot.

    `crossed` are customers that stand in more than one arm, `repeated` assignments of a customer after his first: the
    intervals take each assignment for a customer of its own.
    """

    intended: Mapping[ArmName, float]
    observed: Mapping[ArmName, int]
    p_value: float
    crossed: int = 0
    repeated: int = 0

    @property
    def alert(self) -> bool:
        """Whether no effect may be trusted."""
        return self.p_value < LEVEL


def intended_ratio(ratio: Mapping[str, float] | None) -> dict[ArmName, float]:
    """Return the ratio in which customers are meant to be shared out; equal arms where nobody says.

    Raises `Refused` for an arm that there is not, for a size that is none, and without a control.
    """
    wanted = dict.fromkeys(ARMS, 1.0) if ratio is None else ratio
    for name, size in wanted.items():
        if name not in ARMS:
            raise Refused("followup.unknown_arm", name=name, known=", ".join(ARMS))
        if not (math.isfinite(size) and size >= 0):
            raise Refused("followup.bad_size", name=name, size=size)
    if not wanted.get(CONTROL) or sum(size > 0 for size in wanted.values()) < 2:
        raise Refused("followup.no_control")
    return {name: float(wanted[name]) for name in ARMS if wanted.get(name)}


def sample_ratio(observed: Mapping[ArmName, int], intended: Mapping[ArmName, float]) -> float:
    """Return the p-value of the sizes of the arms (chi-square); 0 where an arm is filled that was to be empty.

    >>> round(sample_ratio({"control": 500, "message": 400}, {"control": 1, "message": 1}), 5)
    0.00086
    """
    from scipy.stats import chisquare  # a page that shows no follow-up need not wait for it

    if any(count and not intended.get(name) for name, count in observed.items()):
        return 0.0
    counts = [observed.get(name, 0) for name in intended]
    total, shares = sum(counts), sum(intended.values())
    if not total:
        return math.nan
    return float(chisquare(counts, [total * size / shares for size in intended.values()]).pvalue)

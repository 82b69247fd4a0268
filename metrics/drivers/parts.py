"""How the change of a number comes apart into causes that add up to it: pure arithmetic over segments.

The parts are those of E. M. Kitagawa, "Components of a Difference Between Two Rates", JASA 50 (1955) 1168-1194:
with w the share of a segment in the denominator and r its rate, both averaged over the two periods,

    rate effect = mean(w) * (r_now - r_before)        mix effect = (w_now - w_before) * (mean(r) - R)

which sum to the change without a remainder. Means, and not the weights of either period, so that swapping the
periods flips every sign. R, the mean of the two overall rates, takes nothing from the sum, because shares sum to
one; with it a segment that grows is a cause only as far as its rate differs from the others' (the centring of
shift-share analysis, and of P. Das Gupta, U.S. Bureau of the Census P23-186 (1993)).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from metrics.interval import Floats

Part = Literal["late", "policy", "volume", "rate", "mix"]
PARTS: tuple[Part, ...] = ("late", "policy", "volume", "rate", "mix")
"""In the order in which they are taken out of the change."""

COUNTS = ("own", "late", "policy", "exposure")
"""What is known of a segment in one period: what it brought by itself, late and by a rule, and of how many."""


def side_by_side(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the segments of two periods, columns `segment` and the `COUNTS` of each with `_before` and `_now`.

    A segment that only one of them has counts nothing in the other. NULL is a segment too, the unknown.
    """
    both = before.merge(now, on="segment", how="outer", suffixes=("_before", "_now"))
    return both.fillna({name: 0.0 for name in both.columns if name != "segment"})


def parts_of_ratio(segments: pd.DataFrame) -> pd.DataFrame:
    """Return the effects on a rate, columns `part, segment, effect`, which sum to its change; of mix also the shares.

    A segment that one period lacks has no rate there to compare: all that it brings or takes is mix. What happened
    in a segment that sold nothing in either period (a request that no line could be found for) is rate.
    """
    exposure = {when: _column(segments, "exposure", when) for when in ("before", "now")}
    totals = {when: float(exposure[when].sum()) for when in exposure}
    share = {when: exposure[when] / totals[when] for when in exposure}
    brought = {when: _column(segments, "own", when) / totals[when] for when in exposure}
    centre = (brought["before"].sum() + brought["now"].sum()) / 2
    sold = {when: exposure[when] > 0 for when in exposure}
    rate = {
        when: np.divide(_column(segments, "own", when), exposure[when], out=np.zeros(len(segments)), where=sold[when])
        for when in exposure
    }
    both, neither = sold["before"] & sold["now"], ~sold["before"] & ~sold["now"]
    moved = brought["now"] - brought["before"]
    shifted = share["now"] - share["before"]
    of_rate = np.select(
        [both, neither],
        [(share["before"] + share["now"]) / 2 * (rate["now"] - rate["before"]), moved],
        default=0.0,
    )
    of_mix = np.select(
        [both, neither],
        [shifted * ((rate["before"] + rate["now"]) / 2 - centre), 0.0],
        default=moved - centre * shifted,
    )
    return pd.concat(
        [
            *(_rows(part, segments, _apart(segments, part, totals)) for part in ("late", "policy")),
            _rows("rate", segments, of_rate),
            _rows("mix", segments, of_mix).assign(share_before=share["before"], share_now=share["now"]),
        ],
        ignore_index=True,
    )


def parts_of_total(segments: pd.DataFrame) -> pd.DataFrame:
    """Return the effects on a total of money: how many cases, what one costs within a segment, and which they are.

    The total is cases times money a case, and comes apart by the same means: the change of the cases at the mean
    cost, and the change of the cost at the mean number of cases, which in turn is rate and mix.
    """
    cases = {when: float(_column(segments, "exposure", when).sum()) for when in ("before", "now")}
    cost = {when: float(_column(segments, "own", when).sum()) / cases[when] for when in cases}
    volume = (cases["now"] - cases["before"]) * (cost["now"] + cost["before"]) / 2
    each = parts_of_ratio(segments)
    each["effect"] *= (cases["now"] + cases["before"]) / 2
    whole = pd.DataFrame({"part": ["volume"], "segment": pd.Series([None], dtype=object), "effect": [volume]})
    return pd.concat([whole, each], ignore_index=True)


def _apart(segments: pd.DataFrame, name: str, totals: dict[str, float]) -> Floats:
    return _column(segments, name, "now") / totals["now"] - _column(segments, name, "before") / totals["before"]


def _column(segments: pd.DataFrame, name: str, when: str) -> Floats:
    values: Floats = segments[f"{name}_{when}"].to_numpy(dtype=float)
    return values


def _rows(part: str, segments: pd.DataFrame, effect: Floats) -> pd.DataFrame:
    return pd.DataFrame({"part": part, "segment": segments["segment"].astype(object), "effect": effect})

"""What leaving a ticket alone is expected to cost: disputes, bad reviews, and returns that a call would have kept."""

from __future__ import annotations

import pandas as pd

from metrics.response.history import level
from metrics.response.smoothing import probabilities, usual
from metrics.response.stakes import Stakes

REFUNDS = ("return", "refund_only")
"""Types of which a call can keep the sale; of the others nothing is given back."""


def priced(waiting: pd.DataFrame, past: pd.DataFrame, stakes: Stakes) -> pd.DataFrame:
    """Return the waiting tickets with `p_dispute, usual_dispute, p_bad_review, p_avoidable, expected_loss`.

    expected loss = P(dispute) x its cost + P(bad review) x its cost + P(return avoidable) x margin of the line

    A part that the shop's records do not tell is left out of the sum, and is NaN in its own column; without any the
    loss is not known. A return is avoidable as often as more of those were withdrawn whom somebody called first than
    of those whom nobody did: what would have been withdrawn anyway was not saved by a call.
    """
    asked = waiting[["shop", "type"]].assign(
        reason=waiting["reason"].fillna(""), waited=level(waiting["policy_hours"] - waiting["hours_left"])
    )
    dispute = probabilities(past, asked, "dispute", "dispute_of")
    review = probabilities(past, asked, "bad_review", "review_of")
    avoidable = _avoidable(past, asked)
    parts = {
        "dispute": dispute * stakes.dispute,
        "review": review * stakes.bad_review,
        "margin": avoidable * stakes.margin_rate * waiting["amount"],
    }
    return waiting.assign(
        p_dispute=dispute,
        usual_dispute=usual(past, asked, "dispute", "dispute_of"),
        p_bad_review=review,
        p_avoidable=avoidable,
        expected_loss=pd.DataFrame(parts, index=waiting.index).sum(axis="columns", min_count=1),
    )


def _avoidable(past: pd.DataFrame, asked: pd.DataFrame) -> pd.Series[float]:
    """Return what a call has been worth for tickets of this reason and type, however long they have waited."""
    at_request = past[past["waited"] == 0]
    whole = asked.assign(waited=0)
    called = probabilities(at_request, whole, "called_kept", "called_of")
    uncalled = probabilities(at_request, whole, "uncalled_kept", "uncalled_of")
    worth = (called - uncalled).clip(lower=0.0)
    return worth.where(asked["type"].isin(REFUNDS), worth * 0)

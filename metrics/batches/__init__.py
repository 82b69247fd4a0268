"""From a shop's store to judged batches: which came back more than they should have, why, and what to do about it.

The model is in `metrics.spikes` and knows no shop; here it is given its counts, and its answer is told in the words
of the trade: reason, suspect, stock, money at risk, advice.
"""

from metrics.batches.advice import Action, Advice, advise
from metrics.batches.counts import Family

__all__ = ["Action", "Advice", "Family", "advise"]

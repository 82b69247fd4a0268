"""What is at stake with a ticket, in yuan: the weights of the expected loss, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stakes:
    """What a dispute and a bad review cost the shop, and what it earns on a yuan of goods that stay sold.

    The defaults are assumptions, and only their proportions decide the order. A dispute takes about two hours of a
    case handler and half of those that the platform rules on are lost (100 yuan); a bad review costs the margin of
    about two orders that it keeps away (60 yuan); 30 % is a usual gross margin of a shop of goods. Whoever knows his
    own passes them: `shop.queue(stakes=Stakes(dispute=150))`.
    """

    dispute: float = 100.0
    bad_review: float = 60.0
    margin_rate: float = 0.3


STAKES = Stakes()
"""What is taken where nobody says otherwise."""

"""Draws the next follow-up list: whose tickets are closed and who was never followed up, shared out by lot.

By customer and not by ticket, because it is the customer who buys again. The lot is a hash of the customer and a seed:
the same seed puts him into the same arm whenever the list is drawn and however long it is, so that nobody can draw
until he likes the result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import pandas as pd

from metrics.export import Provenance
from metrics.followup.arms import COUPON, ArmName
from metrics.followup.balance import intended_ratio
from metrics.words import Finding, Language, Refused, say, value_label

DEFAULT_SEED = 0
COLUMNS = ("shop", "ticket_id", "order_id", "customer_id", "arm", "assigned_at", "coupon_amount")
TO_FILL_IN = ("联系时间", "是否回复")
"""What is typed into the list once a customer was reached, as the profile `jd` reads it; empty on the way out."""

_CANDIDATES = """
SELECT shop, ticket_id, order_id, customer_id, closed_at FROM (
    SELECT t.shop, t.ticket_id, t.order_id, MIN(l.customer_id) AS customer_id, t.closed_at
    FROM tickets AS t
    INNER JOIN order_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id
    WHERE t.closed_at IS NOT NULL AND t.outcome <> 'open' AND t.type <> 'refund_before_shipping'
        AND l.customer_id IS NOT NULL
    GROUP BY ALL
) AS c
WHERE NOT EXISTS (
    SELECT 1 FROM followed_up AS f WHERE f.shop = c.shop AND f.customer_id = c.customer_id
)
QUALIFY ROW_NUMBER() OVER (PARTITION BY shop, customer_id ORDER BY closed_at DESC, ticket_id DESC) = 1
ORDER BY closed_at DESC, shop, ticket_id
"""


class Source(Protocol):
    """What an opened shop has to tell."""

    version: int

    @property
    def as_of(self) -> datetime | None:
        """The time up to which the data reach."""

    def sql(self, text: str) -> pd.DataFrame:
        """Return the rows of one SELECT."""


def candidates(shop: Source) -> pd.DataFrame:
    """Return whom a follow-up could go to: `shop, ticket_id, order_id, customer_id, closed_at`, the newest first.

    One row a customer, by the ticket of his that was closed last; whoever stands in a list already, in whatever arm,
    is not asked again.
    """
    return shop.sql(_CANDIDATES)


def arm_of(shop: str, customer_id: str, ratio: Mapping[ArmName, float], seed: int = DEFAULT_SEED) -> ArmName:
    """Return the arm that the lot puts a customer into.

    >>> arm_of("甲店", "jd_1001", {"control": 1, "coupon": 1}) == arm_of("甲店", "jd_1001", {"control": 1, "coupon": 1})
    True
    """
    drawn = hashlib.sha256(f"{seed}\0{shop}\0{customer_id}".encode()).digest()
    place = int.from_bytes(drawn[:7], "big") * sum(ratio.values())
    reached = 0.0
    names = [name for name in ratio if ratio[name] > 0]
    for name in names:
        reached += ratio[name] * 2**56
        if place < reached:
            return name
    return names[-1]


def assign(
    shop: Source,
    *,
    size: int | None = None,
    ratio: Mapping[str, float] | None = None,
    seed: int = DEFAULT_SEED,
    coupon: float | None = None,
    only: str | None = None,
) -> pd.DataFrame:
    """Return the next list, one row a customer: `COLUMNS`; `size` keeps those whose tickets were closed last.

    They are assigned as of the data, the only moment of which these speak. The control is on the list as well: an
    experiment whose control nobody wrote down cannot be read. `only` names the shop, where the store holds several: a
    list is imported again into one. Raises `Refused` where it is left out there.
    """
    shares = intended_ratio(ratio)
    if shop.as_of is None:
        raise Refused("followup.no_as_of")
    found = _of_one_shop(candidates(shop), only)
    rows = found if size is None else found.head(size)
    arms = [arm_of(str(row.shop), str(row.customer_id), shares, seed) for row in rows.itertuples(index=False)]
    drawn = rows.assign(arm=arms, assigned_at=pd.Timestamp(shop.as_of))
    drawn["coupon_amount"] = pd.Series([coupon if arm == COUPON else None for arm in arms], rows.index, dtype="float64")
    return drawn[list(COLUMNS)].reset_index(drop=True)


def _of_one_shop(found: pd.DataFrame, only: str | None) -> pd.DataFrame:
    shops = sorted(found["shop"].unique())
    if only is None and len(shops) > 1:
        raise Refused("followup.several_shops", known=", ".join(shops))
    return found if only is None else found[found["shop"] == only]


def listed(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return a list as it is handed out: with the columns that are filled in by hand, and without the shop's name."""
    return drawn.drop(columns="shop").assign(**dict.fromkeys(TO_FILL_IN))


def provenance(shop: Source, ratio: Mapping[str, float] | None, seed: int) -> Provenance:
    """Return what a list says of itself: how it was drawn, and what to do with it.

    In Chinese whatever the reader's language, as all of the file: it is a form of the back office, and comes back.
    """
    language: Language = "zh"
    shares = intended_ratio(ratio)
    names = ":".join(value_label("arm", name, language) for name in shares)
    how = {"arms": names, "ratio": ":".join(f"{share:g}" for share in shares.values()), "seed": seed}
    return Provenance(
        title=say(Finding("followup.list_title"), language),
        question=say(Finding("followup.list_question", how), language),
        period="",
        version=shop.version,
        as_of=shop.as_of,
        definitions=tuple(
            (say(Finding(f"followup.{name}"), language), say(Finding(f"followup.{name}_words"), language))
            for name in ("list_arm", "list_fill")
        ),
        language=language,
    )

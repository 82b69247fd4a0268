"""What the queue takes from the past: what became of such tickets, and what their customers have paid so far."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from metrics.response.history import history
from metrics.response.seen import Seen

# Of a customer only what he has paid leaves the engine, and not who he is.
_SPENT = """
unanswered AS (
    SELECT t.shop, t.ticket_id, t.order_id, m.now
    FROM limited AS t
    INNER JOIN moments AS m ON m.shop = t.shop
    WHERE t.open = 1 AND t.answered = 0 AND t.answers_of = 1
),

buyers AS (
    SELECT DISTINCT u.shop, u.ticket_id, l.customer_id, u.now
    FROM unanswered AS u
    INNER JOIN line_outcomes AS l ON l.shop = u.shop AND l.order_id = u.order_id AND l.customer_id IS NOT NULL
)

SELECT b.shop, b.ticket_id, CAST(COALESCE(SUM(l.amount), 0) AS DOUBLE) AS customer_value
FROM buyers AS b
LEFT JOIN line_outcomes AS l
    ON l.shop = b.shop AND l.customer_id = b.customer_id AND l.sold = 1 AND l.paid_on < CAST(b.now AS DATE)
GROUP BY b.shop, b.ticket_id
"""


@dataclass(frozen=True)
class Past:
    """What was known when the day of a moment began. It takes a look at every line, so it is read once a day.

    `tickets` is the frame of `history`; `customers` has `shop, ticket_id, customer_value` for every open ticket.
    """

    tickets: pd.DataFrame
    customers: pd.DataFrame

    @staticmethod
    def read(seen: Seen) -> Past:
        """Return what was known when the day began, whatever the limits are."""
        return Past(history(seen), seen.of_all().sql(_SPENT))

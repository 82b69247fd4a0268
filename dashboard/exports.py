"""Which export of the back office a metric needs: for the words of an empty page and of an absent number."""

from __future__ import annotations

from metrics.catalog import CATALOG, Metric

REQUIRED = ("order_lines", "tickets")
OPTIONAL = ("disputes", "surveys", "offers", "followups", "products", "batches")

_OF_FACT: dict[str, tuple[str, ...]] = {
    "placed_lines": ("order_lines",),
    "sold_lines": ("order_lines",),
    "sold_orders": ("order_lines",),
    "activity": ("order_lines",),
    "handled_tickets": ("tickets",),
    "answered_surveys": ("surveys",),
    "opened_disputes": ("disputes",),
    "made_offers": ("tickets", "offers"),
    "followed_up": ("order_lines", "followups"),
}
# A cohort starts from the order lines, or from the tickets; the column that says what was recorded names the rest.
_OF_RECORD = {"disputes_of": "disputes", "cancellations_of": "order_lines", "insurance_of": "order_lines"}


def exports_of(metric: Metric) -> tuple[str, ...]:
    """Return the tables that a metric rests on, the denominator's first.

    >>> exports_of(CATALOG["dispute_rate"])
    ('order_lines', 'disputes')
    """
    reading = metric.readings[metric.default_reading]
    tables = _OF_FACT[reading.fact]
    if reading.recorded in _OF_RECORD or tables == ("order_lines",):
        tables = (*tables, _OF_RECORD.get(reading.recorded, "tickets"))
    return tuple(dict.fromkeys(tables))


def unlocked_by(table: str) -> tuple[Metric, ...]:
    """Return the metrics that cannot be read without this table."""
    return tuple(metric for metric in CATALOG.values() if table in exports_of(metric))

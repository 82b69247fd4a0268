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

# What the export has to say, named as in the back office: of an event that is placed by its own day, and of a cohort.
_COLUMNS_OF_RECORD: dict[str, tuple[str, ...]] = {
    "returns_of": (),
    "arrivals_of": (),
    "tickets": (),
    "typed_returns_of": ("type",),
    "typed_arrivals_of": ("type",),
    "repairs": ("type",),
    "refunds_settled": ("type",),
    "priced_lines": ("refund_amount",),
    "priced_arrivals_of": ("refund_amount",),
    "costs_of": ("refund_amount",),
    "answers_of": ("audited_at",),
    "closings_of": ("closed_at",),
    "contacts_of": ("contacted_at",),
}
_ALONE = {"insurance_of": ("freight_insured",), "cancellations_of": ("cancelled",)}
_BY_ORDER = ("placed_lines", "sold_lines", "sold_orders")


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


def columns_of(metric: Metric) -> tuple[str, ...]:
    """Return the columns without which the last export of a metric tells nothing of it; empty where none is named.

    >>> columns_of(CATALOG["response_in_time"])
    ('requested_at', 'audited_at')
    """
    reading = metric.readings[metric.default_reading]
    if reading.recorded in _ALONE:
        return _ALONE[reading.recorded]
    if reading.fact == "followed_up" or reading.recorded not in _COLUMNS_OF_RECORD:
        return ()
    placed = ("order_id", "requested_at") if reading.fact in _BY_ORDER else ("requested_at",)
    return (*placed, *_COLUMNS_OF_RECORD[reading.recorded])


def unlocked_by(table: str) -> tuple[Metric, ...]:
    """Return the metrics that cannot be read without this table."""
    return tuple(metric for metric in CATALOG.values() if table in exports_of(metric))

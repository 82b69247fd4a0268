"""Which export brings which metric."""

from __future__ import annotations

import pytest

from dashboard.exports import OPTIONAL, REQUIRED, columns_of, exports_of, unlocked_by
from dashboard.text import Text
from metrics import CATALOG
from metrics.words import LANGUAGES


@pytest.mark.parametrize("name", CATALOG)
def test_every_metric_names_exports_that_have_a_name(name: str) -> None:
    tables = exports_of(CATALOG[name])
    assert tables
    assert set(tables) <= {*REQUIRED, *OPTIONAL}
    assert all(Text("zh").has(f"export.{table}") for table in tables)


@pytest.mark.parametrize("name", CATALOG)
def test_every_column_that_a_metric_needs_has_a_name_in_both_languages(name: str) -> None:
    for column in columns_of(CATALOG[name]):
        assert all(Text(language).has(f"export.column_{column}") for language in LANGUAGES)


@pytest.mark.parametrize(
    ("metric", "tables"),
    [
        ("refund_rate", ("order_lines", "tickets")),
        ("dispute_rate", ("order_lines", "disputes")),
        ("satisfaction", ("surveys",)),
        ("response_in_time", ("tickets",)),
        ("cancellation_rate", ("order_lines",)),
        ("ticket_dispute_rate", ("tickets", "disputes")),
    ],
)
def test_the_headline_metrics_name_what_they_rest_on(metric: str, tables: tuple[str, ...]) -> None:
    assert exports_of(CATALOG[metric]) == tables


def test_the_two_exports_of_the_empty_page_unlock_most_of_the_catalogue() -> None:
    without = {metric.name for table in OPTIONAL for metric in unlocked_by(table)}
    assert {"refund_rate", "response_in_time", "aftersales_cost"}.isdisjoint(without)
    assert len(CATALOG) - len(without) > len(CATALOG) / 2

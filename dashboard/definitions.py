"""What the numbers of a version rest on: the SELECT of every reading, the rules, and what the reasons mean.

Before there is a version the same is told of the first that will be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from dashboard import data
from dashboard.data import Source
from metrics import Question
from metrics.catalog import Metric, ReadingName
from metrics.query import Statement
from metrics.words import Refused

Selects = Mapping[ReadingName, Statement]


def selects(source: Source | None, asked: Iterable[Metric]) -> dict[str, Selects]:
    """Return the SELECT of each reading of these metrics; one for which the version has no answer is left out."""
    found: dict[str, Selects] = {}
    for metric in asked:
        of_readings: dict[ReadingName, Statement] = {}
        for reading in metric.readings:
            with suppress(Refused):
                of_readings[reading] = data.explain(source, Question(metric.name, reading=reading))
        found[metric.name] = of_readings
    return found


def policies(store: Path, source: Source | None) -> list[tuple[str, datetime, float]]:
    """Return each rule with the moment from which it holds."""
    if source is None:
        return [(rule.name, rule.effective_from, rule.value) for rule in data.meeting(store).policies()]
    rows = data.sql(source, "SELECT name, effective_from, value FROM policies ORDER BY name, effective_from")
    return [(str(name), since.to_pydatetime(), float(value)) for name, since, value in rows.itertuples(index=False)]


def reasons(store: Path, source: Source | None) -> list[tuple[str, str, str]]:
    """Return each reason's text with its meaning and with whose doing it is."""
    if source is None:
        return [(each.reason_text, each.reason, each.liable) for each in data.meeting(store).reasons()]
    rows = data.sql(source, "SELECT reason_text, reason, liable FROM reasons ORDER BY reason_text")
    return [(str(said), str(reason), str(liable)) for said, reason, liable in rows.itertuples(index=False)]

"""The catalogue holds together: words in both languages, columns that its facts really have."""

from pathlib import Path

import pytest

import metrics
from metrics.catalog import AGES, CATALOG, CATALOGUE, DIMENSIONS, Reading

FACTS = Path(metrics.__file__).parent / "warehouse" / "facts"
READINGS = [
    pytest.param(reading, id=f"{name}-{kind}")
    for name, metric in CATALOG.items()
    for kind, reading in metric.readings.items()
]


def _measures(fact: str) -> set[str]:
    text = (FACTS / f"{fact}.sql").read_text(encoding="utf-8")
    header = text.split("-- measures: ", 1)[1].split("\n")
    listed = [header[0]]
    for line in header[1:]:
        if not line.startswith("--   "):
            break
        listed.append(line.removeprefix("--   "))
    return {name.strip() for name in ", ".join(listed).split(",") if name.strip()}


@pytest.mark.parametrize("reading", READINGS)
def test_every_reading_stands_on_measures_of_its_fact(reading: Reading) -> None:
    measures = _measures(reading.fact)
    columns = [
        reading.events,
        reading.recorded,
        reading.numerator,
        reading.denominator,
        reading.covered_column,
        reading.numerator_sq,
        reading.denominator_sq,
        reading.product,
    ]
    cuts = [*map(str, AGES), "ever"]
    assert {column.format(cut=cut) for column in columns if column for cut in cuts} <= measures


@pytest.mark.parametrize("name", CATALOG)
def test_every_metric_has_words_in_both_languages(name: str) -> None:
    metric = CATALOG[name]
    assert metric.label("zh") != metric.label("en")
    assert any("一" <= letter <= "鿿" for letter in metric.definition("zh"))
    assert metric.definition("en").endswith(".")


def test_labels_are_told_apart() -> None:
    for language in ("zh", "en"):
        labels = [metric.label(language) for metric in CATALOG.values()]
        assert len(set(labels)) == len(labels)
        assert len({dimension.label(language) for dimension in DIMENSIONS.values()}) == len(DIMENSIONS)


def test_every_rollup_of_the_catalogue_is_declared_by_its_fact() -> None:
    for fact, rollups in CATALOGUE.rollups.items():
        text = (FACTS / f"{fact}.sql").read_text(encoding="utf-8")
        declared = [line.split()[2].rstrip(":") for line in text.splitlines() if line.startswith("-- rollup ")]
        assert sorted(rollups) == sorted(f"{fact}_{name}" for name in declared)


def test_the_catalogue_cannot_be_changed_by_its_readers() -> None:
    with pytest.raises(TypeError):
        CATALOG["refund_rate"] = CATALOG["return_rate"]  # type: ignore[index]  # the point of the test

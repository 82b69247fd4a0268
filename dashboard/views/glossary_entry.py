"""One metric as the glossary has it: words, fraction, time, horizon, sample, and the SELECT that it is."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from dashboard.exports import exports_of
from dashboard.text import Text
from metrics.catalog import AGES, SETTLED_AFTER, Metric, Reading, ReadingName
from metrics.frame import MIN_EVENTS
from metrics.query import Statement


def entry(metric: Metric, selects: Mapping[ReadingName, Statement], known: bool, text: Text) -> str:
    """Return the HTML of an entry. `known`: the values bound to its SELECTs are those of a version, and are shown."""
    reading = metric.readings[metric.default_reading]
    facts = [
        (text("glossary.fraction"), f"<code>{escape(fraction(metric, reading))}</code>"),
        (text("glossary.time_base"), escape(_time_bases(metric, text))),
        (text("glossary.horizon"), escape(_horizons(metric, text))),
        (text("glossary.sample"), escape(text("glossary.sample_is", count=MIN_EVENTS))),
        (text("glossary.interval"), escape(text(f"glossary.interval_{metric.interval}"))),
        (text("glossary.good"), escape(text(f"drawer.good_{metric.good}") if metric.good else "–")),
        (text("glossary.files"), escape(text("empty.sep").join(text(f"export.{name}") for name in exports_of(metric)))),
    ]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{said}</dd>" for name, said in facts)
    address = escape(f"/glossary?find={metric.name}&lang={text.language}")
    shown = "".join(_select(name, statement, known, text) for name, statement in selects.items())
    label = escape(metric.label(text.language))
    return (
        f'<article class="as-entry" id="{metric.name}"><h4>{label} <code>{metric.name}</code> '
        f'<a href="{address}" target="_self" aria-label="{escape(text("glossary.link"))}: {label}">#</a></h4>'
        f"<p>{escape(metric.definition(text.language))}</p><dl>{listed}</dl>"
        f"<details><summary>{escape(text('glossary.sql'))}</summary>{shown}</details></article>"
    )


def fraction(metric: Metric, reading: Reading) -> str:
    """Return what is divided by what, in the columns of the fact; N is the age at which a cohort is cut.

    >>> from metrics import CATALOG
    >>> fraction(CATALOG["refund_rate"], CATALOG["refund_rate"].readings["final"])
    'sold_lines: SUM(refunded_N) / SUM(returns_of)'
    """
    numerator = reading.numerator.replace("{cut}", "N")
    if metric.kind == "quantile":
        return f"{reading.fact}: P{100 * (metric.quantile or 0):.0f}({numerator})"
    if metric.kind == "total":
        return f"{reading.fact}: SUM({numerator})"
    return f"{reading.fact}: SUM({numerator}) / SUM({reading.denominator})"


def _time_bases(metric: Metric, text: Text) -> str:
    """Return by which day events are placed, and which reading places them by another."""
    base = text(f"glossary.day_{metric.readings[metric.default_reading].fact}")
    others = [
        text("glossary.but", reading=text(f"glossary.{name}"), base=other)
        for name, other in ((name, text(f"glossary.day_{reading.fact}")) for name, reading in metric.readings.items())
        if other != base
    ]
    return text("glossary.semicolon").join([base, *others])


def _horizons(metric: Metric, text: Text) -> str:
    said = []
    for name, reading in metric.readings.items():
        if name == "same_age":
            said.append(text("glossary.horizon_same_age", ages="/".join(map(str, AGES))))
        elif reading.settled_after == SETTLED_AFTER:
            said.append(text("glossary.horizon_final", days=SETTLED_AFTER, after=SETTLED_AFTER - AGES[-1]))
        elif reading.settled_after:
            said.append(text("glossary.horizon_after", days=reading.settled_after))
        else:
            said.append(text("glossary.horizon_arrived" if len(metric.readings) > 1 else "glossary.horizon_none"))
    return text("glossary.semicolon").join(said)


def _select(name: ReadingName, statement: Statement, known: bool, text: Text) -> str:
    bound = [f"-- ${key}" + (f" = {value}" if known else "") for key, value in statement.parameters.items()]
    return (
        f"<h5>{escape(text(f'glossary.{name}'))}</h5>"
        f'<pre class="as-code">{escape(chr(10).join([*bound, statement.sql]))}</pre>'
    )

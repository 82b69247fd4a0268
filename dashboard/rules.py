"""Rules in words: what is coming, what a rule would have done, and which tickets it would approve now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboard import data, judged
from dashboard.components.ranked import Axis
from dashboard.components.strip import note
from dashboard.components.table import Entry, Quiet, Rate
from dashboard.page import Page
from dashboard.text import Text
from metrics.meeting.changes import upcoming
from metrics.policy import PolicyEffect, Rule
from metrics.words import Finding, format_value, say, value_label

Row = Mapping[Any, Any]


def announce(page: Page) -> None:
    """Draw a line for each rule of the platform that takes effect within two weeks."""
    today = page.now.date()
    for policy, change in upcoming(data.meeting(page.store).policies(), today):
        st.html(
            note(
                _coming(
                    policy.announced_on,
                    change.name,
                    (change.before, change.value),
                    policy.effective_from.date(),
                    today,
                    page.text,
                )
            )
        )


def _coming(told: date | None, name: str, values: tuple[float, float], since: date, today: date, text: Text) -> str:
    rule = say(Finding(f"drivers.rule_{name}", {"before": f"{values[0]:g}", "value": f"{values[1]:g}"}), text.language)
    announced = text("rules.announced", day=f"{told:%m-%d}") if told else ""
    return text("rules.coming", rule=rule, day=f"{since:%m-%d}", left=(since - today).days, announced=announced)


def course_hover(effect: PolicyEffect, text: Text) -> list[str]:
    """Return a sentence for each point of the picture of a rule."""
    return [
        text(
            "rules.point",
            side=text(f"rules.{row['side']}"),
            age=row["age"],
            value=format_value(row["value"], "share", text.language),
            low=format_value(row["low"], "share", text.language),
            high=format_value(row["high"], "share", text.language),
            numerator=f"{row['numerator']:,.0f}",
            n=f"{row['n']:,}",
        )
        for row in effect.ages.to_dict("records")
    ]


def labels(rules: Iterable[Rule], text: Text) -> dict[str, str]:
    """Return what each rule is called on the page, by its name."""
    return {rule.name: rule.label(text.language) for rule in rules}


def replayed(row: Row, axis: Axis, named: Mapping[str, str], text: Text) -> list[Entry]:
    """Return a row of the table of the replay; `named` are the `labels` of its rules."""
    language = text.language
    name = text("rules.together") if judged.absent(row["rule"]) else named[row["rule"]]
    wrong: Entry = Quiet(text("rules.few", wrong=f"{row['wrong']:,}", settled=f"{row['settled']:,}"))
    if not judged.absent(row["value"]):
        span = text("rules.span", **{side: format_value(row[side], "share", language) for side in ("low", "high")})
        value = f"{format_value(row['value'], 'share', language)} {span}"
        wrong = Rate(value, f"{row['wrong']:,}/{row['settled']:,}", went_wrong(row, text))
    return [
        name,
        f"{row['tickets']:,}",
        f"{row['hours_saved']:,.0f}",
        f"{row['breaches_avoided']:,}",
        format_value(row["money"], "yuan", language),
        axis.bar(row["value"], row["low"], row["high"]),
        wrong,
    ]


def went_wrong(row: Row, text: Text) -> str:
    """Return what went wrong with the tickets of a rule, by kind; one ticket may be of several."""
    disputed = text("rules.unknown") if judged.absent(row["disputed"]) else f"{row['disputed']:,.0f}"
    return text("rules.kinds", rejected=f"{row['rejected']:,}", disputed=disputed, abusive=f"{row['abusive']:,}")


def waiting_cells(row: Row, named: Mapping[str, str], text: Text) -> list[Entry]:
    """Return a row of the tickets that a rule would approve now."""
    language = text.language
    return [
        str(row["ticket_id"]),
        named[row["rule"]],
        value_label("type", row["type"], language),
        value_label("reason", row["reason"], language),
        Quiet("–") if judged.absent(row["product_name"]) else str(row["product_name"]),
        Quiet("–") if judged.absent(row["amount"]) else format_value(row["amount"], "yuan", language),
        format_value(row["waiting_hours"], "hours", language),
    ]

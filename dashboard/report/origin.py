"""Where the numbers of a review come from: which weeks, limits and versions, and how much of it is still young."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from dashboard.text import Text
from metrics.catalog import CATALOG, DIMENSIONS
from metrics.review import Review, to_json
from metrics.words import Finding, format_value, say, value_label

MEANT = ("expected", "times", "level")
"""What the batches of a review need explained; in the words of the pack of evidence."""


def checksum(review: Review) -> str:
    """Return the checksum of a frozen review's JSON: two files are of one review where it is the same."""
    return hashlib.sha256(to_json(review).encode("utf-8", "surrogatepass")).hexdigest()


def title(review: Review, text: Text) -> str:
    """Return what a review is called: the week that it is of."""
    return text("report.title", week=text.week(review.week))


def shops(review: Review, text: Text) -> str:
    """Return the shops of a review."""
    return text("state.list").join(review.shops)


def iso_week(review: Review) -> str:
    """Return the number of a week as it is asked for: 2026-W46."""
    year, week, _ = review.week.isocalendar()
    return f"{year}-W{week:02}"


def limits(review: Review, text: Text) -> str:
    """Return the limits of a review in words; empty where it is of everything."""
    return " · ".join(
        (DIMENSIONS[name].label(text.language) if name in DIMENSIONS else name)
        + " "
        + text("state.list").join(value_label(name, value, text.language) for value in values)
        for name, values in review.where.items()
        if values
    )


def immature(review: Review, text: Text) -> str:
    """Return how much of the week is still young."""
    if review.immature_share is None:
        return text("report.unknown")
    return format_value(review.immature_share, "share", text.language)


def period(review: Review, text: Text) -> str:
    """Return the days of a review."""
    sunday = review.week + timedelta(days=6)
    return text("download.days", first=f"{review.week:%Y-%m-%d}", last=f"{sunday:%Y-%m-%d}")


def everything(text: Text) -> str:
    """Return what is said of a review without limits."""
    return say(Finding("export.everything"), text.language)


def facts(review: Review, seal: str, text: Text) -> list[tuple[str, str]]:
    """Return everything that a file says of itself, as pairs of a label and its words."""
    language = text.language
    labelled = {name: say(Finding(f"export.{name}"), language) for name in ("question", "period", "as_of", "version")}
    return [
        (DIMENSIONS["shop"].label(language), shops(review, text)),
        (labelled["period"], f"{iso_week(review)}　{period(review, text)}"),
        (labelled["question"], limits(review, text) or everything(text)),
        (labelled["as_of"], text.moment(review.as_of)),
        (labelled["version"], str(review.version)),
        *more(review, seal, text),
        (say(Finding("export.masked"), language), say(Finding("export.masked_how"), language)),
    ]


def more(review: Review, seal: str, text: Text) -> list[tuple[str, str]]:
    """Return what a review says of itself beside what every file says."""
    return [
        (text("report.revision"), str(review.revision)),
        (text("report.immature"), immature(review, text)),
        (text("report.checksum"), seal),
    ]


def definitions(review: Review, text: Text) -> list[tuple[str, str]]:
    """Return what the numbers of a review mean: each metric in it, and the words about batches."""
    named = [given.metric for given in (*review.headlines, *review.response, *review.satisfaction)]
    named += [each.outcome.metric for each in review.followed if each.outcome is not None]
    named += ["reason_share"] if review.cases else []
    named += ["dispute_share"] if review.liable else []
    named += ["repurchase_rate"] if review.followups else []
    metrics = [CATALOG[name] for name in dict.fromkeys(named) if name in CATALOG]
    meant = [(metric.label(text.language), metric.definition(text.language)) for metric in metrics]
    meant += [(text("reading.same_age"), text("report.same_age_means"))]
    if review.spikes:
        meant += [(text(f"evidence.{name}"), text(f"evidence.{name}_means")) for name in MEANT]
    if review.savings:
        meant.append((text("report.savings"), text("report.savings_means")))
    return meant

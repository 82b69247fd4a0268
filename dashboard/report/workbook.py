"""A review as a workbook: a sheet a section, numbers that a spreadsheet goes on with, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from dashboard.report import origin
from dashboard.report.sections import sections
from dashboard.text import Text
from metrics.export import Provenance, to_xlsx
from metrics.review.model import Aim, Cause, Change, Followed, Headline, Number, Part, Review, Spike
from metrics.words import Language

Row = Mapping[str, Any]


def to_workbook(review: Review, seal: str, language: Language) -> bytes:
    """Return the review as a workbook; `seal` is the checksum of the review as it was frozen."""
    text = Text(language)
    facts = Provenance(
        title=f"{origin.title(review, text)} · {origin.shops(review, text)}",
        question=origin.limits(review, text),
        period=f"{origin.iso_week(review)}　{origin.period(review, text)}",
        version=review.version,
        as_of=review.as_of,
        definitions=(),
        language=language,
        more=tuple(origin.more(review, seal, text)),
    )
    return to_xlsx(sheets(review, text), facts, to_read=True)


def sheets(review: Review, text: Text) -> dict[str, pd.DataFrame]:
    """Return the sheets by name, in the order of the meeting; one that has nothing to say says so in a line."""
    found = sections(review, text)
    agenda = [{"section": each.head, "finding": each.finding} for each in found]
    nothing = {each.name: each.finding for each in found if each.empty}
    made: dict[str, tuple[str, pd.DataFrame]] = {
        "followed": ("followed", _frame((_decision(each, text) for each in review.followed), FOLLOWED)),
        "numbers": ("numbers", _frame((_number(each, text) for each in review.headlines), NUMBERS)),
        "weeks": ("numbers", _frame(_weeks((*review.headlines, *review.response, *review.satisfaction)), WEEKS)),
        "causes": ("moved", _frame(_causes(review, text), CAUSES)),
        "spikes": ("spikes", _frame((_spike(each, text) for each in review.spikes), SPIKES)),
        "course": ("spikes", _frame(_course(review), COURSE)),
        "cases": ("cases", _frame(_cases(review, text), CASES, "reason_share")),
        "response": ("response", _frame((_number(each, text) for each in review.response), NUMBERS)),
        "handlers": ("response", _frame(_handlers(review), HANDLERS, "response_in_time")),
        "satisfaction": ("satisfaction", _frame((_number(each, text) for each in review.satisfaction), NUMBERS)),
        "liable": ("satisfaction", _frame(_parts(review.liable, text), PARTS, "dispute_share")),
        "followups": ("satisfaction", _frame(_parts(review.followups, text), PARTS, "repurchase_rate")),
        "decided": ("decided", _frame((_decision(each, text) for each in review.decided), DECIDED)),
        "savings": ("savings", _frame(map(vars, review.savings), SAVINGS)),
    }
    meant = [{"name": name, "definition": words} for name, words in origin.definitions(review, text)]
    return {
        text("report.agenda"): _frame(agenda, ("section", "finding")),
        **{
            text(f"report.sheet_{name}"): frame
            if len(frame) or section not in nothing
            else pd.DataFrame({"finding": [nothing[section]]}, dtype=object)
            for name, (section, frame) in made.items()
        },
        text("report.sheet_definitions"): _frame(meant, ("name", "definition")),
    }


FOLLOWED = (
    *("number", "week", "about", "text", "owner", "due", "status", "notes", "carried", "overdue", "outcome", "metric"),
    *("before", "after", "change", "peers_before", "peers_after", "sentence"),
)
DECIDED = tuple(name for name in FOLLOWED[:10] if name not in ("carried", "overdue"))
NUMBERS = (
    *("metric", "reading", "period", "n", "numerator", "denominator", "value", "low", "high", "status", "before"),
    *("change", "change_low", "change_high", "verdict", "year_before", "arrived", "target", "target_kind", "met"),
    "sentence",
)
WEEKS = ("metric", "period", "n", "value", "low", "high", "projected", "projected_low", "projected_high", "status")
CAUSES = ("metric", "cause", "dimension", "segment", "effect", "low", "high")
SPIKES = (
    *("level", "sku_id", "batch_id", "name", "category", "supplier", "shop", "state", "first_flagged_on", "units"),
    *("observed", "expected", "relative_rate", "low", "high", "top_reason", "units_in_stock", "money_at_risk"),
    *("verdict", "finding", "advice"),
)
COURSE = ("sku_id", "batch_id", "day", "age", "observed", "expected", "low", "high")
CASES = (
    "type",
    "reason",
    "tickets",
    "share",
    "change",
    "change_low",
    "change_high",
    "verdict",
    "cost",
    "advice",
    "note",
)
HANDLERS = ("handler", "tickets", "value", "low", "high", "status", "late")
PARTS = ("part", "n", "numerator", "denominator", "value", "low", "high", "status")
SAVINGS = ("month", "batches", "units", "money")


def _frame(rows: Iterable[Row], columns: tuple[str, ...], metric: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame([{name: row.get(name) for name in columns} for row in rows], columns=columns, dtype=object)
    if metric is not None:
        frame.attrs["metric"] = metric
    return frame


def _changed(change: Change | None) -> Row:
    if change is None:
        return {}
    return {
        "change": change.diff,
        "change_low": change.low,
        "change_high": change.high,
        "verdict": None if change.low is None else change.verdict,
    }


def _number(given: Headline, text: Text) -> Row:
    return {
        **vars(given.now),
        **_changed(given.change),
        "metric": given.metric,
        "reading": text(f"reading.{given.reading}"),
        "period": given.start,
        "before": _value(given.before),
        "year_before": _value(given.year_before),
        "arrived": _value(given.arrived),
        "sentence": given.sentence[text.language],
        **_aim(given.target, text),
    }


def _aim(target: Aim | None, text: Text) -> Row:
    if target is None:
        return {}
    return {"target": target.value, "target_kind": text(f"target.{target.kind}"), "met": target.met}


def _value(number: Number | None) -> float | None:
    return None if number is None else number.value


def _decision(given: Followed, text: Text) -> Row:
    outcome = given.outcome
    told: dict[str, Any] = {
        **vars(given),
        "about": given.about[text.language] or None,
        "status": text(f"decision.{given.status}"),
        "notes": given.notes or None,
        "outcome": text("report.not_counted"),
    }
    if outcome is None:
        return told
    return {
        **told,
        **_changed(outcome.change),
        "outcome": text(f"report.{outcome.result}"),
        "metric": outcome.metric,
        "before": outcome.before.value,
        "after": outcome.after.value,
        "peers_before": _value(outcome.peers_before),
        "peers_after": _value(outcome.peers_after),
        "sentence": outcome.sentence[text.language],
    }


def _weeks(lines: Iterable[Headline]) -> list[Row]:
    drawn = {given.metric: given for given in lines}  # one metric may stand in two sections
    return [
        {**vars(week), **vars(week.now), "metric": given.metric, "period": week.start}
        for given in drawn.values()
        for week in given.weeks
    ]


def _causes(review: Review, text: Text) -> list[Row]:
    return [_cause(given, cause, text) for given in review.headlines for cause in given.causes]


def _cause(given: Headline, cause: Cause, text: Text) -> Row:
    return {**vars(cause), "metric": given.metric, "cause": cause.label[text.language]}


def _spike(given: Spike, text: Text) -> Row:
    words = {name: getattr(given, name)[text.language] for name in ("finding", "advice")}
    return {**vars(given), **words, "state": text(f"report.state_{given.state}")}


def _course(review: Review) -> list[Row]:
    return [
        {**vars(point), "sku_id": spike.sku_id, "batch_id": spike.batch_id}
        for spike in review.spikes
        for point in spike.course
    ]


def _cases(review: Review, text: Text) -> list[Row]:
    return [
        {
            **vars(case),
            **_changed(case.change),
            "type": case.type_label[text.language],
            "reason": case.reason_label[text.language],
            "share": case.share.value,
            "advice": case.advice[text.language] or None,
            "note": case.note[text.language] or None,
        }
        for case in review.cases
    ]


def _handlers(review: Review) -> list[Row]:
    return [
        {**vars(each.in_time), "handler": each.handler, "tickets": each.tickets, "late": each.late}
        for each in review.handlers
    ]


def _parts(parts: Iterable[Part], text: Text) -> list[Row]:
    return [{**vars(part.now), "part": part.label[text.language]} for part in parts]

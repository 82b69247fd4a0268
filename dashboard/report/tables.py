"""The tables of a review: what stands in their cells, for page and deck alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import judged
from dashboard.components.table import Column, Entry, Judged, Level, Quiet, Stacked
from dashboard.report import told
from dashboard.report.sections import about, stands
from dashboard.text import Text
from metrics.catalog import CATALOG
from metrics.review.model import Case, Followed, Handler, Headline, Part, Saved, Spike
from metrics.words import Finding, format_value, say, value_label

VERDICT_OF = {"worked": "better", "not_worked": "worse", "unclear": "unclear", "early": "unclear"}


@dataclass(frozen=True)
class Table:
    """A table with its columns; `widths` says how much of a slide each of them takes, in parts of the whole."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry, ...], ...]
    widths: tuple[int, ...]


def followed(decisions: Sequence[Followed], text: Text) -> Table:
    """Return what was decided last week, and what became of it."""
    rows = [
        (
            str(each.number),
            Stacked(each.text, about(each, text)),
            each.owner,
            _due(each, text),
            _outcome(each, text),
        )
        for each in decisions
    ]
    columns = (
        Column("#", "right"),
        Column(text("report.col_decision"), wrap=True),
        Column(text("decision.owner"), wrap=True),
        Column(text("decision.due")),
        Column(text("report.col_outcome"), wrap=True),
    )
    return Table(text("report.followed"), columns, tuple(rows), (5, 35, 10, 14, 36))


def decided(decisions: Sequence[Followed], text: Text) -> Table:
    """Return what was decided this week: each with its owner and its day."""
    rows = [
        (str(each.number), Stacked(each.text, about(each, text)), each.owner, _due(each, text)) for each in decisions
    ]
    columns = (
        Column("#", "right"),
        Column(text("report.col_decision"), wrap=True),
        Column(text("decision.owner"), wrap=True),
        Column(text("decision.due")),
    )
    return Table(text("report.decided"), columns, tuple(rows), (5, 63, 16, 16))


def _due(decision: Followed, text: Text) -> Entry:
    status = text(f"decision.{decision.status}")
    if decision.overdue:
        return Judged("worse", text("report.overdue"), before=f"{decision.due:%m-%d}", small=status)
    return Stacked(f"{decision.due:%m-%d}", status)


def _outcome(decision: Followed, text: Text) -> Entry:
    outcome = decision.outcome
    if outcome is None:
        return Quiet(text("report.not_counted"))
    word = text(f"report.{outcome.result}")
    return Judged(VERDICT_OF[outcome.result], word, small=_after(word, outcome.sentence[text.language]))


def _after(word: str, sentence: str) -> str:
    """Return a sentence without the word that stands over it already.

    >>> _after("见效", "见效：退款率 23.3% → 11.6%"), _after("worked", "Worked: down"), _after("见效", "退款率降了")
    ('退款率 23.3% → 11.6%', 'down', '退款率降了')
    """
    if sentence.lower().startswith(word.lower()) and sentence[len(word) : len(word) + 1] in ("：", ":"):
        return sentence[len(word) + 1 :].strip()
    return sentence


def numbers(lines: Sequence[Headline], text: Text) -> Table:
    """Return numbers beside last week, last year, their target and what the back office shows."""
    rows = []
    for given in lines:
        metric = CATALOG[given.metric]
        year, arrived = (
            Quiet("–") if number is None else told.value(number, metric, text)
            for number in (given.year_before, given.arrived)
        )
        rows.append(
            (
                metric.label(text.language),
                told.rate(given.now, metric, text),
                told.change(given.change, metric, text),
                year,
                told.aim(given.target, metric, text),
                arrived,
            )
        )
    columns = (
        Column(text("report.col_metric")),
        Column(text("report.col_now"), "right"),
        Column(text("tile.against"), "right"),
        Column(text("report.col_year"), "right"),
        Column(text("report.col_target"), "right"),
        Column(text("reading.arrived"), "right"),
    )
    return Table(text("report.numbers"), columns, tuple(rows), (18, 20, 21, 10, 20, 11))


def batches(spikes: Sequence[Spike], text: Text) -> Table:
    """Return flagged batches, one a row."""
    rows = [
        (
            Level(spike.level, say(Finding(f"spikes.{spike.level}"), text.language)),
            Stacked(spike.name, stands(spike, text)),
            f"{judged.units(spike.observed)}/{judged.due(_float(spike.expected))}",
            times(spike, text),
            judged.units(_float(spike.units_in_stock)),
            format_value(spike.money_at_risk, "yuan", text.language),
            spike.advice[text.language],
        )
        for spike in spikes
    ]
    columns = (
        Column(text("batches.col_level")),
        Column(text("batches.col_batch"), wrap=True),
        Column(text("batches.col_returned"), "right"),
        Column(text("batches.col_times"), "right"),
        Column(text("batches.col_stock"), "right"),
        Column(text("batches.col_at_risk"), "right"),
        Column(text("reasons.advice"), wrap=True),
    )
    return Table(text("report.spikes"), columns, tuple(rows), (7, 24, 10, 15, 8, 10, 26))


def times(spike: Spike, text: Text) -> str:
    """Return how many times as much as normal a batch has back; a dash where nothing can be told."""
    if spike.relative_rate is None or spike.low is None or spike.high is None:
        return "–"
    return judged.times(vars(spike), text)


def cases(given: Sequence[Case], text: Text) -> Table:
    """Return the trade's table: 售后类型 · 常见原因 · 单数 · 占比 · 较上周 · 售后成本 · 处理建议 · 备注."""
    share = CATALOG["reason_share"]
    rows = [
        (
            case.type_label[text.language],
            case.reason_label[text.language],
            f"{case.tickets:,}",
            told.value(case.share, share, text),
            told.change(case.change, share, text, none=text("reasons.no_change")),
            format_value(case.cost, "yuan", text.language),
            case.advice[text.language],
            case.note[text.language],
        )
        for case in given
    ]
    columns = (
        Column(text("reasons.type")),
        Column(text("reasons.common"), wrap=True),
        Column(text("reasons.tickets"), "right"),
        Column(text("reasons.share"), "right"),
        Column(text("reasons.change"), "right"),
        Column(text("reasons.cost"), "right"),
        Column(text("reasons.advice"), wrap=True),
        Column(text("reasons.note"), wrap=True),
    )
    return Table(text("report.cases"), columns, tuple(rows), (10, 12, 8, 8, 16, 9, 22, 15))


def handlers(given: Sequence[Handler], text: Text) -> Table:
    """Return the load of each who answers, and how much of it was in time."""
    metric = CATALOG["response_in_time"]
    rows = [
        (
            value_label("handler", handler.handler, text.language),
            f"{handler.tickets:,}",
            told.rate(handler.in_time, metric, text),
            f"{handler.late:,}",
        )
        for handler in given
    ]
    columns = (
        Column(text("response.col_handler"), wrap=True),
        Column(text("response.tickets"), "right"),
        Column(text("response.in_time"), "right"),
        Column(text("report.col_late"), "right"),
    )
    return Table(text("response.handlers"), columns, tuple(rows), (30, 18, 34, 18))


def liable(parts: Sequence[Part], text: Text) -> Table:
    """Return who the week's disputes were laid to."""
    return _parts(parts, text, text("satisfaction.liable_head"), text("satisfaction.share"), "dispute_share")


def followups(parts: Sequence[Part], text: Text) -> Table:
    """Return how many came back to buy, by what the follow-up did."""
    label = CATALOG["repurchase_rate"].label(text.language)
    return _parts(parts, text, text("report.col_arm"), label, "repurchase_rate")


def _parts(parts: Sequence[Part], text: Text, head: str, value: str, metric: str) -> Table:
    rows = tuple((part.label[text.language], told.rate(part.now, CATALOG[metric], text)) for part in parts)
    return Table(head, (Column(head), Column(value, "right")), rows, (50, 50))


def savings(months: Sequence[Saved], text: Text) -> Table:
    """Return 省钱账: what was not sold any more of flagged batches, and what it would have cost."""
    rows = [
        (
            f"{month.month:%Y-%m}",
            f"{month.batches:,}",
            f"{month.units:,}",
            Quiet(text("report.unknown")) if month.money is None else format_value(month.money, "yuan", text.language),
        )
        for month in months
    ]
    columns = (
        Column(text("report.col_month")),
        Column(text("report.col_batches"), "right"),
        Column(text("report.col_units"), "right"),
        Column(text("report.col_money"), "right"),
    )
    return Table(text("report.savings"), columns, tuple(rows), (25, 25, 25, 25))


def pairs(caption: str, told_pairs: Sequence[tuple[str, str]], name_width: int = 24) -> Table:
    """Return names and what they mean as a table without a head of its own."""
    rows = tuple((name, words) for name, words in told_pairs)
    return Table(caption, (Column(""), Column("", wrap=True)), rows, (name_width, 100 - name_width))


def _float(number: float | None) -> float:
    return float("nan") if number is None else float(number)


def facts(spike: Spike, text: Text) -> str:
    """Return the numbers of one batch in a line."""
    return text(
        "report.facts",
        observed=judged.units(spike.observed),
        expected=judged.due(_float(spike.expected)),
        times=times(spike, text),
        stock=judged.units(_float(spike.units_in_stock)),
        money=format_value(spike.money_at_risk, "yuan", text.language),
    )


def batch_facts(spike: Spike, text: Text) -> list[tuple[str, str]]:
    """Return the numbers of one batch, one by one."""
    return [
        (text("batches.col_returned"), f"{judged.units(spike.observed)}/{judged.due(_float(spike.expected))}"),
        (text("batches.col_times"), times(spike, text)),
        (text("batches.col_stock"), judged.units(_float(spike.units_in_stock))),
        (text("batches.col_at_risk"), format_value(spike.money_at_risk, "yuan", text.language)),
        (text("batches.col_flagged"), stands(spike, text)),
    ]

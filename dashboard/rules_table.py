"""`aftersales rules …`: replayed on history, tried on what waits, and only then, and only when told, for real."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import typer

import metrics
from dashboard.terminal import Format, sentence, show_data, show_table, words
from metrics.ingest.jd import Bench, act, connected, now
from metrics.policy import Rule, read_rules
from metrics.policy.live import approve
from metrics.warehouse.store import Store
from metrics.words import Finding, Refused, format_value, preferred_language, say, value_label

if TYPE_CHECKING:
    from datetime import date, datetime

    from metrics import Shop

REPLAY = ("rule", "tickets", "hours_saved", "breaches", "money", "wrong")
WAITING = ("ticket", "rule", "type", "reason", "amount", "waited")


def rules_to_try(shop: Shop, file: Path | None, only: list[str]) -> tuple[Rule, ...]:
    """Return the rules of a file, else those of the store; `only` these, by name."""
    rules = read_rules(file) if file else shop.approval_rules()
    language = preferred_language()
    called = {name: rule.name for rule in rules for name in (rule.name, rule.label(language))}
    for name in only:
        if name not in called:
            known = ", ".join(rule.label(language) for rule in rules)
            raise Refused("policy.no_rule", name=name, known=known)
    chosen = {called[name] for name in only}
    if not rules:
        raise Refused("policy.no_rules")
    return tuple(rule for rule in rules if not only or rule.name in chosen)


def show_replay(shop: Shop, rules: tuple[Rule, ...], start: date | None, stop: date | None, form: Format) -> None:
    """Print what each rule would have done, and all of them together."""
    told, language = shop.replay_rules(rules, start, stop), preferred_language()
    named = {rule.name: rule.label(language) for rule in rules}
    if form != "table":
        show_data(told.summary, form)
        return
    last, of = told.stop - timedelta(days=1), int(told.summary["of"].iloc[-1])
    typer.echo(words("replay_caption", count=f"{of:,}", first=told.start, last=last, version=shop.version))
    rows = []
    for row in told.summary.to_dict("records"):
        few = f"{row['wrong']:,}/{row['settled']:,}"
        known = row["status"] == "ok"
        share, low, high = (format_value(row[name], "share", language) for name in ("value", "low", "high"))
        rows.append(
            [
                named[row["rule"]] if isinstance(row["rule"], str) else words("replay_together"),
                f"{row['tickets']:,}",
                f"{row['hours_saved']:,.0f}",
                f"{row['breaches_avoided']:,}",
                format_value(row["money"], "yuan", language),
                f"{share} ({low}–{high}) {few}" if known else f"{words('status_insufficient')} {few}",
            ]
        )
    show_table([words(f"col_{name}") for name in REPLAY], rows, numbers=(1, 2, 3, 4))


def show_waiting(shop: Shop, rules: tuple[Rule, ...], moment: datetime | None, form: Format) -> None:
    """Print the tickets that would be approved now; nothing is sent."""
    found = shop.approvable(rules, moment)
    if form != "table":
        show_data(found, form)
        return
    typer.echo(words("dry_caption", count=len(found), version=shop.version))
    _list(found, rules)


def approve_live(store: Path | None, file: Path | None, only: list[str], live: bool, form: Format) -> None:
    """Approve at JD what the rules approve now; without `live` every check is made and nothing is done.

    The replay stands before it, so that nobody lets a rule loose without having seen how often it goes wrong.
    """
    root = Store.locate(store)
    client = connected(os.environ)
    shop = metrics.open_shop(store)
    rules = rules_to_try(shop, file, only)
    if form == "table":
        show_replay(shop, rules, None, None, form)
    bench = Bench(client, root, os.environ, now, live=live)
    note = say(Finding("policy.note", {"rule": "{rule}"}), "zh")  # what the customer of a shop on JD reads
    found = shop.approvable(rules, now())
    done, stopped = approve(found, lambda ticket, order, said: act(bench, "approve", ticket, order, said), note)
    if form != "table":
        show_data(done, form)
    else:
        typer.echo(words("live_caption" if live else "live_off", count=len(done), path=bench.ledger.path))
        _list(done, rules)
    if stopped is not None:
        typer.echo(words("live_stopped", why=sentence(stopped)), err=True)
        raise typer.Exit(1)


def _list(found: pd.DataFrame, rules: tuple[Rule, ...]) -> None:
    if found.empty:
        return
    language, results = preferred_language(), "result" in found
    named = {rule.name: rule.label(language) for rule in rules}
    rows = [
        [
            row["ticket_id"],
            named[row["rule"]],
            value_label("type", row["type"], language),
            value_label("reason", row["reason"], language),
            format_value(row["amount"], "yuan", language),
            format_value(row["waiting_hours"], "hours", language),
            *([words(f"result_{row['result']}")] if results else []),
        ]
        for row in found.to_dict("records")
    ]
    heads = [words(f"col_{name}") for name in (*WAITING, *(("result",) if results else ()))]
    show_table(heads, rows, numbers=(4, 5))

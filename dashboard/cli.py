"""`aftersales …`: every command is a thin function over the public words.

What is heavy is imported inside the commands: an import at night on a small machine pays neither for the page
nor for the charts, and `aftersales --help` pays for nothing at all.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from dashboard.terminal import Format, sentence, words
from metrics.words import Refused


class RefusingGroup(TyperGroup):
    """Turns a refusal, or a folder that cannot be used, into its one sentence and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            typer.echo(sentence(refused.finding), err=True)
            raise typer.Exit(1) from None
        except OSError as error:
            if error.filename is None:
                raise  # no file of the user's is the matter, so it is a defect of ours
            typer.echo(words("file", path=error.filename, reason=error.strerror), err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    name="aftersales",
    cls=RefusingGroup,
    help=words("help"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # [brackets] in our sentences are words, not markup
    pretty_exceptions_show_locals=False,
)

followup_app = typer.Typer(cls=RefusingGroup, help=words("help_followup"), rich_markup_mode=None)
app.add_typer(followup_app, name="followup")
rules_app = typer.Typer(cls=RefusingGroup, help=words("help_rules"), no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rules_app, name="rules")

StoreFolder = Annotated[Path | None, typer.Option("--store", metavar="DIR", help=words("help_store"))]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help=words("help_port"))]
Output = Annotated[Format, typer.Option("--format", help=words("help_format"))]
Arms = Annotated[str | None, typer.Option("--arms", metavar="control=1,message=1,coupon=1", help=words("help_arms"))]
VersionNumber = Annotated[int, typer.Argument(metavar="N", help=words("help_number"))]
RulesFile = Annotated[
    Path | None, typer.Option("--rules", metavar="FILE", exists=True, dir_okay=False, help=words("help_rules_file"))
]
OnlyRules = Annotated[list[str] | None, typer.Option("--rule", metavar="NAME", help=words("help_only_rule"))]
DUE = 3  # the exit code of a command that found tickets running out of time: for whoever sounds an alarm with it
DAY = ["%Y-%m-%d"]
MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]


@app.command(help=words("help_demo"))
def demo(
    port: Port = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help=words("help_no_browser"))] = False,
) -> None:
    from dashboard.demo import demo_store
    from dashboard.server import serve

    serve(demo_store(), port=port, host="127.0.0.1", browser=not no_browser, demo=True)


@app.command("import", help=words("help_import"))
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=words("help_files"))],
    profile: Annotated[str | None, typer.Option("--profile", metavar="NAME", help=words("help_profile"))] = None,
    shop: Annotated[str | None, typer.Option("--shop", metavar="NAME", help=words("help_shop"))] = None,
    store: StoreFolder = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=MOMENT, metavar="T", help=words("help_as_of"))
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=words("help_dry_run"))] = False,
) -> None:
    from dashboard.imports import import_with_progress, show_report
    from metrics.warehouse.store import Store

    target = Store(Store.locate(store))
    began = time.monotonic()
    report = import_with_progress(files, target, profile=profile, shop=shop, as_of=as_of, dry_run=dry_run)
    show_report(report, target, seconds=time.monotonic() - began)


@app.command(help=words("help_pull"))
def pull(
    platform: Annotated[Literal["jd"], typer.Argument(metavar="jd", help=words("help_platform"))],  # noqa: ARG001
    since: Annotated[datetime, typer.Option("--since", formats=MOMENT, metavar="T", help=words("help_since"))],
    shop: Annotated[str | None, typer.Option("--shop", metavar="NAME", help=words("help_shop"))] = None,
    store: StoreFolder = None,
) -> None:
    from dashboard.at_jd import pull_with_progress
    from dashboard.imports import show_report
    from metrics.warehouse.store import Store

    target = Store(Store.locate(store))
    began = time.monotonic()
    report = pull_with_progress(target, since, shop)
    show_report(report, target, seconds=time.monotonic() - began)


@app.command(help=words("help_delist"))
def delist(
    ware_id: Annotated[str, typer.Argument(metavar="WARE_ID", help=words("help_ware"))], store: StoreFolder = None
) -> None:
    from dashboard.at_jd import take_down
    from metrics.warehouse.store import Store

    take_down(Store.locate(store), ware_id)


@app.command(help=words("help_dashboard"))
def dashboard(
    store: StoreFolder = None,
    port: Port = None,
    host: Annotated[str, typer.Option("--host", metavar="H", help=words("help_host"))] = "127.0.0.1",
) -> None:
    from dashboard.server import serve
    from metrics.warehouse.store import Store

    # Whoever lets other machines in is at a server, where no browser is to be opened.
    serve(Store.locate(store), port=port, host=host, browser=host == "127.0.0.1", demo=False)


@app.command(help=words("help_metric"))
def metric(
    name: Annotated[str, typer.Argument(metavar="METRIC", help=words("help_name"))],
    by: Annotated[list[str] | None, typer.Option("--by", metavar="DIMENSION", help=words("help_by"))] = None,
    grain: Annotated[
        Literal["day", "week", "month", "quarter", "year"] | None, typer.Option("--grain", help=words("help_grain"))
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="DIMENSION=VALUE", help=words("help_where"))
    ] = None,
    reading: Annotated[
        Literal["arrived", "same_age", "final"] | None, typer.Option("--reading", help=words("help_reading"))
    ] = None,
    age: Annotated[int, typer.Option("--age", help=words("help_age"))] = 7,
    start: Annotated[datetime | None, typer.Option("--start", formats=DAY, help=words("help_start"))] = None,
    stop: Annotated[datetime | None, typer.Option("--stop", formats=DAY, help=words("help_stop"))] = None,
    store: StoreFolder = None,
    form: Output = "table",
) -> None:
    conditions = _conditions(where or [])
    import metrics
    from dashboard.answers import show_answer

    opened = metrics.open_shop(store)
    frame = opened.query(
        name,
        by=by or [],
        grain=grain,
        where=conditions,
        reading=reading,
        age=age,
        start=start.date() if start else None,
        stop=stop.date() if stop else None,
    )
    show_answer(opened, name, reading, frame, form)


@app.command(help=words("help_spikes"))
def spikes(
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=DAY, metavar="D", help=words("help_judged_on"))
    ] = None,
    family: Annotated[Literal["quality", "all"], typer.Option("--family", help=words("help_family"))] = "quality",
    store: StoreFolder = None,
    form: Output = "table",
) -> None:
    import metrics
    from dashboard.spikes import show_spikes

    opened = metrics.open_shop(store)
    report = opened.spike_report(as_of=as_of.date() if as_of else None, family=family)
    show_spikes(opened, report, form)


@app.command(help=words("help_queue"))
def queue(
    now: Annotated[str | None, typer.Option("--now", metavar="T", help=words("help_now"))] = None,
    due_within: Annotated[str | None, typer.Option("--due-within", metavar="4h", help=words("help_due_within"))] = None,
    store: StoreFolder = None,
    form: Output = "table",
) -> None:
    moment = _moment(now) if now else None
    within = _duration(due_within, "--due-within") if due_within else None
    import metrics
    from dashboard.queue_table import show_queue

    opened = metrics.open_shop(store)
    rows = opened.queue(now=moment, due_within=within)
    show_queue(opened, rows, form, now=moment, within=within)
    if within is not None and len(rows):
        raise typer.Exit(DUE)


@app.command(help=words("help_promotion"))
def promotion(
    day: Annotated[datetime, typer.Option("--day", formats=DAY, metavar="D", help=words("help_promotion_day"))],
    against: Annotated[
        datetime | None, typer.Option("--against", formats=DAY, metavar="D", help=words("help_against"))
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=60, help=words("help_promotion_days"))] = 15,
    store: StoreFolder = None,
    form: Output = "table",
) -> None:
    import metrics
    from dashboard.promotion_table import show_promotion

    opened = metrics.open_shop(store)
    show_promotion(opened, day.date(), against.date() if against else None, days, form)


@app.command(help=words("help_alarm"))
def alarm(
    due_within: Annotated[str, typer.Option("--due-within", metavar="2h", help=words("help_alarm_within"))] = "2h",
    every: Annotated[str | None, typer.Option("--every", metavar="5m", help=words("help_every"))] = None,
    language: Annotated[Literal["zh", "en"], typer.Option("--lang", help=words("help_lang"))] = "zh",
    store: StoreFolder = None,
) -> None:
    within = _duration(due_within, "--due-within")
    pause = _duration(every, "--every") if every else None
    from dashboard.alarm import sound_alarm
    from metrics.warehouse.store import Store

    sound_alarm(Store.locate(store), within=within, every=pause, language=language)


@app.command(help=words("help_review"))
def review(
    week: Annotated[str, typer.Option("--week", metavar="W", help=words("help_week"))],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=words("help_review_out"))],
    store: StoreFolder = None,
    language: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help=words("help_review_lang"))] = None,
) -> None:
    from dashboard.report.file import write_review

    write_review(store, week, out, language)


@followup_app.callback(invoke_without_command=True)
def followup(
    context: typer.Context,
    claim: Annotated[float, typer.Option("--claim", metavar="0.05", help=words("help_claim"))] = 0.05,
    arms: Arms = None,
    margin_rate: Annotated[
        float | None, typer.Option("--margin-rate", metavar="0.3", help=words("help_margin_rate"))
    ] = None,
    store: StoreFolder = None,
    form: Output = "table",
) -> None:
    if context.invoked_subcommand is not None:
        return
    import metrics
    from dashboard.followup_list import ratio_of, show_followup

    read = metrics.open_shop(store).followup(claim=claim, ratio=ratio_of(arms), margin_rate=margin_rate)
    show_followup(read, form)


@followup_app.command("assign", help=words("help_assign"))
def assign(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.csv", help=words("help_list"))],
    size: Annotated[str, typer.Option("--size", metavar="N", help=words("help_size"))] = "all",
    arms: Arms = None,
    coupon: Annotated[float | None, typer.Option("--coupon", min=0, metavar="10", help=words("help_coupon"))] = None,
    seed: Annotated[int, typer.Option("--seed", help=words("help_lot"))] = 0,
    shop: Annotated[str | None, typer.Option("--shop", metavar="NAME", help=words("help_list_shop"))] = None,
    store: StoreFolder = None,
) -> None:
    import metrics
    from dashboard.followup_list import count_of, ratio_of, write_list

    opened, ratio = metrics.open_shop(store), ratio_of(arms)
    write_list(opened, out, size=count_of(size), ratio=ratio, seed=seed, coupon=coupon, only=shop)


@rules_app.command("replay", help=words("help_replay"))
def rules_replay(
    rules: RulesFile = None,
    rule: OnlyRules = None,
    start: Annotated[datetime | None, typer.Option("--start", formats=DAY, help=words("help_start"))] = None,
    stop: Annotated[datetime | None, typer.Option("--stop", formats=DAY, help=words("help_stop"))] = None,
    store: StoreFolder = None,
    form: Output = "table",
) -> None:
    import metrics
    from dashboard.rules_table import rules_to_try, show_replay

    opened = metrics.open_shop(store)
    chosen = rules_to_try(opened, rules, rule or [])
    show_replay(opened, chosen, start.date() if start else None, stop.date() if stop else None, form)


@rules_app.command("dry-run", help=words("help_dry_rules"))
def rules_dry_run(
    rules: RulesFile = None,
    rule: OnlyRules = None,
    now: Annotated[str | None, typer.Option("--now", metavar="T", help=words("help_now"))] = None,
    store: StoreFolder = None,
    form: Output = "table",
) -> None:
    moment = _moment(now) if now else None
    import metrics
    from dashboard.rules_table import rules_to_try, show_waiting

    opened = metrics.open_shop(store)
    show_waiting(opened, rules_to_try(opened, rules, rule or []), moment, form)


@rules_app.command("live", help=words("help_live_rules"))
def rules_live(
    rules: RulesFile = None,
    rule: OnlyRules = None,
    live: Annotated[bool, typer.Option("--live", help=words("help_live"))] = False,
    store: StoreFolder = None,
    form: Output = "table",
) -> None:
    from dashboard.rules_table import approve_live

    approve_live(store, rules, rule or [], live, form)


@app.command(help=words("help_versions"))
def versions(store: StoreFolder = None, form: Output = "table") -> None:
    from dashboard.answers import show_versions
    from metrics.warehouse.store import Store

    show_versions(Store(Store.locate(store)), form)


@app.command(help=words("help_rollback"))
def rollback(number: VersionNumber, store: StoreFolder = None) -> None:
    from metrics.warehouse.store import Store

    Store(Store.locate(store)).rollback(number)
    typer.echo(words("rolled_back", version=number))


@app.command(help=words("help_pin"))
def pin(number: VersionNumber, store: StoreFolder = None) -> None:
    from metrics.warehouse.store import Store

    Store(Store.locate(store)).pin(number)
    typer.echo(words("pinned", version=number))


@app.command(help=words("help_unpin"))
def unpin(number: VersionNumber, store: StoreFolder = None) -> None:
    from metrics.warehouse.store import Store

    Store(Store.locate(store)).unpin(number)
    typer.echo(words("unpinned", version=number))


@app.command(help=words("help_simulate"))
def simulate(
    lines: Annotated[str, typer.Option("--lines", metavar="N", help=words("help_lines"))],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help=words("help_out"))],
    seed: Annotated[int, typer.Option("--seed", help=words("help_seed"))] = 0,
) -> None:
    count = _whole_number(lines)
    from dashboard.terminal import progress
    from metrics.simulate import simulate as write_shop

    began = time.monotonic()
    with progress(words("step_simulate", lines=f"{count:,}")):
        write_shop(count, out, seed=seed)
    took = f"{time.monotonic() - began:.1f}"
    command = f"uv run aftersales import {out}/*.parquet --profile generic --store DIR"
    typer.echo(words("simulated", lines=f"{count:,}", seconds=took, out=out, command=command))


@app.command(help=words("help_doctor"))
def doctor(store: StoreFolder = None, form: Output = "table") -> None:
    from dashboard.doctor import show_state

    if not show_state(store, form):
        raise typer.Exit(1)


def _conditions(texts: list[str]) -> dict[str, list[str]]:
    conditions: dict[str, list[str]] = {}
    for text in texts:
        dimension, equals, value = text.partition("=")
        if not (dimension and equals):
            raise typer.BadParameter(words("where", text=text), param_hint="--where")
        conditions.setdefault(dimension.strip(), []).append(value.strip())
    return conditions


def _moment(text: str) -> datetime:
    """Return a moment that is the same everywhere: whose clock a time without an offset is read on, nobody can tell."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(words("moment", text=text), param_hint="--now") from None
    if moment.tzinfo is None:
        raise typer.BadParameter(words("naive", text=text), param_hint="--now")
    return moment


def _duration(text: str, option: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,4})([mhd])", text)
    if found is None:
        raise typer.BadParameter(words("duration", text=text), param_hint=option)
    return int(found[1]) * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[found[2]]


def _whole_number(text: str) -> int:
    # int() reads the 10_000_000 that a person can count the zeros of; typer's own number would not.
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise typer.BadParameter(words("lines", text=text), param_hint="--lines")
    return number

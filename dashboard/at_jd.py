"""What the command line does at JD: it pulls, and it takes a ware down after its number was typed again."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import typer

from dashboard.terminal import progress, words
from metrics.ingest.jd import Bench, connected, delist, now, pull
from metrics.ingest.report import ImportReport
from metrics.warehouse.store import Store
from metrics.words import Refused


def pull_with_progress(store: Store, since: datetime, shop: str | None) -> ImportReport:
    """Pull as `metrics.ingest.jd.pull` does, naming each slice on the terminal while it is read."""
    client = connected(os.environ)
    with progress() as tell:
        return pull(store, client, since, clock=now, shop=shop, progress=tell)


def take_down(store: Path, ware_id: str) -> None:
    """Say what taking a ware down means, and do it where its number is typed once more.

    There is no way around the question: a whole ware off the shelf by mistake costs a day's sales.
    """
    client = connected(os.environ)
    typer.echo(words("delist_means", ware=ware_id))
    if typer.prompt(words("delist_ask")).strip() != ware_id:
        raise Refused("cli.delist_not_meant", ware=ware_id)
    delist(Bench(client, store, os.environ, now, live=True), ware_id, "aftersales delist")
    typer.echo(words("delisted", ware=ware_id))

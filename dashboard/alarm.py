"""`aftersales alarm`: looks at the queue, once or again and again, and tells the robot of a chat group."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import typer

from dashboard.terminal import sentence
from dashboard.webhook.post import send
from dashboard.webhook.settings import quiet_hours, robot
from dashboard.webhook.watch import Watch
from metrics.words import Language, Refused


def sound_alarm(store: Path, *, within: timedelta, every: timedelta | None, language: Language) -> None:
    """Look once, or every so often until somebody stops it.

    What is set up wrongly ends it at once; a robot that cannot be reached is told of and tried again at the next look.
    """
    watch = Watch(store, within, quiet_hours(os.environ), language, partial(send, robot(os.environ)))
    if every is None:
        typer.echo(sentence(watch.look(datetime.now(UTC))))
        return
    with suppress(KeyboardInterrupt):
        while True:
            try:
                _say(sentence(watch.look(datetime.now(UTC))))
            except Refused as refused:
                _say(sentence(refused.finding), err=True)
            time.sleep(every.total_seconds())


def _say(words: str, *, err: bool = False) -> None:
    typer.echo(f"{datetime.now():%m-%d %H:%M:%S} {words}", err=err)

"""What keeps a machine from doing harm at JD: a switch that stops it, a cap for a day, and off unless it is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from metrics.ingest.jd.ledger import Ledger
from metrics.ingest.jd.session import BEIJING
from metrics.words import Refused

STOP = "AFTERSALES_JD_STOP"
STOP_FILE = "JD_STOP"
CAP = "AFTERSALES_JD_CAP"
USUAL_CAP = 200
"""Actions a day, on Beijing's calendar: what a person can still look through in the evening."""


def stopped(environment: Mapping[str, str], store: Path) -> bool:
    """Whether somebody pulled the switch: the variable says anything but 0, or the file stands in the store."""
    return environment.get(STOP, "").strip() not in ("", "0") or (store / STOP_FILE).exists()


def refuse_to_act(environment: Mapping[str, str], store: Path, ledger: Ledger, at: datetime) -> None:
    """Raise `Refused` where the switch is pulled, or the cap of the day is reached."""
    if stopped(environment, store):
        raise Refused("jd.stopped", setting=STOP, path=store / STOP_FILE)
    cap = _cap(environment)
    if ledger.begun_on(at.astimezone(BEIJING).date()) >= cap:
        raise Refused("jd.cap_reached", cap=cap, setting=CAP)


def _cap(environment: Mapping[str, str]) -> int:
    text = environment.get(CAP, "").strip() or str(USUAL_CAP)
    if not text.isdecimal():
        raise Refused("jd.bad_cap", setting=CAP)
    return int(text)

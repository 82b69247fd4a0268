"""How the command line prints a follow-up, and writes the next list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import typer

from dashboard.terminal import Format, show_data, show_table, words
from metrics.followup.sentences import arm_label, balance, p_text, points, relative_text, worth_sentence
from metrics.words import Refused, format_value, preferred_language

if TYPE_CHECKING:
    from pathlib import Path

    from metrics import Shop
    from metrics.followup import Arm, Followup

HEADERS = ("days", "arm", "value", "interval", "count", "immature", "change", "relative", "p")


def show_followup(read: Followup, form: Format) -> None:
    """Print the arms: whole for a program; for a person with the sentences that they come to."""
    if form != "table":
        show_data(read.frame, form)
        return
    language = preferred_language()
    for said in read.sentences(language):
        typer.echo(said)
    if read.balance is None:
        return
    if not read.balance.alert:
        typer.echo(balance(read.balance, language))
    for worth in read.worths:
        typer.echo(worth_sentence(worth, language))
    show_table([words(f"col_{name}") for name in HEADERS], [_cells(read, arm) for arm in read.arms], numbers=(2, 4, 5))


def _cells(read: Followup, arm: Arm) -> list[str]:
    language = preferred_language()
    value, low, high = (
        "" if pd.isna(v) else format_value(v, "share", language) for v in (arm.value, arm.low, arm.high)
    )
    effect = read.effect(arm.name, arm.days)
    told = effect is not None and not pd.isna(effect.difference.diff)
    return [
        str(arm.days),
        arm_label(arm.name, language),
        value,
        f"{low}–{high}" if low else "",
        f"{arm.repurchased:,}/{arm.mature:,}",
        f"{arm.immature:,}",
        *(
            [points(effect, language), relative_text(effect, language), p_text(effect.p_holm)]
            if told and effect
            else [""] * 3
        ),
    ]


def write_list(
    shop: Shop,
    out: Path,
    *,
    size: int | None,
    ratio: dict[str, float] | None,
    seed: int,
    coupon: float | None,
    only: str | None,
) -> None:
    """Write the next list and say how many customers of each arm are on it."""
    from metrics.export import to_csv
    from metrics.followup.assign import assign, listed, provenance

    drawn = assign(shop, size=size, ratio=ratio, seed=seed, coupon=coupon, only=only)
    out.write_bytes(to_csv(listed(drawn), provenance(shop, ratio, seed)))
    counts = drawn["arm"].value_counts()
    arms = " · ".join(f"{arm_label(str(name), preferred_language())} {count:,}" for name, count in counts.items())
    typer.echo(words("list_written", path=out, count=f"{len(drawn):,}", arms=arms or "–"))


def ratio_of(text: str | None) -> dict[str, float] | None:
    """Return the shares of the arms as they were typed; None where they were left out.

    >>> ratio_of("control=2, coupon=1")
    {'control': 2.0, 'coupon': 1.0}
    """
    if text is None:
        return None
    pairs = [part.partition("=") for part in text.split(",")]
    try:
        return {name.strip(): float(share) for name, _, share in pairs}
    except ValueError:
        raise Refused("followup.bad_arms", text=text) from None


def count_of(text: str) -> int | None:
    """Return a size as it was typed; None for all.

    >>> count_of("all"), count_of("300")
    (None, 300)
    """
    if text == "all":
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise Refused("followup.bad_count", text=text)
    return int(text)

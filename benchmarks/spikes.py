"""How early and how rightly bad batches are found: the rule, what shops use today, and an oracle, on simulated shops.

    uv run python benchmarks/spikes.py --publish                    every scenario, six fresh seeds; writes the tables
    uv run python benchmarks/spikes.py --seeds 3 --first-seed 101   another run, only printed
    uv run python benchmarks/spikes.py --scenario base --json base.json

A batch is decided from what was known at the end of each day, sixty days long. *Power* is the share of the bad batches
with a sale on these days that were flagged; *FDR* the share of false ones among all flags, pooled over the seeds.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.spike_counts import Counts as DailyCounts
from benchmarks.spike_oracle import oracle
from benchmarks.spike_rules import run_rules
from benchmarks.spike_speed import speed
from metrics.simulate.batch_world import SCENARIOS, BatchWorld
from metrics.simulate.batches import SimulatedBatches, simulate_batches
from metrics.spikes.counts import Counts, midnight
from metrics.spikes.daily import Watch
from metrics.spikes.model import REACH_DAYS

RESULTS = Path(__file__).parent / "results"
README = Path(__file__).parent / "README.md"
FIRST_SEED = 901
SEEDS = 6
WORKERS = 2
RULE, ORACLE = "replay, at its default", "oracle that knows every true parameter"
NEAREST = (
    "CUSUM likelihood ratio, over-dispersed null",
    "gamma-Poisson p, age-adjusted, BH 5 % daily",
    "Laney p′, age-adjusted",
    "Spiegelhalter funnel, age-adjusted, 99.8 %",
)
FALSE_SHARES = (0.01, 0.05, 0.10, 0.20)
SIZES = ((0, 250), (250, 500), (500, 1000), (1000, 10**9))


@dataclass(frozen=True)
class Run:
    """What the rules did with one shop: one frame a rule with a row a batch, and the days of the drift banner."""

    scenario: str
    seed: int
    outcomes: Mapping[str, pd.DataFrame]
    drifting: Sequence[int]
    """Days of looks on which the banner was up, the first one being 0."""


@dataclass(frozen=True)
class Figures:
    """How one rule did over all seeds of a scenario."""

    bad: int
    flags: int
    false: int
    found: int
    days_to_flag: float
    unsold: float

    @property
    def power(self) -> float:
        """Bad batches flagged, of those with a sale on the days of the looks."""
        return self.found / self.bad if self.bad else float("nan")

    @property
    def fdr(self) -> float:
        """False flags of all flags."""
        return self.false / self.flags if self.flags else 0.0


def main() -> None:
    """Run what was asked for, print its tables as they come, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="shops of each scenario")
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), help="may be given more than once")
    parser.add_argument("--json", type=Path, default=RESULTS / "spikes.json", help="where the figures go")
    parser.add_argument("--publish", action="store_true", help="write the tables into the README of the benchmarks")
    asked = parser.parse_args()
    names = asked.scenario or list(SCENARIOS)
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    console = Console(width=180)
    runs: dict[str, list[Run]] = {}
    for done in _runs(names, seeds):
        runs.setdefault(done.scenario, []).append(done)
        if len(runs[done.scenario]) == len(seeds):
            _show(console, scenario_table({done.scenario: runs[done.scenario]}))
    tables = report(runs)
    if asked.publish or not asked.scenario:
        tables["How long it takes"] = pd.DataFrame(speed())
    for title, table in tables.items():
        console.print(f"\n[bold]{title}[/bold]")
        _show(console, table)
    asked.json.parent.mkdir(exist_ok=True)
    written = {"machine": machine(), "seeds": list(seeds)}
    written |= {title: table.to_dict("records") for title, table in tables.items()}
    asked.json.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if asked.publish:
        publish(tables, seeds)


def run(scenario: str, seed: int) -> Run:
    """Simulate one shop and let every rule look at it day by day."""
    world = SCENARIOS[scenario]
    made = simulate_batches(world, seed)
    flags, drifting = judged_daily(made, *world.looks)
    peers = run_rules(DailyCounts.of(made.units, made.returns), *world.looks)
    flagged = {RULE: flags, ORACLE: oracle(world, made), **peers}
    return Run(scenario, seed, {name: outcome(world, made, each) for name, each in flagged.items()}, drifting)


def judged_daily(made: SimulatedBatches, start: date, stop: date) -> tuple[pd.DataFrame, list[int]]:
    """Return each batch's flag by `metrics.spikes`, minus its lowest chance of being good, and the days of the banner.

    The flags are those of `replay`; the score ranks the batches that were never flagged as well, so it is taken from
    the daily looks behind `replay`.
    """
    first, after = midnight(start), midnight(stop)
    since = first - pd.Timedelta(days=REACH_DAYS)
    watch = Watch(Counts.read(made.units, made.returns, since, after))
    begins = (first - watch.counts.first_day).days
    flagged: dict[str, pd.Timestamp] = {}
    surest = pd.Series(1.0, index=pd.Index(made.truth["batch_id"]))
    drifting = []
    for day in range(begins, watch.counts.days):
        look = watch.look(day)
        if look is None:
            continue
        known = look.scores
        ready = ~known.is_young
        names = watch.counts.batches[known.batch]
        surest[names[ready]] = np.fmin(surest[names[ready]], known.lfdr[ready])
        flagged |= dict.fromkeys(names[look.called], watch.counts.day(day))
        drifting += [day - begins] if look.drifting else []
    every = made.truth["batch_id"]
    score = -surest.loc[every].to_numpy()
    return pd.DataFrame({"batch_id": every, "flagged_on": every.map(flagged), "score": score}), drifting


def outcome(world: BatchWorld, made: SimulatedBatches, flags: pd.DataFrame) -> pd.DataFrame:
    """Return what a rule did with each batch that it could still do something about, beside the truth."""
    start = pd.Timestamp(world.looks[0])
    found = made.truth.merge(flags, on="batch_id", how="left")
    flagged = found.loc[found["flagged_on"].notna(), ["batch_id", "flagged_on"]]
    sold = made.units[made.units["batch_id"].isin(flagged["batch_id"])].merge(flagged, on="batch_id")
    by_then = sold[sold["sold_on"] <= sold["flagged_on"]].groupby("batch_id")["units"].sum()
    found["sold_by_flag"] = found["batch_id"].map(by_then)
    found["in_looks"] = found["last_sold_on"] >= start
    found["from_first_sale"] = found["first_sold_on"] >= start
    return found[found["in_looks"] | found["flagged_on"].notna()]


def figures(outcomes: Sequence[pd.DataFrame]) -> Figures:
    """Pool the seeds."""
    every = pd.concat(outcomes)
    flagged = every[every["flagged_on"].notna()]
    hit = flagged[flagged["bad"] & flagged["in_looks"]]
    whole = hit[hit["from_first_sale"]]
    return Figures(
        bad=int((every["bad"] & every["in_looks"]).sum()),
        flags=len(flagged),
        false=int((~flagged["bad"]).sum()),
        found=len(hit),
        days_to_flag=float((whole["flagged_on"] - whole["first_sold_on"]).dt.days.median()),
        unsold=float(1 - whole["sold_by_flag"].sum() / whole["size"].sum()),
    )


def power_at(outcomes: Sequence[pd.DataFrame], share: float) -> float:
    """Return the power of the longest list, ranked by score, of which no more than `share` is false."""
    every = pd.concat(outcomes)
    ranked = every.sort_values("score", ascending=False, kind="stable")
    false = (~ranked["bad"]).cumsum().to_numpy() / np.arange(1, len(ranked) + 1)
    within = np.flatnonzero(false <= share)
    if not len(within):
        return 0.0
    bad = every["bad"] & every["in_looks"]
    taken = ranked.iloc[: within[-1] + 1]
    return float((taken["bad"] & taken["in_looks"]).sum() / bad.sum())


def banner_after(runs: Sequence[Run]) -> str:
    """Say after how many days of the shift the banner was up, in the slowest of the seeds; else on how many days."""
    world = SCENARIOS[runs[0].scenario]
    if world.delay_shift is None:
        return f"{np.mean([len(run.drifting) for run in runs]) / world.look_days:.0%} of days"
    shift = world.delay_shift.from_day - world.history_days
    waits = [next((day - shift + 1 for day in run.drifting if day >= shift), None) for run in runs]
    late = [str(wait) if wait is not None else "never" for wait in waits]
    return "day " + ", ".join(sorted(late, key=lambda each: (each == "never", each.zfill(3))))


def scenario_table(runs: Mapping[str, Sequence[Run]]) -> pd.DataFrame:
    """One row a scenario: the rule at its default beside the oracle."""
    rows = []
    for name, of in runs.items():
        ours, best = (figures([run.outcomes[rule] for run in of]) for rule in (RULE, ORACLE))
        rows.append(
            {
                "scenario": name,
                "shops": len(of),
                "bad": ours.bad,
                "flags": ours.flags,
                "FDR": ours.fdr,
                "power": ours.power,
                "oracle's power": best.power,
                "share of oracle's": ours.power / best.power,
                "oracle's FDR": best.fdr,
                "days to flag": ours.days_to_flag,
                "units unsold": ours.unsold,
                "oracle's unsold": best.unsold,
                "drift banner": banner_after(of),
            }
        )
    return pd.DataFrame(rows)


def report(runs: Mapping[str, Sequence[Run]]) -> dict[str, pd.DataFrame]:
    """Return every table: by scenario, along the false discovery rate, and on the base by size, multiplier and rule."""
    tables = {
        "Scenarios, at the default rule (nominal FDR 5 %)": scenario_table(runs),
        "Power where the list is cut at a realised FDR": pd.DataFrame(_along(runs)),
        "Power / FDR beside the peers that come nearest": pd.DataFrame(_beside(runs)),
    }
    if "base" in runs:
        base = runs["base"]
        outcomes = {name: [run.outcomes[name] for run in base] for name in base[0].outcomes}
        tables["Power on the base, by multiplier"] = pd.DataFrame(_by_multiplier(outcomes))
        tables["Power on the base, by units sold"] = pd.DataFrame(_by_size(outcomes))
        tables["Rules on the base, each at its usual setting"] = pd.DataFrame(
            {
                "rule": name,
                "power": (found := figures(each)).power,
                "FDR": found.fdr,
                "flags": found.flags,
                "days to flag": found.days_to_flag,
                **{f"power at FDR {share:.0%}": power_at(each, share) for share in FALSE_SHARES[1:3]},
            }
            for name, each in sorted(outcomes.items(), key=lambda item: -figures(item[1]).fdr)
        )
    return tables


def _along(runs: Mapping[str, Sequence[Run]]) -> Iterator[dict[str, Any]]:
    for name, of in runs.items():
        row: dict[str, Any] = {"scenario": name}
        for short, rule in (("rule", RULE), ("oracle", ORACLE)):
            outcomes = [run.outcomes[rule] for run in of]
            row |= {f"{short}, FDR {share:.0%}": power_at(outcomes, share) for share in FALSE_SHARES}
        yield row


def _beside(runs: Mapping[str, Sequence[Run]]) -> Iterator[dict[str, str]]:
    for name, of in runs.items():
        pooled = {rule: figures([run.outcomes[rule] for run in of]) for rule in (RULE, *NEAREST)}
        yield {"scenario": name} | {rule: f"{each.power:.2f} / {each.fdr:.2f}" for rule, each in pooled.items()}


def _by_multiplier(outcomes: Mapping[str, Sequence[pd.DataFrame]]) -> Iterator[dict[str, Any]]:
    for multiplier in SCENARIOS["base"].multipliers:
        of = {name: [each[each["multiplier"] == multiplier] for each in outcomes[name]] for name in (RULE, ORACLE)}
        ours, best = figures(of[RULE]), figures(of[ORACLE])
        yield {"times the normal rate": multiplier, "bad": ours.bad, "rule": ours.power, "oracle": best.power}


def _by_size(outcomes: Mapping[str, Sequence[pd.DataFrame]]) -> Iterator[dict[str, Any]]:
    for low, high in SIZES:
        of = {
            name: [each[each["units"].between(low, high, inclusive="left")] for each in outcomes[name]]
            for name in (RULE, ORACLE)
        }
        ours, best = figures(of[RULE]), figures(of[ORACLE])
        size = f"{low:,} to {high - 1:,}" if high < SIZES[-1][1] else f"{low:,} and more"
        yield {"units sold": size, "bad": ours.bad, "rule": ours.power, "oracle": best.power, "FDR": ours.fdr}


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    versions = {name: metadata.version(name) for name in ("numpy", "scipy", "pandas", "duckdb")}
    return versions | {"Python": platform.python_version(), "cores": str(os.cpu_count())}


def publish(tables: Mapping[str, pd.DataFrame], seeds: Sequence[int]) -> None:
    """Put the tables into the README of the benchmarks."""
    on = ", ".join(f"{name} {value}" for name, value in machine().items())
    parts = [f"Seeds {seeds[0]} to {seeds[-1]}; {on}.\n"]
    for title, table in tables.items():
        lines = [[str(name) for name in table], ["---:" if _is_number(table[name]) else "---" for name in table]]
        lines += [[_cell(str(name), value) for name, value in row.items()] for row in table.to_dict("records")]
        parts.append(f"**{title}**\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines))
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition("<!-- spikes -->\n")
    _, _, after = rest.partition("<!-- /spikes -->")
    README.write_text(f"{before}<!-- spikes -->\n{chr(10).join(parts)}<!-- /spikes -->{after}", encoding="utf-8")


def _runs(names: Sequence[str], seeds: Sequence[int]) -> Iterator[Run]:
    """Run every scenario with every seed, two at a time, scenario by scenario."""
    tasks = [(name, seed) for name in names for seed in seeds]
    fresh = multiprocessing.get_context("spawn")
    # A worker has one core: two threads of linear algebra in each would wait for one another.
    with mock.patch.dict(os.environ, OPENBLAS_NUM_THREADS="1"), ProcessPoolExecutor(WORKERS, mp_context=fresh) as pool:
        yield from pool.map(run, [name for name, _ in tasks], [seed for _, seed in tasks])


def _show(console: Console, frame: pd.DataFrame) -> None:
    table = Table(box=None)
    for name in frame:
        table.add_column(str(name), justify="right" if _is_number(frame[name]) else "left")
    for row in frame.to_dict("records"):
        table.add_row(*[_cell(str(name), value) for name, value in row.items()])
    console.print(table)


def _is_number(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column))


def _cell(name: str, value: Any) -> str:
    """Write a count as a count, days and seconds with one decimal, and a share with three."""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if np.isnan(value):
        return "–"
    if value >= 2 or name in {"days to flag", "times the normal rate"}:
        return f"{value:,.1f}"
    return f"{value:.3f}"


if __name__ == "__main__":
    main()

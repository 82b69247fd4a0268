"""The made-up shop of `data/sample`, written as a JD seller would download it from the back office."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from metrics.simulate.scenario import Scenario
from metrics.simulate.sheet import write_sheet
from metrics.simulate.shop import HERE, drawn_shop, policies
from metrics.simulate.shops import SAMPLE

LINES = 78_000
SEED = 5

FILES = {  # the file, and how the back office encodes it
    "orders": ("订单.xlsx", ""),
    "tickets": ("售后服务单.csv", "gb18030"),
    "products": ("商品.csv", "gb18030"),
    "batches": ("批次.csv", "utf-8-sig"),
    "offers": ("挽留记录.csv", "utf-8-sig"),
    "disputes": ("交易纠纷.csv", "gb18030"),
    "surveys": ("售后评价.csv", "gb18030"),
    "followups": ("回访名单.csv", "utf-8-sig"),
}


def write_sample(out: Path, seed: int = SEED, lines: int = LINES, scenario: Scenario = SAMPLE) -> None:
    """Write the sample: orders as XLSX, tickets as GB18030 CSV, the other JD files, `policies.csv`, `decisions.csv`.

    It is the same simulator as `simulate`, seen through the Chinese headers of the back office; the truth is not
    written beside it but stands in data/sample/README.md.
    """
    out.mkdir(parents=True, exist_ok=True)
    with drawn_shop(scenario, lines, seed, scratch=out) as con:
        for kind, (name, encoding) in FILES.items():
            if name.endswith(".xlsx"):
                rows = _jd(con, kind)
                write_sheet(out / name, "订单", [column[0] for column in rows.description or []], rows.fetchall())
            else:
                _write_csv(_jd(con, kind).df(), out / name, encoding)
    _write_csv(policies(scenario), out / "policies.csv", "utf-8-sig")
    _write_csv(_decisions(scenario), out / "decisions.csv", "utf-8-sig")


def _jd(con: duckdb.DuckDBPyConnection, kind: str) -> duckdb.DuckDBPyConnection:
    return con.execute((HERE / "jd" / f"{kind}.sql").read_text(encoding="utf-8"))


def _write_csv(frame: pd.DataFrame, path: Path, encoding: str) -> None:
    frame.to_csv(path, index=False, encoding=encoding, lineterminator="\r\n")


def _decisions(scenario: Scenario) -> pd.DataFrame:
    """Return what was decided in the meetings, as the minutes have it; whether it helped is not written there."""
    return pd.DataFrame(
        [(made.week, made.product, made.text, made.owner, made.due, made.status) for made in scenario.decisions],
        columns=["week", "subject", "text", "owner", "due", "status"],
    )

"""The evidence pack for a supplier: one batch as a workbook that stands without the page."""

from __future__ import annotations

import re

import pandas as pd
import streamlit as st

from dashboard import judged
from dashboard.download import XLSX
from dashboard.page import Page
from dashboard.text import Text
from metrics.batches.report import SpikeReport
from metrics.export import Provenance, to_xlsx
from metrics.words import Finding, say, value_label

DEFINED = ("observed", "expected", "times", "level", "suspects")


def evidence_button(page: Page, report: SpikeReport, row: judged.Row) -> None:
    """Draw the button that takes the pack along; it is made only when it is pressed."""
    name = re.sub(r"[^\w-]+", "_", f"{row['batch_id']}-{row['sku_id']}")
    st.download_button(
        page.text("evidence.button"),
        lambda: to_xlsx(evidence(report, row, page.text), provenance(page, report, row)),
        f"evidence-{name}.xlsx",
        XLSX,
        key="evidence",
        icon=":material/download:",
        on_click="ignore",
    )


def evidence(report: SpikeReport, row: judged.Row, text: Text) -> dict[str, pd.DataFrame]:
    """Return the sheets of the pack by name.

    Nothing of what the shop still has in stock, or would lose, is in it: that is no business of the supplier's.
    """
    batch = (row["batch_id"], row["sku_id"], row["shop"])
    return {
        text("evidence.summary"): _summary(report, row, text),
        text("evidence.course"): report.course(*batch),
        text("evidence.reasons"): report.reasons(*batch),
        text("evidence.tickets"): report.tickets(*batch).dropna(axis=1, how="all"),
        text("evidence.suspects"): report.suspects(*batch),
    }


def provenance(page: Page, report: SpikeReport, row: judged.Row) -> Provenance:
    """Return what the pack says of itself."""
    text = page.text
    return Provenance(
        title=text("evidence.title", batch=judged.name(row)),
        question=f"{text('batches.family')}：{text(f'batches.family_{report.family}')}",
        period=text("download.days", first=f"{row['first_sold_on']:%Y-%m-%d}", last=f"{report.as_of:%Y-%m-%d}"),
        version=page.source.version,
        as_of=page.source.as_of,
        definitions=tuple((text(f"evidence.{name}"), text(f"evidence.{name}_means")) for name in DEFINED),
        language=text.language,
    )


def _summary(report: SpikeReport, row: judged.Row, text: Text) -> pd.DataFrame:
    language = text.language
    flagged = row["first_flagged_on"]
    told = [
        ("finding", judged.finding(row, text)),
        ("product", row["product_name"]),
        ("sku", row["sku_id"]),
        ("batch", row["batch_id"]),
        ("source", value_label("batch_source", row["batch_source"], language)),
        ("supplier", row["supplier"]),
        ("sold_from", row["first_sold_on"]),
        ("sold_until", row["last_sold_on"]),
        ("units", row["units"]),
        ("observed", row["observed"]),
        ("expected", judged.due(row["expected"])),
        ("times", judged.times(row, text)),
        ("level", say(Finding(f"spikes.{row['level']}"), language)),
        ("flagged", None if judged.absent(flagged) else flagged),
        ("reason", row["top_reason"]),
        ("suspects", judged.suspects_finding(row, text)),
        ("judged_on", pd.Timestamp(report.as_of)),
    ]
    known = [(text(f"evidence.{name}"), value) for name, value in told if not judged.absent(value)]
    return pd.DataFrame(known, columns=[text("evidence.item"), text("evidence.told")], dtype=object)

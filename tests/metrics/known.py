"""The tables of a shop joined the slow and obvious way: which ticket is of which line, and what each source carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

YUAN = 10_000
"""Money is kept to four decimals and counted here in whole ten-thousandths, so that sums are exact."""

Rows = list[dict[str, Any]]

PARTS = ("type", "reason", "liable")
OF_PRODUCT = ("category", "sku_id", "product_name", "batch_id")
OF_ORDER = ("shop", "province", "channel", "tier", "source")
LINE_DIMENSIONS = (*OF_PRODUCT, *OF_ORDER, "batch_source", "supplier", "fulfilment", "warehouse", "courier", "insured")
HOW_HANDLED = ("handler", "outcome", "auto_approved", "in_time", "contacted")
ON_OFFER = ("offered", "accepted", "amount_band", "freight_paid_by")
TICKET_DIMENSIONS = (*LINE_DIMENSIONS, *PARTS, *HOW_HANDLED, *ON_OFFER, "repair_vendor", "hour", "weekday")

BANDS = ((50, "0-50"), (100, "50-100"), (200, "100-200"), (500, "200-500"), (float("inf"), "500+"))


def money(amount: Any) -> int:
    return 0 if pd.isna(amount) else round(float(amount) * YUAN)


def day_of(moment: Any) -> pd.Timestamp | None:
    return None if pd.isna(moment) else pd.Timestamp(moment).normalize()


def days_between(first: Any, second: Any) -> int | None:
    if pd.isna(first) or pd.isna(second):
        return None
    return int((pd.Timestamp(second).normalize() - pd.Timestamp(first).normalize()).days)


def seconds(first: Any, second: Any) -> int | None:
    if pd.isna(first) or pd.isna(second):
        return None
    return round((pd.Timestamp(second) - pd.Timestamp(first)).total_seconds())


def records(frame: pd.DataFrame) -> Rows:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]


@dataclass
class Known:
    """A shop's tables, as in the contract, and what follows from them for each line, ticket and dispute."""

    tables: Mapping[str, pd.DataFrame]

    @cached_property
    def as_of(self) -> dict[str, pd.Timestamp]:
        return {row["shop"]: row["as_of"] for row in records(self.tables["shops"]) if row["as_of"] is not None}

    @cached_property
    def ticket_rows(self) -> Rows:
        return records(self.tables["tickets"])

    @cached_property
    def covered(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        return {(row["shop"], row["source"], row["table_name"]): row for row in records(self.tables["coverage"])}

    @cached_property
    def flags(self) -> dict[tuple[str, str], dict[str, bool]]:
        """What the tickets of each shop and source carry at all; the shop's where a source has no tickets."""
        sources = {(row["shop"], row["source"]) for row in [*self.ticket_rows, *records(self.tables["order_lines"])]}
        return {(shop, source): self._carried(shop, source) for shop, source in sources}

    def _carried(self, shop: str, source: str) -> dict[str, bool]:
        of_shop = [key[1] for key in self.covered if key[0] == shop and key[2] == "tickets"]
        sources = [source] if source in of_shop else of_shop
        tickets = [t for t in self.ticket_rows if t["shop"] == shop and t["source"] in sources]
        coverage = [self.covered[shop, each, "tickets"] for each in sources]
        filled = {
            "linked": "order_id",
            "reasoned": "reason_text",
            "priced": "refund_amount",
            "answered": "responded_at",
            "closed": "closed_at",
            "contacted": "contacted_at",
        }
        told = {name: any(t[column] is not None for t in tickets) for name, column in filled.items()}
        told["typed"] = any(t["type"] != "other" for t in tickets)
        told["dated"] = not coverage or any(row["dated"] for row in coverage)
        told["refund_dated"] = not coverage or any(row["refund_dated"] for row in coverage)
        told["recorded"] = bool(of_shop)
        told["disputes"] = any(key[0] == shop and key[2] == "disputes" for key in self.covered)
        return told

    # --- lines, tickets and how they hang together -----------------------------------------------------------

    def _by_key(self, table: str, *keys: str) -> dict[tuple[Any, ...], dict[str, Any]]:
        return {tuple(row[key] for key in keys): row for row in records(self.tables[table])}

    @cached_property
    def lines(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        products = self._by_key("products", "shop", "sku_id")
        batches = self._by_key("batches", "shop", "sku_id", "batch_id")
        customers = self._by_key("customers", "shop", "customer_id")
        result = {}
        for line in records(self.tables["order_lines"]):
            shop, sku = line["shop"], line["sku_id"]
            product = products.get((shop, sku), {})
            line["category"], line["product_name"] = product.get("category"), product.get("product_name")
            line["supplier"] = batches.get((shop, sku, line["batch_id"]), {}).get("supplier")
            line["tier"] = customers.get((shop, line["customer_id"]), {}).get("tier")
            line["insured"] = line["freight_insured"]
            line["sold"] = line["paid_at"] is not None and not line["cancelled"]
            told = self.flags[shop, line["source"]]
            line["undated"] = not told["dated"]
            known = told["recorded"] if line["returns_recorded"] is None else line["returns_recorded"]
            line["arrivals"] = bool(known)
            line["recorded"] = bool(known) and told["linked"]
            line["told"] = told
            line["tickets"] = []
            line["disputes"] = []
            result[shop, line["order_id"], line["line_id"]] = line
        return result

    @cached_property
    def orders(self) -> dict[tuple[str, str], Rows]:
        result: dict[tuple[str, str], Rows] = {}
        for line in self.lines.values():
            result.setdefault((line["shop"], line["order_id"]), []).append(line)
        return result

    def line_of(self, ticket: Mapping[str, Any]) -> dict[str, Any] | None:
        of_order = self.orders.get((ticket["shop"], ticket["order_id"]), [])
        named = [line for line in of_order if line["line_id"] == ticket["line_id"]]
        same_sku = [line for line in of_order if ticket["sku_id"] is not None and line["sku_id"] == ticket["sku_id"]]
        for found in (named, same_sku, of_order):
            if len(found) == 1:
                return found[0]
        return None

    @cached_property
    def tickets(self) -> dict[tuple[str, str], dict[str, Any]]:
        reasons = self._by_key("reasons", "reason_text")
        result = {}
        for ticket in self.ticket_rows:
            reason = reasons.get((ticket["reason_text"],), {})
            unmapped = None if ticket["reason_text"] is None else "other"
            ticket["reason"], ticket["liable"] = reason.get("reason", unmapped), reason.get("liable")
            counts = ticket["outcome"] not in ("rejected", "withdrawn")
            ticket["is_refund"] = counts and (
                ticket["type"] in ("return", "refund_only")
                or (ticket["type"] != "refund_before_shipping" and money(ticket["refund_amount"]) > 0)
            )
            ticket["is_return"] = counts and ticket["type"] == "return"
            ticket["is_service"] = counts and ticket["type"] in ("return", "exchange", "repair")
            ticket["is_quality"] = ticket["is_refund"] and ticket["liable"] in ("merchant", "both")
            ticket["told"] = self.flags[ticket["shop"], ticket["source"]]
            ticket["in_time"], ticket["contacted"] = self._how_handled(ticket)
            line = self.line_of(ticket)
            ticket["line"] = line
            ticket["offered"], ticket["accepted"] = self._offered(ticket)
            amount = (line or {}).get("amount")
            ticket["amount_band"] = None if amount is None else next(n for most, n in BANDS if float(amount) < most)
            asked = ticket["requested_at"]
            ticket["hour"] = None if asked is None else asked.hour
            ticket["weekday"] = None if asked is None else asked.isoweekday()
            ticket["dimensions"] = {
                **{name: (line or {}).get(name) for name in LINE_DIMENSIONS},
                **{name: ticket[name] for name in TICKET_DIMENSIONS if name not in LINE_DIMENSIONS},
                "shop": ticket["shop"],
                "source": ticket["source"],
            }
            if line is not None:
                line["tickets"].append(ticket)
            result[ticket["shop"], ticket["ticket_id"]] = ticket
        return result

    def _offered(self, ticket: Mapping[str, Any]) -> tuple[bool | None, bool | None]:
        """Whether anything of worth was offered, and taken; None where no offers are known, or there were none."""
        paid = [row for row in self.offers.get((ticket["shop"], ticket["ticket_id"]), []) if row["kind"] != "explain"]
        covered = any(key[0] == ticket["shop"] and key[2] == "offers" for key in self.covered)
        return bool(paid) if covered else None, any(row["accepted"] for row in paid) if paid else None

    @cached_property
    def offers(self) -> dict[tuple[str, str], Rows]:
        result: dict[tuple[str, str], Rows] = {}
        for row in records(self.tables["offers"]):
            result.setdefault((row["shop"], row["ticket_id"]), []).append(row)
        return result

    def hours_allowed(self, ticket: Mapping[str, Any]) -> float | None:
        rows = [p for p in records(self.tables["policies"]) if p["name"] == "response_hours"]
        in_force = [p for p in rows if p["effective_from"] <= ticket["requested_at"]]
        return float(max(in_force, key=lambda p: p["effective_from"])["value"]) if in_force else None

    def is_due(self, ticket: Mapping[str, Any]) -> bool:
        if ticket["responded_at"] is not None:
            return True
        until = ticket["closed_at"] if ticket["closed_at"] is not None else self.as_of[ticket["shop"]]
        allowed = self.hours_allowed(ticket)
        return allowed is not None and (seconds(ticket["requested_at"], until) or 0) >= allowed * 3600

    def in_time(self, ticket: Mapping[str, Any]) -> bool:
        allowed, took = self.hours_allowed(ticket), seconds(ticket["requested_at"], ticket["responded_at"])
        return took is not None and allowed is not None and took <= allowed * 3600

    @staticmethod
    def contacted_first(ticket: Mapping[str, Any]) -> bool:
        contacted, responded = ticket["contacted_at"], ticket["responded_at"]
        return contacted is not None and (responded is None or contacted <= responded)

    def _how_handled(self, ticket: Mapping[str, Any]) -> tuple[bool | None, bool | None]:
        """Whether it was answered in time, and whether somebody called first; None where that is not known (yet)."""
        if ticket["requested_at"] is None:
            return None, None
        due = ticket["told"]["answered"] and self.is_due(ticket)
        contacted = self.contacted_first(ticket) if ticket["told"]["contacted"] else None
        return self.in_time(ticket) if due else None, contacted

    @cached_property
    def disputes(self) -> Rows:
        rows = records(self.tables["disputes"])
        for row in rows:
            row["line"], row["dimensions"] = self._line_behind(row)
            row["lost"] = row["liable"] in ("merchant", "both")
            if row["line"] is not None:
                row["line"]["disputes"].append(row)
        return rows

    def _line_behind(self, row: Mapping[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """The line of a dispute, a survey or an offer: its ticket's, else its order's only one."""
        ticket = self.tickets.get((row["shop"], row["ticket_id"]))
        of_order = self.orders.get((row["shop"], row.get("order_id", "")), [])
        line = ticket["line"] if ticket is not None and ticket["line"] is not None else None
        if line is None and len(of_order) == 1:
            line = of_order[0]
        dimensions = {name: (line or {"shop": row["shop"]}).get(name) for name in LINE_DIMENSIONS}
        for name in (*PARTS, *HOW_HANDLED):
            dimensions[name] = ticket[name] if ticket else None
        return line, dimensions

    @cached_property
    def sold(self) -> Rows:
        assert self.tickets is not None
        assert self.disputes is not None
        return [line for line in self.lines.values() if line["sold"]]

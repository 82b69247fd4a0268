"""What each metric of the catalogue counts, event by event: in scope, recorded, covered, numerator and denominator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tests.metrics.known import (
    HOW_HANDLED,
    LINE_DIMENSIONS,
    OF_ORDER,
    OF_PRODUCT,
    PARTS,
    TICKET_DIMENSIONS,
    YUAN,
    Known,
    Rows,
    day_of,
    days_between,
    money,
    records,
    seconds,
)

SHORT_DIMENSIONS = (*OF_PRODUCT, *OF_ORDER, *PARTS, "handler")
SURVEY_DIMENSIONS = (*OF_PRODUCT, *OF_ORDER, *PARTS, *HOW_HANDLED)
DIMENSIONS = {
    "line": LINE_DIMENSIONS,
    "ticket": TICKET_DIMENSIONS,
    "order": OF_ORDER,
    "dispute": [*LINE_DIMENSIONS, *PARTS, *HOW_HANDLED],
    "survey": SURVEY_DIMENSIONS,
    "offer": [*SHORT_DIMENSIONS, "kind"],
    "followup": ["shop", "tier", "arm"],
}


DISPUTE_DAYS = 15
"""A ticket that was disputed later did not become a dispute, and one that is younger cannot tell yet."""


@dataclass
class Told:
    """How one metric is computed in one reading: its events, its units and its interval."""

    of: str
    events: list[dict[str, Any]]
    interval: str = "wilson"
    numerator_unit: float = 1
    denominator_unit: float = 1
    kind: str = "ratio"
    quantile: float = 0.5


def within(age: int | None, cut: int | None) -> bool:
    """Whether something of this age counts at this cut; without a cut everything does, even what has no date."""
    return cut is None or (age is not None and age <= cut)


@dataclass
class Events(Known):
    """The events of every metric in every reading."""

    # --- readings --------------------------------------------------------------------------------------------

    def reached(self, shop: str, day: pd.Timestamp, age: int) -> bool:
        return day + pd.Timedelta(days=age) <= self.as_of[shop].normalize()

    def cohort(
        self,
        rows: Iterable[dict[str, Any]],
        reading: str,
        age: int,
        recorded: Callable[[dict[str, Any]], bool],
        numerator: Callable[[dict[str, Any], int | None], int],
        denominator: Callable[[dict[str, Any]], int] = lambda _: 1,
        always_dated: bool = False,
    ) -> Rows:
        """Events of a reading by cohorts: `numerator(row, cut)` counts what happened up to that age."""
        events = []
        for row in rows:
            undated = row["undated"] and not always_dated
            is_recorded = recorded(row) and not (undated and reading == "same_age")
            old = self.reached(row["shop"], row["day"], age if reading == "same_age" else 38)
            is_covered = is_recorded and (undated or old)
            cut = None if undated else age if reading == "same_age" else 30
            events.append(
                {
                    **row,
                    "n": 1,
                    "recorded": int(is_recorded),
                    "covered": int(is_covered),
                    "undated": int(is_covered and undated),
                    "num": numerator(row, cut) if is_covered else 0,
                    "den": denominator(row) if is_covered else 0,
                }
            )
        return events

    def sold_days(self) -> Rows:
        return [{**line, "day": day_of(line["paid_at"])} for line in self.sold]

    def line_share(self, kind: str, needs: str, reading: str, age: int) -> Told:
        def has(line: dict[str, Any], cut: int | None) -> int:
            ages = [days_between(line["paid_at"], t["requested_at"]) for t in line["tickets"] if t[f"is_{kind}"]]
            return int(any(within(found, cut) for found in ages))

        def told(line: dict[str, Any]) -> bool:
            return bool(line["recorded"] and line["told"].get(needs, True))

        if reading != "arrived":
            return Told("line", self.cohort(self.sold_days(), reading, age, told, has))
        when = self.refund_day if kind == "refund" else lambda ticket: day_of(ticket["requested_at"])
        happened = [self.happening(t, when(t), 1) for t in self.tickets.values() if t[f"is_{kind}"]]
        return Told("line", self.paid_lines(needs, lambda _: 1) + happened, "none")

    def refund_day(self, ticket: Mapping[str, Any]) -> pd.Timestamp | None:
        return day_of(ticket["refunded_at"] if ticket["told"]["refund_dated"] else ticket["requested_at"])

    def happening(self, row: Mapping[str, Any], day: pd.Timestamp | None, amount: int) -> dict[str, Any]:
        zeros = {"n": 0, "recorded": 0, "covered": 0, "undated": 0, "den": 0}
        known = day is not None and self.reached(row["shop"], day, 0)
        return {**row["dimensions"], **zeros, "day": day, "num": amount if known else 0}

    def paid_lines(self, needs: str, denominator: Callable[[dict[str, Any]], int]) -> Rows:
        events = []
        for line in self.sold_days():
            told = int(line["arrivals"] and not line["undated"] and line["told"].get(needs, True))
            if needs == "priced":
                told = int(told and line["amount"] is not None)
            if needs == "disputes":
                told = int(line["told"]["disputes"])
            covered = int(told and self.reached(line["shop"], line["day"], 0))
            counts = {"n": 1, "recorded": told, "covered": covered, "undated": 0, "num": 0}
            events.append({**line, **counts, "den": denominator(line) if covered else 0})
        return events

    def disputes_share(self, lost: bool, reading: str, age: int) -> Told:
        def has(line: dict[str, Any], cut: int | None) -> int:
            found = [d for d in line["disputes"] if d["lost"] or not lost]
            return int(any(within(days_between(line["paid_at"], d["opened_at"]), cut) for d in found))

        def told(line: dict[str, Any]) -> bool:
            return bool(line["told"]["disputes"])

        if reading != "arrived":
            return Told("line", self.cohort(self.sold_days(), reading, age, told, has, always_dated=True))
        opened = [self.happening(d, day_of(d["opened_at"]), 1) for d in self.disputes if d["lost"] or not lost]
        return Told("line", self.paid_lines("disputes", lambda _: 1) + opened, "none")

    def refunded_money(self, reading: str, age: int) -> Told:
        def refunded(line: dict[str, Any], cut: int | None) -> int:
            return sum(
                money(t["refund_amount"])
                for t in line["tickets"]
                if t["is_refund"] and within(days_between(line["paid_at"], t["requested_at"]), cut)
            )

        def paid(line: dict[str, Any]) -> int:
            return money(line["amount"])

        def told(line: dict[str, Any]) -> bool:
            return bool(line["recorded"] and line["told"]["priced"] and line["amount"] is not None)

        if reading != "arrived":
            events = self.cohort(self.sold_days(), reading, age, told, refunded, paid)
            return Told("line", events, "delta", YUAN, YUAN)
        refunds = [
            self.happening(t, self.refund_day(t), money(t["refund_amount"]))
            for t in self.tickets.values()
            if t["is_refund"]
        ]
        return Told("line", self.paid_lines("priced", paid) + refunds, "none", YUAN, YUAN)

    def refunded_placed(self) -> Told:
        assert self.sold is not None
        placed = [{**line, "day": day_of(line["ordered_at"])} for line in self.lines.values()]

        def has(line: dict[str, Any], _: int | None) -> int:
            return int(any(t["is_refund"] for t in line["tickets"]))

        return Told("line", self.cohort(placed, "final", 0, lambda line: line["recorded"], has))

    def cancelled(self) -> Told:
        events = []
        for line in self.lines.values():
            told = int(line["cancelled"] is not None)
            counts = {"n": 1, "recorded": told, "covered": told, "den": told, "undated": 0}
            events.append({**line, **counts, "day": day_of(line["ordered_at"]), "num": int(bool(line["cancelled"]))})
        return Told("line", events)

    def insured(self) -> Told:
        events = []
        for line in self.sold_days():
            told = line["freight_insured"] is not None
            counts = {"n": 1, "recorded": int(told), "covered": int(told), "den": int(told)}
            events.append({**line, **counts, "undated": 0, "num": int(told and line["freight_insured"])})
        return Told("line", events)

    def order_share(self, reading: str, age: int) -> Told:
        def has(order: dict[str, Any], cut: int | None) -> int:
            ages = [days_between(order["day"], t["requested_at"]) for t in order["tickets"] if t["is_refund"]]
            return int(any(within(found, cut) for found in ages))

        return Told("order", self.cohort(self.sold_orders(), reading, age, lambda o: o["recorded"], has))

    def order_costs(self, reading: str, age: int) -> Told:
        def cost(order: dict[str, Any], cut: int | None) -> int:
            ages = [(days_between(order["day"], t["requested_at"]), t) for t in order["tickets"]]
            return sum(self.cost_of(t) for found, t in ages if within(found, cut))

        events = self.cohort(self.sold_orders(), reading, age, lambda o: o["recorded"] and o["priced"], cost)
        return Told("order", events, "delta", YUAN, 100)

    def sold_orders(self) -> Rows:
        result = []
        for (shop, order_id), lines in self.orders.items():
            sold = [line for line in lines if line["sold"]]
            if sold:
                first = min(sold, key=lambda line: line["paid_at"])
                tickets = [t for t in self.tickets.values() if (t["shop"], t["order_id"]) == (shop, order_id)]
                order = {name: first[name] for name in DIMENSIONS["order"]}
                order |= {"day": day_of(first["paid_at"]), "tickets": tickets}
                order |= {"undated": first["undated"], "recorded": all(line["recorded"] for line in sold)}
                order["priced"] = all(line["told"]["priced"] for line in sold)
                result.append(order)
        return result

    @staticmethod
    def cost_of(ticket: Mapping[str, Any]) -> int:
        refunds = ticket["type"] != "refund_before_shipping" and ticket["outcome"] not in ("rejected", "withdrawn")
        own_freight = ticket["freight_paid_by"] in (None, "merchant")
        return (
            money(ticket["refund_amount"]) * refunds
            + money(ticket["freight_cost"]) * own_freight
            + money(ticket["compensation"])
            - money(ticket["recovered"])
        )

    # --- tickets, disputes, answers, offers, follow-ups: each by its own day ----------------------------------

    def handled(
        self,
        told: Callable[[dict[str, Any]], bool] = lambda _: True,
        covered: Callable[[dict[str, Any]], bool] = lambda _: True,
        numerator: Callable[[dict[str, Any]], int] = lambda _: 1,
        among: Callable[[dict[str, Any]], bool] = lambda _: True,
        **how: Any,
    ) -> Told:
        events = []
        for ticket in self.tickets.values():
            if ticket["requested_at"] is None:
                continue
            event = {**ticket["dimensions"], "day": day_of(ticket["requested_at"])}
            in_scope, is_told = among(ticket), told(ticket)
            is_covered = in_scope and is_told and covered(ticket)
            counts = {"n": int(in_scope), "recorded": int(in_scope and is_told), "covered": int(is_covered)}
            number = numerator(ticket) if is_covered else 0
            events.append({**event, **counts, "undated": 0, "num": number, "den": int(is_covered)})
        return Told("ticket", events, **how)

    def mean_hours(self, of: Callable[[dict[str, Any]], int | None], flag: str | None) -> Told:
        """Mean hours of what `of` measures; a ticket without it is in n and in nothing else."""

        def told(ticket: dict[str, Any]) -> bool:
            return of(ticket) is not None if flag is None else bool(ticket["told"][flag])

        return self.handled(
            told, lambda t: of(t) is not None, lambda t: of(t) or 0, interval="delta", numerator_unit=3600
        )

    @staticmethod
    def handling(ticket: Mapping[str, Any]) -> int | None:
        answer = seconds(ticket["requested_at"], ticket["responded_at"])
        work = seconds(ticket["received_at"], ticket["closed_at"])
        applies = ticket["type"] in ("return", "exchange") and answer is not None and work is not None
        return (answer or 0) + (work or 0) if applies else None

    @staticmethod
    def reshipping(ticket: Mapping[str, Any]) -> int | None:
        took = seconds(ticket["received_at"], ticket["replacement_shipped_at"])
        return took if ticket["type"] == "exchange" else None

    def escalated(self, ticket: Mapping[str, Any]) -> bool:
        own = (ticket["shop"], ticket["ticket_id"])
        return any((t["shop"], t["parent_ticket_id"]) == own for t in self.tickets.values() if t["type"] == "return")

    def talked_over(self, ticket: Mapping[str, Any]) -> bool:
        return (
            self.contacted_first(ticket) and ticket["type"] in ("return", "refund_only") and ticket["outcome"] != "open"
        )

    def withdrawn(self) -> Told:
        def settled(ticket: dict[str, Any]) -> bool:
            return ticket["type"] in ("return", "refund_only") and ticket["outcome"] != "open"

        return self.handled(among=settled, numerator=lambda t: int(t["outcome"] == "withdrawn"))

    def yuan_of(self, part: Callable[[dict[str, Any]], int]) -> Told:
        how: dict[str, Any] = {"interval": "none", "kind": "total", "numerator_unit": YUAN}
        return self.handled(lambda t: bool(t["told"]["priced"]), numerator=part, **how)

    @staticmethod
    def refunded(ticket: Mapping[str, Any]) -> int:
        never = ticket["type"] == "refund_before_shipping" or ticket["outcome"] in ("rejected", "withdrawn")
        return 0 if never else money(ticket["refund_amount"])

    @staticmethod
    def freight_of_merchant(ticket: Mapping[str, Any]) -> int:
        return money(ticket["freight_cost"]) if ticket["freight_paid_by"] in ("merchant", None) else 0

    def disputes_name_tickets(self, ticket: Mapping[str, Any]) -> bool:
        own = [dispute for dispute in self.disputes if dispute["shop"] == ticket["shop"]]
        return bool(ticket["told"]["disputes"] and (not own or any(d["ticket_id"] is not None for d in own)))

    def became_a_dispute(self, ticket: Mapping[str, Any]) -> bool:
        key = (ticket["shop"], ticket["ticket_id"])
        opened = [d["opened_at"] for d in self.disputes if (d["shop"], d["ticket_id"]) == key]
        return any((days_between(ticket["requested_at"], moment) or 0) <= DISPUTE_DAYS for moment in opened)

    def own_day(
        self, of: str, moment: str, counts: Callable[[dict[str, Any]], tuple[int, int, int]], **how: Any
    ) -> Told:
        """Events of a small table by a day of their own; `counts` says (in scope, numerator, denominator)."""
        table = {"dispute": "disputes", "survey": "surveys", "offer": "offers"}[of]
        rows = self.disputes if of == "dispute" else records(self.tables[table])
        events = []
        for row in rows:
            n, num, den = counts(row)
            own = {"kind": row.get("kind")} | ({"liable": row["liable"]} if of == "dispute" else {})
            dimensions = self._survey_dimensions(row) if of == "survey" else self._line_behind(row)[1]
            event = {**dimensions, **own, "day": day_of(row[moment])}
            events.append({**event, "n": n, "recorded": n, "covered": den, "undated": 0, "num": num, "den": den})
        return Told(of, events, **how)

    def _survey_dimensions(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A survey is about its ticket, and where it names none about the order as a whole, not about a product."""
        ticket = self.tickets.get((row["shop"], row["ticket_id"])) or {}
        of_ticket = ticket.get("dimensions", {})
        first = self.orders.get((row["shop"], row["order_id"]), [{}])[0]
        of_order = {name: first.get(name) for name in DIMENSIONS["order"]}
        about = {name: of_ticket.get(name) for name in SURVEY_DIMENSIONS}
        return {**about, **of_order, "shop": row["shop"]}

    def offer_outcome(self, row: Mapping[str, Any]) -> str:
        ticket = self.tickets.get((row["shop"], row["ticket_id"]))
        return "open" if ticket is None else str(ticket["outcome"])

    def repurchased(self, days: int) -> Told:
        def again(row: Mapping[str, Any], lines: Rows) -> tuple[int, int] | None:
            return (1, int(bool(lines))) if row["customer"] is not None else None

        return self.followed(again, days)

    def followed(
        self,
        counts: Callable[[Mapping[str, Any], Rows], tuple[int, int] | None],
        days: int | None = 30,
        in_scope: Callable[[Mapping[str, Any]], bool] = lambda _: True,
        **how: Any,
    ) -> Told:
        """Assignments by their day; `counts` says (denominator, numerator) from what was bought within `days`.

        None where that is not known of an assignment; without `days` an assignment counts at once.
        """
        customers = self._by_key("customers", "shop", "customer_id")
        events = []
        for row in records(self.tables["followups"]):
            row["customer"] = self._customer_of(row)
            bought = [
                line
                for line in self.lines.values()
                if (line["shop"], line["customer_id"]) == (row["shop"], row["customer"])
                and line["customer_id"] is not None
                and line["sold"]
                and line["paid_at"] > row["assigned_at"]
                and (days_between(row["assigned_at"], line["paid_at"]) or 0) <= (days or 30)
            ]
            day = row["assigned_at"].normalize()
            known, old = counts(row, bought), days is None or self.reached(row["shop"], day, days)
            den, num = known if known is not None and old else (0, 0)
            tier = customers.get((row["shop"], row["customer"]), {}).get("tier")
            event = {"shop": row["shop"], "arm": row["arm"], "tier": tier, "day": day, "undated": 0}
            n = int(in_scope(row))
            events.append({**event, "n": n, "recorded": int(known is not None), "covered": den, "num": num, "den": den})
        return Told("followup", events, **how)

    def _customer_of(self, row: Mapping[str, Any]) -> str | None:
        """The account of an assignment; a masked one is that of the ticket's order."""
        if "***" not in row["customer_id"]:
            return str(row["customer_id"])
        ticket = self.tickets.get((row["shop"], row["ticket_id"]))
        lines = self.orders.get((row["shop"], ticket["order_id"]), []) if ticket else []
        return min((line["customer_id"] for line in lines if line["customer_id"] is not None), default=None)

    def goods_bought(self, *, less_cost: bool) -> Told:
        products = self._by_key("products", "shop", "sku_id")
        priced = {line["shop"] for line in self.lines.values() if line["amount"] is not None}
        costed = {row["shop"] for row in products.values() if row["unit_cost"] is not None}

        def worth(line: Mapping[str, Any]) -> int | None:
            cost = products.get((line["shop"], line["sku_id"]), {}).get("unit_cost")
            if line["amount"] is None or (less_cost and cost is None):
                return None
            return money(line["amount"]) - (round(float(cost) * YUAN) * int(line["quantity"]) if less_cost else 0)

        def counts(row: Mapping[str, Any], lines: Rows) -> tuple[int, int] | None:
            worths = [worth(line) for line in lines]
            told = row["shop"] in priced and (row["shop"] in costed or not less_cost) and row["customer"] is not None
            return (1, sum(each or 0 for each in worths)) if told and None not in worths else None

        return self.followed(counts, interval="delta", numerator_unit=YUAN)

    def coupons(self) -> Told:
        def counts(row: Mapping[str, Any], lines: Rows) -> tuple[int, int] | None:
            if row["customer"] is None or (row["arm"] == "coupon" and row["coupon_amount"] is None):
                return None
            return 1, money(row["coupon_amount"]) if lines else 0

        return self.followed(counts, interval="delta", numerator_unit=YUAN)

    def reached_by_followup(self) -> Told:
        telling = {row["shop"] for row in records(self.tables["followups"]) if row["contacted_at"] is not None}

        def counts(row: Mapping[str, Any], _: Rows) -> tuple[int, int] | None:
            return (1, int(row["contacted_at"] is not None)) if row["shop"] in telling else None

        return self.followed(counts, days=None)

    def answered_followup(self) -> Told:
        def known(row: Mapping[str, Any]) -> bool:
            return row["contacted_at"] is not None and row["answered"] is not None

        def counts(row: Mapping[str, Any], _: Rows) -> tuple[int, int] | None:
            return (1, int(bool(row["answered"]))) if known(row) else None

        return self.followed(counts, days=None, in_scope=known)

    # --- the catalogue ---------------------------------------------------------------------------------------

    def compute(self, metric: str, reading: str, age: int) -> Told | None:
        """Return the events of a metric in a reading; None where it has no such reading."""
        cohorts = {
            "refund_rate": lambda: self.line_share("refund", "any", reading, age),
            "return_rate": lambda: self.line_share("return", "typed", reading, age),
            "quality_return_rate": lambda: self.line_share("quality", "reasoned", reading, age),
            "service_rate": lambda: self.line_share("service", "typed", reading, age),
            "refund_rate_amount": lambda: self.refunded_money(reading, age),
            "dispute_rate": lambda: self.disputes_share(False, reading, age),
            "dispute_lost_rate": lambda: self.disputes_share(True, reading, age),
            "refund_rate_orders": lambda: self.order_share(reading, age),
            "aftersales_cost_per_100_orders": lambda: self.order_costs(reading, age),
        }
        finals = {
            "refund_rate_placed": self.refunded_placed,
            "cancellation_rate": self.cancelled,
            "freight_insurance_share": self.insured,
            "repurchase_rate": lambda: self.repurchased(30),
            "repurchase_rate_60": lambda: self.repurchased(60),
            "repurchase_amount": lambda: self.goods_bought(less_cost=False),
            "repurchase_margin": lambda: self.goods_bought(less_cost=True),
            "coupon_cost": self.coupons,
        }

        def answer(ticket: dict[str, Any]) -> int | None:
            return seconds(ticket["requested_at"], ticket["responded_at"])

        def hours_within_which(quantile: float) -> Told:
            how: dict[str, Any] = {"interval": "none", "kind": "quantile", "numerator_unit": 3600, "quantile": quantile}
            return self.handled(answered, lambda t: answer(t) is not None, lambda t: answer(t) or 0, **how)

        def answered(ticket: dict[str, Any]) -> bool:
            return bool(ticket["told"]["answered"])

        def contacts(ticket: dict[str, Any]) -> bool:
            return bool(ticket["told"]["contacted"])

        activities = {
            "dispute_self_resolution_rate": lambda: self.own_day(
                "dispute",
                "opened_at",
                lambda d: (1, int(d["liable"] != "open" and d["ruled_at"] is None), int(d["liable"] != "open")),
            ),
            "satisfaction": lambda: self.own_day("survey", "answered_at", lambda s: (1, int(s["score"] >= 4), 1)),
            "negative_rate": lambda: self.own_day("survey", "answered_at", lambda s: (1, int(s["score"] <= 2), 1)),
            "satisfaction_score": lambda: self.own_day(
                "survey", "answered_at", lambda s: (1, int(s["score"]), 1), interval="delta"
            ),
            "followup_contact_rate": self.reached_by_followup,
            "followup_answer_rate": self.answered_followup,
            "withdrawal_rate": self.withdrawn,
            "compensation_save_rate": lambda: self.own_day("offer", "offered_at", self._saved),
            "response_in_time": lambda: self.handled(answered, self.is_due, self.in_time),
            "response_hours": lambda: self.mean_hours(answer, "answered"),
            "response_hours_p50": lambda: hours_within_which(0.5),
            "response_hours_p90": lambda: hours_within_which(0.9),
            "resolution_hours": lambda: self.mean_hours(lambda t: seconds(t["requested_at"], t["closed_at"]), "closed"),
            "handling_hours": lambda: self.mean_hours(self.handling, None),
            "reship_hours": lambda: self.mean_hours(self.reshipping, None),
            "repair_escalation_rate": lambda: self.handled(
                numerator=self.escalated, among=lambda t: t["type"] == "repair"
            ),
            "unresolved_rate": lambda: self.handled(numerator=lambda t: int(t["outcome"] == "open")),
            "contact_first_share": lambda: self.handled(contacts, numerator=self.contacted_first),
            "talk_save_rate": lambda: self.handled(
                contacts, self.talked_over, lambda t: int(t["outcome"] == "withdrawn")
            ),
            "aftersales_cost": lambda: self.handled(
                lambda t: bool(t["told"]["priced"]),
                numerator=self.cost_of,
                interval="none",
                kind="total",
                numerator_unit=YUAN,
            ),
            "aftersales_refunds": lambda: self.yuan_of(self.refunded),
            "aftersales_freight": lambda: self.yuan_of(self.freight_of_merchant),
            "aftersales_compensation": lambda: self.yuan_of(lambda t: money(t["compensation"])),
            "aftersales_recovered": lambda: self.yuan_of(lambda t: money(t["recovered"])),
            "aftersales_freight_total": lambda: self.yuan_of(lambda t: money(t["freight_cost"])),
            "reason_share": lambda: self.handled(kind="part"),
            "ticket_dispute_rate": lambda: self.handled(
                self.disputes_name_tickets,
                lambda t: self.reached(t["shop"], t["requested_at"].normalize(), DISPUTE_DAYS),
                self.became_a_dispute,
            ),
            "dispute_share": lambda: self.own_day("dispute", "opened_at", lambda _: (1, 1, 1), kind="part"),
        }
        only_cohort = ("refund_rate_orders", "aftersales_cost_per_100_orders")
        if reading == "arrived" and metric in only_cohort:
            return None
        known = cohorts | (finals if reading == "final" else activities if reading == "arrived" else {})
        return known[metric]() if metric in known else None

    def _saved(self, offer: Mapping[str, Any]) -> tuple[int, int, int]:
        outcome, paid = self.offer_outcome(offer), offer["kind"] != "explain"
        return int(paid), int(paid and outcome == "withdrawn"), int(paid and outcome != "open")

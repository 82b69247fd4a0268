"""Rules for approving tickets, read from TOML: what the shop typed, else the cautious ones that come along.

Money goes out by what stands in such a file, so nothing in it is passed over: a key that is not known, a value of the
wrong kind or a rule without a limit is refused with file and line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from metrics.meeting import ReasonName, TicketType
from metrics.policy.rule import AT_MOST, LISTED, NAMES, Rule
from metrics.words import Finding, Refused

NAME = "rules.toml"
SHIPPED = Path(__file__).with_name(NAME)
NEEDED = ("name", "type", "max_amount")
"""Without a kind of ticket and a limit to the money a rule is no rule but a gate left open."""

CODES: Mapping[str, tuple[str, ...]] = {"type": get_args(TicketType), "reason": get_args(ReasonName)}
KEYS = (*NAMES, *LISTED, "freight_insured", *AT_MOST, "max_refund_share")


def rules_of(store: Path | None) -> tuple[Rule, ...]:
    """Return the rules beside a store, or the shipped ones where it has none of its own."""
    own = store / NAME if store is not None else SHIPPED
    return read_rules(own if own.exists() else SHIPPED)


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Return the rules of a file in their order; raises `Refused` with its line where something in it is not clear.

    >>> [rule.name for rule in read_rules(SHIPPED)][:1]
    ['小额改主意退货']
    """
    text = path.read_text(encoding="utf-8-sig")
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise Refused("policy.not_toml", path=path, line=line[1] if line else "–") from error
    lines = text.splitlines()
    for key in read:
        if key != "rule":
            raise _refused(path, _line(lines, 0, key), "unknown_key", key=key, known="[[rule]]")
    tables = read.get("rule", [])
    if not isinstance(tables, list):
        raise _refused(path, _line(lines, 0, "rule"), "unknown_key", key="[rule]", known="[[rule]]")
    rules: list[Rule] = []
    for number, table in enumerate(tables, start=1):
        rule = _rule(path, lines, number, table)
        taken = {name for each in rules for name in (each.name, each.name_en)}
        for key, name in (("name", rule.name), ("name_en", rule.name_en)):
            if name is not None and name in taken:
                raise _refused(path, _line(lines, number, key), "twice", name=name)
        rules.append(rule)
    return tuple(rules)


def _rule(path: Path, lines: list[str], number: int, table: Mapping[str, Any]) -> Rule:
    for key in table:
        if key not in KEYS:
            raise _refused(path, _line(lines, number, key), "unknown_key", key=key, known=", ".join(KEYS))
    for key in NEEDED:
        if key not in table:
            raise _refused(path, _line(lines, number), "missing_key", key=key)
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    for key, value in values.items():
        if not _is_right(key, value):
            raise _refused(
                path, _line(lines, number, key), "wrong_value", key=key, wanted=Finding(f"policy.want_{key}")
            )
        unknown = [each for each in value if each not in CODES[key]] if key in CODES else []
        if unknown:
            told = {"value": ", ".join(unknown), "known": ", ".join(CODES[key])}
            raise _refused(path, _line(lines, number, key), "unknown_value", key=key, **told)
    return Rule(**values)


def _is_right(key: str, value: Any) -> bool:
    if key in NAMES:
        return isinstance(value, str) and bool(value.strip())
    if key in LISTED:
        return isinstance(value, tuple) and bool(value) and all(isinstance(each, str) for each in value)
    if key == "freight_insured":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if key == "max_tickets_in_90_days":
        return isinstance(value, int) and value >= 0
    return 0 <= value <= 1 if key == "max_refund_share" else 0 <= value < float("inf")


def _line(lines: list[str], number: int, key: str = "") -> int:
    """Return the line of a key in the table of that number (0: before any), or of the table itself."""
    table, begins = 0, 1
    for place, line in enumerate(lines, start=1):
        if re.match(r"\s*\[\[\s*rule\s*\]\]", line):
            table += 1
            begins = place if table == number else begins
        named = re.match(r"""\s*\[*\s*["']?([^"'=\s\].]+)""", line)
        if table == number and key and named and named[1] == key:
            return place
    return begins


def _refused(path: Path, line: int, code: str, **values: Any) -> Refused:
    return Refused(f"policy.{code}", path=path, line=line, **values)

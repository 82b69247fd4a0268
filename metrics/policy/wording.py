"""What a rule asks for, in words."""

from __future__ import annotations

from typing import Any

from metrics.policy.rule import LISTED, Rule
from metrics.words import Finding, Language, format_value, say, value_label


def conditions(rule: Rule, language: Language) -> list[str]:
    """Return the conditions of a rule, each in words."""
    return [say(_finding(name, value, language), language) for name, value in rule.conditions.items()]


def _finding(name: str, value: Any, language: Language) -> Finding:
    if name in LISTED:
        labels = [value_label(name, each, language) for each in value]
        return Finding(f"policy.if_{name}", {"value": ("、" if language == "zh" else ", ").join(labels)})
    if name == "freight_insured":
        return Finding(f"policy.if_freight_insured_{str(value).lower()}")
    shown = format_value(value, "share", language) if name == "max_refund_share" else f"{value:g}"
    return Finding(f"policy.if_{name}", {"value": shown})

"""What stands at the head of a drawer: a number, its definition, and the facts that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def facts(big: str, definition: str, told: Sequence[tuple[str, str]]) -> str:
    """Return the HTML of a number that was opened."""
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(fact)}</dd>" for name, fact in told)
    return (
        f'<div class="as-drawer"><div class="as-big">{escape(big)}</div><p>{escape(definition)}</p>'
        f"<dl>{listed}</dl></div>"
    )

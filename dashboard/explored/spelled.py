"""The question of a page as a notebook asks it, word by word."""

from __future__ import annotations

from typing import Any

from dashboard.choices import Against
from metrics import Question


def in_python(question: Question, against: Against, link: str) -> str:
    """Return the code that answers with the frame of the page: by its link, and by its words.

    >>> print(in_python(Question("refund_rate", ("category",)), "none", "http://localhost:8501/explore?…"))
    from datetime import date
    <BLANKLINE>
    import metrics
    <BLANKLINE>
    metrics.from_url("http://localhost:8501/explore?…")
    <BLANKLINE>
    shop = metrics.open_shop()
    shop.query("refund_rate", by=["category"], reading="final")
    """
    words = ", ".join([f'"{question.metric}"', *(f"{name}={_spelled(value)}" for name, value in _set(question))])
    asks = f"shop.query({words})"
    if against != "none":
        asks = f'shop.compare(metrics.Question({words}), "{against}")'
    return (
        f'from datetime import date\n\nimport metrics\n\nmetrics.from_url("{link}")\n\n'
        f"shop = metrics.open_shop()\n{asks}"
    )


def _set(question: Question) -> list[tuple[str, Any]]:
    """Return what differs from the defaults of `query`; the reading always, because each metric has its own."""
    words: list[tuple[str, Any]] = [
        ("by", list(question.by)),
        ("grain", question.grain),
        ("where", {name: list(values) for name, values in question.where.items()}),
        ("reading", question.reading_asked),
        ("age", question.age if question.age != 7 else None),
        ("start", question.start),
        ("stop", question.stop),
        ("rolling", question.rolling),
    ]
    return [(name, value) for name, value in words if value not in (None, [], {})]


def _spelled(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return f"date({value.year}, {value.month}, {value.day})"
    return repr(value).replace("'", '"') if "'" not in str(value) and '"' not in str(value) else repr(value)

"""Writes into the READMEs what the code already says: the glossary, the tables, and which export unlocks what.

    uv run python docs/readme.py

A test holds both files to it, so that a metric without its words in the README cannot land.
"""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.exports import OPTIONAL, REQUIRED, exports_of, unlocked_by
from dashboard.text import Text
from metrics.catalog import CATALOG
from metrics.ingest.contract import contract
from metrics.ingest.profile import required
from metrics.words import Finding, Language, say

PROJECT = Path(__file__).parent.parent
READMES: dict[Language, Path] = {"en": PROJECT / "README.md", "zh": PROJECT / "README.zh.md"}

HEADERS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "glossary": ("name", "metric", "definition", "readings", "needs"),
        "exports": ("export", "table", "", "unlocks"),
        "tables": ("table", "columns"),
    },
    "zh": {
        "glossary": ("代号", "指标", "口径", "读数", "需要的文件"),
        "exports": ("文件", "数据表", "", "解锁的指标"),
        "tables": ("数据表", "列"),
    },
}


def main() -> None:
    """Fill both READMEs."""
    for language, path in READMES.items():
        path.write_text(filled(path.read_text(encoding="utf-8"), language), encoding="utf-8")


def filled(text: str, language: Language) -> str:
    """Return a README with its generated blocks as they ought to be; each stands between two comments."""
    blocks = {"glossary": _glossary(language), "exports": _exports(language), "tables": _tables()}
    for name, rows in blocks.items():
        text = _with_block(text, name, _table(HEADERS[language][name], rows))
    return text


def _with_block(text: str, name: str, block: str) -> str:
    between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", flags=re.DOTALL)
    replaced, found = between.subn(lambda at: at[1] + block + at[2], text)
    if found != 1:
        raise SystemExit(f"The README needs one block <!-- {name} --> … <!-- /{name} -->, and has {found}.")
    return replaced


def _glossary(language: Language) -> list[tuple[str, ...]]:
    label = Text(language)
    comma = "、" if language == "zh" else ", "
    return [
        (
            f"`{metric.name}`",
            metric.label(language),
            metric.definition(language),
            comma.join(say(Finding(f"cli.reading_{reading}"), language) for reading in metric.readings),
            comma.join(label(f"export.{table}") for table in exports_of(metric)),
        )
        for metric in CATALOG.values()
    ]


def _exports(language: Language) -> list[tuple[str, ...]]:
    label = Text(language)
    comma = "、" if language == "zh" else ", "
    return [
        (
            label(f"export.{table}"),
            f"`{table}`",
            label("empty.needed" if table in REQUIRED else "empty.optional"),
            comma.join(metric.label(language) for metric in unlocked_by(table)) or label(f"empty.{table}"),
        )
        for table in (*REQUIRED, *OPTIONAL)
    ]


def _tables() -> list[tuple[str, ...]]:
    return [
        (
            f"`{table.name}`",
            ", ".join(f"**`{name}`**" if name in required(table) else f"`{name}`" for name in table.from_file),
        )
        for table in contract().values()
    ]


def _table(headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [headers, ("---",) * len(headers), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    main()

"""Every sentence that ingest can say exists in both languages, with the same values."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import metrics

PACKAGE = Path(metrics.__file__).parent
SENTENCES = {
    language: tomllib.loads((PACKAGE / "words" / language / "ingest.toml").read_text(encoding="utf-8"))
    for language in ("zh", "en")
}


def test_both_languages_say_the_same_things_about_the_same_values() -> None:
    assert SENTENCES["zh"].keys() == SENTENCES["en"].keys()
    for code, sentence in SENTENCES["en"].items():
        values = [
            {name for _, name, _, _ in string.Formatter().parse(said) if name}
            for said in (sentence, SENTENCES["zh"][code])
        ]
        assert values[0] == values[1], code


def test_every_code_in_the_source_has_its_sentence() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "ingest").rglob("*.py"))
    codes = set(re.findall(r'"ingest\.(\w+)"', source))
    rows = set(re.findall(r'"(cut_short|too_many_cells|broken_line)"', source))
    rows |= set(re.findall(r', "(unreadable|rounded_id|missing|unknown_word|out_of_range)"', source)) | {"unknown_unit"}
    counts = {
        name
        for path in (PACKAGE / "ingest" / "profiles").glob("*/profile.toml")
        for kind in tomllib.loads(path.read_text(encoding="utf-8")).get("kinds", {}).values()
        for name in (*kind.get("counts", {}), *kind.get("set_aside", {}))
    }
    said = codes | {f"row_{code}" for code in rows} | {f"count_{name}" for name in counts}
    assert len(rows) >= 8
    assert said <= SENTENCES["en"].keys()

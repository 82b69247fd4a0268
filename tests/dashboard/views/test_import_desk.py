"""What lies on the desk while a file's columns are being corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.importing import Preview
from dashboard.views.import_desk import Desk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An export that no profile knows, with two columns that mean nothing to us."""
    file = tmp_path / "orders.csv"
    lines = [
        "order_id,line_id,paid_at,ort,spediteur",
        *(f"A{n},1,2026-11-0{n} 10:00:00,湖北,顺风" for n in range(1, 4)),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def meanings(desk: Desk, path: Path) -> dict[str, str | None]:
    seen = desk.look(path)
    assert isinstance(seen, Preview)
    assert seen.guess is not None
    return {header: seen.guess.mapping.meaning(header) for header in seen.headers}


def test_a_second_correction_keeps_the_first_that_was_not_looked_at_yet(path: Path) -> None:
    desk = Desk()
    headers = tuple(meanings(desk, path))
    desk.correct(path, lambda mapping: mapping.with_meaning("ort", "province", headers))
    desk.correct(path, lambda mapping: mapping.with_meaning("spediteur", "courier", headers))
    found = meanings(desk, path)
    assert (found["ort"], found["spediteur"]) == ("province", "courier")
    desk.correct(path, lambda mapping: mapping.with_meaning("ort", None, headers))
    found = meanings(desk, path)
    assert (found["ort"], found["spediteur"]) == (None, "courier")

"""Whatever a customer types, no program that opens the file executes it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from metrics.export import to_csv, to_xlsx
from tests.metrics.export.opened import cells_of, has_formula, origin, rows_of, table_of

FORMULAS = "=+-@＝＋－＠"
BLANKS = ["", " ", "\t", "\r", "\n", "\r\n", "\u3000", "\u00a0", "\ufeff", "\u200b", '"', "'", '""', "“", ' \t" ']
ATTACKS = [blank + sign + "cmd|'/C calc'!A0" for blank in BLANKS for sign in FORMULAS]
PIECES = [*BLANKS, *FORMULAS, ",", ";", "1+1", "A1", "HYPERLINK("]
attacks = st.lists(st.sampled_from(PIECES) | st.text(max_size=4)).map("".join)


def is_executed(cell: str) -> bool:
    """Whether any program that we know of takes the cell for more than text: it trims first, and reads full widths."""
    return cell.strip(" \t\r\n\u3000\u00a0\ufeff\u200b").startswith(tuple(FORMULAS))


def csv_of(text: str) -> bytes:
    return to_csv(pd.DataFrame({"reason_text": [text], text: ["x"]}), origin(title=text, definitions=((text, text),)))


@pytest.mark.parametrize("text", ATTACKS)
def test_known_attacks_are_texts(text: str) -> None:
    content = csv_of(text)
    cells = [cell for row in rows_of(content) for cell in row]
    assert not [cell for cell in cells if is_executed(cell) or cell.startswith(("\t", "\r", "\n"))]
    assert table_of(content)[1][0].replace("'", "") == text.replace("'", ""), "nothing but apostrophes is added"


@given(attacks)
@example("a;=1+1")
@example('a";=1+1;"')
@example("好评\n=1+1")
def test_nothing_that_is_typed_executes_wherever_a_program_splits_the_rows(text: str) -> None:
    content = csv_of(text)
    for separator in (",", ";", "\t"):
        assert not [cell for row in rows_of(content, separator) for cell in row if is_executed(cell)]


@given(attacks)
def test_a_workbook_holds_texts_as_they_were_typed_and_no_formula(text: str) -> None:
    content = to_xlsx({"x": pd.DataFrame({"reason_text": [text]})}, origin(title=text, definitions=((text, text),)))
    assert not has_formula(content)
    assert cells_of(content).get("A2", ("s", "", False))[0] == "s"


def test_a_text_in_a_workbook_stays_text_when_it_is_edited() -> None:
    content = to_xlsx({"x": pd.DataFrame({"reason_text": ["=1+1", "外壳划痕"]})}, origin())
    assert [cells_of(content)[name][2] for name in ("A2", "A3")] == [True, False]


def test_numbers_below_zero_are_no_formulas() -> None:
    content = to_csv(pd.DataFrame({"effect": [-0.5, 3.0], "refund_amount": [-1, 2]}), origin())
    assert table_of(content)[1:] == [["-0.5", "-1"], ["3.0", "2"]]


def test_plain_words_stay_as_they_are() -> None:
    words = ["外壳划痕", "7天无理由", "a-b", "色差，偏红", 'say "no"', "100%", "C536379"]
    content = to_csv(pd.DataFrame({"reason_text": words}), origin())
    assert [row[0] for row in table_of(content)[1:]] == words


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    """Patterns that begin anew at each sign would take minutes for a text that a customer can paste."""
    for piece in ("x", "\t", " ", "-", "1", "a@"):
        assert len(to_csv(pd.DataFrame({"note": [piece * 200_000]}), origin())) > 200_000

"""What the text of one cell means: SQL expressions from text to a typed value, NULL where it cannot be read.

Every export writes absence, money and truth in its own way. These expressions run over whole columns inside the
engine; a cell that says something but cannot be read comes back as NULL here and is reported by `stage`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NULL_WORDS = (
    "",
    "?",
    "？",
    "-",
    "--",
    "---",
    "—",
    "N/A",
    "n/a",
    "#N/A",
    "NA",
    "NULL",
    "null",
    "None",
    "NaN",
    "nan",
    "无",
)
BLANKS = " \t\r\n\u00a0\u3000\ufeff"
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100  # 1900-01-00 and 9999-12-31 are how some systems write "never"
ISO = "iso"
EPOCH_MS = "epoch_ms"

_TRUE = ("是", "true", "t", "yes", "y", "1", "有", "已")
_FALSE = ("否", "false", "f", "no", "n", "0", "未")


def quote(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def words(texts: Sequence[str]) -> str:
    """Return texts as an SQL list for IN."""
    return "(" + ", ".join(literal(text) for text in texts) + ")"


def bare(cell: str) -> str:
    """Return the cell without blanks at its ends: those of Chinese and of web pages too.

    Only cells that have some are trimmed: looking at both ends costs a third of trimming.
    """
    ends = f"{cell}[1] IN {words(tuple(BLANKS))} OR {cell}[-1] IN {words(tuple(BLANKS))}"
    return f"CASE WHEN {ends} THEN trim({cell}, {literal(BLANKS)}) ELSE {cell} END"


def said(cell: str) -> str:
    """Return what a bare cell says: NULL for a word of absence, and no marks with which spreadsheets are fooled.

    `="0012"` and a leading apostrophe mean "text", and are not a part of an id.
    """
    longest = max(len(word.encode()) for word in NULL_WORDS)
    return (
        f"CASE WHEN strlen({cell}) <= {longest} AND {cell} IN {words(NULL_WORDS)} THEN NULL "
        f"""WHEN starts_with({cell}, '="') THEN trim({cell}, '="') """
        f"WHEN starts_with({cell}, '''') THEN {cell}[2:] ELSE {cell} END"
    )


def number(cell: str, type_: str) -> str:
    """Return money or a count: `¥1,234.50`, `12元` and `12.00` are numbers; `2.5` is not a count.

    A comma is taken as a thousands mark only where three digits follow, for `12,5` is 12.5 elsewhere.
    """
    bare = f"regexp_replace({cell}, '^[¥￥$₹£€]\\s*|\\s*元$', '', 'g')"
    plain = (
        f"CASE WHEN regexp_full_match({bare}, '[+-]?[0-9]{{1,3}}([,，][0-9]{{3}})+([.][0-9]*)?') "
        f"THEN regexp_replace({bare}, '[,，]', '', 'g') ELSE {bare} END"
    )
    exact = f"TRY_CAST({plain} AS DECIMAL(38, 10))"
    if type_ == "BIGINT":
        return f"CASE WHEN {exact} = trunc({exact}) THEN TRY_CAST({exact} AS BIGINT) END"
    return f"TRY_CAST({exact} AS {type_})"


def truth(cell: str) -> str:
    """Return a yes or no, in Chinese or English."""
    return f"CASE WHEN lower({cell}) IN {words(_TRUE)} THEN true WHEN lower({cell}) IN {words(_FALSE)} THEN false END"


def moment(cell: str, formats: Sequence[str], zone: str, shop_zone: str) -> str:
    """Return a point in time of the shop's zone: the first of the named formats that fits, never a sniffed one.

    `iso` is year-month-day with four digits for the year, `epoch_ms` JD's thirteen digits. A text that carries its own
    offset is converted from it; any other from the zone of the profile. A day without an hour is never shifted.
    """
    return "coalesce(" + ", ".join(_one_format(cell, format_, zone, shop_zone) for format_ in formats) + ")"


def word(cell: str, translations: Mapping[str, str]) -> str:
    """Return the contract's word for the export's; `*` stands for any other, without it the others stay."""
    if not translations:
        return cell
    pairs = " ".join(
        f"WHEN {literal(theirs)} THEN {literal(ours)}" for theirs, ours in translations.items() if theirs != "*"
    )
    other = literal(translations["*"]) if "*" in translations else cell
    return f"CASE WHEN {cell} IS NULL THEN NULL ELSE CASE {cell} {pairs} ELSE {other} END END" if pairs else other


def masked(cell: str) -> str:
    """Return a text with the middle of every phone number struck out, mobile or landline, wherever it stands."""
    mobile = f"regexp_replace({cell}, '(1[3-9][0-9])[- ]?[0-9]{{4}}[- ]?[0-9]*([0-9]{{4}})', '\\1****\\2', 'g')"
    return f"regexp_replace({mobile}, '(0[0-9]{{2,3}})[- ]?[0-9]{{3,4}}([0-9]{{4}})', '\\1****\\2', 'g')"


def rounded_id(cell: str) -> str:
    """Say whether an id went through a spreadsheet that kept its first digits only (`3.20101E+11`)."""
    return f"regexp_full_match({cell}, '[0-9]([.][0-9]+)?[eE][+][0-9]+')"


def insane(moment: str) -> str:
    """Say whether a point in time lies where no export's does."""
    return f"year({moment}) NOT BETWEEN {EARLIEST_YEAR} AND {LATEST_YEAR}"


def _one_format(cell: str, format_: str, zone: str, shop_zone: str) -> str:
    """Return the cell read in one format.

    No part of it is written twice: the engine computes a repeated part for every row, also where an earlier format has
    read the cell already, and failing to parse costs ten times as much as parsing.
    """

    def local(parsed: str) -> str:
        if zone == shop_zone:
            return parsed
        return f"({parsed} AT TIME ZONE {literal(zone)}) AT TIME ZONE {literal(shop_zone)}"

    if format_ == EPOCH_MS:
        return (
            f"CASE WHEN regexp_full_match({cell}, '[0-9]{{13}}') "
            f"THEN to_timestamp(CAST({cell} AS BIGINT) / 1000) AT TIME ZONE {literal(shop_zone)} END"
        )
    if format_ == ISO:
        day = "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
        time = "[T ][0-9]{1,2}:[0-9:]+([.][0-9]+)?"
        readings = {
            f"{day}{time}": local(f"TRY_CAST({cell} AS TIMESTAMP)"),
            day: f"CAST(TRY_CAST({cell} AS DATE) AS TIMESTAMP)",
            f"{day}{time}\\s?(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)": (
                f"TRY_CAST({cell} AS TIMESTAMPTZ) AT TIME ZONE {literal(shop_zone)}"
            ),
        }
        whens = " ".join(f"WHEN regexp_full_match({cell}, '{shape}') THEN {read}" for shape, read in readings.items())
        return f"CASE {whens} END"
    parsed = f"try_strptime({cell}, {literal(format_)})"
    if "%H" in format_ or "%I" in format_:
        parsed = local(parsed)
    # `%Y` is content with two digits, and makes the year 22 of them.
    return f"CASE WHEN regexp_matches({cell}, '[0-9]{{4}}') THEN {parsed} END" if "%Y" in format_ else parsed

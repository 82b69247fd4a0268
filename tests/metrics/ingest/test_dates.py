from __future__ import annotations

from datetime import datetime

import duckdb

from metrics.ingest.dates import Reading, describe, readings

TODAY = datetime(2026, 11, 16)


def read(*cells: str | None) -> tuple[Reading, ...]:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE days AS SELECT unnest($1::VARCHAR[]) AS day", [list(cells)])
        return readings(con, "day", "days", TODAY)


def test_day_month_year_and_year_month_day_both_fit() -> None:
    """Each of these days reads both ways without an error: only somebody who knows the file can say which is meant."""
    found = read("22-04-15", "04-08-15", "31-05-15")
    assert [(reading.format, reading.earliest, reading.latest, reading.later) for reading in found] == [
        ("%y-%m-%d", datetime(2004, 8, 15), datetime(2031, 5, 15), 1),
        ("%d-%m-%y", datetime(2015, 4, 22), datetime(2015, 8, 4), 0),
    ]
    assert "2031-05-15  1" in describe(found)


def test_one_value_past_the_twelfth_settles_month_and_day() -> None:
    assert [reading.format for reading in read("03/04/2026", "13/04/2026")] == ["%d/%m/%Y"]
    assert [reading.format for reading in read("03/04/2026", "05/06/2026")] == ["%d/%m/%Y", "%m/%d/%Y"]


def test_formats_that_read_a_column_alike_are_one_reading() -> None:
    assert len(read("05/05/2026", "06/06/2026")) == 1


def test_two_formats_in_one_column_fit_none() -> None:
    assert read("04-30-22", "04-12-2022") == ()


def test_absent_values_do_not_count() -> None:
    assert [reading.format for reading in read(None, "2026-11-16 09:00:00")] == ["%Y-%m-%d %H:%M:%S"]


def test_a_column_without_values_has_no_reading() -> None:
    assert read(None, None) == ()

"""What goes wrong in real records of sales and returns, one shop with all of it, and each case looked at by itself.

The shop is a healthy one of thirty SKUs; every case is a batch or two added to it, judged on the same days.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from scipy.stats import gamma

from metrics.spikes import Judged, judge, replay
from metrics.words import LANGUAGES, Refused, say
from tests.metrics.spikes.made import AGES, DELAYS, Made, make_shop

DAYS = 110
LOOKS = 6  # fewer than seven: the parameters are those of the first look, and what is added later bears on none
LAST = DAYS - 1

BATCH_COLUMNS = [
    *("batch_id", "sku_id", "units", "observed", "expected", "rate", "expected_rate_final", "relative_rate", "low"),
    *("high", "lfdr", "log_bf", "level", "first_flagged_on", "detectable_from_units", "detectable_rate", "provisional"),
]
FLAG_COLUMNS = ["batch_id", "flagged_on", "observed", "expected", "units", "lfdr", "log_bf", "level"]
SCORES = ["expected", "expected_rate_final", "relative_rate", "low", "high", "lfdr", "log_bf"]

Sold = dict[int, int]  # day → units
Back = list[tuple[int, int, int]]  # day of sale, day of return, units


def usual_returns(sold: Sold, rate: float, category: str) -> Back:
    """What comes back of it by the last day, without chance: each cohort's expectation, rounded as it adds up."""
    arrived = np.append(0.0, gamma.cdf(np.arange(1, AGES + 1), 2.0, scale=DELAYS[category] / 2))
    found = []
    for on, units in sold.items():
        counts = np.diff(np.round(units * rate * arrived)).astype(int)
        found += [(on, on + age, int(counts[age])) for age in np.flatnonzero(counts) if on + age <= LAST]
    return found


class Extra:
    """Batches added to a shop, row by row."""

    def __init__(self, shop: Made) -> None:
        self.shop, self.units, self.returns = shop, [shop.units], [shop.returns]

    def add(self, batch: str, sku: str, category: str | None, sold: Sold, back: Back) -> None:
        day = self.shop.day
        self.units.append(
            pd.DataFrame(
                {
                    "batch_id": batch,
                    "sku_id": sku,
                    "category": category,
                    "sold_on": [day(on) for on in sold],
                    "units": list(sold.values()),
                }
            )
        )
        if back:
            at, on, units = zip(*back, strict=True)
            self.returns.append(
                pd.DataFrame(
                    {
                        "batch_id": batch,
                        "sold_on": [day(d) for d in at],
                        "returned_on": [day(d) for d in on],
                        "units": units,
                    }
                )
            )

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return pd.concat(self.units, ignore_index=True), pd.concat(self.returns, ignore_index=True)


@pytest.fixture(scope="module")
def shop() -> Made:
    return make_shop(7, days=DAYS)


def judged(shop: Made, units: pd.DataFrame, returns: pd.DataFrame) -> Judged:
    return judge(units, returns, shop.day(DAYS - LOOKS), shop.day(DAYS))


@pytest.fixture(scope="module")
def plain(shop: Made) -> Judged:
    return judged(shop, shop.units, shop.returns)


@pytest.fixture(scope="module")
def quarter(plain: Judged) -> str:
    """The SKU of which nearest to a quarter comes back: the one of the known answers for tiny batches."""
    rates = plain.batches.groupby("sku_id")["expected_rate_final"].first()
    return str((rates - 0.25).abs().idxmin())


@pytest.fixture(scope="module")
def extra(shop: Made, quarter: str) -> Extra:
    """Pairs that should be judged alike stand under one SKU of their own, lest they move the others."""
    extra = Extra(shop)
    add = extra.add
    add("only-today", "S000", "clothing", {LAST: 40}, [])
    add("nothing-sold", "S000", "clothing", {LAST - 10: 0}, [])
    add("two-days", "S002", "home", {LAST - 1: 50, LAST: 50}, [(LAST - 1, LAST, 1)])
    add("six-of-ten", quarter, "clothing", {LAST - 30: 10}, [(LAST - 30, LAST - 20, 6)])
    add("five-of-five", quarter, "clothing", {LAST - 30: 5}, [(LAST - 30, LAST - 20, 5)])
    add("more-than-sold", quarter, "clothing", {LAST - 25: 4}, [(LAST - 25, LAST - 15, 7)])
    add("all-of-it", quarter, "clothing", {LAST - 25: 4}, [(LAST - 25, LAST - 15, 4)])
    add("new-sku", "X-new", "shoes", {LAST - 4: 120, LAST - 3: 120}, [(LAST - 4, LAST - 1, 9)])
    add("new-category", "X-none", None, {LAST - 4: 120, LAST - 3: 120}, [(LAST - 4, LAST - 1, 9)])
    add("other-category", "X-other", "garden", {LAST - 4: 120, LAST - 3: 120}, [(LAST - 4, LAST - 1, 9)])
    add("before-the-sale", "X-1", "home", {LAST - 9: 200}, [(LAST - 9, LAST - 12, 7)])
    add("on-the-day", "X-1", "home", {LAST - 9: 200}, [(LAST - 9, LAST - 9, 7)])
    usual = usual_returns({LAST - 9: 90}, 0.22, "clothing")
    add(
        "in-future",
        "X-2",
        "clothing",
        {LAST - 9: 90, LAST + 1: 500},
        [*usual, (LAST - 9, LAST + 1, 80), (LAST + 1, LAST, 9)],
    )
    add("no-future", "X-2", "clothing", {LAST - 9: 90}, usual)
    add("other-day", "X-2", "clothing", {LAST - 9: 90}, [*usual, (LAST - 8, LAST - 5, 60)])
    old = {LAST - 40: 60, LAST - 28: 60}
    usual = usual_returns(old, 0.22, "clothing")
    add("too-late", "X-3", "clothing", old, [*usual, (LAST - 40, LAST - 9, 50), (LAST - 40, LAST, 5)])
    add("in-time", "X-3", "clothing", old, usual)
    add("long-gone", "X-3", "clothing", {LAST - 40: 60}, usual_returns({LAST - 40: 60}, 0.22, "clothing"))
    return extra


@pytest.fixture(scope="module")
def full(shop: Made, extra: Extra) -> Judged:
    units, returns = extra.frames()
    ghost = pd.DataFrame(
        {"batch_id": ["ghost"], "sold_on": [shop.day(LAST - 9)], "returned_on": [shop.day(LAST - 3)], "units": [70]}
    )
    return judged(shop, units, pd.concat([returns, ghost], ignore_index=True))


@pytest.fixture(scope="module")
def batches(full: Judged) -> pd.DataFrame:
    return full.batches.set_index("batch_id")


def assert_same_score(batches: pd.DataFrame, one: str, other: str) -> None:
    columns = ["units", "observed", *SCORES]
    assert batches.loc[one, columns].tolist() == pytest.approx(batches.loc[other, columns].tolist(), rel=1e-9)
    assert np.isfinite(batches.loc[one, "log_bf"])


def test_the_columns_are_those_that_were_promised(full: Judged) -> None:
    assert list(full.batches.columns) == BATCH_COLUMNS
    assert list(full.flags.columns) == FLAG_COLUMNS
    assert full.batches["batch_id"].is_unique
    assert set(full.batches["level"]) <= {"red", "amber", "calm", "young"}


def test_every_batch_with_an_open_window_is_judged_once(shop: Made, extra: Extra, full: Judged) -> None:
    units, _ = extra.frames()
    age = (shop.day(LAST) - units["sold_on"]).dt.days
    still_open = set(units.loc[(units["units"] > 0) & age.between(0, 30), "batch_id"])
    assert set(full.batches["batch_id"]) == still_open | set(full.flags["batch_id"])


def test_worst_first(full: Judged) -> None:
    rank = full.batches["level"].map({"red": 0, "amber": 1, "calm": 2, "young": 3})
    assert rank.is_monotonic_increasing
    for _, level in full.batches.groupby("level"):
        assert level["lfdr"].dropna().is_monotonic_increasing


def test_a_healthy_shop_has_no_red_batch_whatever_its_records_look_like(full: Judged) -> None:
    assert full.flags.empty
    assert not (full.batches["level"] == "red").any()


# --- nothing or little to go by --------------------------------------------------------------------------------------


def test_sold_only_today_is_no_exposure(batches: pd.DataFrame) -> None:
    row = batches.loc["only-today"]
    assert row["level"] == "young"
    assert row["units"] == 40
    assert row[SCORES].isna().all()


def test_nothing_sold_is_no_batch(batches: pd.DataFrame) -> None:
    assert "nothing-sold" not in batches.index


def test_sold_long_ago_is_no_longer_watched(batches: pd.DataFrame) -> None:
    assert "long-gone" not in batches.index


def test_a_very_young_batch_is_grey_and_its_score_is_kept(batches: pd.DataFrame) -> None:
    row = batches.loc["two-days"]
    assert row["level"] == "young"
    assert row["expected"] < 0.10 * row["expected_rate_final"] * row["units"]
    assert np.isfinite(row["log_bf"])
    assert 0 < row["lfdr"] < 1


@pytest.mark.parametrize("tiny", ["six-of-ten", "five-of-five"])
def test_a_tiny_batch_is_not_red_by_itself(batches: pd.DataFrame, tiny: str) -> None:
    """At a base rate of 25 %, 3 % bad and a spread of .3 they are good ones with a chance of .84 and .38."""
    row = batches.loc[tiny]
    assert row["level"] != "red"
    assert row["lfdr"] > 0.30
    assert row["units"] < row["detectable_from_units"]


def test_a_sku_without_history_stands_where_its_category_does(batches: pd.DataFrame) -> None:
    """Its base rate is the middle of the category's on the logit: that of the SKUs is known to a few hundredths."""
    shoes = batches[batches["sku_id"].str.startswith("S")].groupby("sku_id")["expected_rate_final"].first()
    shoes = shoes[[int(sku[1:]) % 3 == 1 for sku in shoes.index]]
    middle = float(expit(logit(shoes).mean()))
    assert batches.loc["new-sku", "expected_rate_final"] == pytest.approx(middle, rel=0.05)


def test_a_sku_without_history_is_less_sure_of_anything(full: Judged, batches: pd.DataFrame) -> None:
    """The band of what is normal is wider than that of a known SKU with as many expected returns."""
    new = full.course("new-sku").iloc[-1]
    known = pd.concat([full.course(batch).assign(batch=batch) for batch in batches.index if batch.startswith("s")])
    like = known[np.abs(known["expected"] / new["expected"] - 1) < 0.10]
    assert len(like) > 3
    width = (like["high"] - like["low"]).median()
    assert new["high"] - new["low"] > width


@pytest.mark.parametrize("batch", ["new-category", "other-category"])
def test_an_unknown_category_is_judged_by_the_shop(shop: Made, batches: pd.DataFrame, batch: str) -> None:
    """The shop's overall rate, of what was sold long enough ago to be back: known to a tenth."""
    before = shop.day(DAYS - LOOKS - 31)
    sold = shop.units.loc[shop.units["sold_on"] <= before, "units"].sum()
    back = shop.returns.loc[shop.returns["sold_on"] <= before, "units"].sum()
    assert batches.loc[batch, "expected_rate_final"] == pytest.approx(back / sold, rel=0.10)
    assert np.isfinite(batches.loc[batch, "log_bf"])


# --- records that contradict themselves ------------------------------------------------------------------------------


def test_returns_of_what_was_never_sold_count_nowhere(batches: pd.DataFrame) -> None:
    """Neither of a batch that never was, nor of a day on which the batch did not sell."""
    assert "ghost" not in batches.index
    assert_same_score(batches, "other-day", "no-future")


def test_more_returned_than_sold_is_scored_as_all_returned(batches: pd.DataFrame) -> None:
    assert_same_score(batches, "more-than-sold", "all-of-it")
    assert batches.loc["more-than-sold", "rate"] == 1.0
    assert batches.loc["more-than-sold", "level"] != "red"


def test_asked_for_before_it_was_sold_counts_at_age_zero(full: Judged, batches: pd.DataFrame) -> None:
    assert_same_score(batches, "before-the-sale", "on-the-day")
    assert full.course("before-the-sale")["observed"].tolist() == full.course("on-the-day")["observed"].tolist()
    assert full.course("before-the-sale")["observed"].iloc[0] == 7


def test_the_future_is_not_looked_at(batches: pd.DataFrame) -> None:
    assert_same_score(batches, "in-future", "no-future")


def test_back_after_the_window_is_left_out_on_both_sides(batches: pd.DataFrame) -> None:
    assert_same_score(batches, "too-late", "in-time")
    assert batches.loc["too-late", "observed"] < 40  # and not 95


def test_what_is_added_does_not_move_the_others(plain: Judged, batches: pd.DataFrame) -> None:
    """Not by more than a fit moves from week to week: the odd ones are some of its batches, told apart as bad."""
    was = plain.batches.set_index("batch_id")["log_bf"].dropna()
    assert np.abs(batches.loc[was.index, "log_bf"] - was).median() < 0.2


# --- a batch that is most of its SKU ---------------------------------------------------------------------------------


def test_a_bad_batch_that_dominates_its_sku_does_not_excuse_itself(shop: Made) -> None:
    """Twenty days of 300 a day at two and a half times the rate, where the whole category sells 150 a day."""
    extra = Extra(shop)
    sold = dict.fromkeys(range(LAST - 20, LAST), 300)
    extra.add("giant", "S002", "home", sold, usual_returns(sold, 2.5 * 0.08, "home"))
    found = judged(shop, *extra.frames()).batches.set_index("batch_id")
    assert found.loc["giant", "level"] == "red"
    assert found.loc["giant", "relative_rate"] > 1.5
    others = found[found["sku_id"].isin([f"S{sku:03d}" for sku in range(2, 30, 3)]) & (found.index != "giant")]
    assert not (others["level"] == "red").any()
    # What is usual in the category stays near 8 %: it is not read off the giant.
    assert others["expected_rate_final"].median() == pytest.approx(0.08, rel=0.35)


# --- a defect that starts half-way -----------------------------------------------------------------------------------


def half_way(shop: Made, factor: float) -> Judged:
    """A batch sold over 45 days at 8 %, and over the last fourteen at so many times as much."""
    extra = Extra(shop)
    before, after = dict.fromkeys(range(LAST - 44, LAST - 13), 30), dict.fromkeys(range(LAST - 13, LAST + 1), 30)
    back = usual_returns(before, 0.08, "home") + usual_returns(after, 0.08 * factor, "home")
    extra.add("half-way", "S002", "home", before | after, back)
    return judged(shop, *extra.frames())


def test_a_batch_that_goes_bad_half_way_is_found(shop: Made) -> None:
    """Taken as a whole it has a third too much, as one good batch in thirty has; of the last fortnight it is thrice."""
    bad, good = (half_way(shop, factor).batches.set_index("batch_id").loc["half-way"] for factor in (3.0, 1.0))
    assert bad["observed"] / bad["expected"] < 1.5
    assert bad["level"] == "red"
    assert good["level"] == "calm"


# --- how the records are written -------------------------------------------------------------------------------------


def with_times(frame: pd.DataFrame) -> pd.DataFrame:
    hours = pd.to_timedelta(np.arange(len(frame)) % 24, unit="h")
    return frame.assign(**{column: frame[column] + hours for column in frame.columns if column.endswith("_on")})


def each_date(change: Callable[[pd.Series], pd.Series]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame.assign(
        **{column: change(frame[column]) for column in frame.columns if column.endswith("_on")}
    )


def each_name(dtype: type | str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    names = {"batch_id", "sku_id", "category"}
    return lambda frame: frame.astype({column: dtype for column in frame.columns if column in names})


WRITTEN: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "dates and objects": lambda frame: each_name(object)(each_date(lambda days: days.dt.date.astype(object))(frame)),
    "nanoseconds": each_date(lambda days: days.astype("datetime64[ns]")),
    "seconds and categoricals": lambda frame: each_name("category")(
        each_date(lambda d: d.astype("datetime64[s]"))(frame)
    ),
    "text": each_date(lambda days: days.dt.strftime("%Y-%m-%d")),
    "times of day": with_times,
    "more columns and an index of their own": lambda f: f.assign(shop="甲店", note=None).set_index(
        np.arange(len(f))[::-1]
    ),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_however_the_records_are_written_the_verdict_is_the_same(shop: Made, plain: Judged, way: str) -> None:
    found = judged(shop, WRITTEN[way](shop.units), WRITTEN[way](shop.returns))
    pd.testing.assert_frame_equal(found.batches, plain.batches, check_dtype=False, rtol=1e-9)


@pytest.mark.parametrize("days", ["dates", "text"])
def test_the_days_of_the_looks_may_be_dates_or_text(shop: Made, plain: Judged, days: str) -> None:
    bounds = [shop.day(DAYS - LOOKS).date(), shop.day(DAYS).date()]
    start, stop = bounds if days == "dates" else [day.isoformat() for day in bounds]
    pd.testing.assert_frame_equal(judge(shop.units, shop.returns, start, stop).batches, plain.batches)


# --- refusals --------------------------------------------------------------------------------------------------------


def refusal(error: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    """The sentence in both languages; a missing one is a KeyError."""
    return {language: say(error.value.finding, language) for language in LANGUAGES}


def test_a_batch_of_two_skus_is_refused_by_name(shop: Made) -> None:
    twice = shop.units.head(1).assign(sku_id="S099")
    with pytest.raises(Refused) as error:
        judged(shop, pd.concat([shop.units, twice]), shop.returns)
    assert all(twice["batch_id"].iloc[0] in sentence for sentence in refusal(error).values())


@pytest.mark.parametrize("column", ["batch_id", "sku_id", "category", "sold_on", "units"])
def test_a_missing_column_of_the_units_is_named(shop: Made, column: str) -> None:
    with pytest.raises(Refused) as error:
        replay(shop.units.drop(columns=column), shop.returns, shop.day(DAYS - 1), shop.day(DAYS))
    assert all("units" in sentence and column in sentence for sentence in refusal(error).values())


@pytest.mark.parametrize("column", ["batch_id", "sold_on", "returned_on", "units"])
def test_a_missing_column_of_the_returns_is_named(shop: Made, column: str) -> None:
    with pytest.raises(Refused) as error:
        replay(shop.units, shop.returns.drop(columns=column), shop.day(DAYS - 1), shop.day(DAYS))
    assert all("returns" in sentence and column in sentence for sentence in refusal(error).values())


# --- nothing at all --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", ["units", "returns", "both", "both, without types"])
def test_without_rows_nothing_is_flagged_and_nothing_breaks(shop: Made, empty: str) -> None:
    units = shop.units.head(0) if empty != "returns" else shop.units
    returns = shop.returns.head(0) if empty != "units" else shop.returns
    if empty == "both, without types":
        units, returns = pd.DataFrame(columns=list(units.columns)), pd.DataFrame(columns=list(returns.columns))
    found = judged(shop, units, returns)
    assert list(found.flags.columns) == FLAG_COLUMNS
    assert found.flags.empty
    assert list(found.batches.columns) == BATCH_COLUMNS
    assert set(found.batches["level"]) <= {"young"}
    assert found.batches.empty == (empty != "returns")
    assert found.monitors.drifting is False
    assert np.isnan(found.monitors.decoy_ratio)
    assert np.isnan(found.monitors.estimated_fdr)
    assert found.monitors.parameters["name"].tolist() == ["dispersion", "bad_share", "delay_dispersion"]


def test_no_day_to_look_at_is_no_verdict(shop: Made) -> None:
    assert replay(shop.units, shop.returns, shop.day(50), shop.day(50)).empty


def test_a_shop_before_its_thirtieth_return_waits(shop: Made) -> None:
    """Without a delay curve nothing can be said, and nothing is."""
    units = shop.units[shop.units["sold_on"] < shop.day(3)]
    returns = shop.returns[shop.returns["sold_on"] < shop.day(3)].head(9)
    found = judge(units, returns, shop.day(3), shop.day(6))
    assert found.flags.empty
    assert set(found.batches["level"]) == {"young"}
    assert found.batches[SCORES].isna().all(axis=None)


# --- curves at their edge --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("age", [0, 9, 30])
def test_a_shop_whose_returns_all_take_equally_long(shop: Made, age: int) -> None:
    """As where tickets are dated by the day on which a courier fetches, or by the last day of the window."""
    returns = shop.returns.assign(returned_on=shop.returns["sold_on"] + pd.Timedelta(days=age))
    found = judged(shop, shop.units, returns)
    scored = found.batches[found.batches["expected"] > 1]
    assert np.isfinite(scored[SCORES]).all(axis=None)
    assert len(found.flags) <= 1
    if age < 30:
        assert len(scored) > 20


def test_a_shop_in_which_nothing_comes_back_before_the_third_day(shop: Made) -> None:
    """As where a parcel takes three days: a batch sold since yesterday cannot have anything back, good or bad."""
    late = shop.returns.assign(
        returned_on=np.minimum(
            shop.returns["returned_on"] + pd.Timedelta(days=3), shop.returns["sold_on"] + pd.Timedelta(days=30)
        )
    )
    extra = Extra(shop)
    extra.returns = [late]
    extra.add("yesterday", "S000", "clothing", {LAST - 1: 80}, [])
    extra.add("once more", "S000", "clothing", {LAST - 20: 80, LAST - 1: 80}, [(LAST - 20, LAST - 12, 12)])
    found = judged(shop, *extra.frames()).batches.set_index("batch_id")
    assert found.loc["yesterday", "level"] == "young"
    assert not found.loc["yesterday", "expected"] > 0
    assert found.loc["once more", "expected"] > 5
    assert np.isfinite(found.loc["once more", SCORES].astype(float)).all()
    assert (found["level"] != "young").sum() > 20
    assert not (found["level"] == "red").any()

"""The reasons of a batch against those of the SKU's other batches, on counts made by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from metrics.batches.reasons import compared_reasons, top_reasons

# The SKU's other batches: half 色差, which is frequent and means nothing, and a tenth 无法开机.
REASONS = pd.DataFrame(
    [
        ("bad", "S1", "色差", 20),
        ("bad", "S1", "无法开机", 16),
        ("bad", "S1", None, 4),
        ("good", "S1", "色差", 50),
        ("good", "S1", "无法开机", 10),
        ("good", "S1", "外壳划痕", 40),
        ("alone", "S2", "色差", 3),
        ("alone", "S2", "少件漏发", 2),
        ("mute", "S3", None, 5),
    ],
    columns=["batch_key", "sku_key", "reason", "returns"],
)
EXPECTED = pd.Series({"bad": 20.0, "good": 110.0, "alone": 1.0, "mute": 1.0})
SOLD = pd.DataFrame(
    {"sku_key": ["S1", "S1", "S2", "S3"], "units": [200, 1000, 50, 50]}, index=["bad", "good", "alone", "mute"]
)


def test_the_top_reason_is_the_one_with_the_largest_excess_and_not_the_most_frequent() -> None:
    top = top_reasons(REASONS, EXPECTED)
    # 色差: 20 - 20 × 0.5 = 10; 无法开机: 16 - 20 × 0.1 = 14.
    assert top.loc["bad", "top_reason"] == "无法开机"
    assert top.loc["bad", "top_reason_share"] == pytest.approx(16 / 40)


def test_of_a_sku_s_only_batch_it_is_the_most_frequent() -> None:
    assert top_reasons(REASONS, EXPECTED).loc["alone", "top_reason"] == "色差"


def test_what_nobody_said_is_no_reason() -> None:
    assert "mute" not in top_reasons(REASONS, EXPECTED).index


def test_both_sides_are_told_in_counts_shares_and_rates() -> None:
    table = compared_reasons(REASONS, SOLD, "bad").set_index("reason")
    row = table.loc["无法开机"]
    assert row.tolist() == [16, pytest.approx(0.4), pytest.approx(0.08), 10, pytest.approx(0.1), pytest.approx(0.01)]
    assert table.loc["外壳划痕", "returns"] == 0
    assert table["returns"].sum() == 40
    assert table["share"].sum() == pytest.approx(1)


def test_the_largest_difference_comes_first() -> None:
    assert compared_reasons(REASONS, SOLD, "bad")["reason"].iloc[0] == "无法开机"
    assert compared_reasons(REASONS, SOLD, "good")["reason"].iloc[0] == "外壳划痕"


def test_a_batch_without_others_has_no_rate_of_others() -> None:
    table = compared_reasons(REASONS, SOLD, "alone")
    assert table["others_returns"].tolist() == [0, 0]
    assert table[["others_share", "others_rate"]].isna().all(axis=None)

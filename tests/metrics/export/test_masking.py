from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.export import masked


def struck(text: str) -> str:
    return str(masked(pd.DataFrame({"description": [text]}))["description"].iloc[0])


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ("请联系13812345678张女士", "13812345678"),
        ("138 1234 5678", "12345678"),
        ("+86 138-1234-5678", "1234"),
        ("１３８１２３４５６７８", "３８１２３４５６７８"),
        ("座机0755-83765566", "83765566"),
        ("身份证110101199003078515", "19900307"),
        ("发到 li.wei@example.com", "li.wei"),
    ],
)
def test_what_reaches_a_person_is_struck_out_of_a_text(typed: str, secret: str) -> None:
    assert secret not in struck(typed)
    assert "*" in struck(typed)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(max_size=20), st.text(max_size=20))
def test_no_mobile_number_leaves_in_whatever_it_is_written(number: str, before: str, after: str) -> None:
    assert re.search(r"1[3-9][0-9]{9}", struck(before + number + after)) is None


@given(st.text(min_size=1), st.lists(st.text()))
def test_an_account_keeps_its_first_and_last_sign_at_most(account: str, texts: list[str]) -> None:
    left = masked(pd.DataFrame({"customer_id": [account]}))["customer_id"].iloc[0]
    assert len(left.replace("***", "")) <= 2 or "***" in account
    frame = pd.DataFrame({"customer_id": [account, *texts], "note": ["", *texts]}, dtype=object)
    pd.testing.assert_frame_equal(masked(masked(frame)), masked(frame))


def test_orders_and_tickets_can_still_be_found_in_the_back_office() -> None:
    ids = pd.DataFrame({"order_id": ["13812345678"], "ticket_id": ["0755837655661"], "sku_id": ["100052000000"]})
    pd.testing.assert_frame_equal(masked(ids), ids)


def test_a_frame_is_masked_whatever_its_columns_are() -> None:
    frame = pd.DataFrame(
        {
            "customer_id": pd.Series(["jd_1001", None], dtype="str"),
            "note": pd.Categorical(["打13812345678", None]),
            "mixed": [13812345678, "13812345678"],
            "n": [1, 2],
        }
    )
    again = pd.concat([frame, frame[["note"]]], axis=1)  # as a join may name two columns alike
    clean = masked(again)
    assert clean["customer_id"].tolist()[0] == "j***1"
    assert pd.isna(clean["customer_id"].iloc[1])
    assert [clean.iloc[0, place] for place in (1, 4)] == ["打138****5678"] * 2
    assert clean["mixed"].tolist() == [13812345678, "138****5678"]  # a number is a sum, and no text
    assert again.iloc[0, 0] == "jd_1001", "the frame that was given stays as it was"

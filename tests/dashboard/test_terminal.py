from __future__ import annotations

import json

import pandas as pd
import pytest

from dashboard.terminal import show_data

ROWS = pd.DataFrame({"customer_id": ["jd_10002297"], "note": ["=打13812345678"], "value": [float("nan")]})


def test_what_another_program_gets_is_masked_but_has_the_texts_of_the_frame(capsys: pytest.CaptureFixture[str]) -> None:
    show_data(ROWS, "csv")
    assert capsys.readouterr().out == "customer_id,note,value\nj***7,=打138****5678,\n"
    show_data(ROWS, "json")
    assert json.loads(capsys.readouterr().out) == [{"customer_id": "j***7", "note": "=打138****5678", "value": None}]

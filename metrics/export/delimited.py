"""A frame as CSV that Excel opens with Chinese intact, and that a program reads back.

What it was made with stands below the rows, in lines that begin with `#`: above them it would take the place of the
headers, by which Excel filters and every program reads. `pandas.read_csv(file, comment="#")` skips these lines,
because all texts of the rows stand in quotes and none of these does.
"""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
import pandas as pd

from metrics.export.columns import in_words
from metrics.export.guard import guarded
from metrics.export.masking import Column, each_column
from metrics.export.provenance import Provenance

_NO_SEPARATORS = str.maketrans({",": "，", ";": "；", '"': "”", "\t": " ", "\r": " ", "\n": " "})


def to_csv(frame: pd.DataFrame, provenance: Provenance) -> bytes:
    """Return the frame as CSV in UTF-8 with a byte order mark: masked, guarded, and with its provenance below.

    Numbers stay numbers, shares as fractions of one; what is absent is empty, never 0.
    """
    safe = each_column(in_words(frame, provenance.language), lambda _, column: _guarded(column))
    safe.columns = pd.Index([guarded(str(name)) for name in safe.columns], dtype=object)
    rows = safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    colon = "：" if provenance.language == "zh" else ": "
    told = (f"{label}{colon}{words}".translate(_NO_SEPARATORS) for label, words in provenance.lines())
    below = "".join(f"# {line}\r\n" for line in told)
    return (rows + below).encode("utf-8-sig", errors="replace")


def _guarded(column: Column) -> Column:
    if column.dtype == object:
        once = cache(guarded)
        cells = [once(value) if isinstance(value, str) else value for value in column]
        return pd.Series(cells, index=column.index, dtype=object)
    return column.replace([np.inf, -np.inf], np.nan) if pd.api.types.is_float_dtype(column) else column

"""A weighted urn as a table: one integer drawn evenly picks by weight, with one cheap join in SQL."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def urn(weights: Sequence[float] | NDArray[np.float64], slots: int) -> NDArray[np.int32]:
    """Return for each slot the index that owns it.

    >>> urn([3, 1], slots=4).tolist()
    [0, 0, 0, 1]
    """
    edges = np.round(np.cumsum(weights) / np.sum(weights) * slots).astype(np.int64)
    return np.searchsorted(edges, np.arange(slots), side="right").astype(np.int32)

"""What a young cohort will come to, when the rest of its returns is back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.interval import Z

Floats = NDArray[np.float64]

PRIOR_LINES = 30.0
"""Weight, in matured lines, of the overall rate in the projection of one row."""


def project(lines: Floats, arrived_lines: Floats, returned: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the projected final rate of each row and its 95 % interval.

    `lines` are all lines of the row, `arrived_lines` the same weighted by the share of returns that has arrived,
    `returned` what has come back. What is seen stays; what is missing is the row's own rate on its arrived part,
    steadied by the overall rate (Bornhuetter-Ferguson with a rate of Cape Cod). The interval holds the
    uncertainty of that rate and the chance of what is still to come; it holds nothing for a change of delays.
    NaN without lines.
    """
    n = np.where(lines > 0, lines, np.nan)
    overall = returned.sum() / arrived_lines.sum() if arrived_lines.sum() > 0 else np.nan
    weight = arrived_lines + PRIOR_LINES
    rate = np.clip((returned + PRIOR_LINES * overall) / weight, 0.0, 1.0)
    missing = np.clip(n - arrived_lines, 0.0, None)
    projected = np.clip((returned + missing * rate) / n, None, 1.0)
    variance = (missing / n) ** 2 * rate * (1 - rate) / weight + missing * rate * (1 - rate) / n**2
    half = Z * np.sqrt(variance)
    return projected, np.clip(projected - half, returned / n, 1.0), np.clip(projected + half, 0.0, 1.0)

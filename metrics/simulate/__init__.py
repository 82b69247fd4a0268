"""A whole shop with known truth, at any size: for tests, for benchmarks, and for the sample.

Nothing is drawn from a generator while millions of rows are made: every draw is a hash of the row, the purpose and
the seed (core/macros.sql), so the same seed gives the same bytes on any number of threads.
"""

from __future__ import annotations

from metrics.simulate.parquet import simulate
from metrics.simulate.sample import write_sample
from metrics.simulate.shops import SAMPLE, SHOP

__all__ = ["SAMPLE", "SHOP", "simulate", "write_sample"]

"""Maturity: how much of a cohort's returns is back by a given age, and what is still to come.

A cohort is what was paid on one day. Young cohorts always look good: their returns have not come back yet. The
delay curve of older cohorts says how much is missing. `scale` and `rolling` refine it for single SKUs and for weeks in
which returns come sooner or later than usual; only the judging of batches needs them.
"""

from metrics.maturity.curve import AGES_KNOWN, LEAST_ARRIVED, MIN_RETURNS, DelayCurves, delay_curve
from metrics.maturity.projection import project

__all__ = ["AGES_KNOWN", "LEAST_ARRIVED", "MIN_RETURNS", "DelayCurves", "delay_curve", "project"]

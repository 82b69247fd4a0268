"""The follow-up experiment honestly read, and its neighbours: offers, talking first, insurance, goodwill and costs.

Only the follow-up is an experiment: customers are shared out by lot, and whoever was assigned counts in his arm. All
else here is observed, and says so.
"""

from metrics.followup.arms import ARMS, CONTROL, HORIZONS, METRICS, Arm, ArmName, Days, Effect
from metrics.followup.balance import Balance
from metrics.followup.read import CLAIM, read
from metrics.followup.result import Followup
from metrics.followup.worth import Worth

__all__ = [
    "ARMS",
    "CLAIM",
    "CONTROL",
    "HORIZONS",
    "METRICS",
    "Arm",
    "ArmName",
    "Balance",
    "Days",
    "Effect",
    "Followup",
    "Worth",
    "read",
]

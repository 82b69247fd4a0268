"""The clock of the answer: which open tickets nobody has answered yet, how long each may still wait, and which first.

A ticket has to be answered within the hours of the rule in force when it was requested, so that a stricter rule puts
no older ticket in the wrong. `answered in time` of the past is the metric `response_in_time`; here is what can still
be saved.
"""

from metrics.response.busiest import busiest, held
from metrics.response.calendar import dated, event, is_promotion, nearest, promotions
from metrics.response.clock import FRESH, LIVE, counted_from, moments, running_clock
from metrics.response.past import Past
from metrics.response.seen import Seen, is_known
from metrics.response.stakes import STAKES, Stakes
from metrics.response.told import outlook, remaining
from metrics.response.waiting import queue

__all__ = [
    "FRESH",
    "LIVE",
    "STAKES",
    "Past",
    "Seen",
    "Stakes",
    "busiest",
    "counted_from",
    "dated",
    "event",
    "held",
    "is_known",
    "is_promotion",
    "moments",
    "nearest",
    "outlook",
    "promotions",
    "queue",
    "remaining",
    "running_clock",
]

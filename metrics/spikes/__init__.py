"""Batch return spikes: which batch comes back more often than it should, found early and rarely wrong.

Pure arithmetic over two frames of counts: no SQL, no clock, no file. Every day's verdict follows from what was known at
the end of that day, so that a shop can replay its own history.
"""

from metrics.spikes.judgement import LEVELS, Judged, judge, replay
from metrics.spikes.model import REACH_DAYS
from metrics.spikes.monitors import Monitors

__all__ = ["LEVELS", "REACH_DAYS", "Judged", "Monitors", "judge", "replay"]

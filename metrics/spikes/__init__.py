"""Batch return spikes: which batch comes back more often than it should, found early and rarely wrong.

Pure arithmetic over two frames of counts: no SQL, no clock, no file. Every day's verdict follows from what was known at
the end of that day, so that a shop can replay its own history.
"""

from metrics.spikes.course import COURSE_COLUMNS, Courses
from metrics.spikes.judgement import LEVELS, Judged, judge, replay
from metrics.spikes.model import REACH_DAYS
from metrics.spikes.monitors import Monitors

__all__ = ["COURSE_COLUMNS", "LEVELS", "REACH_DAYS", "Courses", "Judged", "Monitors", "judge", "replay"]

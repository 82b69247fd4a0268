"""A process that decides without end and says each number that it was given, until it is killed."""

import sys
from datetime import date
from pathlib import Path

from metrics.meeting import Meeting

meeting, author = Meeting(Path(sys.argv[1])), sys.argv[2]
while True:
    number = meeting.decide("停售", owner=author, due=date(2026, 11, 20), author=author, week=date(2026, 11, 16))
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()

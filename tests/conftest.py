"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# The suite runs in several processes; threads of the linear algebra beside them would only queue up.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A machine that is busy with something else is slow, and the law holds all the same.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

"""What holds for every test."""

from __future__ import annotations

import os

# The suite runs in several processes; threads of the linear algebra beside them would only queue up.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

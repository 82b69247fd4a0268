"""What holds for every test."""

from __future__ import annotations

import os

# The suite runs in as many processes as it is given cores; threads of the linear algebra beside them only queue up.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

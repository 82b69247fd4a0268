"""`python -m metrics.simulate [FOLDER]` makes data/sample again, byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

from metrics.simulate import write_sample

write_sample(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/sample"))

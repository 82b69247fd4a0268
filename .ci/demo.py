"""Start the demo as the README says, wait until its page answers, and stop it again.

`--no-browser` and a free port are all that differs from what a newcomer types: a machine that runs checks has
nobody to look, and may have something else on the usual port.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

COMMAND = "pip install uv && uv run aftersales demo"


def main(patience: float) -> int:
    """Return 0 once the page answers, 1 when it did not within so many seconds or the demo ended early."""
    log = Path("artifacts", "demo.txt")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    with log.open("w") as out:
        # A session of its own, so that the shell, uv and the server can be ended together.
        demo = subprocess.Popen(
            ["bash", "-c", f"{COMMAND} --no-browser --port {port}"],
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while time.monotonic() - began < patience and demo.poll() is None:
                if _answers(f"http://127.0.0.1:{port}/"):
                    print(f"The demo's page answers after {time.monotonic() - began:.1f} s.")
                    return 0
                time.sleep(0.2)
        finally:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself, and what it said is printed below
                os.killpg(demo.pid, signal.SIGTERM)
            demo.wait(timeout=30)
    print(f"The demo has no page after {time.monotonic() - began:.0f} s:\n{log.read_text()}", file=sys.stderr)
    return 1


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as page:
            return page.status == 200
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))

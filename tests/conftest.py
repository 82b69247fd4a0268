"""What holds for every test, and the stores that many of them read and none may write to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

# The suite runs in several processes; threads of the linear algebra beside them would only queue up.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A machine that is busy with something else is slow, and the law holds all the same.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

MadeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> MadeOnce:
    """Return a folder by its name, filled by whichever process of the run asks for it first, and shared by all.

    Nothing tells a test that another one wrote there: who writes takes a copy.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent  # the folder of a worker lies in that of the run

    def made(name: str, fill: Callable[[Path], object]) -> Path:
        folder, finished = shared / f"once-{name}", shared / f"once-{name}.made"
        with FileLock(shared / f"once-{name}.lock"):
            if not finished.exists():
                shutil.rmtree(folder, ignore_errors=True)  # a process that failed here left half of it
                fill(folder)
                finished.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def sample_store(made_once: MadeOnce) -> Path:
    """The store of the demo, with its batches judged, so that no page has to wait for them."""
    import metrics  # here, because numpy asks for its number of threads when it is loaded
    from dashboard.demo import demo_store

    def fill(folder: Path) -> None:
        metrics.open_shop(demo_store(folder=folder)).spike_report(aside=True)

    return made_once("sample", fill)

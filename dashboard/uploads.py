"""The files that one reader has uploaded, in a folder of the store that nobody else may open."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Protocol

from dashboard.upload_limits import refuse_hostile, refuse_without_room
from metrics.words import Refused

TYPES = ("csv", "tsv", "txt", "xlsx", "xls", "json", "jsonl", "parquet")
FORGOTTEN_AFTER = 24 * 3600.0
"""Seconds after which a folder belongs to nobody: its server was killed and could not remove it."""

_LONGEST = 80  # characters of a name: in UTF-8 well below the 255 bytes that a file system takes


class Sent(Protocol):
    """A file as the browser sent it."""

    name: str
    size: int

    def getbuffer(self) -> memoryview: ...


@dataclass(frozen=True)
class Upload:
    """One file that was taken in, or why it was not."""

    name: str
    size: int
    path: Path | None
    refused: Refused | None = None


class Uploads:
    """The files of one visit, on disk until `clear`, or until nobody holds them any more.

    A name comes from the browser and is only a name: it never leads out of the folder.
    """

    def __init__(self, store: Path, sent: Sequence[Sent]) -> None:
        folder = store / "uploads"
        refuse_without_room(store, sum(file.size for file in sent))
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        self._folder = TemporaryDirectory(dir=folder, ignore_cleanup_errors=True)
        self.files: tuple[Upload, ...] = ()
        for file in sent:
            self.files = (*self.files, self._take(file))

    @property
    def paths(self) -> list[Path]:
        """The files that were taken in."""
        return [file.path for file in self.files if file.path is not None]

    def clear(self) -> None:
        """Remove the files."""
        self._folder.cleanup()

    def _take(self, file: Sent) -> Upload:
        name = plain_name(file.name)
        path = Path(self._folder.name) / name
        try:
            if path.exists():
                raise Refused("upload.same_name", name=name)
            path.write_bytes(file.getbuffer())
            refuse_hostile(path)
        except Refused as refused:
            return Upload(name, file.size, None, refused)
        return Upload(name, file.size, path)


def plain_name(name: str) -> str:
    r"""Return the bare name of a file, whatever a browser called it; the ending stays.

    >>> plain_name("../../etc/订单 10月.xlsx"), plain_name("C:\\temp\\a.csv"), plain_name("..")
    ('订单 10月.xlsx', 'a.csv', 'upload')
    """
    bare = PurePosixPath(re.sub(r"[\x00-\x1f\x7f]", "", name).replace("\\", "/")).name.strip(" .")
    path = PurePosixPath(bare or "upload")
    return path.stem[:_LONGEST] + path.suffix[:10]


def _sweep(folder: Path) -> None:
    for left in folder.iterdir():
        if time.time() - left.stat().st_mtime > FORGOTTEN_AFTER:
            shutil.rmtree(left, ignore_errors=True)

"""Which encoding a text file is in: the mark at its start, else strict UTF-8, else strict GB18030, else ask.

A wrong encoding with errors ignored does not fail: it returned no rows under invented names. So nothing is ignored,
and a file that could be two things is not guessed at.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from metrics.words import Refused

_CHUNK = 1 << 22
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHINESE = re.compile(rb"[\xa1-\xfe]{2}")
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True)
class Encoded:
    """A text file as UTF-8: itself, or a copy in the scratch folder."""

    path: Path
    name: str
    sha256: str


def as_utf8(path: Path, scratch: Path, named: str | None = None) -> Encoded:
    """Return the file as UTF-8, copied as a stream if it is in another encoding.

    Raises Refused where it is neither UTF-8 nor GB18030 and the profile names no encoding.
    """
    digest, utf8 = _look(path)
    marked = next((name for mark, name in _MARKS if _starts_with(path, mark)), None)
    name = marked or named or ("utf-8" if utf8 else "gb18030" if _is_chinese(path) else None)
    if name is None:
        raise Refused("ingest.unknown_encoding", path=path)
    if codecs.lookup(name).name in {"utf-8", "utf-8-sig"} and utf8:
        return Encoded(path, "utf-8", digest)
    copy = scratch / f"{digest}.utf8{path.suffix}"
    try:
        with copy.open("w", encoding="utf-8", newline="") as out:
            out.writelines(_decoded(path, name))
    except UnicodeDecodeError as error:
        raise Refused("ingest.wrong_encoding", path=path, encoding=name, position=error.start) from error
    return Encoded(copy, name, digest)


def _look(path: Path) -> tuple[str, bool]:
    """Return, in one pass over the bytes, their digest and whether they are UTF-8."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    utf8 = True
    for chunk in _chunks(path):
        digest.update(chunk)
        if utf8 and not (chunk.isascii() and not decoder.getstate()[0]):
            utf8 = _accepts(decoder, chunk)
    return digest.hexdigest(), utf8 and _accepts(decoder, b"", final=True)


def _accepts(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(path: Path) -> bool:
    """Say whether the bytes are GB18030 all through, and mostly Chinese.

    `Müller` in cp1252 decodes as GB18030 too, to one rare character; Chinese text is pairs of high bytes.
    """
    decoder, pairs, high = codecs.getincrementaldecoder("gb18030")(), 0, 0
    for chunk in _chunks(path):
        if not _accepts(decoder, chunk):
            return False
        pairs += len(_CHINESE.findall(chunk))
        high += len(_HIGH.findall(chunk))
    return _accepts(decoder, b"", final=True) and pairs * 4 > high


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for chunk in _chunks(path):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", True)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark

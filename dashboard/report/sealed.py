"""The same review, the same bytes: a file of Office is an archive, and archives remember when they were packed."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO

PACKED = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the earliest that an archive can hold."""

_DATED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def sealed(content: bytes, at: datetime) -> bytes:
    """Return an archive with its entries packed at one time and its properties dated `at`; those inside it likewise."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = old.read(name)
            if name.endswith(".xlsx"):
                entry = sealed(entry, at)
            if name == "docProps/core.xml":
                entry = _DATED.sub(rb"\g<1>" + f"{at:%Y-%m-%dT%H:%M:%SZ}".encode(), entry)
            told = zipfile.ZipInfo(name, PACKED)
            told.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(told, entry)
    return packed.getvalue()

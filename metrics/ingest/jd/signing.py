"""How a call is signed: MD5 over the sorted parameters between two times the secret, in capitals."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def signature(parameters: Mapping[str, str], secret: str) -> str:
    """Return the signature of a call's parameters; empty ones are not signed.

    >>> signature({"b": "2", "a": "1", "c": ""}, "s")  # MD5 of sa1b2s
    '5EE29085AF57D942F21F1C5BA3C2A90A'
    """
    said = "".join(f"{name}{value}" for name, value in sorted(parameters.items()) if value)
    digest = hashlib.md5(f"{secret}{said}{secret}".encode(), usedforsecurity=False)
    return digest.hexdigest().upper()

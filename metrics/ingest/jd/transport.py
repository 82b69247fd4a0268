"""One POST over the network, and what it can come to besides an answer.

Whatever goes wrong is told by its kind alone: the text of an error from below may hold an address or a form.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 30.0
MOST_READ = 64_000_000
_GATEWAY_BUSY = 429


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: a token for one address belongs to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Unavailable(Exception):
    """There was no answer, and there may be one later."""


class Answered(Exception):
    """Something answered, but not as JD's gateway does: a proxy, or a wrong address."""


def post(address: str, form: Mapping[str, str]) -> bytes:
    """Send a form and return the whole answer. Raises `Unavailable`, or `Answered`."""
    request = urllib.request.Request(address, data=urlencode(form).encode(), method="POST")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
            body: bytes = answer.read(MOST_READ)
            if answer.length:  # a read with a limit does not complain where the rest never came
                raise Unavailable("IncompleteRead")
            return body
    except urllib.error.HTTPError as error:
        if error.code == _GATEWAY_BUSY or error.code >= 500:
            raise Unavailable(f"HTTP {error.code}") from None
        raise Answered(f"HTTP {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise Unavailable(type(reason).__name__) from None

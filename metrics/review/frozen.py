"""A review as JSON and back, exactly: what was shown in a meeting can be shown again, whatever the data say later."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from metrics.review.model import Review


def to_json(review: Review) -> str:
    """Return a review as JSON, keys in the order of the model, so that equal reviews are equal texts."""
    return json.dumps(_plain(review), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_json(text: str) -> Review:
    """Return the review that `to_json` wrote; what was not told yet when it was kept stands at its default."""
    read: Review = _read(Review, json.loads(text))
    return read


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def _read(kind: Any, value: Any) -> Any:
    """Return a plain value as what the model says it is."""
    if value is None:
        return None
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        wanted = [each for each in get_args(kind) if each is not type(None)]
        return _read(wanted[0], value) if len(wanted) == 1 else value
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: _read(hint, value[name]) for name, hint in _hints(kind).items() if name in value})
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in value)
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return {name: _read(get_args(kind)[1], item) for name, item in value.items()}
    if kind is datetime or kind is date:
        return kind.fromisoformat(value)
    return float(value) if kind is float else value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)

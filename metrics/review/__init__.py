"""The weekly review (周复盘) of a shop as frozen data: what happened, why, and what was decided about it."""

from metrics.review.frozen import from_json, to_json
from metrics.review.model import Review

__all__ = ["Review", "from_json", "to_json"]

"""The weekly review (周复盘) of a shop as frozen data: what happened, why, and what was decided about it."""

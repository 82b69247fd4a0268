"""What a page may do to the versions of a store: list them, go back, keep one."""

from __future__ import annotations

from pathlib import Path

from metrics.warehouse.store import Store, Version

__all__ = ["Version", "pin", "rollback", "unpin", "versions"]


def versions(store: Path) -> list[Version]:
    """Return all versions, oldest first."""
    return Store(store).versions()


def rollback(store: Path, number: int) -> None:
    """Make an earlier version the current one; raises `Refused` while an import is at work."""
    Store(store).rollback(number)


def pin(store: Path, number: int) -> None:
    """Keep a version for good."""
    Store(store).pin(number)


def unpin(store: Path, number: int) -> None:
    """Let a version go when newer ones push it out."""
    Store(store).unpin(number)

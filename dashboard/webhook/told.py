"""What a group has been told already, kept beside the versions: nobody reads the same ticket twice.

SQLite, because its lock also stands between two alarms that look at the same store: the second waits until the first
has sent its message, and then has nothing new to say.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from metrics.words import Refused

Ticket = tuple[str, str]
"""A ticket by its shop and its number."""

BUSY_SECONDS = 120.0  # longer than a message takes with all its attempts


class Told:
    """The tickets that a group knows of. A change is kept only where the block ends without an error."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def tickets(self) -> set[Ticket]:
        return set(self._connection.execute("SELECT shop, ticket_id FROM told"))

    def replace(self, tickets: set[Ticket]) -> None:
        """Keep these tickets and no others: what was answered has been told to the end."""
        self._connection.execute("DELETE FROM told")
        self._connection.executemany("INSERT INTO told VALUES (?, ?)", sorted(tickets))


@contextmanager
def told(store: Path) -> Iterator[Told]:
    """Open what was told of a store, for one alarm at a time."""
    with closing(_begun(store / "alarm.sqlite")) as connection:
        try:
            yield Told(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _begun(path: Path) -> sqlite3.Connection:
    """Return a connection that alone may write. Raises `Refused` where nothing can be written at all."""
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE IF NOT EXISTS told (shop TEXT, ticket_id TEXT, PRIMARY KEY (shop, ticket_id))")
    except sqlite3.OperationalError as error:
        raise Refused("alarm.not_kept", path=path, error=error) from error
    return connection

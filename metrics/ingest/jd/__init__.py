"""JD's open platform: what changed there since a moment, into the same tables and through the same checks as a file.

settings, vault   who asks, with which keys, and where those stand
signing, session  a call's signature, and the token that is refreshed before it ends
transport, envelope, client   one POST; what an answer holds; a method called until it answers
slices, listing   spans of time, and all records of one in spite of pages that move
rows, streams     a record as rows of text, and the four kinds of record
spool, pull       what was read so far, and the import of all of it
actions, brakes, ledger   what is done at JD, what holds it back, and the log of it
"""

from metrics.ingest.jd.actions import Bench, act, delist
from metrics.ingest.jd.brakes import stopped
from metrics.ingest.jd.client import Client
from metrics.ingest.jd.connect import connected
from metrics.ingest.jd.pull import pull
from metrics.ingest.jd.session import now
from metrics.ingest.jd.settings import missing, settings
from metrics.ingest.jd.vault import SystemKeyring, Vault

__all__ = [
    "Bench",
    "Client",
    "SystemKeyring",
    "Vault",
    "act",
    "connected",
    "delist",
    "missing",
    "now",
    "pull",
    "settings",
    "stopped",
]

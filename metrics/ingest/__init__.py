"""Exports → tables: read as text, typed under a profile, merged into the store as one new version."""

from metrics.ingest.contract import FILES_BRING
from metrics.ingest.dates import Reading
from metrics.ingest.first_look import Preview, preview, preview_as
from metrics.ingest.guess import Guess, our_words
from metrics.ingest.load import import_files
from metrics.ingest.mapping import FileMapping, columns_offered, is_date
from metrics.ingest.report import FileReport, ImportReport, TableChange

__all__ = [
    "FILES_BRING",
    "FileMapping",
    "FileReport",
    "Guess",
    "ImportReport",
    "Preview",
    "Reading",
    "TableChange",
    "columns_offered",
    "import_files",
    "is_date",
    "our_words",
    "preview",
    "preview_as",
]

"""Exports → tables: read as text, typed under a profile, merged into the store as one new version."""

from metrics.ingest.load import import_files
from metrics.ingest.report import FileReport, ImportReport, TableChange

__all__ = ["FileReport", "ImportReport", "TableChange", "import_files"]

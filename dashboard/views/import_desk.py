"""What lies on a reader's desk while files are imported: the uploads, what was seen in them, and the import at work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.importing import FileMapping, Import, Preview, look, preview_as
from dashboard.uploads import Uploads
from metrics.words import Refused

_KEY = "import-desk"


@dataclass
class Desk:
    """One per visit; it goes when the visit ends, and the files with it.

    `number` is that of the uploader: a new one is drawn empty once its files have been imported.
    """

    number: int = 0
    sent: tuple[str, ...] = ()
    uploads: Uploads | None = None
    refused: Refused | None = None
    looks: dict[Path, Preview | Refused] = field(default_factory=dict)
    mappings: dict[Path, FileMapping] = field(default_factory=dict)
    work: Import | None = None

    @property
    def running(self) -> bool:
        """Whether an import is at work."""
        return self.work is not None and self.work.outcome is None

    @property
    def ready(self) -> bool:
        """Whether every file was taken in and its columns are decided."""
        if self.uploads is None or not self.uploads.files:
            return False
        seen = [self.looks.get(file.path) if file.path else None for file in self.uploads.files]
        return all(isinstance(look, Preview) and look.ready for look in seen)

    def take(self, store: Path, sent: Sequence[UploadedFile]) -> None:
        """Lay out the files that the browser sent, unless they lie there already."""
        named = tuple(file.file_id for file in sent)
        if named == self.sent or self.running:
            return
        self._empty()
        self.sent = named
        if not sent:
            return
        self.work = None
        try:
            self.uploads = Uploads(store, sent)
        except Refused as refused:
            self.refused = refused

    def look(self, path: Path) -> Preview | Refused:
        """Return what is seen in a file, with the mapping as it was corrected; looked at once after each correction."""
        if path not in self.looks:
            self.looks[path] = look(path, self.mappings.get(path))
        return self.looks[path]

    def correct(self, path: Path, change: Callable[[FileMapping], FileMapping]) -> None:
        """Change the mapping of a file; it is looked at again when the page is drawn.

        What is changed is the mapping as it stands by now: whoever is quick corrects a second column before the page
        was drawn with the first.
        """
        seen = self.looks.pop(path, None)
        last = seen.guess.mapping if isinstance(seen, Preview) and seen.guess else self.mappings[path]
        self.mappings[path] = change(last)

    def take_for(self, path: Path, table: str) -> None:
        """Take a file to be about another table."""
        guess = preview_as(path, table).guess
        if guess is not None:
            self.looks.pop(path, None)
            self.mappings[path] = guess.mapping

    def decided(self) -> dict[Path, FileMapping]:
        """Return the mapping of every file that no profile knows."""
        return {
            path: look.guess.mapping for path, look in self.looks.items() if isinstance(look, Preview) and look.guess
        }

    def put_away(self) -> None:
        """Clear the desk of files that stand in the store by now; what was said of the import stays."""
        done = self.work and not self.work.dry_run and self.work.outcome and self.work.outcome.report
        if done and self.uploads is not None:
            self._empty()
            self.number += 1

    def _empty(self) -> None:
        if self.uploads is not None:
            self.uploads.clear()
        self.uploads, self.refused, self.sent = None, None, ()
        self.looks.clear()
        self.mappings.clear()


def desk() -> Desk:
    """Return the desk of this visit."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Desk()
    laid: Desk = st.session_state[_KEY]
    return laid

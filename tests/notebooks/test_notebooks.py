"""The notebooks: thin, without outputs, and every one of them runs from its first cell to its last."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import plotly.io
import pytest
from IPython.core.interactiveshell import InteractiveShell

import metrics

FOLDER = Path(__file__).parent.parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
REVIEW = FOLDER / "weekly_review.ipynb"
LINE = 120


def cells(path: Path, kind: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> InteractiveShell:
    """One process for all: what takes long to import is imported once."""
    return InteractiveShell.instance(ipython_dir=str(tmp_path_factory.mktemp("ipython")))


@pytest.fixture(scope="session")
def store(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, because whoever reads a notebook may type something."""
    return Path(shutil.copytree(sample_store, tmp_path_factory.mktemp("notebooks") / "sample"))


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_well_formed_and_carries_no_outputs(path: Path) -> None:
    nbformat.validate(nbformat.read(path, as_version=4))
    assert [cell.outputs for cell in cells(path, "code") if cell.outputs] == []
    assert [cell.execution_count for cell in cells(path, "code") if cell.execution_count] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin(path: Path) -> None:
    """What is worth defining is worth testing, and stands in a package; SQL longer than a line is a fact."""
    for cell in cells(path, "code"):
        tree = ast.parse(cell.source)
        made = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
        assert made == [], cell.source
        texts = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert [text for text in texts if "\n" in text or len(text) > LINE] == [], cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_reads_like_an_essay(path: Path) -> None:
    """Every picture and table is led by a question and followed by what it says and what to do."""
    kinds = [cell.cell_type for cell in nbformat.read(path, as_version=4).cells]
    assert kinds[0] == kinds[-1] == "markdown"
    words = "\n".join(cell.source for cell in cells(path, "markdown"))
    assert words.count("？\n") >= 5
    assert words.count("怎么办") >= 5
    assert words.count("What to do.") >= 5  # and so it does in English


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path != REVIEW], ids=lambda path: path.stem)
def test_every_cell_of_a_notebook_runs(
    path: Path,
    shell: InteractiveShell,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AFTERSALES_STORE", str(store))
    monkeypatch.chdir(FOLDER)  # where Jupyter runs it
    monkeypatch.setattr(plotly.io.renderers, "default", "json")
    shell.reset(new_session=True)
    for cell in cells(path, "code"):
        outcome = shell.run_cell(cell.source, store_history=False)
        assert outcome.success, f"{cell.source}\n{outcome.error_before_exec or outcome.error_in_exec}"
    capsys.readouterr()


def test_the_weekly_review_becomes_a_page_of_the_week_and_the_language_that_were_asked_for(
    store: Path, tmp_path: Path
) -> None:
    """The command of the README, once: it executes every cell, and the page holds its pictures itself."""
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", "--execute", str(REVIEW)]
    asked = {"AFTERSALES_STORE": str(store), "WEEK": "2026-W45", "LANGUAGE": "en"}
    subprocess.run([*convert, "--output-dir", str(tmp_path)], env={**os.environ, **asked}, check=True)
    page = (tmp_path / "weekly_review.html").read_text(encoding="utf-8")
    assert "2–8 Nov" in page
    week, before = "2026-W44", "2026-W43"  # the newest that was seven days old when the week ended
    assert metrics.open_shop(store).why("refund_rate", week, before).sentence("en") in page
    assert len(re.findall("Plotly.newPlot\\(", page)) == 3
    assert "import metrics" not in page  # whoever reads a review reads no code

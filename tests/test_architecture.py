"""The architecture is a rule that fails a test, and no page that grows old."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import metrics

PROJECT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]

# One entry a folder of the map in the README: a new one is a decision, and not something that just happens.
FOLDERS = {".ci", "benchmarks", "dashboard", "data", "docs", "metrics", "notebooks", "tests"}


def test_nobody_imports_rightwards(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"]
    answer = subprocess.run(
        [*command, "--cache-dir", str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert f"Contracts: {len(SETTINGS['importlinter']['contracts'])} kept, 0 broken." in answer.stdout


def test_the_contract_catches_an_import_of_the_page_in_metrics(tmp_path: Path) -> None:
    """A contract that cannot break holds nothing: the same one over a tree that breaks it must fail."""
    for package in ("metrics", "dashboard"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "metrics" / "rates.py").write_text("import streamlit\n")
    numbers = next(each for each in SETTINGS["importlinter"]["contracts"] if each["id"] == "numbers")
    forbidden = "\n".join(f"    {name}" for name in numbers["forbidden_modules"])
    (tmp_path / ".importlinter").write_text(
        "[importlinter]\nroot_packages=\n    metrics\n    dashboard\ninclude_external_packages=True\n"
        f"[importlinter:contract:numbers]\nname=numbers\ntype=forbidden\nsource_modules=metrics\n"
        f"forbidden_modules=\n{forbidden}\n"
    )
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "metrics.rates -> streamlit" in answer.stdout


def test_the_metrics_that_are_imported_are_ours() -> None:
    """An unrelated package of this name stands on the package index."""
    assert Path(metrics.__file__).is_relative_to(PROJECT)


def test_the_page_runs_the_metrics_that_are_ours() -> None:
    """Streamlit puts the folder of its script first on the path, where a `metrics.py` would shadow the package."""
    # A folder without code gives way to a module of its name, so `locale` may be called so.
    names = {path.stem for path in (PROJECT / "dashboard").iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert names & {"metrics", "dashboard", "streamlit", "plotly", *sys.stdlib_module_names} == set()
    assert not (PROJECT / "dashboard" / "pages").exists(), "a folder `pages` turns on streamlit's old router"


def test_every_folder_stands_on_the_map() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert {name.split("/")[0] for name in listed.stdout.split("\0") if "/" in name} == FOLDERS


@pytest.mark.parametrize("name", ["utils", "helpers", "helper", "manager", "common", "misc"])
def test_no_module_is_named_after_nothing(name: str) -> None:
    found = [path for package in ("metrics", "dashboard") for path in (PROJECT / package).rglob(f"{name}*")]
    assert found == []


def test_rows_leave_by_one_exit() -> None:
    """What leaves any other way is neither masked nor guarded. The command line's CSV is data for programs: masked,
    but with the texts and codes of the frame.
    """
    writers = {"to_csv", "to_excel", "to_parquet", "to_json", "to_html", "ExcelWriter", "DictWriter", "Workbook"}
    found = {
        (path.relative_to(PROJECT).as_posix(), node.attr)
        for path in (PROJECT / "dashboard").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in writers
    }
    assert found == {("dashboard/terminal.py", "to_csv")}

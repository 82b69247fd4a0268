"""The README is a promise to a person who has nothing else: what it leaves out does not exist for him."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from dashboard.cli import app
from docs import readme as readme_script
from metrics.catalog import CATALOG, READINGS
from metrics.frame import STATUSES

PROJECT = Path(__file__).parent.parent
READMES = {"en": PROJECT / "README.md", "zh": PROJECT / "README.zh.md"}
DEMO = "pip install uv && uv run aftersales demo"
TESTS = "pip install uv && uv run pytest"


@pytest.fixture(params=READMES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def readme(language: str) -> str:
    return READMES[language].read_text(encoding="utf-8")


def test_both_commands_stand_there_to_be_copied(readme: str) -> None:
    lines = readme.splitlines()
    assert DEMO in lines
    assert TESTS in lines


def test_ci_runs_both_commands_as_they_stand_there() -> None:
    assert TESTS in (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    assert f'"{DEMO}"' in (PROJECT / ".ci" / "demo.py").read_text(encoding="utf-8")
    assert ".ci/demo.py" in (PROJECT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CATALOG)
def test_every_metric_stands_in_the_glossary(name: str, readme: str) -> None:
    assert f"| `{name}` |" in readme


def test_what_the_catalogue_says_is_what_the_readme_says(readme: str, language: str) -> None:
    """`docs/readme.py` writes these blocks: where it would change them, they have grown old."""
    assert readme_script.filled(readme, language) == readme


@pytest.mark.parametrize("name", [*READINGS, *STATUSES])
def test_every_reading_and_status_is_explained(name: str, readme: str) -> None:
    assert re.search(rf"^\| .*`{name}` \|", readme, flags=re.M)


def _commands() -> dict[str, Any]:
    program = typer.main.get_command(app)
    return dict(program.commands)  # type: ignore[attr-defined]  # typer's group has them


@pytest.mark.parametrize("command", _commands())
def test_every_command_and_option_stands_there(command: str, readme: str) -> None:
    usage = re.search(rf"`aftersales {command}\b[^`]*`", readme)
    assert usage, f"no `aftersales {command} …`"
    for parameter in _commands()[command].params:
        if parameter.param_type_name == "option":
            assert re.search(rf"{parameter.opts[0]}\b", usage[0]), f"{command} without {parameter.opts[0]}"


def test_every_setting_stands_there(readme: str) -> None:
    sources = [path for package in ("metrics", "dashboard") for path in (PROJECT / package).rglob("*.py")]
    read = {name for path in sources for name in re.findall(r"AFTERSALES_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert len(read) > 2
    for name in read:
        assert f"| `{name}` |" in readme


def test_every_file_it_names_is_there(readme: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (PROJECT / target).exists(), target

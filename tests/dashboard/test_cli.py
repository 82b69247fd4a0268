"""The command line as a person types it: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboard.cli import app

FRAME = ["n", "numerator", "denominator", "value", "low", "high"]
FRAME += ["projected", "projected_low", "projected_high", "coverage", "status"]
TICKETS = "ticket_id order_id type requested_at outcome refund_amount"
LINES = "order_id sku_id quantity amount ordered_at paid_at province"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def write(path: Path, header: str, rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split())
        writer.writerows(rows)
    return path


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("AFTERSALES_STORE", raising=False)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A hundred orders of one line in spring: 60 from 广东, of which 12 came back, and 40 from 湖北, of which 20."""
    folder = tmp_path_factory.mktemp("exports")
    paid = [date(2026, 3, 2) + timedelta(days=number % 28) for number in range(100)]
    lines = [
        (f"A{number:03}", "S1", 1, "50.00", f"{day} 10:00:00", f"{day} 10:05:00", "广东" if number < 60 else "湖北")
        for number, day in enumerate(paid)
    ]
    tickets = [
        (f"T{n:03}", f"A{n:03}", "return", f"{paid[n] + timedelta(days=3)} 09:00:00", "approved", "50.00")
        for n in [*range(12), *range(60, 80)]
    ]
    return [
        write(folder / "order_lines.csv", LINES, lines),
        write(folder / "tickets.csv", TICKETS, tickets),
    ]


def import_into(store: Path, exports: list[Path], *more: str) -> Result:
    files = [str(path) for path in exports]
    return run("import", *files, "--profile", "generic", "--as-of", "2026-06-01T09:00", "--store", str(store), *more)


@pytest.fixture(scope="module")
def filled(exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("store") / "spring"
    answer = import_into(store, exports)
    assert answer.exit_code == 0, answer.output
    return store


@pytest.fixture
def store(exports: list[Path], tmp_path: Path) -> Path:
    """A store that a test may change."""
    answer = import_into(tmp_path / "spring", exports)
    assert answer.exit_code == 0, answer.output
    return tmp_path / "spring"


def test_an_import_says_what_became_of_every_row_and_where_to_look(exports: list[Path], tmp_path: Path) -> None:
    answer = import_into(tmp_path / "own", exports)
    assert answer.exit_code == 0
    lines = {line.split()[0]: line.split() for line in answer.stdout.splitlines() if line.strip()}
    assert lines["order_lines.csv"][-3:] == ["100", "100", "0"]
    assert lines["tickets.csv"][-3:] == ["32", "32", "0"]
    assert f"aftersales dashboard --store {tmp_path / 'own'}" in answer.stdout


def test_the_same_files_again_change_nothing(store: Path, exports: list[Path]) -> None:
    answer = import_into(store, exports)
    assert answer.exit_code == 0
    assert "stays at version 1" in answer.stdout
    assert [path.name for path in store.glob("*.duckdb")] == ["warehouse-000001.duckdb"]


def test_a_dry_run_names_the_cells_and_leaves_the_store(store: Path, tmp_path: Path) -> None:
    moved = ("A000", "S1", 1, "50.00", "2026-03-02 10:00:00", "2026-03-02 10:05:00", "湖南")
    (tmp_path / "later").mkdir()
    newer = write(tmp_path / "later" / "order_lines.csv", LINES, [moved])
    answer = run(
        "import", str(newer), "--profile", "generic", "--as-of", "2026-06-02", "--store", str(store), "--dry-run"
    )
    assert answer.exit_code == 0, answer.output
    assert "province 1" in answer.stdout
    before = run("metric", "refund_rate_placed", "--where", "province=湖南", "--format", "json", "--store", str(store))
    assert [row["n"] for row in json.loads(before.stdout)] in ([], [0])


def test_json_is_a_list_of_objects_with_the_columns_of_the_frame(filled: Path) -> None:
    answer = run("metric", "refund_rate", "--by", "province", "--format", "json", "--store", str(filled))
    rows = {row["province"]: row for row in json.loads(answer.stdout)}
    assert list(rows["广东"]) == ["province", *FRAME]
    assert (rows["广东"]["numerator"], rows["广东"]["denominator"], rows["广东"]["value"]) == (12, 60, 0.2)
    assert (rows["湖北"]["numerator"], rows["湖北"]["denominator"], rows["湖北"]["value"]) == (20, 40, 0.5)
    assert rows["广东"]["projected"] is None


def test_csv_has_the_same_columns(filled: Path) -> None:
    answer = run("metric", "refund_rate", "--grain", "month", "--format", "csv", "--store", str(filled))
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    assert list(rows[0]) == ["period", *FRAME]
    assert [row["period"] for row in rows] == ["2026-03-01"]


def test_a_table_speaks_the_language_of_the_terminal(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = run("metric", "refund_rate", "--by", "province", "--store", str(filled)).stdout
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = run("metric", "refund_rate", "--by", "province", "--store", str(filled)).stdout
    assert "Refund rate" in english
    assert "退款率" in chinese
    for answer in (english, chinese):
        line = next(line for line in answer.splitlines() if line.startswith("广东"))
        assert "20.0%" in line.replace("20.00%", "20.0%")
        assert "12/60" in line


def test_conditions_are_alternatives_within_a_dimension(filled: Path) -> None:
    where = ("--where", "province=广东", "--where", "province=湖北")
    answer = run("metric", "refund_rate", *where, "--format", "json", "--store", str(filled))
    assert [row["denominator"] for row in json.loads(answer.stdout)] == [100]


def test_start_and_stop_bound_the_days(filled: Path) -> None:
    days = ("--start", "2026-03-02", "--stop", "2026-03-03")
    answer = run("metric", "refund_rate", *days, "--format", "json", "--store", str(filled))
    assert [row["n"] for row in json.loads(answer.stdout)] == [4]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["metric", "refund_rat"], "refund_rate"),
        (["metric", "refund_rate", "--by", "provinc"], "province"),
        (["metric", "refund_rate", "--where", "provinc=广东"], "province"),
        (["metric", "refund_rate", "--age", "8", "--reading", "same_age"], "15"),
        (["rollback", "9"], "1"),
        (["pin", "9"], "1"),
    ],
)
def test_what_is_refused_is_one_sentence_on_the_error_stream(arguments: list[str], says: str, filled: Path) -> None:
    answer = run(*arguments, "--store", str(filled))
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert len(answer.stderr.strip().splitlines()) == 1
    assert says in answer.stderr
    assert "Traceback" not in answer.output


def test_a_refusal_comes_in_chinese_where_the_terminal_is(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    answer = run("metric", "refund_rat", "--store", str(filled))
    assert answer.exit_code == 1
    assert any("一" <= letter <= "鿿" for letter in answer.stderr)


def test_a_store_without_data_says_how_to_begin(tmp_path: Path) -> None:
    answer = run("metric", "refund_rate", "--store", str(tmp_path))
    assert answer.exit_code == 1
    assert "aftersales import" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    answer = run("import", str(tmp_path / "missing.csv"), "--store", str(tmp_path / "own"))
    assert answer.exit_code == 1
    assert "missing.csv" in answer.stderr
    assert "Traceback" not in answer.output


@pytest.mark.parametrize("command", [["versions"], ["metric", "refund_rate"], ["import", "{export}"]])
def test_a_store_that_is_no_folder_is_a_sentence_and_no_traceback(
    command: list[str], exports: list[Path], tmp_path: Path
) -> None:
    store = tmp_path / "file"
    store.touch()
    answer = run(*(part.format(export=exports[0]) for part in command), "--store", str(store))
    assert answer.exit_code == 1
    assert str(store) in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_store_without_versions_says_so(tmp_path: Path) -> None:
    assert "aftersales import" in run("versions", "--store", str(tmp_path)).stdout
    assert json.loads(run("versions", "--store", str(tmp_path), "--format", "json").stdout) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["import"],
        ["metric"],
        ["metric", "refund_rate", "--grain", "fortnight"],
        ["metric", "refund_rate", "--where", "province"],
        ["metric", "refund_rate", "--start", "yesterday"],
        ["simulate", "--lines", "many", "--out", "folder"],
        ["simulate", "--lines", "0", "--out", "folder"],
        ["versions", "--format", "xml"],
    ],
)
def test_what_is_mistyped_is_a_usage_error(arguments: list[str]) -> None:
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert "Traceback" not in answer.output


def test_versions_can_be_listed_kept_and_gone_back_to(store: Path, tmp_path: Path) -> None:
    (tmp_path / "later").mkdir()
    ticket = ("T900", "A050", "return", "2026-03-29 09:00:00", "approved", "50.00")
    newer = write(tmp_path / "later" / "tickets.csv", TICKETS, [ticket])
    assert import_into(store, [newer]).exit_code == 0

    def listed() -> list[tuple[int, bool, bool]]:
        rows = json.loads(run("versions", "--store", str(store), "--format", "json").stdout)
        return [(row["number"], row["current"], row["pinned"]) for row in rows]

    def refunded() -> int:
        answer = run("metric", "refund_rate", "--format", "json", "--store", str(store))
        return int(json.loads(answer.stdout)[0]["numerator"])

    assert listed() == [(1, False, False), (2, True, False)]
    assert refunded() == 33
    assert run("rollback", "1", "--store", str(store)).exit_code == 0
    assert run("pin", "2", "--store", str(store)).exit_code == 0
    assert listed() == [(1, True, False), (2, False, True)]
    assert refunded() == 32
    assert run("unpin", "2", "--store", str(store)).exit_code == 0
    assert listed() == [(1, True, False), (2, False, False)]


def test_a_simulated_shop_can_be_imported(tmp_path: Path) -> None:
    made = run("simulate", "--lines", "2_000", "--out", str(tmp_path / "made"), "--seed", "3")
    assert made.exit_code == 0, made.output
    files = sorted(str(path) for path in (tmp_path / "made").glob("*.parquet"))
    answer = run("import", *files, "--profile", "generic", "--store", str(tmp_path / "store"))
    assert answer.exit_code == 0, answer.output
    lines = run("metric", "cancellation_rate", "--format", "json", "--store", str(tmp_path / "store"))
    assert [row["n"] for row in json.loads(lines.stdout)] == [2000]


def test_the_doctor_says_what_stands_and_what_to_do_next(filled: Path, tmp_path: Path) -> None:
    healthy = run("doctor", "--store", str(filled))
    assert healthy.exit_code == 0
    assert "version 1" in healthy.stdout
    empty = run("doctor", "--store", str(tmp_path / "none"), "--format", "json")
    assert empty.exit_code == 0
    remedies = {check["what"]: check["remedy"] for check in json.loads(empty.stdout)}
    assert "aftersales import" in remedies["store"]


@pytest.mark.parametrize("command", ["import", "metric", "versions", "simulate"])
def test_work_without_a_page_pays_for_no_page(command: str, exports: list[Path], filled: Path, tmp_path: Path) -> None:
    """A nightly import on a small machine must not load a web server and a chart library first."""
    arguments = {
        "import": [*map(str, exports), "--profile", "generic", "--store", str(tmp_path / "own")],
        "metric": ["refund_rate", "--store", str(filled)],
        "versions": ["--store", str(filled)],
        "simulate": ["--lines", "500", "--out", str(tmp_path / "made")],
    }[command]
    script = (
        "import sys\n"
        "from dashboard.cli import app\n"
        f"app({[command, *arguments]!r}, standalone_mode=False)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'streamlit', 'plotly', 'metrics'}))\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == "['metrics']"

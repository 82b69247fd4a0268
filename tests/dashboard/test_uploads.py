"""Uploaded files: in a private folder, under their bare names, and gone afterwards."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter

from dashboard import upload_limits
from dashboard.upload_limits import refuse_hostile
from dashboard.uploads import FORGOTTEN_AFTER, Uploads, plain_name
from metrics.words import Refused


class Sent(io.BytesIO):
    """What the browser sends, as streamlit hands it on."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        refuse_hostile(path)
    return caught.value.finding.code


def book(path: Path, sheet: bytes, declared: int | None = None) -> Path:
    """Write what is just enough of a workbook, and lie about its size where asked to."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    if declared is not None:
        raw, told = path.read_bytes(), len(sheet).to_bytes(4, "little")
        assert raw.count(told) >= 2  # once before the member, and once in the directory
        path.write_bytes(raw.replace(told, declared.to_bytes(4, "little")))
    return path


def test_files_lie_in_a_folder_that_only_the_server_may_open_and_go_with_it(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "store", [Sent("订单.csv", b"a,b\n1,2\n")])
    (path,) = uploads.paths
    assert path.name == "订单.csv"
    assert path.read_bytes() == b"a,b\n1,2\n"
    assert path.is_relative_to(tmp_path / "store")
    if os.name == "posix":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    uploads.clear()
    assert not path.parent.exists()


def test_files_go_when_nobody_holds_them(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, [Sent("a.csv", b"a\n")])
    (path,) = uploads.paths
    del uploads
    assert not path.exists()


def test_what_a_killed_server_left_is_swept_away(tmp_path: Path) -> None:
    left, fresh = tmp_path / "uploads" / "old", tmp_path / "uploads" / "new"
    for folder in (left, fresh):
        folder.mkdir(parents=True)
    long_ago = time.time() - FORGOTTEN_AFTER - 60
    os.utime(left, (long_ago, long_ago))
    Uploads(tmp_path, [])
    assert not left.exists()
    assert fresh.exists()


@pytest.mark.parametrize(
    ("sent", "plain"),
    [
        ("../../../etc/passwd.csv", "passwd.csv"),
        ("/etc/shadow.csv", "shadow.csv"),
        ("C:\\Users\\li\\订单 (1).xlsx", "订单 (1).xlsx"),
        ("..", "upload"),
        ("", "upload"),
        ("a\x00b\n.csv", "ab.csv"),
        ("<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv"),  # only a name; pages escape it
    ],
)
def test_a_name_never_leads_out_of_the_folder(sent: str, plain: str, tmp_path: Path) -> None:
    assert plain_name(sent) == plain
    (path,) = Uploads(tmp_path, [Sent(sent, b"a\n")]).paths or [None]
    assert path is None or path.parent.parent == tmp_path / "uploads"


def test_a_very_long_name_is_cut_and_keeps_its_ending(tmp_path: Path) -> None:
    (path,) = Uploads(tmp_path, [Sent("单" * 300 + ".csv", b"a\n")]).paths
    assert path.suffix == ".csv"


def test_two_files_of_one_name_are_not_confused(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, [Sent("a.csv", b"x\n"), Sent("b/a.csv", b"y\n")])
    first, second = uploads.files
    assert first.path is not None
    assert second.refused is not None
    assert second.refused.finding.code == "upload.same_name"


def test_a_disk_without_room_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_limits.shutil, "disk_usage", lambda _: _Disk(2))
    with pytest.raises(Refused, match="on the disk"):
        Uploads(tmp_path, [Sent("a.csv", b"abc")])
    assert list(tmp_path.iterdir()) == []


class _Disk:
    def __init__(self, free: int) -> None:
        self.free = free


def test_an_ordinary_workbook_is_let_through(tmp_path: Path) -> None:
    path = tmp_path / "订单.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        for row in range(2000):
            sheet.write_row(row, 0, [row, "x", 1.5] * 10)
    refuse_hostile(path)


def test_a_bomb_is_refused_whatever_its_directory_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_limits, "UNPACKED_MB", 3)
    zeros = b"0" * (5 << 20)
    assert refusal(book(tmp_path / "honest.xlsx", zeros)) == "upload.too_large"
    assert refusal(book(tmp_path / "lying.xlsx", zeros, declared=100)) == "upload.too_large"


def test_a_cell_far_away_is_refused_before_a_sheet_of_billions_is_made(tmp_path: Path) -> None:
    far = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c s="1" r="CV1048576"><v>1</v></c></row>'
    assert refusal(book(tmp_path / "far.xlsx", far)) == "upload.too_many_cells"
    wide = b"<row r='1'><c r='XFD1'/></row>"
    assert refusal(book(tmp_path / "wide.xlsx", wide)) == "upload.too_wide"


def test_a_cell_at_the_edge_of_two_pieces_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_limits, "_CHUNK", 7)
    assert refusal(book(tmp_path / "far.xlsx", b'<c r="A1"/><c r="XFD1048576"/>')) == "upload.too_wide"


def test_what_is_no_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 no more")
    assert refusal(path) == "upload.not_a_book"


def test_a_file_of_thousands_of_columns_is_no_export(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{number}" for number in range(2000)) + "\n")
    assert refusal(path) == "upload.too_wide"
    path.write_bytes(b"")
    refuse_hostile(path)  # empty is told by the reader


def test_a_parquet_of_a_billion_rows_in_a_few_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "orders.parquet"
    pyarrow.parquet.write_table(pa.table({"order_id": ["A"] * 5000}), path)
    refuse_hostile(path)
    monkeypatch.setattr(upload_limits, "ROWS", 4999)
    assert refusal(path) == "upload.too_many_rows"

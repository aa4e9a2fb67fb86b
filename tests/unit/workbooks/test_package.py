"""A file that is not what its name says is refused with what it is; so is a package that is unsafe to open."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from orchestration.problems import InputRejected, Problem
from orchestration.settings import ReadingLimits
from orchestration.workbooks.workbook import read_workbook
from tests.workbooks import ods_cell, ods_row, ods_sheet, write_ods

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ENCRYPTION = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"><manifest:encryption-data/>'
    "</manifest:file-entry></manifest:manifest>"
)


def _refused(path: Path, limits: ReadingLimits | None = None) -> Problem:
    with pytest.raises(InputRejected) as rejected:
        read_workbook(path, "small 1", "", limits)
    (problem,) = rejected.value.problems
    assert (problem.file, bool(problem.remedy)) == (path.name, True)
    return problem


def _ods(path: Path) -> Path:
    return write_ods(path, ods_sheet(ods_row(ods_cell("x"))))


def _xlsx(path: Path) -> Path:
    Workbook().save(path)
    return path


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.ods", b"%PDF-1.7 and so on", "a PDF named .ods"),
        ("a.xlsx", b"\n<!DOCTYPE html><title>Sign in</title>", "a web page (HTML) named .xlsx"),
        ("a.ods", b"<html lang=en>", "a web page (HTML) named .ods"),
        ("a.csv", b"<!doctype HTML>", "a web page (HTML) named .csv"),
        ("a.csv", b"%PDF-1.7", "a PDF named .csv"),
        ("a.ods", b"Sex,2024\n", "a text file named .ods"),
        ("a.ods", b"<?xml version='1.0'?><office:document/>", "an XML file named .ods"),
        ("a.xlsx", OLE, "an old binary Office file, such as XLS named .xlsx"),
        ("a.csv", b"\x1f\x8b\x08\x00", "a gzip archive named .csv"),
        ("a.csv", b"S\0e\0x\0", "a file of an unknown type named .csv"),
        ("a.csv", "Sex,2024".encode("utf-16"), "text in UTF-16 named .csv"),
        ("a.csv", b"", "an empty file (0 bytes)"),
        ("a.ods", b"", "an empty file (0 bytes)"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "a workbook protected with a password"),
        ("a.csv", b"a,b\n1,caf\xe9\n", "a byte that is not UTF-8 in line 2 (0xe9), as in text in Windows-1252"),
        ("a.pdf", b"%PDF-1.7", "a file named .pdf"),
    ],
)
def test_a_file_of_another_type_is_refused_as_what_it_is(tmp_path, name, content, found):
    (tmp_path / name).write_bytes(content)

    assert _refused(tmp_path / name).found == found


def test_a_workbook_under_the_ending_of_another_is_refused_as_what_it_is(tmp_path):
    found = [_refused(_ods(tmp_path / "a.xlsx")).found, _refused(_xlsx(tmp_path / "a.ods")).found]
    found.append(_refused(_ods(tmp_path / "a.csv")).found)

    assert found == ["an ODS workbook named .xlsx", "an XLSX workbook named .ods", "an ODS workbook named .csv"]


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"word/document.xml": ""}, "a Word document named .ods"),
        ({"readme.txt": ""}, "a zip archive named .ods"),
        (
            {"content.xml": "", "mimetype": "application/vnd.oasis.opendocument.text"},
            "another OpenDocument file named .ods",
        ),
    ],
)
def test_a_package_that_is_no_workbook_is_refused_as_what_it_is(tmp_path, parts, found):
    with ZipFile(tmp_path / "a.ods", "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)

    assert _refused(tmp_path / "a.ods").found == found


@pytest.mark.parametrize("parts", [{"content.xml": b"\x01\x02"}, {"encrypted-package": b"\x01\x02"}])
def test_an_ods_with_a_password_is_refused_as_that(tmp_path, parts):
    path, kind = tmp_path / "a.ods", "application/vnd.oasis.opendocument.spreadsheet"
    with ZipFile(path, "w") as package:
        for name, part in ({"mimetype": kind, "META-INF/manifest.xml": ENCRYPTION} | parts).items():
            package.writestr(name, part)

    assert _refused(path).found == "a workbook protected with a password"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", "\\x"])
def test_a_part_that_points_outside_the_file_is_refused(tmp_path, name):
    path = _ods(tmp_path / "a.ods")
    with ZipFile(path, "a") as package:
        package.writestr(name, "x")

    assert _refused(path).found == f"a part that points outside the file: {name!r}"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused(tmp_path):
    path = _ods(tmp_path / "a.ods")
    with ZipFile(path, "a") as package:
        package.writestr("content.xml", "x")

    assert _refused(path).found == "the same part twice: 'content.xml'"


@pytest.mark.parametrize("content", ["", "\x01\x02", "<a/>", "<table>", f"<a>{ods_sheet('')}</a>"])
def test_a_workbook_in_which_no_sheet_holds_anything_is_refused(tmp_path, content):
    with ZipFile(tmp_path / "a.ods", "w") as package:
        package.writestr("content.xml", content)

    assert _refused(tmp_path / "a.ods").expected == "a whole ODS, XLSX or CSV file"
    assert _refused(_xlsx(tmp_path / "a.xlsx")).found == "a workbook in which no sheet holds anything"


def test_a_file_that_is_too_large_is_refused_before_it_is_opened(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"x," * 600_000)
    problem = _refused(tmp_path / "a.csv", ReadingLimits(file_megabytes=1))

    assert (problem.expected, problem.found) == ("a file of at most 1 MB", "1.1 MB")
    assert "IPP_READ_FILE_MB" in problem.remedy


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path):
    path = _ods(tmp_path / "a.ods")
    with ZipFile(path, "a", ZIP_DEFLATED) as package:
        package.writestr("Thumbnails/thumbnail.png", bytes(3 * 1024 * 1024))
    problem = _refused(path, ReadingLimits(inflated_megabytes=2))

    assert path.stat().st_size < 10_000
    assert (problem.expected, problem.found) == ("a file that unpacks to at most 2 MB", "3.0 MB")
    assert "IPP_READ_INFLATED_MB" in problem.remedy


def test_a_package_that_understates_its_size_is_refused(tmp_path):
    path = tmp_path / "a.ods"
    content = f"<office:document-content>{' ' * 1_000_000}</office:document-content>"
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        package.writestr("content.xml", content)
    understated = path.read_bytes().replace(len(content).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(understated)

    assert "a file that is damaged" in _refused(path).found

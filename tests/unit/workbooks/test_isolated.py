"""Files are read in a separate process; one that breaks a limit is refused by name, and the next one is read."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.problems import InputRejected, Problem
from orchestration.settings import ReadingLimits
from orchestration.workbooks.isolated import IsolatedReader
from orchestration.workbooks.release import read_file
from tests.small_tables import TITLE, source, spec
from tests.workbooks import ods_cell, ods_row, ods_sheet, write_ods

SOURCE = source(spec())
HEAD = ods_row(ods_cell(TITLE)) + ods_row(ods_cell("Sex"), ods_cell("30 Jun 2024"))


def _male(count: int, times: int = 1) -> str:
    return ods_row(ods_cell("Male"), ods_cell(str(count), f'office:value="{count}"', "float"), times=times)


def _good(folder: Path) -> Path:
    return write_ods(folder / "good.ods", ods_sheet(HEAD + _male(7)))


def _refused(reader: IsolatedReader, path: Path) -> Problem:
    with pytest.raises(InputRejected) as rejected:
        reader.read_file(path, SOURCE, "1", "")
    (problem,) = rejected.value.problems
    assert (problem.release, problem.file) == ("small 1", path.name)
    return problem


def _value(reader: IsolatedReader, path: Path) -> float | None:
    (seen,) = reader.read_file(path, SOURCE, "1", "").observations
    return seen.value


def test_a_file_reads_as_in_this_process_and_one_process_reads_them_all(tmp_path):
    path = _good(tmp_path)
    here = read_file(path, SOURCE, "1", "")
    with IsolatedReader(ReadingLimits()) as reader:
        assert reader._running is None, "nothing is started before a file is read"
        there = reader.read_file(path, SOURCE, "1", "")
        process = reader._running.process
        assert _value(reader, path) == 7.0
        assert reader._running.process is process

    assert (there.observations, there.problems) == (here.observations, here.problems)
    assert process.returncode is not None, "the process ends with the reader"


def test_a_file_that_takes_too_long_is_refused_and_the_next_one_is_read(tmp_path):
    slow = write_ods(tmp_path / "slow.ods", ods_sheet(HEAD + _male(7, times=1_048_000)))
    started = time.monotonic()
    with IsolatedReader(ReadingLimits(seconds=1)) as reader:
        problem = _refused(reader, slow)
        assert time.monotonic() - started < 20
        reader.limits = ReadingLimits()
        assert _value(reader, _good(tmp_path)) == 7.0

    assert slow.stat().st_size < 5_000
    assert problem.expected == "a file that can be read within 1 second"
    assert "IPP_READ_SECONDS" in problem.remedy


def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_one_is_read(tmp_path):
    wide = ods_row(ods_cell("x", 'table:number-columns-repeated="100"'), times=100_000)
    large = write_ods(tmp_path / "large.ods", ods_sheet(HEAD + wide))
    with IsolatedReader(ReadingLimits(memory_megabytes=400)) as reader:
        problem = _refused(reader, large)
        assert _value(reader, _good(tmp_path)) == 7.0

    assert large.stat().st_size < 5_000
    assert problem.expected == "a file that can be read with 400 MB of memory"
    assert "memory" in problem.found.lower()
    assert "IPP_READ_MEMORY_MB" in problem.remedy


def test_a_file_of_more_cells_than_any_reader_takes_is_refused(tmp_path):
    wide = ods_row(ods_cell("x", 'table:number-columns-repeated="16000"'), times=1_048_000)
    with IsolatedReader(ReadingLimits(seconds=20)) as reader:
        _refused(reader, write_ods(tmp_path / "a.ods", ods_sheet(HEAD + wide)))


def test_a_file_that_cannot_be_opened_is_refused_as_what_it_is_by_the_limits_of_the_reader(tmp_path):
    (tmp_path / "page.ods").write_text("<html>")
    (tmp_path / "large.csv").write_bytes(b"x," * 600_000)
    with IsolatedReader(ReadingLimits(file_megabytes=1)) as reader:
        assert _refused(reader, tmp_path / "page.ods").found == "a web page (HTML) named .ods"
        assert _refused(reader, tmp_path / "large.csv").expected == "a file of at most 1 MB"


def test_a_mistake_of_the_program_is_raised_as_one(tmp_path):
    with IsolatedReader(ReadingLimits()) as reader, pytest.raises(AttributeError) as raised:
        reader.read_file(_good(tmp_path), SimpleNamespace(publication="small"), "1", "")

    assert "read_file" in raised.value.__notes__[0]


def test_a_process_that_cannot_start_is_a_mistake_of_the_program_and_of_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with IsolatedReader(ReadingLimits()) as reader, pytest.raises(RuntimeError, match="could not start"):
        reader.read_file(_good(tmp_path), SOURCE, "1", "", dt.date(2024, 6, 30))

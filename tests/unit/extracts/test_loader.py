"""An extract is taken when every row keeps its contract; a problem counts rows and never shows what stands in one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest

from orchestration.extracts.contract import Contract, read_contracts
from orchestration.extracts.loader import load
from orchestration.problems import Problem
from tests.workbooks import RAW

Rows = list[dict[str, str]]
CONTRACT = read_contracts()["opd_activity"]

PERSON = "f00dfeedf00dfeed"
PLAIN_VALUES = {"male", "female", "custody", "community", "synthetic", "service", "2025-03-31", ""}
"""Values that a message may hold because they are words of the contract, or the name of the file."""


def made_up(rows: int = 3) -> Rows:
    """Rows that keep the contract, with values that no message may show."""
    row = {
        "person_key": PERSON,
        "sex": "female",
        "location": "custody",
        "region": "Kent, Surrey and Sussex",
        "stage": "triage",
        "service_type": "",
        "started_on": "2024-02-29",
        "completed_on": "2024-03-17",
        "outcome": "withdrew",
        "source_kind": "synthetic",
    }
    return [{**row, "activity_id": f"leak-{number}"} for number in range(rows)]


def as_csv(rows: Rows) -> str:
    """Rows as the file holds them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(CONTRACT.columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def loaded(folder: Path, content: str | bytes, name: str = "2025-03-31.csv") -> list[Problem]:
    """What is wrong with one file, put where an extract belongs."""
    path = folder / "raw" / "internal" / "opd_activity" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(folder / "internal.duckdb", folder / "raw", {"opd_activity": CONTRACT})


def rows_in(folder: Path) -> int:
    """Rows that were taken."""
    with duckdb.connect(str(folder / "internal.duckdb"), read_only=True) as connection:
        return connection.execute("select count(*) from landing.opd_activity").fetchall()[0][0]


def shows_no_value(problems: list[Problem], rows: Rows) -> bool:
    """Whether no message holds a value of a row, beyond the contract's own words."""
    said = "\n".join(map(str, problems))
    secret = {value for row in rows for value in row.values()} - PLAIN_VALUES
    return not any(value in said for value in secret if value) and PERSON not in said and "leak-" not in said


def test_the_committed_extract_keeps_its_contract(tmp_path):
    internal = tmp_path / "internal.duckdb"
    problems = load(internal, RAW, read_contracts())
    lines = (RAW / "internal/opd_activity/2025-03-31.csv").read_text(encoding="utf-8").splitlines()

    assert problems == []
    with duckdb.connect(str(internal), read_only=True) as connection:
        (read,) = connection.execute(
            "select count(*), count(distinct activity_id), min(source_row), max(source_row), any_value(source_kind) "
            "from landing.opd_activity"
        ).fetchall()
    assert read == (len(lines) - 1, len(lines) - 1, 2, len(lines), "synthetic")


def test_a_row_is_taken_with_its_file_day_and_line(tmp_path):
    problems = loaded(tmp_path, as_csv(made_up(2)))

    assert problems == []
    with duckdb.connect(str(tmp_path / "internal.duckdb"), read_only=True) as connection:
        (row,) = connection.execute(
            "select activity_id, started_on::varchar, service_type, as_at::varchar, source_file, source_row "
            "from landing.opd_activity where activity_id = 'leak-1'"
        ).fetchall()
    assert row == ("leak-1", "2024-02-29", None, "2025-03-31", "2025-03-31.csv", 3)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"person_key": ""}, "person_key: filled"),
        ({"person_key": "   "}, "person_key: filled"),
        ({"sex": "Female"}, "sex: one of its codes"),
        ({"region": "Atlantis-on-Sea"}, "region: one of its codes"),
        ({"started_on": "29/02/2024"}, "started_on: a date"),
        ({"started_on": "2023-02-29"}, "started_on: a date"),
        ({"completed_on": "2024-02-28"}, "a stage is completed on or after the day it began"),
        (
            {"started_on": "2025-04-01", "completed_on": "", "outcome": ""},
            "nothing begins after the day of the extract",
        ),
        ({"started_on": "2005-04-03"}, "the sentence did not exist before 4 April 2005"),
        ({"outcome": ""}, "an outcome and a day of completion come together"),
        ({"completed_on": ""}, "an outcome and a day of completion come together"),
        ({"service_type": "pipe"}, "a kind of service belongs to the stage service"),
        ({"stage": "service"}, "a kind of service belongs to the stage service"),
    ],
    ids=str,
)
def test_rows_that_break_a_rule_are_counted_and_none_is_shown(tmp_path, change, rule):
    broken = [row | change for row in made_up()[:2]] + made_up()[2:]
    problems = loaded(tmp_path, as_csv(broken))
    counted = {problem.expected: problem.found for problem in problems}

    assert counted[rule] == "2 row(s) otherwise"
    assert {(problem.release, problem.file) for problem in problems} == {("internal opd_activity", "2025-03-31.csv")}
    assert shows_no_value(problems, broken)
    assert rows_in(tmp_path) == 0


def test_rows_that_share_a_key_are_all_counted(tmp_path):
    rows = made_up(5)
    problems = loaded(tmp_path, as_csv([*rows, rows[1], rows[1], rows[2]]))

    assert [(problem.expected, problem.found) for problem in problems] == [
        ("activity_id: unique", "5 row(s) otherwise")
    ]


def test_every_rule_that_is_broken_is_told_at_once(tmp_path):
    broken = [row | {"person_key": "", "sex": "x", "outcome": ""} for row in made_up()]

    assert len(loaded(tmp_path, as_csv(broken))) == 3


def _lines(rows: Rows) -> list[str]:
    return as_csv(rows).splitlines()


def _without_header(rows: Rows) -> str:
    return "\n".join(_lines(rows)[1:])


def _with_a_field_too_many(rows: Rows) -> str:
    return "\n".join([*_lines(rows), _lines(rows)[1] + ",secret"])


def _with_a_field_too_few(rows: Rows) -> str:
    return "\n".join([*_lines(rows), _lines(rows)[1].rpartition(",")[0]])


def _with_an_open_quote(rows: Rows) -> str:
    return "\n".join([*_lines(rows), '"' + _lines(rows)[1]])


def _with_semicolons(rows: Rows) -> str:
    return as_csv([row | {"region": "London"} for row in rows]).replace(",", ";")


def _with_a_line_before_the_header(rows: Rows) -> str:
    return f"exported for {PERSON}\n" + as_csv(rows)


def _with_columns_in_another_order(rows: Rows) -> str:
    return "\n".join(
        ",".join(reversed(line.split(","))) for line in _lines([row | {"region": "London"} for row in rows])
    )


def _with_an_unknown_column(rows: Rows) -> str:
    return "\n".join(f"{line},{PERSON}" for line in _lines(rows))


def _in_another_encoding(rows: Rows) -> bytes:
    return as_csv([row | {"person_key": "f\xe9e"} for row in rows]).encode("latin-1")


def _without_anything(rows: Rows) -> str:
    return ""


def _as_a_spreadsheet(rows: Rows) -> bytes:
    return b"PK\x03\x04\x00\xff" + as_csv(rows).encode()


@pytest.mark.parametrize(
    "spoil",
    [
        _without_header,
        _with_a_field_too_many,
        _with_a_field_too_few,
        _with_an_open_quote,
        _with_semicolons,
        _with_a_line_before_the_header,
        _with_columns_in_another_order,
        _with_an_unknown_column,
        _in_another_encoding,
        _without_anything,
        _as_a_spreadsheet,
    ],
)
def test_a_file_that_is_no_such_csv_is_refused_and_none_of_it_is_shown(tmp_path, spoil):
    problems = loaded(tmp_path, spoil(made_up()))

    assert len(problems) == 1
    assert shows_no_value(problems, made_up())
    assert "secret" not in str(problems[0])
    assert rows_in(tmp_path) == 0


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [_with_a_field_too_many, _with_an_open_quote, _in_another_encoding])
def test_a_bad_line_beyond_those_a_reader_looks_at_first_is_not_shown_either(tmp_path, spoil):
    """DuckDB looks at 20,480 lines before it starts, and prints a line that it meets only later."""
    problems = loaded(tmp_path, spoil(made_up(21_000)))

    assert len(problems) == 1
    assert shows_no_value(problems, made_up())
    assert rows_in(tmp_path) == 0


def test_whole_numbers_and_truths_are_read_and_what_is_neither_is_counted(tmp_path):
    plain = {"required": False, "privacy": "plain", "describes": "made up for a test"}
    columns = {name: {"type": kind, **plain} for name, kind in (("k", "text"), ("n", "integer"), ("b", "boolean"))}
    declared = {"extract": "tally", "describes": "x", "source_system": "x", "key": ["k"], "order": ["k"]}
    contract = Contract.model_validate({**declared, "columns": columns})
    path = tmp_path / "raw" / "internal" / "tally" / "2025-03-31.csv"
    path.parent.mkdir(parents=True)
    path.write_text("k,n,b\na, 12 ,true\nb,3.7,false\nc,-1,maybe\nd,,\n", encoding="utf-8")
    problems = load(tmp_path / "internal.duckdb", tmp_path / "raw", {"tally": contract})

    assert [(problem.expected, problem.found) for problem in problems] == [
        ("n: a whole number", "1 row(s) otherwise"),
        ("b: true or false", "1 row(s) otherwise"),
    ]
    assert not any(value in str(problem) for problem in problems for value in ("3.7", "maybe"))
    path.write_text("k,n,b\na, 12 ,true\nd,,\n", encoding="utf-8")
    assert load(tmp_path / "internal.duckdb", tmp_path / "raw", {"tally": contract}) == []
    with duckdb.connect(str(tmp_path / "internal.duckdb"), read_only=True) as connection:
        assert connection.execute("select n, b from landing.tally order by k").fetchall() == [(12, True), (None, None)]


def test_columns_that_are_missing_are_named_and_unknown_ones_counted(tmp_path):
    renamed = as_csv(made_up()).replace("person_key", "nhs_number", 1).replace("sex", "gender", 1)
    (problem,) = loaded(tmp_path, renamed)

    assert problem.expected == "the columns of the contract, in order"
    assert problem.found == "missing: person_key, sex; unknown: 2"


def test_a_byte_order_mark_and_windows_line_ends_are_nothing_to_refuse(tmp_path):
    assert loaded(tmp_path, as_csv(made_up()).replace("\n", "\r\n").encode("utf-8-sig")) == []
    assert rows_in(tmp_path) == 3


@pytest.mark.parametrize("name", ["latest.csv", "31-03-2025.csv", "2025-02-30.csv"])
def test_a_file_that_is_not_named_by_its_day_is_refused(tmp_path, name):
    (problem,) = loaded(tmp_path, as_csv(made_up()), name)

    assert problem.expected == "a file named by its day, such as 2025-03-31.csv"
    assert rows_in(tmp_path) == 0


def test_a_good_file_is_taken_beside_a_bad_one_and_the_bad_one_is_told(tmp_path):
    loaded(tmp_path, as_csv(made_up()), "2025-03-31.csv")
    problems = loaded(tmp_path, as_csv([row | {"sex": "x"} for row in made_up()]), "2025-06-30.csv")

    assert [problem.file for problem in problems] == ["2025-06-30.csv"]
    assert rows_in(tmp_path) == 3


def test_an_extract_without_a_contract_is_told(tmp_path):
    (tmp_path / "raw" / "internal" / "ppud").mkdir(parents=True)
    (problem,) = load(tmp_path / "internal.duckdb", tmp_path / "raw", {"opd_activity": CONTRACT})

    assert (problem.release, problem.expected) == ("internal ppud", "an extract that has a contract")


def test_without_any_file_the_table_is_there_and_empty(tmp_path):
    (tmp_path / "raw").mkdir()

    assert load(tmp_path / "internal.duckdb", tmp_path / "raw", {"opd_activity": CONTRACT}) == []
    assert rows_in(tmp_path) == 0


def test_loading_anew_leaves_nothing_of_before(tmp_path):
    loaded(tmp_path, as_csv(made_up()))
    (tmp_path / "raw/internal/opd_activity/2025-03-31.csv").unlink()

    assert load(tmp_path / "internal.duckdb", tmp_path / "raw", {"opd_activity": CONTRACT}) == []
    assert rows_in(tmp_path) == 0


def test_every_column_of_a_contract_says_who_may_see_it():
    personal = {name for name, column in CONTRACT.columns.items() if column.privacy != "plain"}

    assert {"person_key", "activity_id", "sex", "region", "started_on"} <= personal
    assert isinstance(CONTRACT, Contract)

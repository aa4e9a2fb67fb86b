"""What can be read is read, a bad row is rejected and counted, a bad file is refused; and nothing shows the content of
a row.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import logging
import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from orchestration.problems import Problem
from orchestration.records import checks
from orchestration.records.contract import Column, Contract, read_contracts
from orchestration.records.loader import load
from orchestration.records.pseudonyms import DEVELOPMENT_KEY, VARIABLE

Rows = list[dict[str, str]]
CONTRACTS = {name: read_contracts()[name] for name in ("identifier_links", "opd_activity", "ndelius_caseload")}
CONTRACT = CONTRACTS["opd_activity"]

PERSON = "A4711BC"
TEAM_KEY = "k" * 32


def key_of(identifier: str, key: bytes = DEVELOPMENT_KEY) -> str:
    """The keyed hash as Python's own library has it."""
    return hmac.new(key, identifier.encode(), hashlib.sha256).hexdigest()[:16]


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def made_up(rows: int = 3, **values: str) -> Rows:
    """Rows that keep the contract, with values that no message may show."""
    row = {
        "prison_number": PERSON,
        "sex": "female",
        "location": "custody",
        "region": "Kent, Surrey and Sussex",
        "stage": "triage",
        "service_type": "",
        "started_on": "2024-02-29",
        "completed_on": "2024-03-17",
        "outcome": "withdrew",
        "source_kind": "synthetic",
        **values,
    }
    return [{**row, "activity_id": f"LEAK{number}"} for number in range(rows)]


def as_csv(rows: Rows, delimiter: str = ",", columns: tuple[str, ...] = tuple(CONTRACT.columns)) -> str:
    """Rows as the file holds them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def put(folder: Path, content: str | bytes, extract: str = "opd_activity", name: str = "2025-03-31.csv") -> None:
    """Put a file where an extract belongs."""
    path = folder / "raw" / extract / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def loaded(folder: Path, content: str | bytes, name: str = "2025-03-31.csv") -> list[Problem]:
    """What is wrong with one file."""
    put(folder, content, name=name)
    return load_all(folder)


def load_all(folder: Path) -> list[Problem]:
    """What is wrong with all files that were put."""
    return load(folder / "internal.duckdb", folder / "raw", CONTRACTS)


def query(folder: Path, sql: str) -> list[tuple]:
    """Rows of the internal file."""
    with duckdb.connect(str(folder / "internal.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def taken(folder: Path) -> int:
    """Rows that were taken."""
    return query(folder, "select count(*) from landing.opd_activity")[0][0]


def left_out(folder: Path) -> dict[tuple[str, str], int]:
    """Rows left out, by column and rule."""
    rows = query(folder, "select column_name, rule, row_count from landing.rejected_rows where row_count > 0")
    return {(column, rule): count for column, rule, count in rows}


def cleaned(folder: Path) -> dict[tuple[str, str], int]:
    """Rows cleaned, by column and way."""
    rows = query(
        folder, "select column_name, way, row_count from landing.cleaned_values where extract <> 'identifier_links'"
    )
    return {(column, way): count for column, way, count in rows}


def shows_no_value(said: str) -> bool:
    """Whether something that was said holds nothing of a row that only a row holds."""
    return not any(value in said for value in (PERSON, PERSON.lower(), "LEAK", "2024-02-29", "Kent", "withdrew"))


# Rows that keep their contract


def test_a_row_is_taken_with_its_file_day_and_line_and_without_its_identifiers(tmp_path):
    assert loaded(tmp_path, as_csv(made_up(2))) == []
    columns = [name for (name, *_) in query(tmp_path, "describe landing.opd_activity")]
    (row,) = query(
        tmp_path,
        "select person_key, activity_id, started_on::varchar, service_type, as_at::varchar, source_file, source_row "
        "from landing.opd_activity where source_row = 3",
    )
    assert row == (key_of(PERSON), key_of("LEAK1"), "2024-02-29", None, "2025-03-31", "2025-03-31.csv", 3)
    assert columns == ["person_key", *list(CONTRACT.columns)[1:], "as_at", "source_file", "source_row"]
    assert PERSON.encode() not in (tmp_path / "internal.duckdb").read_bytes()


def test_the_hash_is_that_of_python(tmp_path, monkeypatch):
    for key in (TEAM_KEY, "longer than a block " * 5):
        monkeypatch.setenv(VARIABLE, key)
        loaded(tmp_path, as_csv(made_up(1)))
        expected = key_of(PERSON, key.strip().encode())
        assert query(tmp_path, "select person_key from landing.opd_activity") == [(expected,)]


def test_a_parquet_file_gives_the_same_rows_as_a_csv(tmp_path):
    rows = made_up(3, prison_number=f" {PERSON.lower()}/1")
    loaded(tmp_path, as_csv(rows))
    as_text = query(tmp_path, "select * exclude (source_file) from landing.opd_activity order by source_row")
    (tmp_path / "raw/opd_activity/2025-03-31.csv").unlink()
    table = pa.Table.from_pylist([{name: value or None for name, value in row.items()} for row in rows])
    days = ["started_on", "completed_on"]
    for name in days:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.date32()))
    pyarrow.parquet.write_table(table, tmp_path / "raw/opd_activity/2025-03-31.parquet")
    assert load_all(tmp_path) == []
    assert query(tmp_path, "select * exclude (source_file) from landing.opd_activity order by source_row") == as_text
    assert cleaned(tmp_path)["prison_number", "identifier_normalised"] == 3


# Rows that are left out


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        ({"prison_number": ""}, "prison_number", "required"),
        ({"prison_number": "   "}, "prison_number", "required"),
        ({"prison_number": "4711"}, "prison_number", "form"),
        ({"activity_id": " "}, "activity_id", "required"),
        ({"sex": "Female"}, "sex", "codes"),
        ({"region": "Atlantis-on-Sea"}, "region", "codes"),
        ({"started_on": "29/02/2024"}, "started_on", "readable"),
        ({"started_on": "2023-02-29"}, "started_on", "readable"),
        ({"started_on": "epoch"}, "started_on", "readable"),
        ({"completed_on": "infinity"}, "completed_on", "readable"),
        ({"completed_on": "2024-03-17 12:30:00"}, "completed_on", "readable"),
        ({"completed_on": "2024-02-28"}, "", "completed_before_started"),
        ({"started_on": "2911-04-01", "completed_on": "", "outcome": ""}, "", "started_after_extract"),
        ({"started_on": "2005-04-03"}, "", "started_before_the_sentence"),
        ({"outcome": ""}, "", "outcome_without_end"),
        ({"stage": "service"}, "", "service_type_elsewhere"),
        ({"prison_number": "TEST01"}, "", "test_record"),
    ],
    ids=str,
)
def test_a_row_that_breaks_a_rule_is_left_out_and_counted(tmp_path, caplog, change, column, rule):
    rows = made_up(200)
    for row in rows[5:7]:
        row.update(change)
    with caplog.at_level(logging.INFO):
        assert loaded(tmp_path, as_csv(rows)) == []
    assert left_out(tmp_path)[column, rule] == 2
    assert query(tmp_path, "select row_count, landed, rejected from landing.files_read where row_count > 0") == [
        (200, 198, 2)
    ]
    assert taken(tmp_path) == 198
    assert "2 of 200 rows rejected" in caplog.text
    assert shows_no_value(caplog.text)


def test_a_test_record_is_asked_nothing_else(tmp_path):
    rows = [*made_up(100), *made_up(1, prison_number="TEST01", sex="x", started_on="x")]
    assert loaded(tmp_path, as_csv(rows)) == []
    assert left_out(tmp_path) == {("", "test_record"): 1}


def test_different_rows_that_share_a_key_are_all_rejected(tmp_path):
    rows = made_up(300)
    assert loaded(tmp_path, as_csv([*rows, rows[1] | {"sex": "male"}, rows[1], rows[2] | {"sex": "male"}])) == []
    assert left_out(tmp_path) == {("activity_id", "unique"): 5}
    assert taken(tmp_path) == 298


def copies(folder: Path) -> list[tuple]:
    """Rows, landed rows, rejected rows and dropped copies of the file that was read."""
    return query(folder, "select row_count, landed, rejected, copies from landing.files_read where row_count > 0")


def test_of_rows_that_are_alike_in_every_column_one_is_kept(tmp_path, caplog):
    rows = made_up(3)
    assert loaded(tmp_path, as_csv([*rows, rows[1], rows[1], rows[2]])) == []
    assert copies(tmp_path) == [(6, 3, 0, 3)]
    assert left_out(tmp_path) == {}
    assert query(tmp_path, "select source_row from landing.opd_activity order by 1") == [(2,), (3,), (4,)]
    assert "3 exact copies dropped" in caplog.text
    assert shows_no_value(caplog.text)


def test_a_copy_is_known_by_what_it_says_and_not_by_how_it_is_written(tmp_path):
    row = made_up(1)[0]
    written = {"prison_number": f" {PERSON.lower()}/1", "sex": "female ", "completed_on": "2024-03-17 00:00:00"}
    assert loaded(tmp_path, as_csv([row, row | written])) == []
    assert copies(tmp_path) == [(2, 1, 0, 1)]


def test_a_rejected_row_does_not_take_the_place_of_a_good_one_like_it(tmp_path):
    rows = made_up(1, completed_on="", outcome="") + made_up(300)[1:]
    unreadable = [row | {"completed_on": "soon"} for row in rows[:1]]
    assert loaded(tmp_path, as_csv([*unreadable, *rows])) == []
    assert left_out(tmp_path) == {("completed_on", "readable"): 1, ("activity_id", "unique"): 2}
    assert copies(tmp_path) == [(301, 299, 2, 0)]


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        ({"started_on": "03/04/2021"}, "started_on", "readable"),
        ({"completed_on": "17.03.2024"}, "completed_on", "readable"),
        ({"completed_on": "2024/03/17"}, "completed_on", "readable"),
        ({"started_on": ""}, "started_on", "required"),
        ({"started_on": "2911-04-01"}, "", "started_after_extract"),
        ({"completed_on": "2911-04-01"}, "", "completed_on_after_extract"),
        ({"stage": "theatre"}, "stage", "codes"),
        ({"prison_number": "4711"}, "prison_number", "form"),
    ],
    ids=str,
)
def test_a_bad_cell_is_counted_under_one_rule(tmp_path, change, column, rule):
    rows = made_up(100)
    rows[7] |= change
    assert loaded(tmp_path, as_csv(rows)) == []
    assert left_out(tmp_path) == {(column, rule): 1}


def test_two_bad_cells_of_a_row_are_counted_under_two_rules(tmp_path):
    rows = made_up(100)
    rows[7] |= {"sex": "x", "completed_on": "soon"}
    assert loaded(tmp_path, as_csv(rows)) == []
    assert left_out(tmp_path) == {("sex", "codes"): 1, ("completed_on", "readable"): 1}


def test_an_identifier_of_another_form_is_not_also_looked_for_in_the_links(tmp_path):
    contract = CONTRACTS["ndelius_caseload"]
    row = {
        "case_reference_number": "12",
        "supervision_id": "LEAK1",
        "sex": "male",
        "sentence_type": "IPP",
        "probation_region": "London",
        "supervision_started_on": "2020-01-01",
        "rosh_level": "RMRH",
        "mappa_level": "1",
        "source_kind": "synthetic",
    }
    put(tmp_path, as_csv([row], columns=tuple(contract.columns)), "ndelius_caseload")
    problems = load_all(tmp_path)
    assert [problem.expected for problem in problems[1:]] == ["case_reference_number: an identifier of its form"]


def test_beyond_the_tolerance_every_rule_that_is_broken_is_reported_at_once(tmp_path, caplog):
    broken = [row | {"prison_number": "", "sex": "x", "outcome": ""} for row in made_up()]
    problems = loaded(tmp_path, as_csv(broken))
    assert {(problem.expected, problem.found) for problem in problems} == {
        ("at most 2% of rows that break a rule", "3 of 3 (100.0%)"),
        ("prison_number: filled", "3 row(s) otherwise"),
        ("sex: one of its codes", "3 row(s) otherwise"),
        ("an outcome and a day of completion come together", "3 row(s) otherwise"),
    }
    assert taken(tmp_path) == 0
    assert shows_no_value(" ".join(map(str, problems)) + caplog.text)


def test_the_tolerance_is_the_contract_s(tmp_path):
    rows = made_up(49) + made_up(1, sex="x")
    assert loaded(tmp_path, as_csv([row | {"activity_id": str(n)} for n, row in enumerate(rows)])) == []
    rows = made_up(48) + made_up(1, sex="x")
    assert len(loaded(tmp_path, as_csv([row | {"activity_id": str(n)} for n, row in enumerate(rows)]))) == 2


# What is cleaned


def test_identifiers_are_read_by_meaning(tmp_path):
    written = [f" {PERSON}", PERSON.lower(), f"{PERSON}/1", f"{PERSON}-A", "A4711 BC", "A4711\u00a0BC", PERSON]
    rows = [row | {"prison_number": number} for row, number in zip(made_up(7), written, strict=True)]
    assert loaded(tmp_path, as_csv(rows)) == []
    assert query(tmp_path, "select distinct person_key from landing.opd_activity") == [(key_of(PERSON),)]
    assert cleaned(tmp_path) == {("prison_number", "identifier_normalised"): 6}


def test_blanks_and_midnight_say_nothing(tmp_path):
    rows = made_up(1, sex=" female", completed_on="2024-03-17 00:00:00")
    assert loaded(tmp_path, as_csv(rows)) == []
    assert query(tmp_path, "select sex, completed_on::varchar from landing.opd_activity") == [("female", "2024-03-17")]
    assert cleaned(tmp_path) == {("sex", "blanks"): 1, ("completed_on", "spelling"): 1}


@pytest.mark.parametrize(
    ("written", "read"),
    [(word, True) for word in ("Y", "yes", "T", "TRUE", "1")]
    + [(word, False) for word in ("n", "No", "f", "False", "0")],
)
def test_another_spelling_of_true_or_false_is_counted_as_cleaned(tmp_path, written, read):
    contract = read_contracts()["appropriate_prison_exercise"]
    row = {
        "exercise_on": "2024-12-31",
        "sex": "male",
        "custody_status": "recalled",
        "prison_code": "LEI",
        "delivery_unit": "LON",
        "priority_need": "health",
        "source_kind": "synthetic",
    }
    rows = [row | {"prison_number": f"A471{n}BC", "is_appropriate": value} for n, value in enumerate((written, "true"))]
    put(tmp_path, as_csv(rows, columns=tuple(contract.columns)), contract.extract)
    assert load(tmp_path / "internal.duckdb", tmp_path / "raw", {contract.extract: contract}) == []
    values = query(tmp_path, "select is_appropriate from landing.appropriate_prison_exercise order by source_row")
    assert values == [(read,), (True,)]
    assert cleaned(tmp_path) == {("is_appropriate", "spelling"): 1}


@pytest.mark.parametrize("written", ["on", "2", "ja", "yes!", "tru"])
def test_a_word_that_is_neither_true_nor_false_is_not_guessed(written):
    read = checks.value(
        "is_appropriate", read_contracts()["appropriate_prison_exercise"].columns["is_appropriate"], False
    )
    assert duckdb.sql(f"select {read} from (select '{written}' as raw_is_appropriate)").fetchall() == [(None,)]


@pytest.mark.parametrize(
    ("written", "ways"),
    [("2", set()), ("02", {"spelling"}), (" 2", {"blanks"}), ("-0", {"spelling"}), ("  ", {"blanks"}), ("", set())],
)
def test_another_spelling_of_a_number_is_counted_as_cleaned(written, ways):
    column = read_contracts()["ppud_recall"].columns["recall_number"]
    raw = f"(select '{written}' as raw_recall_number)"
    read = f"(select *, {checks.value('recall_number', column, False)} as recall_number from {raw})"
    ways_found = {
        cleaning.way
        for cleaning in checks.row_cleanings(read_contracts()["ppud_recall"], ())
        if cleaning.column == "recall_number" and duckdb.sql(f"select {cleaning.done} from {read}").fetchall()[0][0]
    }
    assert ways_found == ways


def test_words_that_mean_no_outcome_are_none(tmp_path):
    contract = read_contracts()["ppud_termination_review"]
    row = {
        "prison_number": PERSON,
        "sex": "male",
        "sentence_type": "IPP",
        "probation_region": "London",
        "termination_route": "parole_board",
        "termination_regime": "from_2025_02_01",
        "qualifying_period_ended_on": "2020-01-01",
        "is_surge_case": "false",
        "source_kind": "synthetic",
    }
    rows = [{**row, "termination_review_id": f"T{n}"} for n in range(100)]
    rows[0] |= {"outcome": "Not Specified"}
    rows[1] |= {"outcome": "not applicable "}
    rows[2] |= {"outcome": "Not Specified", "referred_on": "2025-01-01", "decided_on": "2025-02-01"}
    put(tmp_path, as_csv(rows, columns=tuple(contract.columns)), "ppud_termination_review")
    problems = load(tmp_path / "internal.duckdb", tmp_path / "raw", {"ppud_termination_review": contract})
    assert problems == []
    assert cleaned(tmp_path)["outcome", "no_value"] == 2
    assert left_out(tmp_path) == {("", "outcome_without_decision"): 1}


BY_MEANING = {
    "byte_order_mark": as_csv(made_up()).encode("utf-8-sig"),
    "encoding": as_csv(made_up()).encode("utf-16"),
    "delimiter": as_csv(made_up(), delimiter=";"),
    "column_names": as_csv(made_up()).replace("prison_number", " Prison Number", 1).replace("sex", "SEX", 1),
    "column_order": as_csv(made_up(), columns=tuple(reversed(CONTRACT.columns))),
}


@pytest.mark.parametrize("way", BY_MEANING)
def test_a_file_laid_out_otherwise_is_read_and_reported(tmp_path, way):
    assert loaded(tmp_path, BY_MEANING[way]) == []
    assert cleaned(tmp_path) == {("", f"file_{way}"): 3}
    loaded(tmp_path / "as usual", as_csv(made_up()))
    rows = "select * from landing.opd_activity order by source_row"
    assert query(tmp_path, rows) == query(tmp_path / "as usual", rows)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] in (["raw", "as usual"], ["as usual", "raw"])


@pytest.mark.parametrize("delimiter", ["\t", "|"])
def test_other_delimiters(tmp_path, delimiter):
    assert loaded(tmp_path, as_csv(made_up(), delimiter=delimiter).replace("\n", "\r\n")) == []
    assert taken(tmp_path) == 3


def test_windows_1252_is_read_as_such(tmp_path):
    """Its letters beyond ASCII are not UTF-8; here one is where only a code may be, so the row is rejected."""
    rows = [*made_up(100), *made_up(1, region="Ynys M\xf4n")]
    assert loaded(tmp_path, as_csv(rows).encode("cp1252")) == []
    assert left_out(tmp_path)["region", "codes"] == 1
    assert cleaned(tmp_path) == {("", "file_encoding"): taken(tmp_path)}


# Files that are refused


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


def _with_a_line_before_the_header(rows: Rows) -> str:
    return f"exported for {PERSON}\n" + as_csv(rows)


def _with_an_unknown_column(rows: Rows) -> str:
    return "\n".join(f"{line},{PERSON}" for line in _lines(rows))


def _with_a_column_twice(rows: Rows) -> str:
    return "\n".join(f"{line},{line.split(',')[1]}" for line in _lines([row | {"region": "London"} for row in rows]))


def _without_anything(rows: Rows) -> str:
    return ""


def _as_a_spreadsheet(rows: Rows) -> bytes:
    return b"PK\x03\x04\x00\xff\x81" + as_csv(rows).encode()


def _in_half_a_character(rows: Rows) -> bytes:
    return as_csv(rows).encode("utf-16") + b"\xd8"


@pytest.mark.parametrize(
    "spoil",
    [
        _without_header,
        _with_a_field_too_many,
        _with_a_field_too_few,
        _with_an_open_quote,
        _with_a_line_before_the_header,
        _with_an_unknown_column,
        _with_a_column_twice,
        _without_anything,
        _as_a_spreadsheet,
        _in_half_a_character,
    ],
)
def test_a_file_that_is_no_such_csv_is_refused_and_none_of_it_is_shown(tmp_path, caplog, spoil):
    problems = loaded(tmp_path, spoil(made_up()))
    assert len(problems) == 1
    assert shows_no_value(str(problems[0]) + caplog.text)
    assert "secret" not in str(problems[0])
    assert taken(tmp_path) == 0


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_without_rows_is_refused(tmp_path, ending):
    """Its figures would be nil, as those of a system that holds nothing."""
    if ending == "parquet":
        content = io.BytesIO()
        pyarrow.parquet.write_table(pa.Table.from_pylist(made_up()).slice(0, 0), content)
    (problem,) = loaded(tmp_path, as_csv([]) if ending == "csv" else content.getvalue(), f"2025-03-31.{ending}")
    assert (problem.expected, problem.found) == ("at least one row", "a heading and no row")
    assert "leave the extract out" in problem.remedy


def test_an_extract_that_is_not_there_is_reported_and_the_others_are_taken(tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        assert loaded(tmp_path, as_csv(made_up())) == []
    assert taken(tmp_path) == 3
    assert "no extract of identifier_links, ndelius_caseload: " in caplog.text
    assert query(tmp_path, "select count(*) from landing.ndelius_caseload") == [(0,)]


def test_a_parquet_file_that_is_none_is_refused(tmp_path):
    (problem,) = loaded(tmp_path, as_csv(made_up()), "2025-03-31.parquet")
    assert (problem.expected, problem.found) == ("a Parquet file", "something else")


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [_with_a_field_too_many, _with_an_open_quote])
def test_a_bad_line_beyond_those_a_reader_looks_at_first_is_not_shown_either(tmp_path, spoil):
    """DuckDB looks at 20,480 lines before it starts, and shows a line that it meets only later."""
    problems = loaded(tmp_path, spoil(made_up(21_000)))
    assert len(problems) == 1
    assert shows_no_value(str(problems[0]))
    assert taken(tmp_path) == 0


def test_columns_that_are_missing_are_named_and_unknown_ones_counted(tmp_path):
    renamed = as_csv(made_up()).replace("prison_number", "nhs_number", 1).replace("sex", "gender", 1)
    (problem,) = loaded(tmp_path, renamed)
    assert problem.expected == "the columns of the contract"
    assert problem.found == "missing: prison_number, sex; unknown: 2; twice: 0"


@pytest.mark.parametrize(
    "name", ["latest.csv", "31-03-2025.csv", "2025-02-30.csv", "20250331.csv", "2025-W14-1.csv", "2025-W14.parquet"]
)
def test_a_file_that_is_not_named_by_its_day_is_refused(tmp_path, name):
    (problem,) = loaded(tmp_path, as_csv(made_up()), name)
    assert problem.expected == "a file named by its day, such as 2025-03-31.csv"
    assert taken(tmp_path) == 0


def test_a_day_that_has_not_come_is_refused(tmp_path):
    """Figures would be counted up to it, and they are not known yet."""
    (problem,) = loaded(tmp_path, as_csv(made_up()), "2999-03-31.csv")
    assert (problem.file, problem.found, problem.remedy) == ("2999-03-31.csv", "2999-03-31", "rename it")


def test_extracts_of_several_days_are_refused_with_each_and_its_day(tmp_path):
    put(tmp_path, as_csv(made_up()), name="2025-06-30.csv")
    (problem,) = linked(tmp_path, ("A0001AA", "A0002AA", "merge"))
    assert problem.found == "2025-03-31: identifier_links; 2025-06-30: opd_activity"
    assert "export the older ones again" in problem.remedy


def test_earlier_files_of_some_extracts_do_not_set_their_newest_ones_apart(tmp_path):
    put(tmp_path, as_csv(made_up()))
    put(tmp_path, as_csv(made_up()), name="2024-12-31.csv")
    assert linked(tmp_path, ("A0001AA", "A0002AA", "merge")) == []


def test_two_files_of_one_day_are_refused(tmp_path):
    put(tmp_path, as_csv(made_up()), name="2025-03-31.parquet")
    problems = loaded(tmp_path, as_csv(made_up()))
    assert ("one file a day", "2025-03-31.csv and 2025-03-31.parquet") in {
        (problem.expected, problem.found) for problem in problems
    }


def test_one_day_in_two_spellings_is_refused(tmp_path):
    put(tmp_path, as_csv(made_up()))
    (problem,) = loaded(tmp_path, as_csv(made_up()), "20250331.csv")
    assert (problem.file, problem.remedy) == ("20250331.csv", "rename it")
    assert query(tmp_path, "select distinct source_file from landing.opd_activity") == [("2025-03-31.csv",)]


def test_a_good_file_is_taken_beside_a_bad_one_and_the_bad_one_is_reported(tmp_path):
    put(tmp_path, as_csv(made_up()))
    problems = loaded(tmp_path, as_csv([row | {"sex": "x"} for row in made_up()]), "2025-06-30.csv")
    assert {problem.file for problem in problems} == {"2025-06-30.csv"}
    assert taken(tmp_path) == 3


def test_an_extract_without_a_contract_is_reported_beside_what_is_wrong_with_others(tmp_path):
    put(tmp_path, as_csv(made_up()), "ppud")
    reported = {problem.release: problem.found for problem in loaded(tmp_path, _without_anything(made_up()))}
    assert set(reported) == {"internal ppud", "internal opd_activity"}
    assert reported["internal ppud"] == "a folder named as no extract that has a contract"


def test_without_any_file_the_tables_are_there_and_empty_and_say_so(tmp_path):
    (tmp_path / "raw").mkdir()
    assert load_all(tmp_path) == []
    assert taken(tmp_path) == 0
    assert query(tmp_path, "select distinct source_file, row_count from landing.files_read") == [("no file", 0)]


def test_loading_anew_leaves_nothing_of_before(tmp_path):
    loaded(tmp_path, as_csv(made_up()))
    (tmp_path / "raw/opd_activity/2025-03-31.csv").unlink()
    assert load_all(tmp_path) == []
    assert taken(tmp_path) == 0


def test_whole_numbers_and_truths_are_read_and_what_is_neither_is_left_out(tmp_path):
    plain = {"required": False, "filled_at_least": 0, "blank_reason": "no row needs one", "privacy": "plain"}
    plain["describes"] = "invented for a test"
    columns: dict = {name: {"type": kind, **plain} for name, kind in (("n", "integer"), ("b", "boolean"))}
    columns["source_kind"] = {"type": "text", **plain}
    columns["p"] = {"type": "text", **plain, "privacy": "person_identifier", "form": "[A-Z]+"}
    contract = Contract.model_validate(
        {
            **dict.fromkeys(("extract", "describes", "source_system"), "tally"),
            "key": ["p"],
            "tolerance": {"percent": 50, "reason": "invented for a test"},
            "test_records": {},
            "columns": columns,
        }
    )
    text = "p,n,b,source_kind\na, 12 ,true,synthetic\nb,3.7,false,synthetic\nc,-1,maybe,synthetic\nd,,,synthetic\n"
    put(tmp_path, text, "tally")
    assert load(tmp_path / "internal.duckdb", tmp_path / "raw", {"tally": contract}) == []
    assert left_out(tmp_path) == {("n", "readable"): 1, ("b", "readable"): 1}
    assert query(tmp_path, "select n, b from landing.tally order by n") == [(12, True), (None, None)]


# The key


def test_a_real_row_without_the_key_is_refused(tmp_path):
    (problem,) = loaded(tmp_path, as_csv([*made_up(500), *made_up(1, source_kind="internal", activity_id="R")]))
    assert VARIABLE in problem.expected
    assert problem.found == "none, and 1 row(s) not synthetic"
    assert taken(tmp_path) == 0


def test_with_the_key_real_rows_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, TEAM_KEY)
    assert loaded(tmp_path, as_csv(made_up(source_kind="internal"))) == []
    assert query(tmp_path, "select distinct person_key from landing.opd_activity") == [
        (key_of(PERSON, TEAM_KEY.encode()),)
    ]
    assert TEAM_KEY.encode() not in (tmp_path / "internal.duckdb").read_bytes()


@pytest.mark.parametrize("key", [b"\xff\xfe" * 16, "\u00e9".encode() * 16])
def test_a_key_is_taken_by_its_bytes_text_or_not(tmp_path, monkeypatch, key):
    monkeypatch.setenv(VARIABLE, os.fsdecode(key))
    assert loaded(tmp_path, as_csv(made_up(source_kind="internal"))) == []
    assert query(tmp_path, "select distinct person_key from landing.opd_activity") == [(key_of(PERSON, key),)]


def test_a_short_key_is_refused(tmp_path, monkeypatch):
    for key in ("secret-of-the-team", os.fsdecode(b"secret\xff")):
        monkeypatch.setenv(VARIABLE, key)
        (problem,) = loaded(tmp_path, as_csv(made_up()))
        assert problem.expected == f"{VARIABLE} of 32 characters or more"
        assert "secret" not in str(problem)


def test_real_and_synthetic_extracts_are_not_mixed(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, TEAM_KEY)
    put(tmp_path, as_csv(made_up()))
    (problem,) = loaded(tmp_path, as_csv(made_up(source_kind="internal")), "2025-06-30.csv")
    assert problem.expected == "rows of one source_kind in all extracts"


# A person under two identifiers


def linked(folder: Path, *links: tuple[str, str, str]) -> list[Problem]:
    """What is wrong with these links and the rows that were put."""
    names = ("superseded_identifier", "identifier_in_use", "link_kind")
    rows = [dict(zip(names, link, strict=True), source_kind="synthetic") for link in links]
    put(folder, as_csv(rows, columns=tuple(CONTRACTS["identifier_links"].columns)), "identifier_links")
    return load_all(folder)


def test_a_superseded_number_and_a_case_reference_lead_to_the_number_in_use(tmp_path):
    numbers = ["A0001AA", " a0002aa/1", "A0003AA", "A0009AA"]
    rows = [row | {"prison_number": number} for row, number in zip(made_up(4), numbers, strict=True)]
    put(tmp_path, as_csv(rows))
    supervision = {
        "case_reference_number": "x000001",
        "supervision_id": "S1",
        "sex": "male",
        "sentence_type": "IPP",
        "probation_region": "London",
        "supervision_started_on": "2020-01-01",
        "rosh_level": "RHRH",
        "mappa_level": "1",
        "source_kind": "synthetic",
    }
    put(tmp_path, as_csv([supervision], columns=tuple(CONTRACTS["ndelius_caseload"].columns)), "ndelius_caseload")
    merges = (("A0001AA", "A0002AA", "merge"), ("A0002AA-A", "a0003aa", "merge"))
    assert linked(tmp_path, *merges, ("X000001", "A0001AA", "case_reference")) == []
    keys = query(tmp_path, "select person_key from landing.opd_activity order by source_row")
    assert [key for (key,) in keys] == [key_of("A0003AA")] * 3 + [key_of("A0009AA")]
    assert query(tmp_path, "select person_key from landing.ndelius_caseload") == [(key_of("A0003AA"),)]
    assert query(tmp_path, "select distinct person_key from landing.identifier_links") == [(key_of("A0003AA"),)]
    assert cleaned(tmp_path)["prison_number", "identifier_superseded"] == 2


@pytest.mark.parametrize(
    "circle",
    [
        [("A0001AA", "A0001AA", "merge")],
        [("A0001AA", "A0002AA", "merge"), ("A0002AA", "A0001AA", "merge")],
        [("A0003AA", "A0001AA", "merge"), ("A0001AA", "A0002AA", "merge"), ("A0002AA", "A0001AA", "merge")],
    ],
)
def test_links_in_a_circle_are_an_error(tmp_path, circle):
    (problem,) = linked(tmp_path, *circle)
    assert problem.found == f"{len(circle)} identifier(s) that lead in a circle"
    assert "A000" not in str(problem)


def test_a_link_to_two_places_leads_nowhere(tmp_path):
    put(tmp_path, as_csv(made_up(1, prison_number="A0001AA")))
    many = [(f"B{n:04d}AA", "A0009AA", "merge") for n in range(200)]
    assert linked(tmp_path, ("A0001AA", "A0002AA", "merge"), ("A0001AA", "A0003AA", "merge"), *many) == []
    assert left_out(tmp_path) == {("superseded_identifier", "unique"): 2}
    assert query(tmp_path, "select person_key from landing.opd_activity") == [(key_of("A0001AA"),)]


def test_a_link_that_is_listed_twice_is_one_link(tmp_path):
    put(tmp_path, as_csv(made_up(1, prison_number="A0001AA")))
    assert linked(tmp_path, ("A0001AA", "A0002AA", "merge"), (" a0001aa", "A0002AA", "merge")) == []
    assert left_out(tmp_path) == {}
    assert query(tmp_path, "select copies from landing.files_read where extract = 'identifier_links'") == [(1,)]
    assert query(tmp_path, "select person_key from landing.opd_activity") == [(key_of("A0002AA"),)]


def test_a_case_reference_that_nothing_leads_from_is_left_out(tmp_path):
    row = {"case_reference_number": "X000009", "supervision_id": "S", "source_kind": "synthetic"}
    put(tmp_path, as_csv([row], columns=tuple(CONTRACTS["ndelius_caseload"].columns)), "ndelius_caseload")
    expected = {problem.expected for problem in linked(tmp_path, ("X000001", "A0001AA", "case_reference"))}
    assert "case_reference_number: an identifier that identifier_links has" in expected


def test_only_the_newest_links_count(tmp_path):
    put(tmp_path, as_csv(made_up(1, prison_number="A0001AA")))
    linked(tmp_path, ("A0001AA", "A0002AA", "merge"))
    older = tmp_path / "raw/identifier_links/2024-12-31.csv"
    (tmp_path / "raw/identifier_links/2025-03-31.csv").rename(older)
    assert linked(tmp_path, ("A0001AA", "A0005AA", "merge")) == []
    assert query(tmp_path, "select person_key from landing.opd_activity") == [(key_of("A0005AA"),)]


@pytest.mark.parametrize(("rows", "filled"), [(40, 9), (40, 0), (610, 152)])
def test_a_column_that_an_export_lost_is_refused_with_every_other(tmp_path, rows, filled):
    content = made_up(rows - filled, completed_on="", outcome="") + [
        {**row, "activity_id": f"{row['activity_id']}B"} for row in made_up(filled)
    ]

    problems = loaded(tmp_path, as_csv(content))

    assert [problem.expected for problem in problems] == [
        f"{column}: a value in at least 25% of rows" for column in ("completed_on", "outcome")
    ]
    assert problems[0].found == f"{filled} of {rows} rows ({100 * filled / rows:.1f}%)"
    assert "filled_at_least" in problems[0].remedy


@pytest.mark.parametrize(("rows", "filled"), [(40, 10), (39, 0)])
def test_a_column_with_few_values_is_taken_from_a_short_file_or_where_that_is_usual(tmp_path, rows, filled):
    content = made_up(rows - filled, completed_on="", outcome="") + [
        {**row, "activity_id": f"{row['activity_id']}B"} for row in made_up(filled)
    ]

    assert loaded(tmp_path, as_csv(content)) == []


def test_a_lost_column_is_reported_with_rows_beyond_the_tolerance(tmp_path):
    content = made_up(97, completed_on="", outcome="") + [
        {**row, "activity_id": f"{row['activity_id']}B"} for row in made_up(3, sex="x")
    ]

    assert {problem.expected for problem in loaded(tmp_path, as_csv(content))} == {
        "at most 2% of rows that break a rule",
        "sex: one of its codes",
        "completed_on: a value in at least 25% of rows",
        "outcome: a value in at least 25% of rows",
    }


@pytest.mark.parametrize("contract", read_contracts().values(), ids=read_contracts())
def test_every_column_that_may_be_blank_says_how_often_it_is_filled_or_why_it_may_be_blank(contract):
    for name, column in contract.columns.items():
        asked = column.filled_at_least
        assert (asked is None) == column.required, name
        assert bool(column.blank_reason) == (asked == 0), name


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"required": False}, "filled_at_least"),
        ({"required": True, "filled_at_least": 5}, "filled_at_least"),
        ({"required": False, "filled_at_least": 0}, "blank_reason"),
        ({"required": False, "filled_at_least": 5, "blank_reason": "none needs one"}, "blank_reason"),
        ({"required": False, "filled_at_least": 100}, "less than 100"),
    ],
)
def test_a_column_that_does_not_say_how_often_it_is_filled_is_an_error(said, words):
    with pytest.raises(ValueError, match=words):
        Column.model_validate({"type": "text", "privacy": "plain", "describes": "invented for a test", **said})

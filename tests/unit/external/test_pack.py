"""The pack as files: what is in them, that equal inputs give equal files, and that the audit sees what was changed."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from dataclasses import replace

import duckdb
import pytest

from orchestration.external.audit import pack_findings
from orchestration.external.declared import read_declaration, select_figures
from orchestration.external.pack import FILE, write_pack
from orchestration.external.report import make_report
from orchestration.external.warehouse import read_pack
from orchestration.problems import CheckFailed, SpecError
from orchestration.settings import ROOT
from tests.small_packs import DAY, figure, warehouse

DECLARATION = """
control:
  {{threshold: 5, possible_values: 4, bounds: [95, 90], keep_national_years: true, largest_share_suppressed: {most}}}
left_out: [{left_out}]
tables:
  people:
    - {{measure: m, statistics: [count], breakdowns: [total, region], periods: {{as_at: all}}, reader: Action 6}}
    - measure: m
      statistics: [count]
      breakdowns: [total]
      periods: {{quarter: 4, calendar_year: 1}}
      reader: Action 6
  shares:
    - {{measure: reviewed, statistics: [share], breakdowns: [total], periods: {{as_at: 1}}, reader: Target 4}}
"""
COUNTS = {"": 70, "region=A": 3, "region=B": 40, "region=C": 7, "region=D": 20}
FIGURES = [
    *(figure(number, breakdown) for breakdown, number in COUNTS.items()),
    figure(numerator=68, denominator=70, measure="reviewed"),
    figure(9, "prison_code=LEI"),
    figure(71, period=dt.date(2025, 3, 30)),
]


@pytest.fixture
def expectations(tmp_path):
    """A folder with a small declaration."""
    return declare(tmp_path / "expectations")


def declare(folder, most=0.9, left_out=""):
    folder.mkdir(exist_ok=True)
    (folder / "external_pack.yml").write_text(DECLARATION.format(most=most, left_out=left_out))
    return folder


@pytest.fixture(scope="module")
def written_once(tmp_path_factory):
    """A folder with a warehouse and the pack made from it, to be copied."""
    folder = tmp_path_factory.mktemp("written")
    file = warehouse(folder / "ipp.duckdb", FIGURES)
    write_pack(file, folder / "external", expectations=declare(folder / "expectations"))
    return folder


@pytest.fixture
def written(written_once, tmp_path):
    """A warehouse and the pack made from it."""
    shutil.copytree(written_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "ipp.duckdb", tmp_path / "external" / FILE


def values(pack):
    return {(row.figure.measure, row.figure.breakdown): (row.value_status, row.value_text) for row in read_pack(pack)}


def test_the_pack_holds_declared_figures_with_small_counts_suppressed(written):
    assert values(written[1]) == {
        ("m", ""): ("final", "70"),
        ("m", "region=A"): ("suppressed", "[c]"),
        ("m", "region=B"): ("final", "40"),
        ("m", "region=C"): ("suppressed", "[c]"),
        ("m", "region=D"): ("final", "20"),
        ("reviewed", ""): ("bounded", "more than 90%"),
    }


def test_no_snapshot_but_of_the_end_of_a_month_goes_outside(written):
    assert {row.figure.period_end for row in read_pack(written[1])} == {DAY}


def test_the_csv_files_say_what_the_database_says(written):
    folder = written[1].parent
    rows = [row for name in ("people", "shares") for row in csv.DictReader((folder / f"{name}.csv").open())]

    assert [(row["measure"], row["breakdown"], row["value_text"]) for row in rows] == [
        (measure, breakdown, text) for (measure, breakdown), (_, text) in values(written[1]).items()
    ]
    assert [row["value"] for row in rows if row["value_status"] in ("suppressed", "bounded")] == ["", "", ""]
    assert {row["reader"] for row in rows} == {"Action 6", "Target 4"}


def test_equal_inputs_give_equal_files(written, tmp_path, expectations):
    write_pack(written[0], tmp_path / "again", expectations=expectations)

    for path in written[1].parent.glob("*.csv"):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    with duckdb.connect(str(written[1]), read_only=True) as pack:
        pack.execute(f"attach '{tmp_path / 'again' / FILE}' as again (read_only)")
        for table in ("counted.figures", "published.figures", "meta.nested_areas"):
            # In the order of the file, so that the rows are in the same places too.
            assert pack.execute(f"from {table}").fetchall() == pack.execute(f"from again.{table}").fetchall()


def test_a_pack_of_the_same_figures_suppresses_what_the_last_one_did(written, tmp_path, expectations):
    again = tmp_path / "again"
    write_pack(written[0], again, written[1], expectations=expectations)

    for path in written[1].parent.glob("*.csv"):
        assert path.read_bytes() == (again / path.name).read_bytes()


def test_a_figure_that_changed_is_not_kept_from_the_last_pack(written, tmp_path, expectations):
    with duckdb.connect(str(written[0])) as warehouse:
        warehouse.execute("update marts.counted_figures set value = value + 1 where breakdown = ''")
    write_pack(written[0], tmp_path / "again", written[1], expectations=expectations)

    assert values(tmp_path / "again" / FILE) != values(written[1])


def test_the_file_holds_public_tables_only(written):
    with duckdb.connect(str(written[1]), read_only=True) as pack:
        names = {
            f"{schema}.{name}"
            for schema, name in pack.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        }

    assert names == {"counted.figures", "published.figures", "meta.nested_areas"}


def test_a_sound_pack_has_no_findings(written, expectations):
    assert pack_findings(*written, expectations=expectations) == []


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (
            "update counted.figures set value = 3, value_status = 'final' where breakdown = 'region=A'",
            "small_counts_are_suppressed",
        ),
        (
            "update counted.figures set value = 7, value_status = 'final' where breakdown = 'region=C'",
            "suppressed_counts_stay_unknown",
        ),
        ("update counted.figures set numerator = 68 where measure = 'reviewed'", "suppressed_counts_stay_unknown"),
        (
            "update counted.figures set value_text = 'more than 95%' where measure = 'reviewed'",
            "suppressed_counts_stay_unknown",
        ),
        ("update counted.figures set value = 41 where breakdown = 'region=B'", "published_counts_are_those_counted"),
        ("update counted.figures set value = 7 where breakdown = 'region=C'", "value_goes_with_its_status"),
        (
            "update counted.figures set breakdown = 'prison_code=LEI' where breakdown = 'region=D'",
            "only_declared_figures",
        ),
        ("delete from counted.figures where breakdown = 'region=D'", "all_declared_figures"),
        ("insert into counted.figures from counted.figures where breakdown = ''", "one_row_for_each_figure"),
    ],
)
def test_the_audit_finds_what_was_changed(written, expectations, change, check):
    with duckdb.connect(str(written[1])) as pack:
        pack.execute(change)

    assert check in {finding.check for finding in pack_findings(*written, expectations=expectations)}


def test_the_audit_refuses_a_pack_that_suppresses_too_much(written, expectations):
    declare(expectations, most=0.3)

    assert [finding.check for finding in pack_findings(*written, expectations=expectations)] == ["little_is_suppressed"]
    with pytest.raises(
        CheckFailed,
        match=r"33\.3% of the rows are suppressed; at most 30% may be\nto do: publish less of m / count by region",
    ):
        write_pack(written[0], written[1].parent, expectations=expectations)


QUARTERS = [figure(2, "", f"2024Q{n}") for n in (1, 2, 3)]


def test_a_pack_that_cannot_be_protected_names_what_to_leave_out(tmp_path, expectations):
    file = warehouse(tmp_path / "ipp.duckdb", [*QUARTERS[:2], figure(1, "", "2024Q3"), figure(5, "", "2024")])

    with pytest.raises(CheckFailed) as refused:
        write_pack(file, tmp_path / "external", expectations=expectations)

    assert (
        refused.value.reasons[0]
        == "external pack: m / count / total / quarter 2024-01-01 to 2024-03-31 (value) cannot be protected"
    )
    assert (
        refused.value.reasons[-1]
        == "to do: add to `left_out` of external_pack.yml: m / count, calendar_year to 2024-12-31 (1 row)"
    )
    assert not (tmp_path / "external").exists()

    declare(
        expectations,
        1.0,
        "{measure: m, statistic: count, period_type: calendar_year, period_end: 2024-12-31, reason: too small}",
    )
    assert write_pack(file, tmp_path / "external", expectations=expectations).rows == 3


def test_the_pack_before_counts_as_known(tmp_path, expectations):
    quarters = [figure(20, "", "2024Q1"), figure(22, "", "2024Q2"), figure(3, "", "2024Q3")]
    first = warehouse(tmp_path / "first.duckdb", quarters)
    write_pack(first, tmp_path / "one", expectations=expectations)
    second = warehouse(tmp_path / "second.duckdb", [*quarters, figure(30, "", "2024Q4"), figure(75, "", "2024")])

    write_pack(second, tmp_path / "two", tmp_path / "one" / FILE, expectations=expectations)

    suppressed = {
        row.figure.period_end.month for row in read_pack(tmp_path / "two" / FILE) if row.value_status == "suppressed"
    }
    # The first two quarters are known from the first pack, so the fourth has to protect the third.
    assert suppressed == {9, 12}
    assert pack_findings(second, tmp_path / "two" / FILE, tmp_path / "one" / FILE, expectations=expectations) == []


def test_what_the_pack_before_discloses_is_reported_and_stops_nothing(tmp_path, expectations):
    parts = {"": 70, "region=A": 30, "region=B": 40}
    write_pack(
        warehouse(tmp_path / "first.duckdb", [figure(number, one) for one, number in parts.items()]),
        tmp_path / "one",
        expectations=expectations,
    )
    # The records were corrected: three people had no region. The total and the regions are out.
    now = {"": 73, "region=A": 30, "region=B": 40, "region=C": 3}
    public = [figure(number, one) for one, number in now.items() if one != "region=C"]
    second = warehouse(tmp_path / "second.duckdb", [figure(number, one) for one, number in now.items()], public)

    report = write_pack(second, tmp_path / "two", tmp_path / "one" / FILE, expectations=expectations)

    assert [one.partition(" / as_at")[0] for one in report.disclosed_before] == ["m / count / region=C"]
    assert pack_findings(second, tmp_path / "two" / FILE, tmp_path / "one" / FILE, expectations=expectations) == []


def test_synthetic_figures_say_nothing_of_real_ones(tmp_path, expectations):
    write_pack(warehouse(tmp_path / "first.duckdb", FIGURES), tmp_path / "one", expectations=expectations)
    real = warehouse(tmp_path / "real.duckdb", [replace(one, source_kind="official") for one in FIGURES])

    report = write_pack(real, tmp_path / "two", tmp_path / "one" / FILE, expectations=expectations)

    assert report.disclosed_before == ()
    assert values(tmp_path / "two" / FILE) == values(tmp_path / "one" / FILE)


def test_the_report_counts_by_table_and_level(written):
    report = make_report(read_pack(written[1]))

    assert (report.rows, report.suppressed, report.bounded, report.national_years) == (6, 2, 1, ())
    assert "| region, as_at | 4 | 2 | 0 |" in report.markdown()
    assert "| reviewed / share, as_at | 1 | 0 | 1 |" in report.markdown()


def test_periods_that_are_not_over_stay_inside(expectations):
    figures = [figure(20, "", "2024Q4"), figure(30, "", "March")]

    chosen = select_figures(figures, read_declaration(expectations), dt.date(2025, 3, 30))

    assert [one.period_type for one in chosen.figures] == ["quarter"]
    assert "reviewed / share by total" in chosen.empty


def test_a_declaration_with_an_unknown_key_is_refused(expectations):
    path = expectations / "external_pack.yml"
    path.write_text(path.read_text().replace("reader: Target 4", "readers: Target 4"))

    with pytest.raises(SpecError, match="readers"):
        read_declaration(expectations)


def test_a_declaration_that_is_missing_is_named(tmp_path):
    with pytest.raises(SpecError, match=re.escape(f"{tmp_path}/external_pack.yml: ")):
        read_declaration(tmp_path)


def test_the_declaration_of_the_project_is_of_known_measures_with_a_reader():
    declaration = read_declaration(ROOT / "expectations")
    with (ROOT / "dbt_project/seeds/measures.csv").open() as file:
        known = {row["key"] for row in csv.DictReader(file)}
    tables = [table for tables in declaration.tables.values() for table in tables]

    assert {table.measure for table in tables} <= known
    for table in tables:
        months = table.periods.get("month")
        assert months is None or table.breakdowns == ("total",), "months are totals only"
        if {"prison_code", "delivery_unit"} & set(table.breakdowns):
            assert set(table.periods) <= {"as_at", "quarter"}
            assert table.periods.get("quarter", 0) <= 4

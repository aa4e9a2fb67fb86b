"""A release that is not what it should be is refused in clear words, and all that is wrong with any of them at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.build.inputs import gather
from orchestration.build.outcomes import ReleaseOutcome
from orchestration.editions.decisions import set_aside
from orchestration.problems import InputRejected, Problem
from orchestration.settings import Settings
from tests.real_files import REAL_FILES, needs_real_files
from tests.workbooks import (
    RAW,
    add_rows,
    add_sheet,
    change_sheet,
    copy_raw,
    double_column,
    double_row,
    edit_cell,
    edit_manifest,
    rehash,
    remove_row,
    remove_sheet,
    swap_cells,
    truncate_file,
)

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
LONDON = ZoneInfo("Europe/London")

Q3, Q4 = "omsq/2024-q3", "omsq/2024-q4"
POPULATION = "prison-population-31-Mar-2025.ods"
BY_STATUS = "Table_1_Q_14"
TITLE = "table 'Table 1.Q.14: IPP prisoners by sex and release status, 31 Mar 2024 to 31 Mar 2025 [note 3][note 4]'"
JUNE_2022 = "omsq/2022-q1"
ANNUAL = "Population_30June2022_Annual_rebuilt.xlsx"


def taken(raw: Path, sources, now: dt.datetime = NOW) -> list[ReleaseOutcome]:
    """What becomes of every release of a copy of raw/."""
    settings = Settings(raw=raw, work=raw.parent / "work", published=raw.parent / "published")
    return gather(settings, sources, now)


def refused(raw: Path, sources) -> tuple[Problem, ...]:
    """The problems for which a copy of raw/ is refused."""
    with pytest.raises(InputRejected) as rejected:
        taken(raw, sources)
    assert len(rejected.value.problems) == len(str(rejected.value).splitlines()), "one line each"
    return rejected.value.problems


@dataclass(frozen=True)
class Case:
    """A way to spoil a release, and what is said of it: the place, what was expected and found, and what to do."""

    name: str
    spoil: Callable[[Path], object]
    sheet: str
    cell: str
    expected: str
    found: str
    remedy: str
    release: str = Q4
    file: str = POPULATION


def _rename_file(release: Path) -> None:
    (release / POPULATION).rename(release / "people-in-prison.ods")
    edit_manifest(release, lambda manifest: manifest["files"][0].update(name="people-in-prison.ods"))


def _with_a_figure_in_a_blank_row(release: Path) -> None:
    edit_cell(release / ANNUAL, "A1_14", "D17", 3)


CASES = [
    Case(
        "a cut-off ODS",
        lambda release: truncate_file(release / POPULATION),
        "",
        "",
        "a whole ODS, XLSX or CSV file",
        "a file that is cut off or damaged",
        "fetch the file again from its publisher and check its size and checksum",
    ),
    Case(
        "a cut-off XLSX",
        lambda release: truncate_file(release / ANNUAL, 0.9),
        "",
        "",
        "a whole ODS, XLSX or CSV file",
        "a file that is cut off or damaged",
        "fetch the file again",
        JUNE_2022,
        ANNUAL,
    ),
    Case(
        "a renamed column of figures",
        lambda release: edit_cell(release / POPULATION, BY_STATUS, "D5", "Second quarter of 2024"),
        BY_STATUS,
        "D5",
        "a heading that is a day",
        "'Second quarter of 2024'",
        "declare the heading in the table's spec",
    ),
    Case(
        "a renamed column of the old layout, with the nearest known",
        lambda release: edit_cell(release / ANNUAL, "A1_15-A1_17", "D56", "Mixed race"),
        "A1_15-A1_17",
        "D56",
        "a heading that is Asian or Asian British / Black or Black British / Mixed",
        "'Mixed race' (nearest: ['Mixed'",
        "declare the heading in the table's spec",
        JUNE_2022,
        ANNUAL,
    ),
    Case(
        "a wrong day over the newest column",
        lambda release: edit_cell(release / POPULATION, BY_STATUS, "G5", "30 Jun 2025"),
        BY_STATUS,
        "G5",
        "2025-03-31, the last period that the title in A1 says",
        "'30 Jun 2025'",
        "ask the publisher which of the two is wrong",
    ),
    Case(
        "a day over a column that is no quarter's last",
        lambda release: edit_cell(release / POPULATION, BY_STATUS, "E5", "31 Aug 2024"),
        BY_STATUS,
        "E5",
        "a quarter, or the last day of one",
        "'31 Aug 2024'",
        "ask the publisher and declare a correction",
    ),
    Case(
        "a renamed row label, with the nearest known",
        lambda release: edit_cell(release / POPULATION, BY_STATUS, "B11", "Recaled"),
        BY_STATUS,
        "B11",
        "a known label of 'Status'",
        "'Recaled' (nearest known: Recalled",
        "if the label is new or reworded, declare it in the table's spec",
    ),
    Case(
        "a renamed row label of the old layout, with the nearest known",
        lambda release: edit_cell(release / ANNUAL, "A1_14", "A28", "2 years to 4 years"),
        "A1_14",
        "A28",
        "a known label of its block or the next block's head",
        "'2 years to 4 years' (nearest known: 2 years to less than or equal to 4 years",
        "compare the table's rows with its spec",
        JUNE_2022,
        ANNUAL,
    ),
    Case(
        "a missing row",
        lambda release: remove_row(release / POPULATION, BY_STATUS, 8),
        BY_STATUS,
        TITLE,
        "a row for sex all, custody_status recalled",
        "none",
        "compare the table's rows with its spec",
    ),
    Case(
        "a missing row of the old layout",
        lambda release: remove_row(release / ANNUAL, "A1_14", 28),
        "A1_14",
        "table 'Table A1.14: Indeterminate sentenced prison population, by tariff length(1) and tariff expiry date; "
        "31 December 2011 to 30 June 2022'",
        "a row labelled '2 years to less than or equal to 4 years' under 'Tariff expiry date passed'",
        "none",
        "compare the table's rows with its spec",
        JUNE_2022,
        ANNUAL,
    ),
    Case(
        "a doubled row",
        lambda release: double_row(release / POPULATION, BY_STATUS, 8),
        BY_STATUS,
        "A9",
        "one row for 'Male and female Recalled'",
        "a second one; the first is in row 8",
        "ask the publisher",
    ),
    Case(
        "a doubled row of the old layout",
        lambda release: double_row(release / ANNUAL, "A1_14", 28),
        "A1_14",
        "A29",
        "each label once in its block",
        "'2 years to less than or equal to 4 years' again (first in row 28)",
        "compare the table's rows with its spec",
        JUNE_2022,
        ANNUAL,
    ),
    Case(
        "a doubled column",
        lambda release: double_column(release / POPULATION, BY_STATUS, "E", 5),
        BY_STATUS,
        "F5",
        "one column headed '30 Sep 2024'",
        "a second one; the first is in E5",
        "if a series breaks here, declare repeated_periods; else ask the publisher",
    ),
    Case(
        "a doubled hidden column",
        lambda release: double_column(release / ANNUAL, "A1_14", "E", 3),
        "A1_14",
        "F3",
        "one column headed '2012-09-30",
        "a second one; the first is in E3",
        "if a series breaks here, declare repeated_periods",
        JUNE_2022,
        ANNUAL,
    ),
    Case(
        "a missing table",
        lambda release: remove_sheet(release / POPULATION, BY_STATUS),
        "",
        "",
        "a table whose title says 'IPP prisoners … release status'",
        "none (titles there: Table 1.Q.1: Prison population by sex",
        "if it was renamed, declare the new title in the table's spec",
    ),
    Case(
        "a table about IPP that no spec reads",
        lambda release: add_sheet(
            release / POPULATION,
            "Table_1_Q_19",
            [["Table 1.Q.19: IPP prisoners by region"], [], [], [], ["Region", "31 Mar 2025"], ["Wales", 3.0]],
        ),
        "Table_1_Q_19",
        "table 'Table 1.Q.19: IPP prisoners by region'",
        "a spec for every table about these sentences",
        "none",
        "write a spec for it under orchestration/sources/omsq/tables",
    ),
    Case(
        "a table that is there twice",
        lambda release: add_sheet(release / POPULATION, "Copy", [["IPP prisoners by release status, again"]]),
        "Copy",
        "table 'IPP prisoners by release status, again'",
        "table ipp_prisoners_by_status once in a file",
        "it again, first 'Table 1.Q.14",
        "tell the two apart by their titles in the specs",
    ),
    Case(
        "a figure below the table",
        lambda release: add_rows(release / POPULATION, BY_STATUS, [], ["Of whom women", None, None, 12.0]),
        BY_STATUS,
        "D16",
        "no figures outside the table's labelled rows and headed columns",
        "12.0 beside 'Of whom women'",
        "compare the table's layout with its spec",
    ),
    Case(
        "a figure beside the table, as text",
        lambda release: edit_cell(release / POPULATION, BY_STATUS, "J9", "1,742"),
        BY_STATUS,
        "J9",
        "no figures outside the table's labelled rows and headed columns",
        "'1,742' beside 'Male'",
        "compare the table's layout with its spec",
    ),
    Case(
        "a figure in a row without a label",
        _with_a_figure_in_a_blank_row,
        "A1_14",
        "D17",
        "no figures outside the table's labelled rows and headed columns",
        "3.0 beside ''",
        "compare the table's layout with its spec",
        JUNE_2022,
        ANNUAL,
    ),
    Case(
        "a text that is no figure",
        lambda release: edit_cell(release / POPULATION, BY_STATUS, "E9", "n/k"),
        BY_STATUS,
        "E9",
        "a figure in people or one of the symbols [x], [c], [z]",
        "'n/k'",
        "ask the publisher, or declare a correction",
    ),
    Case(
        "a symbol of another era",
        lambda release: edit_cell(release / ANNUAL, "A1_14", "E12", "[x]"),
        "A1_14",
        "E12",
        "a figure in people or one of the symbols .., -, *, **",
        "'[x]'",
        "ask the publisher, or declare a correction",
        JUNE_2022,
        ANNUAL,
    ),
    Case(
        "a blank cell",
        lambda release: edit_cell(release / POPULATION, BY_STATUS, "E9", None),
        BY_STATUS,
        "E9",
        "a figure in people or one of the symbols [x], [c], [z]",
        "an empty cell",
        "ask the publisher, or declare a correction",
    ),
    Case(
        "a blank cell of a hidden column",
        lambda release: edit_cell(release / ANNUAL, "A1_14", "E12", None),
        "A1_14",
        "E12",
        "a figure in people or one of the symbols .., -, *, **",
        "an empty cell",
        "ask the publisher",
        JUNE_2022,
        ANNUAL,
    ),
    Case(
        "a row that names the sentence in a table that is not read",
        lambda release: add_rows(release / POPULATION, "Table_1_Q_1", ["of which: Public Protection sentences", 3.0]),
        "Table_1_Q_1",
        "A24",
        "a spec that reads every figure about the sentence",
        "'of which: Public Protection sentences' with figures that none reads",
        "write a spec under orchestration/sources/omsq/tables",
    ),
    Case(
        "a heading with an undeclared mark",
        lambda release: edit_cell(release / POPULATION, BY_STATUS, "G5", "31 Mar 2025 (p)"),
        BY_STATUS,
        "G5",
        "only marks that are declared ([rev], [r], [p])",
        "'(p)' in '31 Mar 2025 (p)'",
        "ask the publisher what the mark means",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_spoilt_workbook_is_refused_with_the_place_and_what_to_do(tmp_path, sources, case):
    raw = copy_raw(tmp_path, case.release)
    case.spoil(raw / case.release)
    rehash(raw / case.release)
    problems = refused(raw, sources)
    first = [problem for problem in problems if problem.cell == case.cell]

    assert len(problems) <= 2, "no avalanche: at most the strange label and the row that is missing for it"
    assert len(first) == 1
    (problem,) = first
    assert problem.release == case.release.replace("/", " ")
    assert (problem.file, problem.sheet) == (case.file, case.sheet)
    assert problem.expected.startswith(case.expected)
    assert problem.found.startswith(case.found)
    assert problem.remedy.startswith(case.remedy)
    assert str(problem).startswith(f"{problem.release} / {problem.file}")


def test_the_file_of_another_quarter_is_refused_under_whichever_name(tmp_path, sources):
    """Every figure of it is sound; only the days over its columns tell."""
    raw = copy_raw(tmp_path, Q4)
    (raw / Q4 / POPULATION).write_bytes((RAW / Q3 / "prison-population-31-Dec-2024.ods").read_bytes())
    rehash(raw / Q4)
    problems = refused(raw, sources)

    assert [(problem.sheet, problem.cell, problem.found) for problem in problems] == [
        (BY_STATUS, "G5", "'31 Dec 2024'"),
        ("Table_1_Q_18", "G5", "'31 Dec 2024'"),
    ]
    assert {problem.expected for problem in problems} == {"the newest period to be that of the file's name, 2025-03-31"}


def test_the_files_of_another_quarter_are_refused_under_their_own_names(tmp_path, sources):
    """Recalls come out a quarter after the population; those of the release before come two quarters after."""
    raw = copy_raw(tmp_path, Q4)
    for name in ("licence-recalls-July-to-Sept-2024.ods", "prison-population-31-Dec-2024.ods"):
        (raw / Q4 / name).write_bytes((RAW / Q3 / name).read_bytes())
        entry = {"name": name, "media_type": "application/x", "origin": {"kind": "rebuilt"}}
        edit_manifest(raw / Q4, lambda manifest, entry=entry: manifest["files"].append(entry))
    rehash(raw / Q4)
    problems = refused(raw, sources)

    assert {(problem.file, problem.expected.partition(",")[0]) for problem in problems} == {
        ("prison-population-31-Dec-2024.ods", "a newest period that ends in March 2025"),
        ("licence-recalls-July-to-Sept-2024.ods", "a newest period that ends in March 2025 or December 2024"),
    }
    assert {problem.found for problem in problems} == {"'31 Dec 2024'", "'July to Sept 2024'"}


def test_a_file_under_a_name_that_is_not_planned_for_is_read(tmp_path, sources):
    raw = copy_raw(tmp_path, Q4)
    before = [outcome.observations for outcome in taken(raw, sources)]
    _rename_file(raw / Q4)
    (outcome,) = taken(raw, sources)

    assert outcome.status == "published"
    assert len(outcome.observations) == len(before[0])


def test_a_spoilt_copy_is_taken_when_it_is_not_spoilt(tmp_path, sources):
    """The tests above fail for their change alone: a copy written by the same helpers without one is taken."""
    raw = copy_raw(tmp_path, Q4, JUNE_2022)
    change_sheet(raw / Q4 / POPULATION, BY_STATUS, lambda rows: rows)
    change_sheet(raw / JUNE_2022 / ANNUAL, "A1_14", lambda rows: rows)
    rehash(raw / Q4)
    rehash(raw / JUNE_2022)

    assert [outcome.status for outcome in taken(raw, sources)] == ["published", "published"]


def test_two_cells_that_change_places_are_read_where_they_then_stand(tmp_path, sources):
    """Reading cannot know better: this is for the checks on the candidate to find."""
    raw = copy_raw(tmp_path, Q4)
    swap_cells(raw / Q4 / POPULATION, BY_STATUS, "G7", "G8")
    rehash(raw / Q4)
    (outcome,) = taken(raw, sources)
    read = {seen.cell: seen.value for seen in outcome.observations if seen.sheet == BY_STATUS}

    assert (read["G7"], read["G8"]) == (1532.0, 1012.0)


def _spoil_bytes(release: Path) -> None:
    edit_cell(release / POPULATION, BY_STATUS, "G7", 1013.0)


@pytest.mark.parametrize(
    ("spoil", "file", "expected", "found"),
    [
        (_spoil_bytes, POPULATION, "5605 bytes with sha256 7b6e421975cd", "bytes with sha256"),
        (lambda release: (release / POPULATION).unlink(), POPULATION, "the file the manifest lists", "none"),
        (
            lambda release: (release / "extra.ods").write_bytes(b"x"),
            "extra.ods",
            "only files the manifest lists",
            "a file it does not list",
        ),
        (
            lambda release: edit_manifest(release, lambda manifest: manifest.update(release_id="2024-q3")),
            "manifest.yml",
            "publication 'omsq' and release '2024-q4', as the folders are named",
            "('omsq', '2024-q3')",
        ),
        (
            lambda release: (release / "manifest.yml").write_text("files: [", encoding="utf-8"),
            "manifest.yml",
            "readable YAML",
            "while parsing",
        ),
        (lambda release: (release / "manifest.yml").unlink(), "manifest.yml", "a manifest beside the files", "none"),
    ],
    ids=["another checksum", "missing file", "extra file", "another release", "unreadable YAML", "no manifest"],
)
def test_a_release_that_is_not_as_its_manifest_says_is_refused_unread(tmp_path, sources, spoil, file, expected, found):
    raw = copy_raw(tmp_path, Q4)
    spoil(raw / Q4)
    (problem,) = refused(raw, sources)

    assert (problem.release, problem.file) == ("omsq 2024-q4", file)
    assert expected in problem.expected
    assert found in problem.found
    assert problem.remedy


def test_every_problem_of_every_release_is_reported_at_once(tmp_path, sources):
    raw = copy_raw(tmp_path, Q4, JUNE_2022, "written_answers/UIN40599", "parole_board/2023-24")
    edit_cell(raw / Q4 / POPULATION, BY_STATUS, "E9", "n/k")
    edit_cell(raw / Q4 / POPULATION, BY_STATUS, "F9", None)
    edit_cell(raw / Q4 / "Probation-Oct-to-Dec-2024.ods", "Table_6_13", "C6", "lots")
    rehash(raw / Q4)
    truncate_file(raw / JUNE_2022 / ANNUAL)
    (raw / "parole_board" / "2023-24" / "manifest.yml").unlink()
    problems = refused(raw, sources)

    assert [(problem.release, problem.file, problem.cell) for problem in problems] == [
        ("omsq 2022-q1", ANNUAL, ""),
        ("omsq 2024-q4", "Probation-Oct-to-Dec-2024.ods", "C6"),
        ("omsq 2024-q4", POPULATION, "E9"),
        ("omsq 2024-q4", POPULATION, "F9"),
        ("parole_board 2023-24", "manifest.yml", ""),
    ]


def test_a_release_that_is_set_aside_stops_nothing_and_others_still_do(tmp_path, sources):
    raw = copy_raw(tmp_path, Q4, JUNE_2022, "parole_board/2023-24")
    edit_cell(raw / Q4 / POPULATION, BY_STATUS, "E9", "n/k")
    edit_cell(raw / Q4 / POPULATION, BY_STATUS, "F9", None)
    rehash(raw / Q4)
    (raw / "parole_board" / "2023-24" / "manifest.yml").unlink()
    settings = Settings(raw=raw, work=raw.parent / "work", published=raw.parent / "published")
    set_aside(settings, "omsq 2024-q4", "two cells cannot be read")
    assert {problem.release for problem in refused(raw, sources)} == {"parole_board 2023-24"}

    set_aside(settings, "parole_board 2023-24", "no manifest")
    outcomes = {outcome.release.name: outcome for outcome in taken(raw, sources)}
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "omsq 2022-q1": "published",
        "omsq 2024-q4": "set_aside",
        "parole_board 2023-24": "set_aside",
    }
    assert outcomes["omsq 2024-q4"].reason.endswith(": two cells cannot be read")
    assert outcomes["omsq 2024-q4"].observations == ()
    assert len(outcomes["omsq 2022-q1"].observations) == 2372


def test_a_release_under_embargo_is_named_and_not_opened(tmp_path, sources):
    raw = copy_raw(tmp_path, Q4, JUNE_2022)
    edit_manifest(raw / Q4, lambda manifest: manifest.update(published_on=dt.date(2027, 1, 28)))
    (raw / Q4 / POPULATION).unlink()
    outcomes = {outcome.release.name: outcome for outcome in taken(raw, sources)}

    assert outcomes["omsq 2024-q4"].status == "embargoed"
    assert outcomes["omsq 2024-q4"].reason == "public from 28 January 2027 09:30 Europe/London"
    assert outcomes["omsq 2024-q4"].observations == ()
    assert outcomes["omsq 2022-q1"].status == "published"


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (dt.date(2027, 1, 28), dt.datetime(2027, 1, 28, 9, 30, tzinfo=dt.UTC)),
        (dt.date(2027, 7, 29), dt.datetime(2027, 7, 29, 8, 30, tzinfo=dt.UTC)),
    ],
    ids=["in winter", "in summer"],
)
def test_an_embargo_ends_at_half_past_nine_in_london(tmp_path, sources, day, moment):
    raw = copy_raw(tmp_path, Q3, Q4)
    edit_manifest(raw / Q4, lambda manifest: manifest.update(published_on=day))
    minute = dt.timedelta(minutes=1)

    assert [outcome.status for outcome in taken(raw, sources, moment - minute)] == ["published", "embargoed"]
    assert [outcome.status for outcome in taken(raw, sources, moment)] == ["published", "published"]
    assert moment.astimezone(LONDON).time() == dt.time(9, 30)


def test_nothing_is_written_into_raw(tmp_path, sources):
    raw = copy_raw(tmp_path, Q4)
    before = {path: path.stat().st_mtime_ns for path in sorted(raw.rglob("*"))}
    taken(raw, sources)

    assert {path: path.stat().st_mtime_ns for path in sorted(raw.rglob("*"))} == before


@needs_real_files
@pytest.mark.real_files
def test_an_official_extract_without_the_ipp_tables_is_refused_for_each_of_them(tmp_path, sources):
    raw = tmp_path / "raw"
    (raw / "omsq").mkdir(parents=True)
    (raw / "omsq" / "2020-q1").symlink_to(REAL_FILES / "omsq" / "2020-q1")
    problems = refused(raw, sources)

    assert {problem.file for problem in problems} == {"Population_30June2020_Annual.xlsx"}
    assert [problem.expected for problem in problems] == [
        "a table whose title says 'indeterminate sentenced prison population … tariff length … tariff expiry date'",
        "a table whose title says 'indeterminate sentenced prisoners … by type of sentence and sex'",
        "a table whose title says 'indeterminate sentenced prisoners … by type of sentence, ethnic group and sex'",
        "a table whose title says 'indeterminate sentenced prisoners … by type of sentence, sex and age'",
    ]
    assert all("Table A1.7: Prison population by type of custody" in problem.found for problem in problems)

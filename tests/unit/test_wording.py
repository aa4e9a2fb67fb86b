"""Numbers and their nouns, and faults that are said once, in what the commands show."""

from __future__ import annotations

import pytest

from orchestration.build.checking import CheckedRelease
from orchestration.build.refresh import require_success
from orchestration.cli.inputs import _found_lines
from orchestration.problems import CheckFailed, Problem, counted, shown
from orchestration.quality.results import FINDINGS, CheckResult
from orchestration.query.catalogue import Column, Described
from orchestration.query.text import description_lines
from tests.readings import opened, read_raw
from tests.workbooks import RAW

RESULT = CheckResult("rules.continuity", "landing", "step_of_recalled", False, True, "broken at 1", "It is wrong.")
REPEATED = CheckResult("rules.continuity", FINDINGS, "in_set(outcome)", False, True, "1 of 9 rows", "It would pass.")


@pytest.mark.parametrize(("number", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1798, "1,798 rows")])
def test_a_noun_agrees_with_its_number(number: int, text: str) -> None:
    assert counted(number, "row") == text


def test_a_plural_can_be_another_word() -> None:
    assert [counted(number, "person", "people") for number in (1, 2)] == ["1 person", "2 people"]


def test_what_was_found_in_a_release_of_one_table() -> None:
    reading = read_raw("safety_in_custody/2020")
    number = len(reading.observations)
    assert len(reading.tables) == 1
    found = _found_lines(CheckedRelease(opened(RAW / "safety_in_custody/2020"), reading))
    assert found[0] == f"safety_in_custody 2020: {counted(number, 'figure')} in 1 table"


def test_one_problem_more_is_one() -> None:
    problems = [Problem("omsq 2024-q4", "a.ods", "Table_1", f"A{number}", "a number") for number in range(6)]
    assert shown(problems)[-1] == "omsq 2024-q4 / a.ods / Table_1: 1 more problem of this kind (6 in all)"


def test_a_fault_that_the_suite_on_findings_repeats_is_said_once() -> None:
    with pytest.raises(CheckFailed) as failed:
        require_success([RESULT, REPEATED])
    assert failed.value.reasons == (str(RESULT),)


@pytest.mark.parametrize("other", [[], [CheckResult("rules.arithmetic", "landing", "sum", False, True, "", "")]])
def test_a_fault_of_the_suite_on_findings_alone_is_said(other: list[CheckResult]) -> None:
    with pytest.raises(CheckFailed) as failed:
        require_success([*other, REPEATED])
    assert failed.value.reasons[-1] == str(REPEATED)


@pytest.mark.parametrize(
    ("units", "says"),
    [
        ([], "Published value, double, in cases"),
        (["cases", "percent"], "Published value, double, in cases or per cent, depending on the measure of the row"),
    ],
)
def test_every_unit_of_a_column_is_said(units: list[str], says: str) -> None:
    column = Column("published_value", "double", "P.", "Published value", "cases", units_of_rows=units)
    described = Described("marts.recalls", 1, "Recalls.", "", "", "", [], "", [column], [], is_complete=True)
    assert description_lines(described)[3:5] == ["1 column", f"  published_value ({says})"]

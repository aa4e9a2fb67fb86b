"""The synthetic extract is the same every time, is the one in raw/, and looks like no real person's record."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter

import pytest

from orchestration.extracts.contract import read_contracts
from orchestration.extracts.synthetic_opd import PEOPLE, synthetic_opd
from tests.workbooks import RAW

AS_AT = dt.date(2025, 3, 31)
ORDER = ["screening", "triage", "consultation", "formulation", "service"]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """The rows of the extract in raw/."""
    return list(csv.DictReader(io.StringIO(synthetic_opd(AS_AT))))


def test_it_is_the_committed_file_byte_for_byte():
    committed = (RAW / "internal/opd_activity/2025-03-31.csv").read_bytes()

    assert synthetic_opd(AS_AT).encode() == committed


def test_it_is_the_same_for_the_same_arguments_and_another_for_others():
    assert synthetic_opd(AS_AT, people=50) == synthetic_opd(AS_AT, people=50)
    assert synthetic_opd(AS_AT, people=50, seed=2) != synthetic_opd(AS_AT, people=50)
    assert synthetic_opd(dt.date(2025, 6, 30), people=50) != synthetic_opd(AS_AT, people=50)


def test_every_row_says_that_it_is_made_up(rows):
    assert Counter(row["source_kind"] for row in rows) == {"synthetic": len(rows)}


def test_it_has_the_columns_of_its_contract_in_order():
    header = synthetic_opd(AS_AT, people=1).splitlines()[0]

    assert header.split(",") == list(read_contracts()["opd_activity"].columns)


def test_each_person_is_screened_once_and_goes_on_stage_by_stage(rows):
    stages: dict[str, list[str]] = {}
    for row in rows:
        stages.setdefault(row["person_key"], []).append(row["stage"])

    assert len(stages) == PEOPLE
    assert all(reached == ORDER[: len(reached)] for reached in stages.values())
    assert {len(reached) for reached in stages.values()} == {1, 2, 3, 4, 5}


def test_nothing_in_it_is_later_than_its_day(rows):
    days = [row[column] for row in rows for column in ("started_on", "completed_on") if row[column]]

    assert max(days) <= AS_AT.isoformat()
    assert any(not row["completed_on"] for row in rows)


def test_only_those_screened_in_go_on(rows):
    gone_on = {row["person_key"] for row in rows if row["stage"] == "triage"}
    screened_in = {row["person_key"] for row in rows if row["outcome"] == "screened_in"}

    assert gone_on <= screened_in
    assert gone_on

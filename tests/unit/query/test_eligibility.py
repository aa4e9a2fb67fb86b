"""`ipp eligibility`: counts of a day from the internal file, and what is said without one."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.cli import cli
from orchestration.problems import CheckFailed
from orchestration.query.eligibility import eligibility
from orchestration.settings import Settings

DAY = dt.date(2025, 2, 1)
PEOPLE = [
    ("eligible_on_licence", "Wales", "male", 12),
    ("eligible_on_licence", "London", "male", 9),
    ("eligible_on_licence", "London", "female", 7),
    ("eligible_on_licence", "South West", "male", 3),
    ("eligible_on_licence", "North East", "male", 8),
    ("eligible_in_custody_on_recall", "Wales", "male", 30),
    ("eligible_in_hospital", "Wales", "male", 2),
    ("not_yet_eligible", "Wales", "male", 11),
    ("sentence_over", "Wales", "male", 99),
]


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.from_environment(raw=tmp_path / "raw", work=tmp_path, published=tmp_path / "published")


@pytest.fixture
def internal(settings):
    """An internal file with some positions: those listed begin on the day, and as many ended on it."""
    with duckdb.connect(settings.internal) as connection:
        connection.execute("create schema landing; create schema intermediate")
        connection.execute(
            "create table landing.ppud_sentence as select 'synthetic' as source_kind, date '2025-03-31' as as_at"
        )
        connection.execute(
            """
            create table intermediate.int_termination_positions (
                position varchar, probation_region varchar, sex varchar, sentence_type varchar, regime varchar,
                started_on date, ended_on date
            )
            """
        )
        for position, region, sex, people in PEOPLE:
            for period in ((DAY, None), (dt.date(2024, 11, 1), DAY)):
                connection.execute(
                    "insert into intermediate.int_termination_positions "
                    "select ?, ?, ?, 'IPP', 'from_2025_02_01', ?, ? from range(?)",
                    [position, region, sex, *period, people],
                )


def counts(settings: Settings, breakdown: str) -> dict[tuple[str, str], int]:
    """People by category and position."""
    table = eligibility(settings, DAY)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert {row["source_kind"] for row in rows} == {"synthetic"}
    assert {row["regime"] for row in rows} == {"from_2025_02_01"}
    return {(row["category"], row["position"]): row["people"] for row in rows if row["breakdown"] == breakdown}


def test_each_person_counts_once_on_the_day(settings, internal):
    assert counts(settings, "total") == {
        ("all", "eligible_on_licence"): 39,
        ("all", "eligible_in_custody_on_recall"): 30,
        ("all", "eligible_in_hospital"): 2,
        ("all", "not_yet_eligible"): 11,
    }


def test_every_breakdown_adds_up(settings, internal):
    regions = counts(settings, "probation_region")
    assert regions["South West", "eligible_on_licence"] == 3
    for breakdown in ("probation_region", "sex", "sentence_type"):
        found = counts(settings, breakdown)
        assert sum(people for (_, position), people in found.items() if position == "eligible_on_licence") == 39


def test_days_after_the_extract_say_what_they_suppose(settings, internal, tmp_path):
    folders = ["--work", str(settings.work), "--published", str(settings.published)]
    later = CliRunner().invoke(cli, [*folders, "eligibility", "--on", "2025-04-01"])
    assert later.exit_code == 0
    assert "do not pass it on outside HMPPS" in later.stderr
    assert "after the extract of 2025-03-31: assumes that nothing more happens" in later.stderr
    known = CliRunner().invoke(cli, [*folders, "eligibility", "--on", "2025-03-31"])
    assert "supposes" not in known.stderr


def test_without_records_it_says_so(settings):
    result = CliRunner().invoke(cli, ["--work", str(settings.work), "eligibility", "--on", "2025-02-01"])
    assert result.exit_code == 1
    assert result.stderr == f"there are no records: {settings.internal} does not exist; run `ipp refresh --full`\n"


def test_a_file_half_built_is_distinguished_from_none(settings):
    duckdb.connect(settings.internal).close()
    with pytest.raises(CheckFailed, match="no refresh has finished building it"):
        eligibility(settings, DAY)

"""The whole pipeline takes releases that hold the tables no file in raw/ holds yet."""

from __future__ import annotations

import pytest

from orchestration.query.coverage import coverage
from orchestration.query.reading import open_published
from orchestration.settings import Settings
from tests.command_line import ipp
from tests.editions import Refreshed
from tests.fixtures.published_layouts.make_fixtures import FILES
from tests.fixtures.published_layouts.make_fixtures import FOLDER as FIXTURES

pytestmark = pytest.mark.slow

WAITING = {
    *("ipp_unlawfully_at_large", "ipp_recalls_returned_to_custody", "licence_recalls_all_sentences"),
    *("assault_involvement", "ipp_recalls_by_reason"),
}
"""Published measures of which raw/ holds no figure; the fixtures have invented ones."""

MARTS = {
    "unlawfully_at_large": "sex = 'female'",
    "recalls": "ethnicity = 'white'",
    "recalls_by_region": "probation_region = 'wales'",
    "community_caseload": "probation_region = 'wales'",
    "suspension_of_supervision": "year_became_eligible = '2025'",
    "termination_eligibility": "year_became_eligible = '2025' and supervision = 'post_release'",
    "self_harm": "statistic = 'individuals' and custody_status = 'recalled'",
    "assaults": "role = 'victim' and custody_status = 'unreleased'",
    "deaths_in_custody": "cause = 'natural_causes' and custody_status = 'unreleased'",
    "serious_further_offences": "base = 'ipp' and period_type = 'financial_year'",
}
"""Rows that each mart gets from a fixture alone."""


@pytest.fixture
def settings(changed: Refreshed) -> Settings:
    """Folders in which a copy of raw/ with the fixture releases beside it has been refreshed."""
    return changed.settings


def without_figures(settings: Settings) -> set[str]:
    """The published measures of which an edition has no figure."""
    with open_published(settings) as connection:
        return {row[1] for row in coverage(connection, without_figures=True).rows if row[2] != "internal"}


def test_every_published_measure_has_figures_in_raw_or_in_a_fixture(published: Settings, settings: Settings) -> None:
    without = without_figures(published) & without_figures(settings)
    assert without == {"prison_population_all", "prison_capacity"}


@pytest.mark.parametrize("mart", MARTS)
def test_the_figures_reach_their_mart(settings: Settings, mart: str) -> None:
    with open_published(settings) as connection:
        (found,) = connection.execute(f"select count(value) from published.{mart} where {MARTS[mart]}").fetchall()

    assert found[0] > 0


@pytest.mark.parametrize("release", sorted(FILES))
def test_a_release_is_judged_by_itself(settings: Settings, release: str) -> None:
    outcome = ipp(settings, "check", str(FIXTURES / release))

    assert outcome.exit_code == 0, outcome.output

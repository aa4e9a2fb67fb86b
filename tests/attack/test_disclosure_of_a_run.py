"""What somebody with a spreadsheet gets out of a real publication: nothing."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.quality.spreadsheet import filled_in
from orchestration.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

THRESHOLD = 5


@pytest.fixture
def publication(published: Settings) -> duckdb.DuckDBPyConnection:
    """The published figures, which may be changed here, with the counts behind them."""
    connection = duckdb.connect()
    connection.execute(f"attach '{published.published_file}' as ipp (read_only)")
    connection.execute(f"attach '{published.internal}' as internal (read_only)")
    connection.execute("create schema marts; create schema meta")
    connection.execute("create table marts.internal_figures as from ipp.marts.internal_figures")
    connection.execute("create table meta.units_not_of_people as from ipp.meta.units_not_of_people")
    return connection


def test_nobody_with_a_spreadsheet_finds_a_small_count(publication: duckdb.DuckDBPyConnection) -> None:
    assert filled_in(publication, THRESHOLD) == []


def test_a_spreadsheet_finds_what_one_more_figure_gives_away(publication: duckdb.DuckDBPyConnection) -> None:
    # Women recalled in this quarter are few, and hidden with the men.
    publication.execute(
        "update marts.internal_figures set value = 144 where measure = 'ipp_recalls' and statistic = 'count' "
        "and breakdown = 'sex=male' and period_start = '2024-10-01' and value is null"
    )

    assert "sex=female" in {place.breakdown for place in filled_in(publication, THRESHOLD)}

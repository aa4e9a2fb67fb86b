"""The external pack of the whole synthetic cohort: an outsider narrows nothing, and readers get what they asked for."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.build.external_pack import FOLDER
from orchestration.external.audit import pack_findings
from orchestration.external.pack import FILE
from orchestration.external.warehouse import read_pack
from orchestration.settings import Settings
from tests.attack.outsider import Outsider, narrowed, read, read_nested

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def written(published: Settings) -> tuple[Path, Path]:
    """The warehouse of the whole cohort, and the pack in the same edition."""
    return published.published_file, published.current / FOLDER / FILE


def test_an_outsider_narrows_no_suppressed_count(written: tuple[Path, Path]) -> None:
    ranges = Outsider(read(written[1]), nested=read_nested(written[1])).ranges()

    assert len(ranges) > 20
    assert narrowed(ranges, 4) == {}


def test_the_outsider_sees_one_more_published_count(written: tuple[Path, Path]) -> None:
    rows = read(written[1])
    # Two regions are suppressed in this quarter, of which one is small.
    row = next(
        row for row in rows if row["measure"] == "adjournments_by_region" and row["value_status"] == "suppressed"
    )
    row.update(value=7, value_status="final")

    assert narrowed(Outsider(rows, nested=read_nested(written[1])).ranges(), 4) != {}


def test_the_audit_has_no_findings(written: tuple[Path, Path]) -> None:
    assert pack_findings(*written) == []


def test_readers_get_what_they_asked_for(written: tuple[Path, Path]) -> None:
    rows = read_pack(written[1])
    target = [row for row in rows if row.figure.measure == "dpp_case_files_reviewed"]
    regions = [row for row in rows if row.figure.measure == "adjournments_by_region" and row.figure.breakdown]
    quarters = [row for row in regions if row.figure.period_type == "quarter"]
    with duckdb.connect(str(written[0]), read_only=True) as connection:
        years = connection.execute(
            "select distinct measure, period_type, period_end from marts.counted_figures "
            "where breakdown = '' and statistic = 'count' and value >= 5 and period_type like '%year'"
        ).fetchall()
    suppressed = {
        (row.figure.measure, row.figure.period_type, row.figure.period_end)
        for row in rows
        if row.value_status == "suppressed" and not row.figure.breakdown and row.figure.statistic == "count"
    }

    assert target
    assert all(row.value_text.startswith("more than") or row.value_status == "final" for row in target)
    assert all(row.value_status == "final" for row in regions if row.figure.period_type == "calendar_year")
    assert sum(row.value_status == "final" for row in quarters) / len(quarters) > 0.8
    assert suppressed & set(years) == set()
    assert sum(row.value_status == "suppressed" for row in rows) / len(rows) <= 0.15

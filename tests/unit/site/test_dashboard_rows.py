"""What the site reads of the rows of the dashboard."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.site.overview import ROWS
from orchestration.site.sections import read_points
from orchestration.site.warehouse import fetch, open_warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse with one figure between the two rows of the block `edge`."""
    path = tmp_path / "ipp.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema feed;
            create table feed.dashboard_rows (
                block varchar, is_latest varchar, series varchar, category varchar, ts date, period varchar,
                value double, value_text varchar, status_text varchar, source varchar, row_order integer,
                classification varchar
            );
            insert into feed.dashboard_rows values
                ('edge', 'false', 'First row', '[z]', null, '[z]', null, '[z]', 'not applicable', '[z]', 0, 'internal'),
                ('recalls', 'true', 'Recalls', 'All', '2025-03-31', '2025', 5, '5', 'final', 'Records', 1, 'internal'),
                ('edge', 'false', 'Last row', '[z]', null, '[z]', null, '[z]', 'not applicable', '[z]', 2, 'internal');
            """
        )
    return path


def test_rows_without_a_day_are_on_no_page_and_no_change(warehouse: Path) -> None:
    with open_warehouse(warehouse) as connection:
        points, compared = read_points(connection), fetch(connection, ROWS)

    assert {block: [one.value_text for one in found] for block, found in points.items()} == {"recalls": ["5"]}
    assert [row["block"] for row in compared] == ["recalls"]

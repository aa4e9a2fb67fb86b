"""Every outturn published in the annual report and the minutes, asked for in SQL as an analyst would."""

from __future__ import annotations

import csv
import json

import pytest

from orchestration.settings import ROOT, Settings
from tests.command_line import ipp

pytestmark = pytest.mark.slow


def published_figures_of_record() -> list[dict[str, str]]:
    with (ROOT / "tests/golden/published_figures_of_record.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked(settings: Settings, figure: dict[str, str]) -> list[dict[str, object]]:
    query = (
        "select value, source_kind, source_file, source_sheet, source_cell from marts.figures where is_latest "
        f"and measure = '{figure['measure']}' and breakdown = '{figure['breakdown']}' "
        f"and period_type = '{figure['period_type']}' "
        f"and period_start = '{figure['period_start']}' and period_end = '{figure['period_end']}'"
    )
    outcome = ipp(settings, "sql", "--format", "json", query)
    assert outcome.exit_code == 0, outcome.output
    return json.loads(outcome.stdout)


@pytest.mark.parametrize(
    "figure", published_figures_of_record(), ids=lambda figure: f"{figure['figure_id']} {figure['measure']}"
)
def test_published_outturn_is_returned_with_its_cell(published: Settings, figure: dict[str, str]) -> None:
    rows = asked(published, figure)
    assert [row["value"] for row in rows] == [float(figure["value"])]
    assert all(rows[0][name] for name in ("source_kind", "source_file", "source_sheet", "source_cell"))

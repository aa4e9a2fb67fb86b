"""An unseen quarter, spelled as later releases spell: it publishes with no change of code."""

from __future__ import annotations

import json

import pytest

from tests.command_line import ipp
from tests.editions import Refreshed

pytestmark = pytest.mark.slow


def test_a_new_quarter_publishes_with_no_change_of_code(changed: Refreshed) -> None:
    settings = changed.settings
    assert "column 'Age group' is declared nowhere: read by its total, 18 rows of its parts read past" in changed.said
    query = (
        "select measure, value, table_number, release_id from marts.figures where is_latest and breakdown = '' "
        "and release_id = '2025-q1' and period_end = '2025-06-30' and measure like 'ipp_%' order by value"
    )
    rows = json.loads(ipp(settings, "sql", "--format", "json", query).stdout)
    assert [(row["measure"], row["value"]) for row in rows if row["value"] is not None] == [
        ("ipp_unreleased_prisoners", 985.0),
        ("ipp_recalled_prisoners", 1505.0),
        ("ipp_prison_population", 2490.0),
    ]
    assert {row["table_number"] for row in rows if row["value"]} == {"1.Q.15"}
    revised = (
        "select value_status from marts.figures where release_id = '2025-q1' and measure = 'ipp_prison_population' "
    )
    statuses = json.loads(ipp(settings, "sql", "--format", "json", revised + "and period_end = '2024-12-31'").stdout)
    assert {row["value_status"] for row in statuses} >= {"revised"}
    suppressed = "select value_status, is_latest from marts.figures where release_id = '2025-q1' and "
    women = suppressed + "measure = 'ipp_prison_population' and breakdown = 'sex=female' and period_end = '2025-06-30'"
    assert json.loads(ipp(settings, "sql", "--format", "json", women).stdout) == [
        {"value_status": "suppressed", "is_latest": True}
    ]

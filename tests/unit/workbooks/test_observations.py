"""Which measure a figure is, and what it is broken down by."""

from __future__ import annotations

import pytest

from orchestration.workbooks.observations import measure_of
from tests.small_tables import SEX, spec

STATUS = {"all": ["All"], "unreleased": ["Unreleased"], "recalled": ["Recalled"]}
BY_SEX_AND_STATUS = spec(
    label_columns=[
        {"heading": "Sex", "dimension": "sex", "members": SEX},
        {"heading": "Status", "dimension": "custody_status", "members": STATUS},
    ],
    figures=[
        {"measure": "ipp_recalled_prisoners", "where": {"custody_status": "recalled"}, "breakdown": ["sex"]},
        {
            "measure": "ipp_prison_population",
            "where": {"custody_status": ["all", "recalled"]},
            "breakdown": ["sex", {"status": "custody_status"}],
            "set": {"part": "one"},
        },
    ],
)


@pytest.mark.parametrize(
    ("sex", "status", "expected"),
    [
        ("male", "recalled", ("ipp_recalled_prisoners", "sex=male")),
        ("all", "recalled", ("ipp_recalled_prisoners", "")),
        ("all", "all", ("ipp_prison_population", "part=one")),
        ("female", "all", ("ipp_prison_population", "part=one;sex=female")),
        ("male", "unreleased", (None, "")),
    ],
)
def test_the_first_rule_that_holds_names_the_measure_and_totals_are_left_out(sex, status, expected):
    assert measure_of(BY_SEX_AND_STATUS, {"sex": sex, "custody_status": status}) == expected

"""The ordinary step of a quarter: newer extracts beside the last ones, published over what was published of those.

What was printed a quarter ago is known to whoever reads the new publication. Nothing small may follow from the two.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from orchestration.disclosure.declared import PUBLISHED_BEFORE, SUITE
from orchestration.extracts.cohort.write import write_cohort
from orchestration.settings import Settings
from tests import workbooks
from tests.command_line import ipp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def test_the_extracts_of_the_next_quarter_are_published_over_the_last(tmp_path: Path) -> None:
    settings = Settings(workbooks.copy_raw(tmp_path), tmp_path / "work", tmp_path / "published")

    for day in (dt.date(2024, 12, 31), dt.date(2025, 3, 31)):
        write_cohort(settings.raw / "internal", day)
        outcome = ipp(settings, "refresh")
        assert outcome.exit_code == 0, outcome.output

    with duckdb.connect(str(settings.internal), read_only=True) as internal:
        before = internal.execute(f"select max(extract_as_at), count(value) from {PUBLISHED_BEFORE}").fetchall()[0]
    assert before[0] == dt.date(2024, 12, 31)
    assert before[1] > 10_000
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        checks = connection.execute("select success, observed from meta.checks where suite = ?", [SUITE]).fetchall()
    assert all(success for success, _ in checks)
    assert len(checks) == 2

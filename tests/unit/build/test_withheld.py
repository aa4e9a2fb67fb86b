"""What dbt says of an error met among records goes no further than its kind; what it says of code and counts does."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.build.transform import _could_hold_a_record, _said, _withhold

SECRET = 'Could not convert string "A4711BC" to DATE'
MESSAGE = f"Runtime Error in model int_people (models/int_people.sql)\n  Conversion Error: {SECRET}"


class Manifest:
    """The nodes that a test needs."""

    def expect(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(database=name)


def result(database: str, reads: str, status: str = "error", message: str = MESSAGE) -> SimpleNamespace:
    """What dbt says of a node of a database that reads one of another."""
    node = SimpleNamespace(
        database=database, depends_on_nodes=[reads], resource_type="model", name="people", original_file_path="p.sql"
    )
    return SimpleNamespace(node=node, status=status, message=message)


@pytest.mark.parametrize(
    ("found", "withheld"),
    [
        (result("internal", "internal"), True),
        (result("candidate", "internal"), True),
        (result("candidate", "candidate"), False),
        (result("internal", "internal", status="fail", message="Got 3 results, configured to fail if != 0"), False),
        (result("internal", "internal", message="Binder Error: no column named sexs"), False),
    ],
)
def test_only_errors_met_among_records_could_hold_one(found, withheld):
    assert _could_hold_a_record(found, Manifest()) == withheld


def test_the_kind_of_error_is_kept_and_the_rest_is_nowhere(tmp_path: Path):
    log = tmp_path / "dbt.log"
    log.write_text(f"before\n{MESSAGE}\nafter\n", encoding="utf-8")
    found = result("internal", "internal")
    _withhold(log, [found])
    assert _said(found).endswith("error, Conversion Error; the rest is withheld, it could hold a record")
    left = log.read_text(encoding="utf-8")
    assert "A4711BC" not in left + found.message
    assert left.startswith("before\n")
    assert left.endswith("after\n")

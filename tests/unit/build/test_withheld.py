"""What dbt says of an error met among records goes no further than its kind; what it says of code and counts does."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.build.transform import _could_hold_a_record, _said, _withhold
from orchestration.settings import Settings

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
    settings = Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")
    log, kept = settings.work / "logs/dbt.log", settings.work / "dbt/run_results.json"
    for path, text in ((log, f"before\n{MESSAGE}\nafter\n"), (kept, json.dumps({"message": MESSAGE, "other": "kept"}))):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    found = result("internal", "internal")
    _withhold(settings, [found])
    assert _said(found).endswith("error, Conversion Error; the rest is withheld, it could hold a record")
    for path in (log, kept):
        assert "A4711BC" not in path.read_text(encoding="utf-8")
    assert log.read_text(encoding="utf-8").startswith("before\n")
    assert json.loads(kept.read_text(encoding="utf-8"))["other"] == "kept"

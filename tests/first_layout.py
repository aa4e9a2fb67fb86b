"""A `published/` as the first version wrote it: a plain file, a history and a record, and a ledger."""

from __future__ import annotations

import hashlib
import json
import shutil

from orchestration.editions.files import sha256_of
from orchestration.settings import Settings
from tests.small_publication import figure, write_warehouse

RELEASE, FILE_SHA256 = "omsq 2024-q4", "c" * 64


def write_first_layout(settings: Settings, values: list[float]) -> None:
    """Publications p1, p2, … with one figure each; the last is in place. The inputs of p1 are called `inputs p1`."""
    settings.published.mkdir(parents=True)
    for number, value in enumerate(values, 1):
        folder = settings.published / "history" / f"p{number}"
        write_warehouse(folder / "ipp.duckdb", f"p{number}", f"run-p{number}", [figure(value=value)])
        record = {
            "publication_id": f"p{number}",
            "run_id": f"run-p{number}",
            "published_at": f"2025-04-0{number}T09:30:00.000+00:00",
            "sha256": sha256_of(folder / "ipp.duckdb"),
            "inputs_sha256": f"inputs p{number}",
            "releases": [RELEASE],
            "versions": "duckdb 2",
            "replaces": f"p{number - 1}" if number > 1 else "",
            "restored_at": "",
            "restored_in_place_of": "",
        }
        (folder / "publication.json").write_text(json.dumps(record))
        _judge(settings, record)
        put_in_place(settings, f"p{number}")


def put_in_place(settings: Settings, publication_id: str, **changes: str) -> None:
    """Have a publication of the history be the one in place, as a rollback of the first version left it."""
    folder = settings.published / "history" / publication_id
    record = json.loads((folder / "publication.json").read_text()) | changes
    (folder / "publication.json").write_text(json.dumps(record))
    shutil.copy(folder / "publication.json", settings.published)
    shutil.copy(folder / "ipp.duckdb", settings.published)
    settings.published_file.chmod(0o444)


def _judge(settings: Settings, record: dict[str, object]) -> None:
    """A pass as the first version wrote it: on the hash of one file."""
    check = {
        "suite": "suite",
        "target": "marts.figures",
        "expectation": "expectation",
        "success": True,
        "could_run": True,
        "observed": "observed",
        "reason": "reason",
    }
    content = {
        "run_id": record["run_id"],
        "candidate_sha256": record["sha256"],
        "passed": True,
        "at": record["published_at"],
        "releases": [RELEASE],
        "checks": [check],
        "files": [{"release": RELEASE, "name": "a.ods", "sha256": FILE_SHA256}],
    }
    checksum = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    with settings.ledger.open("a") as ledger:
        ledger.write(json.dumps(content | {"line_sha256": checksum}) + "\n")

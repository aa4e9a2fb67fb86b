"""What `ipp status` and other frequent commands import and read where nothing is new: little, so that they answer at
once, and enough to say all that they say otherwise.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.archive.fingerprint import fingerprint
from orchestration.archive.releases import open_release
from orchestration.cli import status
from orchestration.editions.publish import publish
from orchestration.quality.ledger import EditionFile, PublishedFile, append, give_verdict
from orchestration.quality.results import CheckResult
from orchestration.query.edition_summary import FILE
from orchestration.settings import Settings
from tests.command_line import ipp
from tests.workbooks import copy_raw, edit_manifest

HEAVY = {"altair", "dagster", "dbt", "duckdb", "holidays", "numpy", "pandas", "pyarrow", "pydantic", "requests", "rich"}
RELEASES = ("safety_in_custody/2020", "safety_in_custody/2023")
LINE = "remark     omsq 2024-q4: a prison"
SUMMARY = json.dumps({"latest_omsq": "2025-04-24", "next_omsq": "2025-07-31", "lines": [LINE]})
CHECK = CheckResult("suite", "target", "expectation", True, True, "", "reason")
RUN = "import sys; from orchestration.cli import cli; cli(sys.argv[1:], standalone_mode=False); print(*sys.modules)"


@pytest.fixture
def unchanged(settings: Settings, sources, build, judge, tmp_path: Path) -> Settings:
    """An edition of two releases, with its summary; raw/ holds them as they were."""
    copy_raw(tmp_path, *RELEASES)
    build("p1", "run1", more={FILE: SUMMARY})
    with duckdb.connect(settings.sealed_warehouse) as connection:
        connection.execute("delete from meta.releases")
        for release in RELEASES:
            manifest = open_release(settings.raw / release, sources)[0].manifest
            assert manifest
            said = manifest.title, manifest.published_on, manifest.published_on_precision, manifest.source_url
            row = [*release.split("/"), *said, "published"]
            connection.execute("insert into meta.releases values (?, ?, ?, ?, ?, ?, ?)", row)
        inputs = fingerprint(settings, sources, dt.datetime.now(dt.UTC), {})
        connection.execute("update meta.publication set inputs_sha256 = ?", [inputs])
    judge("run1")
    publish(settings, "run1")
    return settings


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["status"], "nothing new since this edition"),
        (["history"], "p1"),
        (["--help"], "Commands:"),
        (["refresh", "--help"], "Build a new edition"),
    ],
)
def test_heavy_packages_are_not_imported(unchanged: Settings, command: list[str], says: str) -> None:
    folders = [f"--{name}={getattr(unchanged, name)}" for name in ("raw", "work", "published")]
    arguments = [sys.executable, "-c", RUN, *folders, *command]
    said = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    assert says in said
    assert not HEAVY & set(said.split())


def _add_empty_folder(settings: Settings) -> None:
    (settings.raw / "safety_in_custody" / "2024").mkdir()


def _add_link(settings: Settings) -> None:
    path = next((settings.raw / RELEASES[0]).glob("*.xlsx"))
    path.rename(settings.raw.parent / path.name)
    path.symlink_to(settings.raw.parent / path.name)


def _set_aside_another(settings: Settings) -> None:
    ipp(settings, "set-aside", RELEASES[0], "--reason", "cut off")


def _put_under_embargo(settings: Settings) -> None:
    edit_manifest(settings.raw / RELEASES[0], lambda manifest: manifest.update(published_on=dt.date(2098, 1, 30)))


def _take_out(settings: Settings) -> None:
    (settings.raw / RELEASES[0]).rename(settings.raw.parent / "gone")


CHANGES = [lambda settings: None, _add_empty_folder, _add_link, _set_aside_another, _put_under_embargo, _take_out]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_it_says_what_reading_every_manifest_says(unchanged: Settings, monkeypatch: pytest.MonkeyPatch, change) -> None:
    change(unchanged)
    said = ipp(unchanged, "status").stdout
    monkeypatch.setattr(status, "review_unchanged", lambda *_: None)
    assert said == ipp(unchanged, "status").stdout
    assert ("to do      nothing" in said) is (change is CHANGES[0])


def test_a_file_of_an_edition_that_was_rolled_back_is_missed(unchanged: Settings) -> None:
    files = [PublishedFile("safety_in_custody 2020", "more.xlsx", "b" * 64)]
    later = give_verdict("run2", [EditionFile("ipp.duckdb", "a" * 64)], ["safety_in_custody 2020"], [CHECK], files)
    append(unchanged.ledger, later)
    said = ipp(unchanged, "status").stdout
    assert "nothing new since this edition" in said
    assert "safety_in_custody 2020 / more.xlsx: expected every file of the release that was published" in said


def test_the_summary_is_said_without_the_warehouse(unchanged: Settings) -> None:
    said = ipp(unchanged, "status").stdout
    assert "quarterly statistics held is of 24 April 2025; the next was due on 31 July 2025" in said
    assert LINE in said

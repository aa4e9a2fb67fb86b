"""One checksum of all that a refresh depends on: it stays the same exactly as long as there is nothing new to do."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from orchestration.archive.fingerprint import _project_files, fingerprint
from orchestration.settings import ROOT, Settings
from tests.workbooks import copy_raw, edit_manifest

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
RELEASES = ("safety_in_custody/2020", "safety_in_custody/2023")


@pytest.fixture
def settings(tmp_path) -> Settings:
    """Two releases and the project's own files."""
    return Settings(raw=copy_raw(tmp_path, *RELEASES), work=tmp_path / "work", published=tmp_path / "published")


def _of(settings: Settings, sources, now: dt.datetime = NOW, **set_aside: str) -> str:
    return fingerprint(settings, sources, now, set_aside)


def test_it_is_the_same_for_the_same_inputs_wherever_they_are(settings, sources, tmp_path):
    elsewhere = tmp_path / "target" / "logs"
    shutil.copytree(settings.raw, elsewhere / "raw")
    moved = Settings(raw=elsewhere / "raw", work=elsewhere / "w", published=elsewhere / "p")

    assert _of(settings, sources) == _of(settings, sources) == _of(moved, sources)


def _touch_byte(settings: Settings) -> None:
    path = next(settings.raw.rglob("*.xlsx"))
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def _swap_files(settings: Settings) -> None:
    """Two releases change places; each file keeps its name and its bytes."""
    one, other = (settings.raw / name for name in RELEASES)
    one.rename(settings.raw / "x")
    other.rename(one)
    (settings.raw / "x").rename(other)


@pytest.mark.parametrize(
    "change",
    [
        _touch_byte,
        _swap_files,
        lambda settings: shutil.rmtree(settings.raw / RELEASES[1]),
        lambda settings: (settings.raw / RELEASES[1]).rename(settings.raw / "safety_in_custody" / "2024"),
        lambda settings: (settings.raw / RELEASES[1] / "new.csv").write_text("", encoding="utf-8"),
        lambda settings: edit_manifest(settings.raw / RELEASES[0], lambda manifest: manifest.update(title="Another")),
    ],
    ids=["byte", "swap", "removed", "renamed", "added", "manifest"],
)
def test_it_changes_with_any_change_in_raw(settings, sources, change):
    before = _of(settings, sources)
    change(settings)

    assert _of(settings, sources) != before


def test_it_changes_when_an_embargo_ends_and_not_before(settings, sources):
    edit_manifest(settings.raw / RELEASES[1], lambda manifest: manifest.update(published_on=dt.date(2027, 1, 28)))
    the_day_before = dt.datetime(2027, 1, 28, 9, 29, tzinfo=dt.UTC)

    assert _of(settings, sources) == _of(settings, sources, the_day_before)
    assert _of(settings, sources) != _of(settings, sources, dt.datetime(2027, 1, 28, 9, 30, tzinfo=dt.UTC))


def test_it_changes_with_what_is_set_aside_and_why(settings, sources):
    found = [_of(settings, sources), _of(settings, sources, omsq="cut off"), _of(settings, sources, omsq="withdrawn")]
    assert len(set(found)) == 3


@pytest.mark.parametrize(
    ("file", "decides"),
    [
        ("suite.json", True),
        ("rules/limits.yml", True),
        ("target/manifest.json", False),
        ("logs/dbt.yml", False),
        ("README.md", False),
    ],
)
def test_it_changes_with_the_files_of_the_project_that_decide_the_outcome(settings, sources, tmp_path, file, decides):
    expectations = tmp_path / "target" / "expectations"  # a folder whose own name says nothing of what is in it
    shutil.copytree(ROOT / "expectations", expectations)
    changed = settings.with_project_folders(expectations=expectations)
    before = _of(changed, sources)
    (expectations / file).parent.mkdir(exist_ok=True)
    Path(expectations / file).write_text("{}", encoding="utf-8")

    assert (_of(changed, sources) != before) is decides


def test_it_covers_the_synthetic_cohort_and_the_code(settings):
    folders = {place.split("/")[0] for place, _ in _project_files(settings)}

    assert folders == {"orchestration", "synthetic_cohort", "dbt_project", "expectations", "requirements.lock"}

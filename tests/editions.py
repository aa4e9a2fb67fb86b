"""The refreshes that many tests read: each is made once in a test run, whichever worker needs it first.

`whole` is the repository's own raw/ and cohort. `small` is three releases and a small cohort, for tests that break a
layer. `arrived` and `changed` follow on it, as on the next days of a service: new releases, then newer extracts. Tests
only read what is here; one that changes something works on a copy.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from orchestration.editions import decisions
from orchestration.settings import ROOT, Settings
from synthetic_cohort.write import write_cohort
from tests.fixtures.published_layouts.make_fixtures import FILES as FIXTURES
from tests.fixtures.published_layouts.make_fixtures import FOLDER as FIXTURES_FOLDER
from tests.new_quarter import new_release
from tests.workbooks import RAW, copy_raw, edit_manifest, truncate_file

SMALL_RELEASES = ("omsq/2024-q3", "omsq/2024-q4", "licence_termination/2025-07-17")
EMBARGOED, SET_ASIDE = "omsq/2024-q2", "omsq/2024-q1/prison-population-2024.ods"
"""The release under embargo, and the file that is cut off, in the raw/ to which much has happened."""
FIRST_DAY, NEXT_DAY = dt.date(2024, 12, 31), dt.date(2025, 3, 31)
"""The days of the extracts of the small raw/, and of those a quarter later."""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh left: its folders, what it said, and the folder in which Dagster recorded it, where it did."""

    settings: Settings
    said: str
    dagster: Path


def once(shared: Path, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of a test run, filled by `make` in the first worker that asks; the others wait for it."""
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


def refresh(settings: Settings, dagster: Path | None) -> str:
    """What `ipp refresh` says in a separate process, which records every event in the folder `dagster` if one is given:
    a quarter more work.
    """
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    if dagster:
        dagster.mkdir(exist_ok=True)
        shutil.copy(ROOT / "dagster.yaml", dagster)
        environment["DAGSTER_HOME"] = str(dagster)
    folders = ["--raw", settings.raw, "--work", settings.work, "--published", settings.published]
    outcome = subprocess.run(
        [Path(sys.executable).with_name("ipp"), *folders, "refresh"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout + outcome.stderr


def settings_in(folder: Path, raw: Path | None = None) -> Settings:
    """Settings whose folders lie in one folder, raw/ too unless it is given."""
    return Settings(raw=raw or folder / "raw", work=folder / "work", published=folder / "published")


def refreshed(folder: Path, raw: Path | None = None) -> Refreshed:
    """What a refresh left in a folder."""
    said = folder / "said.txt"
    return Refreshed(settings_in(folder, raw), said.read_text(encoding="utf-8"), folder / "dagster")


def whole(shared: Path) -> Refreshed:
    """The refresh of the repository's own raw/ with the synthetic cohort."""
    return refreshed(once(shared, "whole", lambda folder: _refresh(folder, RAW)), RAW)


def small(shared: Path) -> Refreshed:
    """The refresh of a small raw/ with the extracts of FIRST_DAY."""
    return refreshed(once(shared, "small", _make_small))


def arrived(shared: Path) -> Refreshed:
    """The refresh after releases arrived, over what `small` published: extracts are as they were.

    The releases of a new quarter and of tables that no file holds yet are there; one is under embargo, one is cut off
    and set aside.
    """
    return refreshed(once(shared, "arrived", lambda folder: _make_arrived(shared, folder)))


def changed(shared: Path) -> Refreshed:
    """The refresh after newer extracts arrived, over what `arrived` published: releases are as they were.

    The extracts have errors of the kinds that the contracts tolerate.
    """
    return refreshed(once(shared, "changed", lambda folder: _make_changed(shared, folder)))


def copy_of(settings: Settings, folder: Path) -> Settings:
    """A copy of all folders of a refresh."""
    for name in ("raw", "work", "published"):
        shutil.copytree(getattr(settings, name), folder / name, symlinks=True)
    return settings_in(folder)


def small_raw(folder: Path) -> Path:
    """A small raw/ in a folder, with the extracts of FIRST_DAY."""
    raw = copy_raw(folder, *SMALL_RELEASES)
    write_small_cohort(raw / "internal", FIRST_DAY)
    return raw


def write_small_cohort(folder: Path, day: dt.date, dirt: bool = False) -> dict[str, Path]:
    """The extracts of a cohort of about 200 people on a day."""
    return write_cohort(folder, day, Fraction(1, 36), dirt=dirt)


def _make_small(folder: Path) -> None:
    small_raw(folder)
    _refresh(folder)


def _make_arrived(shared: Path, folder: Path) -> None:
    raw = copy_of(small(shared).settings, folder).raw
    for release in (EMBARGOED, str(Path(SET_ASIDE).parent)):
        shutil.copytree(RAW / release, raw / release)
    for release in FIXTURES:
        shutil.copytree(FIXTURES_FOLDER / release, raw / release)
    new_release(raw)
    edit_manifest(raw / EMBARGOED, lambda manifest: manifest.update(published_on="2099-04-30"))
    truncate_file(raw / SET_ASIDE)
    decisions.set_aside(settings_in(folder), "omsq 2024-q1", "the population file is cut off")
    _refresh(folder)


def _make_changed(shared: Path, folder: Path) -> None:
    raw = copy_of(arrived(shared).settings, folder).raw
    write_small_cohort(raw / "internal", NEXT_DAY, dirt=True)
    _refresh(folder, recorded=True)


def _refresh(folder: Path, raw: Path | None = None, recorded: bool = False) -> None:
    """Refresh in a folder and keep what was said beside it."""
    said = refresh(settings_in(folder, raw), folder / "dagster" if recorded else None)
    (folder / "said.txt").write_text(said, encoding="utf-8")

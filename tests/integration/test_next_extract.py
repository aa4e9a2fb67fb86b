"""The ordinary step of a quarter: newer extracts beside the last ones, published over what was published of those.

A reader of the new external pack knows what the last one showed. Nothing small may follow from the two.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.build.external_pack import FOLDER, SUITE
from orchestration.build.need import why_refresh_not_needed
from orchestration.external.pack import FILE
from orchestration.settings import Settings
from orchestration.sources.spec import Source
from synthetic_cohort.write import write_cohort
from tests.command_line import ipp
from tests.editions import FIRST_DAY, NEXT_DAY, Refreshed, settings_in
from tests.workbooks import copy_raw

pytestmark = pytest.mark.slow

AGREEMENT = "select distinct measure from marts.internal_reconciliation where agreement = 'short_by_rows_left_out'"


def assert_published_over_the_last(settings: Settings) -> None:
    """Editions of both days have an external pack, and the last one passed its checks beside the one before."""
    packs = {pack_day(edition / FOLDER / FILE) for edition in settings.editions.iterdir()}
    assert packs == {FIRST_DAY, NEXT_DAY}
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        checks = connection.execute("select success from meta.checks where suite = ?", [SUITE]).fetchall()
    assert checks == [(True,), (True,)]


def pack_day(file: Path) -> dt.date:
    """The day of the extracts that a pack is counted from."""
    with duckdb.connect(str(file), read_only=True) as pack:
        ((day,),) = pack.execute("select max(extract_as_at) from counted.figures where value is not null").fetchall()
    assert isinstance(day, dt.date)
    return day


def test_the_extracts_of_the_changed_are_published_over_the_last(changed: Refreshed) -> None:
    assert_published_over_the_last(changed.settings)


@pytest.mark.torture
def test_the_whole_extracts_of_the_changed_are_published_over_the_last(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, copy_raw(tmp_path))
    for day in (FIRST_DAY, NEXT_DAY):
        write_cohort(settings.raw / "internal", day)
        outcome = ipp(settings, "refresh")
        assert outcome.exit_code == 0, outcome.output
    assert_published_over_the_last(settings)


@pytest.mark.torture
def test_dirty_extracts_say_which_published_figures_they_fall_short_of(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, copy_raw(tmp_path))
    write_cohort(settings.raw / "internal", NEXT_DAY, dirt=True)
    outcome = ipp(settings, "refresh")
    assert outcome.exit_code == 0, outcome.output
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        assert ("automatic_licence_terminations",) in connection.execute(AGREEMENT).fetchall()


def test_a_rollback_holds_until_something_changes(
    changed: Refreshed, sources: dict[str, Source], tmp_path: Path
) -> None:
    for folder in ("raw", "published"):
        shutil.copytree(getattr(changed.settings, folder), tmp_path / folder, symlinks=True)
    settings = settings_in(tmp_path)
    assert ipp(settings, "rollback").exit_code == 0
    held = ipp(settings, "refresh")
    assert held.exit_code == 0
    assert "held back" in held.output
    manifest = settings.raw / "omsq/2024-q4/manifest.yml"
    manifest.write_text(manifest.read_text().replace("note: Rebuilt", "note: Once more rebuilt"))
    assert why_refresh_not_needed(settings, sources, dt.datetime.now(dt.UTC)) == ""

"""One refresh of a raw/ to which much has happened, for the tests that each look at one of these things."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.editions import NEXT_DAY, Refreshed, once, refresh, refreshed, settings_in, write_small_cohort
from tests.fixtures.published_layouts.make_fixtures import FILES
from tests.fixtures.published_layouts.make_fixtures import FOLDER as FIXTURES
from tests.new_quarter import new_release
from tests.workbooks import copy_raw, edit_manifest, truncate_file

EMBARGOED, SET_ASIDE = "omsq/2024-q2", "omsq/2024-q3"


@pytest.fixture(scope="session")
def changed(shared_folder: Path) -> Refreshed:
    """The refresh of all of raw/ with a new quarter, the fixtures of tables no file holds yet, one release under
    embargo and one that is cut off and set aside.
    """
    return refreshed(once(shared_folder, "changed", _make_changed))


def _make_changed(folder: Path) -> None:
    raw = copy_raw(folder)
    for release in FILES:
        shutil.copytree(FIXTURES / release, raw / release)
    new_release(raw)
    edit_manifest(raw / EMBARGOED, lambda manifest: manifest.update(published_on="2099-04-30"))
    truncate_file(raw / SET_ASIDE / "licence-recalls-July-to-Sept-2024.ods")
    write_small_cohort(raw / "internal", NEXT_DAY)
    said = refresh(settings_in(folder), folder / "dagster", 0, "--quarantine")
    (folder / "said.txt").write_text(said, encoding="utf-8")

"""`ipp set-aside` and `ipp take-back`, as a person types them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.build.review import review
from orchestration.settings import Settings
from tests.command_line import ipp
from tests.unit.build.test_published_releases import NOW
from tests.workbooks import copy_raw, edit_manifest, truncate_file

HARM, OTHER = "safety_in_custody/2020", "safety_in_custody/2023"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(copy_raw(tmp_path, HARM, OTHER), tmp_path / "work", tmp_path / "published")


@pytest.mark.parametrize("words", [[HARM], ["safety_in_custody", "2020"], ["safety_in_custody 2020"], [f"raw/{HARM}/"]])
def test_a_release_is_named_as_people_name_it(settings: Settings, words: list[str]) -> None:
    done = ipp(settings, "set-aside", *words, "--reason", "  two   columns are\nswapped ")
    assert done.exit_code == 0, done.output
    assert "safety_in_custody 2020 is set aside by" in done.output
    assert done.output.splitlines()[0].endswith(": two columns are swapped")
    assert "ipp take-back safety_in_custody/2020" in done.output
    assert ipp(settings, "take-back", *words).exit_code == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["set-aside", "safety_in_custody/2021", "--reason", "x"], "did you mean safety_in_custody 202"),
        (["set-aside", HARM], "--reason"),
        (["set-aside", HARM, "--reason", "  "], "say why"),
        (["take-back", HARM], "no release is set aside"),
    ],
)
def test_a_mistake_is_reported_and_decides_nothing(settings: Settings, command: list[str], said: str) -> None:
    outcome = ipp(settings, *command)
    assert outcome.exit_code == 2
    assert said in outcome.output
    assert not settings.decisions.exists()


def test_its_files_are_not_opened(settings: Settings, sources) -> None:
    truncate_file(next((settings.raw / HARM).glob("*.xlsx")))
    assert ipp(settings, "set-aside", HARM, "--reason", "cut off").exit_code == 0
    found = review(settings, sources, NOW)
    assert (found.problems, [release.name for release in found.survey.visible]) == ([], ["safety_in_custody 2023"])
    said = ipp(settings, "status").stdout
    assert "set aside  safety_in_custody 2020: set aside by" in said
    assert "`ipp take-back safety_in_custody/2020` once the release is right" in said


def test_how_to_set_it_aside_is_said_once(settings: Settings) -> None:
    truncate_file(next((settings.raw / HARM).glob("*.xlsx")))
    assert f"ipp set-aside {HARM}" in ipp(settings, "check", str(settings.raw / HARM)).stderr
    ipp(settings, "set-aside", HARM, "--reason", "cut off")
    outcome = ipp(settings, "check", str(settings.raw / HARM))
    assert outcome.exit_code == 3
    assert "set-aside" not in outcome.stderr


def test_a_reissue_replaces_it(settings: Settings) -> None:
    ipp(settings, "set-aside", HARM, "--reason", "cut off")
    again = settings.raw / f"{HARM}-reissue-2"
    shutil.copytree(settings.raw / HARM, again)
    edit_manifest(again, lambda manifest: manifest.update(release_id=again.name))
    said = ipp(settings, "status").stdout
    assert "cut off; replaced by safety_in_custody 2020-reissue-2" in said
    assert "take-back" not in said, "nothing is left to do"

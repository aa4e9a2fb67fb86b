"""What was published stays what it was: raw/ is held against the ledger and the edition in place."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from orchestration.build import candidate, checking
from orchestration.build.inputs import gather
from orchestration.build.published_releases import FILES
from orchestration.build.review import review
from orchestration.editions import last_run
from orchestration.editions.decisions import set_aside, take_back
from orchestration.editions.files import link_durably
from orchestration.problems import InputRejected, Problem
from orchestration.quality.ledger import EditionFile, PublishedFile, append, give_verdict, read_ledger
from orchestration.quality.results import CheckResult
from orchestration.settings import Settings
from orchestration.sources.spec import Source
from tests.command_line import ipp
from tests.workbooks import copy_raw, edit_cell, edit_manifest, rehash

pytestmark = pytest.mark.usefixtures("in_this_process")

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
PATIENTS, HARM = "restricted_patients/2023", "safety_in_custody/2020"
FILE = "restricted-patients-ipp-2023.ods"
CHECK = CheckResult("suite", "target", "expectation", True, True, "", "reason")
EDITION_FILES = [EditionFile("ipp.duckdb", "a" * 64)]
Sources = Mapping[str, Source]


def publish(settings: Settings, sources: Sources, lists_files: bool = True) -> None:
    """Put the landing tables of the two publications in place as an edition, with a verdict that passed."""
    outcomes = gather(settings, sources, NOW)
    held = {name: sources[name] for name in (Path(PATIENTS).parent.name, Path(HARM).parent.name)}
    candidate.create(settings.candidate).close()
    with duckdb.connect(str(settings.candidate)) as connection:
        candidate.land(connection, outcomes, held)
        files = [PublishedFile(*row) for row in connection.execute(FILES).fetchall()] if lists_files else []
    warehouse = settings.editions / "p1" / "ipp.duckdb"
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings.candidate, warehouse)
    link_durably(settings.current, "editions/p1")
    link_durably(settings.published_file, "current/ipp.duckdb")
    names = [outcome.release.name for outcome in outcomes if outcome.status == "published"]
    append(settings.ledger, give_verdict("run", EDITION_FILES, names, [CHECK], files))


def alter(raw: Path) -> None:
    """Other bytes under the name of a file that was published, and a manifest that fits them."""
    edit_cell(raw / PATIENTS / FILE, "Table_1", "F6", 700.0)
    rehash(raw / PATIENTS)


def problems(settings: Settings, sources: Sources) -> list[Problem]:
    try:
        gather(settings, sources, NOW)
    except InputRejected as rejected:
        return list(rejected.problems)
    return []


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory, sources: Sources) -> Path:
    """The folder of an edition of two releases."""
    folder = tmp_path_factory.mktemp("edition")
    made = Settings(copy_raw(folder, PATIENTS, HARM), folder / "work", folder / "published")
    publish(made, sources)
    return made.published


@pytest.fixture
def settings(tmp_path: Path, edition: Path) -> Settings:
    """Two releases, published."""
    shutil.copytree(edition, tmp_path / "published", symlinks=True)
    return Settings(copy_raw(tmp_path, PATIENTS, HARM), tmp_path / "work", tmp_path / "published")


def the_file_is_refused(settings: Settings, sources: Sources) -> None:
    (problem,) = problems(settings, sources)
    assert (problem.release, problem.file) == ("restricted_patients 2023", FILE)
    assert problem.expected.startswith("the bytes that were published, with sha256 ")
    assert problem.found.startswith("other bytes under the same name, with sha256 ")
    assert "raw/restricted_patients/2023-reissue-2" in problem.remedy


def test_what_is_as_it_was_published_passes(settings: Settings, sources: Sources) -> None:
    assert problems(settings, sources) == []
    assert review(settings, sources, NOW).remarks == []


def test_a_release_altered_in_place_is_refused(settings: Settings, sources: Sources) -> None:
    alter(settings.raw)

    the_file_is_refused(settings, sources)


@pytest.mark.parametrize("lost", ["work", "published/ipp.duckdb", "published/current", "published/editions"])
def test_it_is_refused_whatever_else_is_lost(settings: Settings, sources: Sources, lost: str) -> None:
    path = settings.work.parent / lost
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    alter(settings.raw)

    the_file_is_refused(settings, sources)


def test_it_is_refused_after_other_editions_without_it(settings: Settings, sources: Sources) -> None:
    alter(settings.raw)
    set_aside(settings, "restricted_patients 2023", "altered")
    publish(settings, sources)
    publish(settings, sources)
    take_back(settings, "restricted_patients 2023")

    the_file_is_refused(settings, sources)


def test_a_ledger_of_an_earlier_version_is_filled_in_from_the_edition(tmp_path: Path, sources: Sources) -> None:
    settings = Settings(copy_raw(tmp_path, PATIENTS), tmp_path / "work", tmp_path / "published")
    publish(settings, sources, lists_files=False)
    line = settings.ledger.read_text(encoding="utf-8")
    assert json.loads(line)["files"] == []
    alter(settings.raw)

    the_file_is_refused(settings, sources)


def test_a_verdict_that_failed_publishes_nothing(tmp_path: Path, sources: Sources) -> None:
    settings = Settings(copy_raw(tmp_path, PATIENTS), tmp_path / "work", tmp_path / "published")
    failed = CheckResult("suite", "target", "expectation", False, True, "", "reason")
    files = [PublishedFile("restricted_patients 2023", FILE, "0" * 64)]
    append(settings.ledger, give_verdict("run", EDITION_FILES, ["restricted_patients 2023"], [failed], files))

    assert problems(settings, sources) == []


def test_the_published_bytes_may_come_back(settings: Settings, sources: Sources) -> None:
    before = (settings.raw / PATIENTS / FILE).read_bytes()
    alter(settings.raw)
    (settings.raw / PATIENTS / FILE).write_bytes(before)
    rehash(settings.raw / PATIENTS)

    assert problems(settings, sources) == []


def test_a_reissue_beside_the_first_is_taken(settings: Settings, sources: Sources) -> None:
    shutil.copytree(settings.raw / PATIENTS, settings.raw / f"{PATIENTS}-reissue-2")
    reissue = settings.raw / f"{PATIENTS}-reissue-2"
    edit_cell(reissue / FILE, "Table_1", "F6", 700.0)
    rehash(reissue)
    edit_manifest(reissue, lambda manifest: manifest.update(release_id="2023-reissue-2"))

    assert problems(settings, sources) == []

    alter(settings.raw)
    assert "raw/restricted_patients/2023-reissue-3" in problems(settings, sources)[0].remedy


def test_a_file_that_leaves_a_release_is_named(settings: Settings, sources: Sources) -> None:
    release = settings.raw / PATIENTS
    (release / FILE).rename(release / "restricted-patients-altered.ods")
    edit_manifest(release, lambda manifest: manifest["files"][0].update(name="restricted-patients-altered.ods"))
    edit_cell(release / "restricted-patients-altered.ods", "Table_1", "F6", 700.0)
    rehash(release)
    (problem,) = problems(settings, sources)

    assert problem.file == FILE
    assert problem.expected == "every file of the release that was published"


def test_a_renamed_file_with_the_same_bytes_is_taken_and_named(settings: Settings, sources: Sources) -> None:
    release = settings.raw / PATIENTS
    (release / FILE).rename(release / "restricted-patients-ipp.ods")
    edit_manifest(release, lambda manifest: manifest["files"][0].update(name="restricted-patients-ipp.ods"))

    assert problems(settings, sources) == []
    assert review(settings, sources, NOW).remarks == [
        f"restricted_patients 2023: restricted-patients-ipp.ods was published as {FILE}"
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "Another"}, "title was "),
        (
            {"published_on": dt.date(2024, 5, 1)},
            "published_on was 2024-05-13 in the edition in place, and is 2024-05-01",
        ),
        ({"kind": "transcribed"}, "source_kind was rebuilt in the edition in place, and is transcribed now"),
        ({"known_by": dt.date(2024, 6, 1)}, "known_on was "),
    ],
)
def test_a_changed_manifest_is_taken_and_named(
    settings: Settings, sources: Sources, change: dict[str, object], said: str
) -> None:
    edit_manifest(settings.raw / PATIENTS, lambda manifest: manifest.update(change))
    remarks = review(settings, sources, NOW).remarks

    assert problems(settings, sources) == []
    assert any(remark.startswith(f"restricted_patients 2023: {said}") for remark in remarks)
    assert [line for line in notes(settings, sources, settings.raw / PATIENTS) if said in line]


def test_a_release_that_left_raw_is_named_until_it_is_back(settings: Settings, sources: Sources) -> None:
    shutil.move(settings.raw / HARM, settings.raw.parent / "away")
    (problem,) = problems(settings, sources)

    assert problem.release == "safety_in_custody 2020"
    assert problem.expected == "the folder raw/safety_in_custody/2020: the edition in place holds the release"
    assert problem.found == "none"

    set_aside(settings, "safety_in_custody 2020", "withdrawn by the publisher")
    outcomes = {outcome.release.name: outcome for outcome in gather(settings, sources, NOW)}
    assert outcomes["safety_in_custody 2020"].status == "set_aside"
    assert outcomes["safety_in_custody 2020"].reason.endswith(": withdrawn by the publisher")
    publish(settings, sources)
    take_back(settings, "safety_in_custody 2020")
    assert problems(settings, sources) == [problem], "a person is asked again: it was published once"

    shutil.move(settings.raw.parent / "away", settings.raw / HARM)
    assert problems(settings, sources) == []


def test_it_is_named_when_the_edition_is_lost(settings: Settings, sources: Sources) -> None:
    shutil.rmtree(settings.raw / HARM)
    settings.published_file.unlink()

    assert [problem.release for problem in problems(settings, sources)] == ["safety_in_custody 2020"]


def test_a_release_under_another_name_is_reported_to_be_there(settings: Settings, sources: Sources) -> None:
    (settings.raw / HARM).rename(settings.raw / "safety_in_custody/2020-renamed")
    edit_manifest(
        settings.raw / "safety_in_custody/2020-renamed", lambda manifest: manifest.update(release_id="2020-renamed")
    )
    (problem,) = problems(settings, sources)

    assert problem.found == "none; safety_in_custody 2020-renamed holds files of it"


def test_a_release_that_was_set_aside_and_never_published_may_leave(tmp_path: Path, sources: Sources) -> None:
    settings = Settings(copy_raw(tmp_path, PATIENTS, HARM), tmp_path / "work", tmp_path / "published")
    (settings.raw / HARM / "manifest.yml").unlink()
    set_aside(settings, "safety_in_custody 2020", "no manifest")
    publish(settings, sources)
    shutil.rmtree(settings.raw / HARM)
    take_back(settings, "safety_in_custody 2020")

    assert problems(settings, sources) == []


def test_a_published_release_does_not_go_under_embargo(settings: Settings, sources: Sources) -> None:
    """Its figures would leave the edition silently."""
    edit_manifest(settings.raw / PATIENTS, lambda manifest: manifest.update(published_on=dt.date(2052, 5, 13)))
    (problem,) = problems(settings, sources)

    assert (problem.file, problem.cell, problem.found) == ("manifest.yml", "published_on", "2052-05-13")


def test_a_day_far_ahead_is_named(tmp_path: Path, sources: Sources) -> None:
    settings = Settings(copy_raw(tmp_path, PATIENTS, HARM), tmp_path / "work", tmp_path / "published")
    edit_manifest(settings.raw / PATIENTS, lambda manifest: manifest.update(published_on=dt.date(2052, 5, 13)))

    assert problems(settings, sources) == []
    (remark,) = review(settings, sources, NOW).remarks
    assert remark.startswith("restricted_patients 2023: published_on is 2052-05-13, more than a year ahead; correct ")


def _stray_folder(settings: Settings) -> str:
    (settings.raw / "2025-q9").mkdir()
    (settings.raw / "2025-q9" / "prison-population-31-Dec-2025.ods").write_bytes(b"x")
    return "raw/2025-q9: expected a publication that is declared"


def _stray_file(settings: Settings) -> str:
    (settings.raw / "omsq").mkdir()
    (settings.raw / "omsq" / "prison-population-31-Dec-2025.ods").write_bytes(b"x")
    return "raw/omsq/prison-population-31-Dec-2025.ods: expected a file of a release"


def _altered(settings: Settings) -> str:
    alter(settings.raw)
    return f"restricted_patients 2023 / {FILE}: expected the bytes that were published"


def _left(settings: Settings) -> str:
    shutil.rmtree(settings.raw / HARM)
    return "safety_in_custody 2020: expected the folder raw/safety_in_custody/2020"


def _without_values(settings: Settings) -> str:
    release = settings.raw / "restricted_patients/2022"
    shutil.copytree(settings.raw / PATIENTS, release)
    for sheet, columns in (("Table_1", "BCDEF"), ("Table_2", "BCDE")):
        for column in columns:
            edit_cell(release / FILE, sheet, f"{column}6", "[x]")
    rehash(release)
    edit_manifest(release, lambda manifest: manifest.update(release_id="2022"))
    return "restricted_patients 2022: expected at least one figure"


def _under_another_quarter(settings: Settings) -> str:
    another(settings.raw / PATIENTS, settings.raw, "2024-q1")
    return f"restricted_patients 2024-q1 / {FILE}: expected a file that no other release holds"


def another(release: Path, raw: Path, release_id: str) -> Path:
    """A copy of a release in raw/, or in a folder beside it, under another name and published a year later."""
    copy = shutil.copytree(release, raw / release.parent.name / release_id)
    later = dt.date(2025, 5, 13)
    edit_manifest(copy, lambda manifest: manifest.update(release_id=release_id, published_on=later))
    return copy


@pytest.mark.parametrize(
    "spoil", [_stray_folder, _stray_file, _altered, _left, _without_values, _under_another_quarter]
)
def test_check_status_and_refresh_say_the_same(settings: Settings, sources: Sources, spoil) -> None:
    said = spoil(settings)
    with pytest.raises(InputRejected), last_run.recorded(settings, "run"):
        gather(settings, sources, NOW)
    checked, status = ipp(settings, "check", str(settings.raw)), ipp(settings, "status")

    assert (checked.exit_code, status.exit_code) == (3, 0)
    assert said in checked.output
    assert said in status.output
    assert any(str(problem).startswith(said) for problem in problems(settings, sources)), "a refresh stops"


def notes(settings: Settings, sources: Sources, path: Path) -> list[str]:
    """What `ipp check` notes of a folder that it does not refuse."""
    found = review(settings, sources, NOW)
    return checking.notes(checking.read_as_published(path, settings, sources, found), found, settings.raw)


def test_a_release_outside_raw_with_a_file_of_a_release_in_raw_is_refused(
    settings: Settings, sources: Sources, tmp_path: Path
) -> None:
    copy = another(settings.raw / PATIENTS, tmp_path / "elsewhere", "2024-q1")

    with pytest.raises(InputRejected, match=f"2024-q1 / {FILE}: .*found the bytes of restricted_patients 2023"):
        notes(settings, sources, copy)


@pytest.mark.parametrize("release_id", ["2023", "2023-reissue-2"])
def test_a_release_outside_raw_may_repeat_itself_and_what_it_reissues(
    settings: Settings, sources: Sources, tmp_path: Path, release_id: str
) -> None:
    copy = another(settings.raw / PATIENTS, tmp_path / "elsewhere", release_id)

    assert all("no other release" not in note for note in notes(settings, sources, copy))


def test_a_release_under_embargo_with_a_file_of_another_is_a_note_and_refused_by_a_check(
    settings: Settings, sources: Sources
) -> None:
    copy = another(settings.raw / PATIENTS, settings.raw, "2024-q1")
    edit_manifest(copy, lambda manifest: manifest.update(published_on=NOW.date() + dt.timedelta(days=30)))
    said = f"restricted_patients 2024-q1 / {FILE}: expected a file that no other release holds"

    assert problems(settings, sources) == []
    (note,) = review(settings, sources, NOW).remarks
    assert note.startswith(f"from its day of publication a refresh stops: {said}")
    with pytest.raises(InputRejected, match="found the bytes of restricted_patients 2023"):
        notes(settings, sources, copy)


def test_a_check_says_nothing_of_files_of_a_release_that_is_set_aside(settings: Settings, sources: Sources) -> None:
    another(settings.raw / PATIENTS, settings.raw, "2024-q1")
    set_aside(settings, "restricted_patients 2024-q1", "the file of another quarter")

    assert notes(settings, sources, settings.raw) == []


def test_what_is_wrong_elsewhere_in_raw_is_a_note_of_a_check(settings: Settings, sources: Sources) -> None:
    said = _stray_folder(settings)
    (note,) = notes(settings, sources, settings.raw / PATIENTS)

    assert note.startswith(f"a refresh stops: {said}")
    with pytest.raises(InputRejected, match="a folder of no publication"):
        notes(settings, sources, settings.raw / "2025-q9")


def test_a_release_outside_raw_that_was_published_otherwise_is_a_note(
    settings: Settings, sources: Sources, tmp_path: Path
) -> None:
    elsewhere = copy_raw(tmp_path / "elsewhere", PATIENTS)
    alter(elsewhere)
    (note,) = notes(settings, sources, elsewhere / PATIENTS)

    assert note.startswith(f"restricted_patients 2023 / {FILE}: expected the bytes that were published")


def test_every_file_of_a_verdict_is_read_back(settings: Settings) -> None:
    (verdict,) = read_ledger(settings.ledger).verdicts

    assert {(file.release, file.name) for file in verdict.files} == {
        ("restricted_patients 2023", FILE),
        ("safety_in_custody 2020", "safety-in-custody-ipp-self-harm-2012-to-2020.xlsx"),
    }

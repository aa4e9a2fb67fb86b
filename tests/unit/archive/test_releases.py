"""raw/ as a store: manifests read strictly, bytes checked, and nothing opened before its day."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.archive.releases import check_bytes, is_embargoed, open_release, survey, visible_from
from tests.readings import opened, raw_releases
from tests.workbooks import RAW, copy_raw, edit_manifest, rehash

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
LONDON = ZoneInfo("Europe/London")
SELF_HARM = "safety_in_custody/2020"


@pytest.fixture
def release(tmp_path) -> Path:
    """A copy of one small release."""
    return copy_raw(tmp_path, SELF_HARM) / SELF_HARM


def _problems(raw: Path, sources, now: dt.datetime = NOW):
    return survey(raw, sources, now).problems


def test_every_release_of_raw_is_public_and_whole(sources):
    found = survey(RAW, sources, dt.datetime(2100, 1, 1, tzinfo=dt.UTC))

    assert (found.embargoed, found.rejected) == ([], [])
    assert len(found.visible) == len(list(RAW.glob("*/*/manifest.yml")))
    assert all(release.publication != "internal" for release in found.visible)


def test_a_release_is_known_by_its_folder_and_can_stand_in_a_set():
    release = opened(RAW / SELF_HARM)

    assert release.name == "safety_in_custody 2020"
    assert [path.name for path in release.paths] == ["safety-in-custody-ipp-self-harm-2012-to-2020.xlsx"]
    assert len({release, opened(RAW / SELF_HARM)}) == 1


@pytest.mark.parametrize(
    ("change", "place", "found"),
    [
        (lambda manifest: manifest.pop("licence"), "licence", "Field required"),
        (lambda manifest: manifest.update(colour="red"), "colour", "Extra inputs are not permitted"),
        (lambda manifest: manifest.update(published_on="soon"), "published_on", "valid date"),
        (lambda manifest: manifest.update(kind="invented"), "kind", "'official', 'rebuilt' or 'transcribed'"),
        (lambda manifest: manifest.update(published_on_precision="roughly"), "published_on_precision", "'exact'"),
        (lambda manifest: manifest.update(files=[]), "files", "at least 1 item"),
        (lambda manifest: manifest["files"][0].update(sha256="abc"), "files.0.sha256", "should match pattern"),
        (
            lambda manifest: manifest["files"][0].update(name="../x.ods"),
            "files.0.name",
            "'../x.ods' leads out of the release",
        ),
        (lambda manifest: manifest["files"][0].update(name=".."), "files.0.name", "'..' leads out of the release"),
        (
            lambda manifest: manifest["files"][0].update(name="a/../../x"),
            "files.0.name",
            "'a/../../x' leads out of the release",
        ),
        (
            lambda manifest: manifest["files"][0].update(name="/etc/passwd"),
            "files.0.name",
            "'/etc/passwd' leads out of the release",
        ),
        (
            lambda manifest: manifest["files"][0].update(name="..\\x.ods"),
            "files.0.name",
            "x.ods' leads out of the release",
        ),
        (
            lambda manifest: manifest["files"][0].update(name="C:\\x.ods"),
            "files.0.name",
            "C:\\\\x.ods' leads out of the release",
        ),
        (lambda manifest: manifest["files"][0].update(name="."), "files.0.name", "'.' is a folder, not a file"),
        (lambda manifest: manifest["files"][0].update(name="old/x.ods"), "files.0.name", "a release has no folders"),
        (lambda manifest: manifest["files"][0].update(name=""), "files.0.name", "an empty name"),
        (lambda manifest: manifest["files"][0].update(name="a\x07.ods"), "files.0.name", "control characters"),
        (lambda manifest: manifest["files"][0].update(name="manifest.yml"), "files.0.name", "does not list itself"),
        (lambda manifest: manifest["files"][0].update(bytes=-1), "files.0.bytes", "greater than or equal to 0"),
        (lambda manifest: manifest["covers"].update(first=dt.date(2021, 1, 1)), "covers", "2021-01-01, is after"),
        (lambda manifest: manifest.update(published_on=dt.date(2205, 4, 24)), "published_on", "2099-12-31"),
        (lambda manifest: manifest.update(published_on=dt.date(1925, 4, 24)), "published_on", "from 2005-04-04"),
        (lambda manifest: manifest.update(known_by=dt.date(2205, 4, 24)), "known_by", "2099-12-31"),
        (lambda manifest: manifest.update(answered_on=dt.date(205, 4, 24)), "answered_on", "from 2005-04-04"),
        (
            lambda manifest: manifest.update(known_by=dt.date(2021, 10, 31)),
            "known_by",
            "before published_on, 2021-11-01",
        ),
        (lambda manifest: manifest["covers"].pop("last"), "covers.last", "Field required"),
    ],
)
def test_a_manifest_that_is_not_as_it_should_be_is_reported_by_its_key(release, sources, change, place, found):
    edit_manifest(release, change)
    _, (problem,) = open_release(release, sources)

    assert (problem.file, problem.cell, problem.expected) == ("manifest.yml", place, "a valid manifest")
    assert found in problem.found


@pytest.mark.parametrize(
    ("precision", "known_by", "known_on"),
    [
        ("exact", None, dt.date(2021, 11, 1)),
        ("not_after", None, dt.date(2021, 11, 1)),
        ("month", None, dt.date(2021, 11, 30)),
        ("month", dt.date(2021, 11, 12), dt.date(2021, 11, 12)),
        ("not_before", dt.date(2026, 11, 21), dt.date(2026, 11, 21)),
        ("not_before", None, None),
    ],
)
def test_a_release_is_known_when_it_was_surely_public(release, sources, precision, known_by, known_on):
    edit_manifest(release, lambda manifest: manifest.update(published_on_precision=precision, known_by=known_by))
    found, problems = open_release(release, sources)

    assert problems == []
    assert found.manifest.known_on == known_on


def test_every_release_of_raw_is_known_some_day():
    known = {name: opened(RAW / name).manifest.known_on for name in raw_releases()}

    assert [name for name, day in known.items() if not day] == []
    assert known["written_answers/UIN9796"] > dt.date(2024, 6, 30), "its own day is only the earliest there can be"


def test_all_mistakes_of_a_manifest_are_reported_at_once(release, sources):
    edit_manifest(release, lambda manifest: manifest.update(kind="invented", published_on="soon", colour="red"))

    assert [problem.cell for problem in open_release(release, sources)[1]] == ["published_on", "kind", "colour"]


@pytest.mark.parametrize("text", ["files: [unfinished", "\tpublication: x", "publication: 'x"])
def test_yaml_that_cannot_be_read_is_reported(release, sources, text):
    (release / "manifest.yml").write_text(text, encoding="utf-8")
    (problem,) = _problems(release.parent.parent, sources)

    assert (problem.release, problem.file) == ("safety_in_custody 2020", "manifest.yml")
    assert problem.expected == "readable YAML"
    assert problem.found


@pytest.mark.parametrize("content", [b"", b"- a list", b"just words", b"\xff\xfe\x00"])
def test_a_manifest_that_is_no_mapping_is_reported_and_breaks_nothing(release, sources, content):
    (release / "manifest.yml").write_bytes(content)
    (problem,) = _problems(release.parent.parent, sources)

    assert problem.file == "manifest.yml"
    assert problem.expected in ("readable YAML", "a valid manifest")


def test_a_folder_without_a_manifest_is_reported(release, sources):
    (release / "manifest.yml").unlink()
    (problem,) = _problems(release.parent.parent, sources)

    assert (problem.expected, problem.found) == ("a manifest beside the files", "none")


def test_the_manifest_of_another_release_is_reported(release, sources):
    (release / "manifest.yml").write_bytes((RAW / "safety_in_custody/2023/manifest.yml").read_bytes())
    (problem,) = open_release(release, sources)[1]

    assert problem.expected == "publication 'safety_in_custody' and release '2020', as the folders are named"
    assert problem.found == "('safety_in_custody', '2023')"


def test_an_undeclared_publication_is_reported(release, sources):
    folder = release.parent.parent / "weather" / "2020"
    folder.parent.mkdir()
    release.rename(folder)
    edit_manifest(folder, lambda manifest: manifest.update(publication="weather"))
    (problem,) = _problems(folder.parent.parent, sources)

    assert problem.expected.startswith("a publication that is declared (")
    assert problem.found == "weather"


def test_a_changed_byte_is_reported_with_both_checksums(release, sources):
    path = next(release.glob("*.xlsx"))
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (problem,) = check_bytes(opened(release))

    assert problem.file == path.name
    assert problem.expected.startswith(f"{len(content)} bytes with sha256 ")
    assert problem.found.startswith(f"{len(content)} bytes with sha256 ")
    assert problem.found != problem.expected
    assert "a re-issued file is a new release" in problem.remedy


def test_missing_extra_and_doubled_files_are_reported_together(release, sources):
    next(release.glob("*.xlsx")).rename(release / "other.xlsx")
    (release / ".DS_Store").write_bytes(b"the litter of a file browser is not a published file")
    edit_manifest(release, lambda manifest: manifest["files"].append(manifest["files"][0]))
    problems = check_bytes(opened(release))

    assert sorted({(problem.file, problem.expected, problem.found) for problem in problems}) == [
        ("other.xlsx", "only files the manifest lists", "a file it does not list"),
        ("safety-in-custody-ipp-self-harm-2012-to-2020.xlsx", "each file once", "it again"),
        ("safety-in-custody-ipp-self-harm-2012-to-2020.xlsx", "the file the manifest lists", "none"),
    ]


def test_a_folder_inside_a_release_is_an_unlisted_file(release, sources):
    (release / "old").mkdir()

    assert [problem.file for problem in check_bytes(opened(release))] == ["old"]


def test_rehashed_files_are_whole_again(release, sources):
    next(release.glob("*.xlsx")).write_bytes(b"anything")
    rehash(release)

    assert check_bytes(opened(release)) == []


def _another(release: Path, name: str) -> Path:
    """A copy of a release under another name, published later."""
    copy = shutil.copytree(release, release.with_name(name))
    edit_manifest(copy, lambda manifest: manifest.update(release_id=name, published_on=dt.date(2025, 7, 31)))
    return copy


def test_a_file_that_another_release_holds_is_reported_in_the_later_one(release, sources):
    copy = _another(release, "2019")
    rejected = survey(release.parents[1], sources, NOW).rejected

    ((known, (problem,)),) = rejected
    assert (known.release_id, problem.file) == ("2019", next(copy.glob("*.xlsx")).name)
    assert problem.found == f"the bytes of safety_in_custody 2020 / {problem.file}"


def test_a_reissue_may_repeat_a_file(release, sources):
    _another(release, "2020-reissue-2")

    assert _problems(release.parents[1], sources) == []


@pytest.mark.parametrize(
    ("day", "publication", "moment"),
    [
        (dt.date(2025, 1, 30), "omsq", "2025-01-30T09:30:00+00:00"),
        (dt.date(2025, 7, 31), "omsq", "2025-07-31T08:30:00+00:00"),
        (dt.date(2025, 10, 30), "omsq", "2025-10-30T09:30:00+00:00"),
        (dt.date(2025, 3, 30), "safety_in_custody", "2025-03-30T08:30:00+00:00"),
        (dt.date(2025, 10, 26), "safety_in_custody", "2025-10-26T09:30:00+00:00"),
        (dt.date(2025, 1, 30), "parole_board", "2025-01-30T00:00:00+00:00"),
        (dt.date(2025, 7, 31), "parole_board", "2025-07-30T23:00:00+00:00"),
    ],
    ids=str,
)
def test_a_release_is_public_from_its_own_time_in_london(sources, day, publication, moment):
    """30 March and 26 October 2025 are the days on which the clocks change."""
    manifest = opened(RAW / "omsq/2024-q1").manifest.model_copy(update={"published_on": day})

    assert visible_from(manifest, sources[publication]).astimezone(dt.UTC).isoformat() == moment


def test_the_second_before_its_time_a_release_is_not_public(sources):
    manifest = opened(RAW / "omsq/2024-q1").manifest.model_copy(update={"published_on": dt.date(2025, 7, 31)})
    half_past_nine = dt.datetime(2025, 7, 31, 9, 30, tzinfo=LONDON)

    assert is_embargoed(manifest, sources["omsq"], half_past_nine - dt.timedelta(seconds=1))
    assert not is_embargoed(manifest, sources["omsq"], half_past_nine)
    assert is_embargoed(manifest, sources["omsq"], dt.datetime(2025, 7, 31, 8, 29, tzinfo=dt.UTC))
    assert not is_embargoed(manifest, sources["omsq"], dt.datetime(2025, 7, 31, 8, 30, tzinfo=dt.UTC))


def test_the_files_of_a_release_before_its_time_are_not_opened(release, sources):
    edit_manifest(release, lambda manifest: manifest.update(published_on=dt.date(2027, 1, 28)))
    path = next(release.glob("*.xlsx"))
    path.unlink()
    path.mkdir()  # reading it as a file would fail
    found = survey(release.parent.parent, sources, NOW)

    assert [embargoed.name for embargoed in found.embargoed] == ["safety_in_custody 2020"]
    assert (found.visible, found.problems) == ([], [])


def test_a_broken_manifest_is_reported_whatever_its_day(release, sources):
    edit_manifest(release, lambda manifest: manifest.update(published_on=dt.date(2027, 1, 28), kind="invented"))

    assert len(_problems(release.parent.parent, sources)) == 1


# ---- What a manifest may not be ------------------------------------------------------------------------------------


def _manifest_of_brackets(release: Path) -> None:
    (release / "manifest.yml").write_text("files: " + "[" * 20_000 + "]" * 20_000, encoding="utf-8")


def _huge_manifest(release: Path) -> None:
    with (release / "manifest.yml").open("wb") as sparse:
        sparse.truncate(100_000_000)


def _key_given_twice(release: Path) -> None:
    path = release / "manifest.yml"
    path.write_text(path.read_text(encoding="utf-8") + "published_on: 2031-01-01\n", encoding="utf-8")


def _impossible_date(release: Path) -> None:
    path = release / "manifest.yml"
    text = path.read_text(encoding="utf-8").replace("published_on: 2021-11-01", "published_on: 2021-11-31")
    path.write_text(text, encoding="utf-8")


def _latin_1(release: Path) -> None:
    (release / "manifest.yml").write_bytes("title: café".encode("latin-1"))


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_manifest_of_brackets, "more than 50 levels of nesting"),
        (_huge_manifest, "100000000 bytes; the largest file taken has"),
        (_key_given_twice, "a key must not appear twice: 'published_on'"),
        (_impossible_date, "'2021-11-31' is not a valid value"),
        (_latin_1, "not UTF-8 text"),
    ],
)
def test_a_manifest_that_would_be_misread_is_named_without_a_traceback(release, sources, spoil, found):
    spoil(release)
    (problem,) = _problems(release.parent.parent, sources)

    assert (problem.file, problem.expected) == ("manifest.yml", "readable YAML")
    assert found in problem.found
    assert "\n" not in str(problem)


def test_two_dots_at_the_start_of_a_plain_name_are_part_of_it(release, sources):
    next(release.glob("*.xlsx")).rename(release / "..self-harm.xlsx")
    edit_manifest(release, lambda manifest: manifest["files"][0].update(name="..self-harm.xlsx"))

    assert _problems(release.parent.parent, sources) == []


def test_the_size_in_the_manifest_is_checked(release, sources):
    edit_manifest(release, lambda manifest: manifest["files"][0].update(bytes=1))
    (problem,) = check_bytes(opened(release))

    assert problem.expected.startswith("1 bytes with sha256 ")
    assert problem.found.startswith("7847 bytes with sha256 ")


# ---- Paths that lead out of a release ------------------------------------------------------------------------------


def test_a_link_out_of_the_release_is_named_as_that(release, sources, tmp_path):
    """The bytes are the right ones: what is outside can change without the release changing."""
    file = next(release.glob("*.xlsx"))
    file.rename(tmp_path / "outside.xlsx")
    file.symlink_to(tmp_path / "outside.xlsx")
    (problem,) = check_bytes(opened(release))

    assert problem.expected == "a file in the release's own folder"
    assert problem.found == "a symbolic link that leads out of the release"
    assert problem.remedy == "put the file itself into the folder"


@pytest.mark.parametrize("target", ["../2023/manifest.yml", "nowhere.xlsx", "manifest.yml", "itself.xlsx"])
def test_any_link_in_a_release_is_refused(release, sources, target):
    file = next(release.glob("*.xlsx"))
    file.unlink()
    file.symlink_to(file.name if target == "itself.xlsx" else target)
    (problem,) = check_bytes(opened(release))

    assert problem.found.startswith("a symbolic link")
    assert ("leads out of the release" in problem.found) == target.startswith("..")


def test_a_manifest_that_is_a_link_out_of_the_release_is_named_as_that(release, sources, tmp_path):
    (release / "manifest.yml").rename(tmp_path / "manifest.yml")
    (release / "manifest.yml").symlink_to(tmp_path / "manifest.yml")
    (problem,) = _problems(release.parent.parent, sources)

    assert (problem.file, problem.found) == ("manifest.yml", "a symbolic link that leads out of the release")


def test_a_listed_file_that_is_a_folder_is_named_as_one(release, sources):
    file = next(release.glob("*.xlsx"))
    file.unlink()
    file.mkdir()

    assert [problem.found for problem in check_bytes(opened(release))] == ["a folder"]


# ---- What belongs to no release ------------------------------------------------------------------------------------


def test_what_belongs_to_no_publication_or_release_is_named(release, sources):
    raw = release.parent.parent
    for path in ("2025-q9/x.ods", "safety_in_custody/x.xlsx", "x.csv", "weather/2020/x.csv", "weather/x.csv"):
        (raw / path).parent.mkdir(parents=True, exist_ok=True)
        (raw / path).write_bytes(b"x")
    (raw / "empty").mkdir()
    (raw / "gone.ods").symlink_to("nowhere")
    (raw / "safety_in_custody" / "2020~").mkdir()
    problems = _problems(raw, sources)

    assert sorted((problem.release, problem.file, problem.found) for problem in problems) == [
        ("raw/2025-q9", "", "a folder of no publication"),
        ("raw/empty", "", "a folder of no publication"),
        ("raw/gone.ods", "", "a file of no release"),
        ("raw/safety_in_custody/x.xlsx", "", "a file of no release"),
        ("raw/weather/x.csv", "", "a file of no release"),
        ("raw/x.csv", "", "a file of no release"),
        ("safety_in_custody 2020~", "manifest.yml", "none"),
        ("weather 2020", "manifest.yml", "none"),
    ]
    folder = next(problem for problem in problems if problem.release == "raw/2025-q9")
    assert folder.expected.startswith("a publication that is declared (annual_report, ")
    assert folder.remedy == "move it to raw/<publication>/2025-q9 with a manifest.yml, or take it out of raw/"


def test_notes_and_the_litter_of_editors_lose_nothing(release, sources):
    raw = release.parent.parent
    for folder in (raw, raw / "safety_in_custody"):
        for name in (".DS_Store", ".~lock.x.ods#", "~$x.xlsx", "README.md", "README.md~", "Thumbs.db", "desktop.ini"):
            (folder / name).write_bytes(b"x")
    (raw / "CITATIONS.csv").write_bytes(b"x")
    (raw / ".git").mkdir()
    (raw / "internal").mkdir()
    (release / "~$x.xlsx").write_bytes(b"x")

    assert _problems(raw, sources) == []


def test_raw_itself_holds_nothing_that_belongs_to_no_release(sources):
    assert survey(RAW, sources, NOW).strays == []

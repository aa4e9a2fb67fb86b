"""What `ipp check` reads on each level of raw/, and what it says of one file on its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestration.build import checking
from orchestration.problems import InputRejected
from orchestration.settings import ROOT
from orchestration.sources.spec import Source
from tests.fixtures.published_layouts.make_fixtures import write_ods
from tests.workbooks import copy_raw

pytestmark = pytest.mark.usefixtures("in_this_process")

RECALLS = ROOT / "raw/omsq/2024-q4/licence-recalls-Oct-to-Dec-2024.ods"


def test_a_file_that_is_cut_off_is_reported_as_such(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    # Two publications have files of such a name. Neither finds a table, and that is not what is wrong.
    cut = tmp_path / RECALLS.name
    cut.write_bytes(RECALLS.read_bytes()[:2500])

    with pytest.raises(InputRejected) as refused:
        checking.read(cut, sources)

    (problem,) = refused.value.problems
    assert str(problem).startswith(f"{RECALLS.name}: expected ")
    assert "a whole ODS, XLSX or CSV file" in str(problem)
    assert "fetch the file again" in str(problem)


FURTHER_OFFENCES = "Table 2: Convictions for serious further offences by type of sentence being served"


def test_a_file_without_a_known_table_is_reported_with_titles(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    # The files of one publication may have any name, so its name alone says nothing.
    path = tmp_path / "serious-further-offences-2024.ods"
    sheets = {f"Table_{number}": [[f"Table {number}: Reoffending by age"], ["Age"]] for number in range(3, 9)}
    write_ods(path, {"Notes": [["Notes"]], "Table_2": [[FURTHER_OFFENCES], ["Sentence", "2019/20"]], **sheets})

    (problem,) = _refused(path, sources)
    assert problem == (
        "serious-further-offences-2024.ods: expected a file with a table that a spec under orchestration/sources asks "
        f"for; found no table of any publication; the titles in it: {FURTHER_OFFENCES!r}; "
        "'Table 3: Reoffending by age'; 'Table 4: Reoffending by age'; 'Table 5: Reoffending by age'; "
        "'Table 6: Reoffending by age' and 2 more; "
        "to do: if one of these titles is of a known table, declare it in the table's spec"
    )


@pytest.mark.parametrize("name", [RECALLS.name, "licence_recalls.ods", "x.ods", "prison-pop-may-2024.ods"])
def test_a_file_is_known_by_its_tables_whatever_its_name(
    tmp_path: Path, sources: Mapping[str, Source], name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(RECALLS.read_bytes())

    (checked,) = checking.read(path, sources)
    assert checked.reading.publication == "omsq"
    assert len(checked.reading.tables) == 3


def test_a_file_with_tables_of_two_publications_is_reported(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    titles = ["Table 1: IPP prisoners by sex and release status", "Table 2: Completed IPP oral hearings by type"]
    path = tmp_path / "x.ods"
    write_ods(path, {f"Table_{number}": [[title], ["Sex"]] for number, title in enumerate(titles, 1)})

    (problem,) = _refused(path, sources)
    assert "found tables of omsq (ipp_prisoners_by_status); parole_board (oral_hearings)" in problem


def test_a_csv_of_a_release_has_the_title_of_the_release(sources: Mapping[str, Source]) -> None:
    (checked,) = checking.read(ROOT / "raw/written_answers/UIN9796/UIN9796_table_1.csv", sources)

    assert [table.spec.table for table in checked.reading.tables] == ["uin9796"]


RELEASES = ("omsq/2024-q3", "omsq/2024-q4", "written_answers/UIN9796")


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("omsq/2024-q4", ["omsq 2024-q4"]),
        ("omsq/2024-q4/", ["omsq 2024-q4"]),
        ("omsq", ["omsq 2024-q3", "omsq 2024-q4"]),
        ("written_answers", ["written_answers UIN9796"]),
        ("", ["omsq 2024-q3", "omsq 2024-q4", "written_answers UIN9796"]),
        ("omsq/../omsq", ["omsq 2024-q3", "omsq 2024-q4"]),
    ],
)
def test_every_level_of_raw_can_be_checked(
    tmp_path: Path, sources: Mapping[str, Source], level: str, expected: list[str]
) -> None:
    raw = copy_raw(tmp_path, *RELEASES)

    assert [one.release.name for one in checking.read(Path(f"{raw}/{level}"), sources)] == expected


def test_a_folder_may_be_named_from_where_one_stands(
    tmp_path: Path, sources: Mapping[str, Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = copy_raw(tmp_path, *RELEASES)
    for start, count in ((raw, 3), (raw / "omsq", 2), (raw / "omsq/2024-q4", 1)):
        monkeypatch.chdir(start)
        assert len(checking.read(Path(), sources)) == count
    monkeypatch.chdir(raw / "omsq/2024-q4")
    (checked,) = checking.read(Path(RECALLS.name), sources)
    assert checked.release.name == f"2024-q4 {RECALLS.name}"


def test_a_release_without_a_manifest_is_reported(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    raw = copy_raw(tmp_path, *RELEASES)
    (raw / "omsq/2024-q4/manifest.yml").unlink()

    for level in ("omsq/2024-q4", "omsq", ""):
        (problem,) = _refused(raw / level, sources)
        assert problem.startswith("omsq 2024-q4 / manifest.yml: expected a manifest beside the files; found none")


def test_a_folder_without_releases_is_reported(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    (problem,) = _refused(tmp_path, sources)

    assert "a release folder with its manifest.yml, a folder of releases, or one published file; found none" in problem


def _refused(path: Path, sources: Mapping[str, Source]) -> list[str]:
    """The problems of what lies at a path."""
    with pytest.raises(InputRejected) as refused:
        checking.read(path, sources)
    return [str(problem) for problem in refused.value.problems]

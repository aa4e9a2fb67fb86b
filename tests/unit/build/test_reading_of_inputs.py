"""What a spoilt cell of a published workbook does to its release: a problem that names the cell, or a remark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestration.build import checking
from orchestration.build.inputs import gather
from orchestration.editions import decisions
from orchestration.problems import InputRejected
from orchestration.settings import Settings
from orchestration.sources.spec import Source
from tests.workbooks import change_parts, copy_raw, ods_cell, ods_row, rehash

POPULATION = "prison-population-31-Mar-2025.ods"
CELL = 'office:value-type="float" office:value="1012"'
"""G7 of Table_1_Q_14: recalled and unreleased prisoners under the IPP sentence on 31 March 2025."""
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def _spoilt(folder: Path, old: str, new: str) -> Settings:
    """A raw/ of one release, in whose workbook of the population a piece of XML is changed."""
    raw = copy_raw(folder, "omsq/2024-q4")

    def spoil(name: str, part: str) -> str:
        if name != "content.xml":
            return part
        assert part.count(old) == 1
        return part.replace(old, new)

    change_parts(raw / "omsq/2024-q4" / POPULATION, spoil)
    rehash(raw / "omsq/2024-q4")
    return Settings(raw, folder / "work", folder / "published")


def test_an_error_cell_stops_the_release_by_its_name(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    error = f'{CALC} calcext:value-type="error" office:value-type="float" office:value="0"'
    settings = _spoilt(tmp_path, f"{CELL}><text:p>1,012<", f"{error}><text:p>#REF!<")

    with pytest.raises(InputRejected) as refused:
        gather(settings, sources, NOW)

    (problem,) = refused.value.problems
    place = (problem.release, problem.file, problem.sheet, problem.cell)
    assert place == ("omsq 2024-q4", POPULATION, "Table_1_Q_14", "G7")
    assert problem.found == "'#REF!'"


def test_a_number_stored_as_text_is_read_and_recorded_as_cleaned(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    (as_published,) = gather(_spoilt(tmp_path / "a", CELL, CELL), sources, NOW)
    (outcome,) = gather(_spoilt(tmp_path / "b", CELL, 'office:value-type="string"'), sources, NOW)

    assert outcome.observations == as_published.observations
    assert as_published.reason == ""
    assert outcome.reason.endswith("cleaned: numbers stored as text were read as numbers, 1 in all, first in G7")


def test_a_stray_cell_far_below_changes_no_figure(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    stray = ods_row(times=1_048_000) + ods_row(
        '<table:table-cell table:number-columns-repeated="16383"/>', ods_cell(" ")
    )
    end = '</table:table><table:table table:name="Table_1_Q_18"'
    (as_published,) = gather(_spoilt(tmp_path / "a", CELL, CELL), sources, NOW)
    (outcome,) = gather(_spoilt(tmp_path / "b", end, stray + end), sources, NOW)

    assert outcome.observations == as_published.observations


def test_a_file_on_its_own_is_read_within_the_limits(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    settings = _spoilt(tmp_path, CELL, CELL)
    path = settings.raw / "omsq/2024-q4" / POPULATION
    path.write_bytes(path.read_bytes() + bytes(settings.limits.file_megabytes * 1024 * 1024))

    with pytest.raises(InputRejected, match="IPP_READ_FILE_MB"):
        checking.read(path, sources, settings.limits)


@pytest.mark.parametrize("holds", ["no folder", "nothing", "one that is set aside"])
def test_a_raw_without_a_release_to_publish_is_rejected(
    tmp_path: Path, sources: Mapping[str, Source], holds: str
) -> None:
    """Nothing can be built of it, and a build that stops in the middle does not say so."""
    settings = Settings(raw=tmp_path / "raw", work=tmp_path / "work", published=tmp_path / "published")
    if holds == "nothing":
        settings.raw.mkdir()
    if holds == "one that is set aside":
        copy_raw(tmp_path, "omsq/2024-q4")
        decisions.set_aside(settings, "omsq 2024-q4", "cut off")

    with pytest.raises(InputRejected) as rejected:
        gather(settings, sources, NOW)
    (problem,) = rejected.value.problems
    assert str(problem) == (
        "raw/: expected at least one release that is public; found none; "
        f"to do: put releases into {settings.raw}, or run `ipp fetch`"
    )

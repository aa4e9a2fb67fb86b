"""The files under orchestration/sources are read strictly: a mistake in one is reported before any workbook is
opened.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from orchestration.sources.spec import FOLDER, SpecError, breakdown_pairs, read_source, read_sources
from tests.small_tables import SEX, spec

PUBLICATIONS_IN_RAW = {
    "licence_termination",
    "omsq",
    "parole_board",
    "restricted_patients",
    "safety_in_custody",
    "written_answers",
}


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of orchestration/sources to be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "sources", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def _change(path: Path, **changes: Any) -> None:
    """Put keys into a YAML file."""
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def test_every_publication_of_raw_is_declared(sources):
    assert set(sources) >= PUBLICATIONS_IN_RAW
    assert all(sources[publication].tables for publication in PUBLICATIONS_IN_RAW)


def test_a_copy_of_the_folder_reads_the_same(folder, sources):
    assert read_sources(folder) == sources


def test_members_of_the_vocabulary_stand_in_place_of_its_name(sources):
    (column,) = [
        column for column in sources["safety_in_custody"].tables["self_harm"].label_columns if column.dimension
    ]

    assert column.members["male"] == ["Male", "Males"]


def test_every_table_says_what_it_describes_and_what_is_known_of_its_layout(sources):
    for source in sources.values():
        for table in source.tables.values():
            assert len(table.describes) > 20, table.table
            assert len(table.evidence) > 5, table.table


def test_every_measure_and_member_is_written_in_lower_snake(sources):
    for source in sources.values():
        for table in source.tables.values():
            names = [*table.dimensions, *(figure.measure for figure in table.figures), table.table]
            names += [member for column in table.label_columns for member in column.members]
            assert all(name == name.lower() and " " not in name and "-" not in name for name in names), table.table


def test_no_two_members_of_a_dimension_share_a_label(sources):
    for source in sources.values():
        for table in source.tables.values():
            for members in [column.members for column in table.label_columns] + [
                level.members for level in table.headings
            ]:
                labels = [label.casefold() for known in members.values() for label in set(map(str.casefold, known))]
                assert len(labels) == len(set(labels)), table.table


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"titel": "x"}, "Extra inputs are not permitted"),
        ({"unit": ""}, "no unit: give unit or a label column with unit"),
        ({"headings": []}, "at least 1 item"),
        ({"headings": [{"period": "day"}]}, "'as_at', 'quarter'"),
        ({"headings": [{"label": "Count"}]}, "the period comes from one place"),
        ({"headings": [{"period": "as_at", "label": "Count"}]}, "a heading level is exactly one of period, dimension"),
        ({"headings": [{"label": "Count", "series": "years"}]}, "series needs a period"),
        ({"newest": {"is_compared": False}}, "newest.reason"),
        ({"headings": [{"dimension": "sex"}]}, "a heading level is exactly one of period, dimension"),
        ({"period": {"title": "as_at"}}, "the period comes from one place"),
        ({"blocks": [{"head": "Men"}]}, "give label_columns"),
        ({"label_columns": [{"heading": "Sex"}]}, "give exactly one of dimension, period, unit"),
        ({"label_columns": [{"heading": "Sex", "dimension": "sex"}]}, "a dimension needs members"),
        ({"label_columns": [{"heading": "Sex", "period": "as_at", "members": SEX}]}, "and members a dimension"),
        ({"figures": [{"measure": "people", "breakdown": ["age"]}]}, "figure people: no dimension 'age'"),
        ({"figures": [{"measure": "people", "where": {"age": "old"}}]}, "figure people: no dimension 'age'"),
        ({"blank": "unavailable"}, "blank: unavailable needs blank_reason"),
        ({"year_means": "31 December"}, "String should match pattern"),
        ({"title": {"all_off": ["people"]}}, "Extra inputs are not permitted"),
    ],
)
def test_a_spec_that_contradicts_itself_is_refused(changes, mistake):
    with pytest.raises(ValidationError) as refused:
        spec(**changes)

    assert mistake in str(refused.value)


def test_all_mistakes_of_a_spec_are_reported_at_once():
    with pytest.raises(ValidationError) as refused:
        spec(unit="", blank="unavailable", figures=[{"measure": "people", "breakdown": ["age", "place"]}])

    for mistake in ("no unit", "blank_reason", "no dimension 'age'", "no dimension 'place'"):
        assert mistake in str(refused.value)


@pytest.mark.parametrize(
    ("file", "changes", "mistake"),
    [
        ("tables/self_harm.yml", {"units": "incidents"}, "Extra inputs are not permitted"),
        (
            "tables/self_harm.yml",
            {"table": "self_harms"},
            "says table 'self_harms'; the file and the table have one name",
        ),
        ("source.yml", {"publication": "safety"}, "says publication 'safety', folder 'safety_in_custody'"),
        ("source.yml", {"symbols": "omsq_1999"}, "no symbols 'omsq_1999'"),
        ("source.yml", {"files": [{"name": ".", "tables": ["assaults"]}]}, "no table spec 'assaults'"),
        (
            "source.yml",
            {"files": [{"name": ".", "tables": ["deaths"]}]},
            "table 'self_harm' is expected in no kind of file",
        ),
        ("source.yml", {"published_at": "half past nine"}, "String should match pattern"),
    ],
)
def test_a_folder_that_refers_to_nothing_or_says_an_unknown_key_is_refused(folder, file, changes, mistake):
    publication = folder / "safety_in_custody"
    _change(publication / file, **changes)
    with pytest.raises(SpecError) as refused:
        read_source(publication)

    assert mistake in str(refused.value)
    assert file.rpartition("/")[2].removesuffix(".yml") in str(refused.value)


def test_a_vocabulary_that_is_not_there_is_named(folder):
    path = folder / "safety_in_custody" / "tables" / "self_harm.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("members: sex", "members: sexes"), encoding="utf-8")

    with pytest.raises(SpecError, match="no vocabulary named 'sexes'"):
        read_source(folder / "safety_in_custody")


@pytest.mark.parametrize("text", ["table: [deaths", "table: deaths\n\ttitle: x"])
def test_yaml_that_cannot_be_read_is_reported_with_its_file(folder, text):
    path = folder / "safety_in_custody" / "tables" / "deaths.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SpecError, match=r"deaths\.yml"):
        read_source(folder / "safety_in_custody")


def test_a_correction_without_a_reason_or_with_a_cell_that_is_none_is_refused(folder):
    path = folder / "omsq" / "corrections.yml"
    entry = {
        "release": "2024-q4",
        "file": "a.ods",
        "sheet": "T",
        "cell": "5B",
        "published": "1",
        "read_as": "2",
        "source": "x",
    }
    path.write_text(yaml.safe_dump([entry]), encoding="utf-8")
    with pytest.raises(SpecError) as refused:
        read_source(folder / "omsq")

    assert "corrections.0.reason" in str(refused.value)
    assert "corrections.0.cell" in str(refused.value)


def test_a_breakdown_entry_is_a_key_and_the_dimension_it_comes_from():
    assert breakdown_pairs("sex") == [("sex", "sex")]
    assert breakdown_pairs({"tariff_band": "tariff_length"}) == [("tariff_band", "tariff_length")]


def test_the_dimensions_of_a_table_are_those_it_declares_in_order(sources):
    assert sources["omsq"].tables["indeterminate_by_tariff"].dimensions == (
        "section",
        "sentence_type",
        "tariff_expiry_status",
        "tariff_length",
    )
    assert sources["omsq"].tables["indeterminate_by_sex"].dimensions == ("sex", "sentence_type", "series")


def test_the_landing_table_is_named_after_publication_and_table(sources):
    assert sources["omsq"].landing_name("recalls_by_reason") == "omsq_recalls_by_reason"


def test_a_table_may_have_other_symbols_than_its_publication(sources):
    omsq = sources["omsq"]

    assert omsq.symbols_of(omsq.tables["community_caseload"]).zero == "nil"
    assert omsq.symbols_of(omsq.tables["recalls_by_reason"]).zero == "final"

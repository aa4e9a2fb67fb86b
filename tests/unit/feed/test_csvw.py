"""CSVW metadata, read by a library that did not write it."""

from __future__ import annotations

import datetime as dt
import json
import warnings

import csvw
import pytest

from orchestration.feed.make import make_feed
from tests.small_feed import make_warehouse

MARTS = ("categories", "measures", "published_figures", "recalls")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edition")
    make_feed(make_warehouse(folder / "ipp.duckdb"), folder / "feed")
    return folder / "feed" / "v1"


def is_valid(path):
    """What the library says; of some mistakes it raises the first."""
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")  # the library counts the warnings it gives
        try:
            return csvw.CSVW(str(path), validate=True).is_valid
        except ValueError:
            return False


@pytest.mark.parametrize("mart", MARTS)
def test_metadata_and_file_agree(files, mart):
    assert is_valid(files / f"{mart}.csv-metadata.json")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quarter,2024-07-01", "quarter,1 July 2024"),  # not a date
        (",total,", ",totals,"),  # not in the code list
        ("all,true,9,", "all,true,9.5,"),  # not a whole number
        ("2024-07-01,2024-09-30,total", "2024-10-01,2024-12-31,total"),  # the key twice
    ],
)
def test_a_file_that_breaks_its_metadata_is_not_valid(files, tmp_path, old, new):
    text = (files / "recalls.csv").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "recalls.csv").write_text(text.replace(old, new), encoding="utf-8")
    found = (files / "recalls.csv-metadata.json").read_text(encoding="utf-8")
    (tmp_path / "recalls.csv-metadata.json").write_text(found, encoding="utf-8")
    assert not is_valid(tmp_path / "recalls.csv-metadata.json")


def test_values_are_read_with_their_types(files):
    table = csvw.Table.from_file(str(files / "recalls.csv-metadata.json"))
    first = next(iter(table.iterdicts()))
    assert first["period_end"].date() == dt.date(2024, 9, 30)
    assert first["is_total"] is True
    assert first["recalls"] == 9
    assert first["agreed_percent"] == -0.5
    assert table.tableSchema.primaryKey == [
        "period_type",
        "period_start",
        "period_end",
        "breakdown",
        "category",
        "category_2",
    ]


def test_only_published_figures_carry_the_open_licence(files):
    found = {mart: json.loads((files / f"{mart}.csv-metadata.json").read_text(encoding="utf-8")) for mart in MARTS}
    assert found["published_figures"]["dc:license"]["@id"].startswith("https://www.nationalarchives.gov.uk/")
    assert "dc:license" not in found["recalls"]
    assert "HMPPS only" in found["recalls"]["dc:rights"]
    assert found["recalls"]["dc:bibliographicCitation"] == "IPP figures, recalls, version 1.0.0, covering to 2024-12-31"


def test_code_lists_and_units_are_in_the_metadata(files):
    found = json.loads((files / "recalls.csv-metadata.json").read_text(encoding="utf-8"))
    columns = {column["name"]: column for column in found["tableSchema"]["columns"]}
    assert columns["breakdown"]["datatype"]["format"] == "sex|total"
    assert columns["category"]["datatype"]["format"] == "all|female|male"
    assert columns["recalls"]["schema:unitText"] == "recalls"
    assert columns["recalls"]["required"] is False
    assert columns["period_end"]["required"] is True

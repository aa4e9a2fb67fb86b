"""Files of a mart: the same bytes for the same rows, Parquet with descriptions, CSV that spreadsheets do not run."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.editions.files import sha256_of
from orchestration.external.workbook_words import CONTACT
from orchestration.feed.contract import read_contracts
from orchestration.feed.files import csv_bytes, parquet_bytes, read_rows, zip_bytes
from orchestration.feed.make import classification, make_feed
from orchestration.feed.screening.release import FILLED
from orchestration.problems import CheckFailed
from tests.small_feed import ROWS, make_warehouse


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    return make_warehouse(tmp_path_factory.mktemp("warehouse") / "ipp.duckdb")


@pytest.fixture(scope="module")
def feed(warehouse, tmp_path_factory):
    folder = tmp_path_factory.mktemp("edition") / "feed"
    make_feed(warehouse, folder)
    return folder


def hashes(folder):
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in folder.rglob("*") if path.is_file()}


def test_the_layout_of_the_folder(feed):
    marts = ("categories", "measures", "published_figures", "recalls")
    suffixes = (".csv", ".csv-metadata.json", ".parquet")
    files = {f"v1/{mart}{suffix}" for mart in marts for suffix in suffixes}
    assert set(hashes(feed)) == files | {"contracts.json", "index.json", "ipp-2025-04-24.zip", "v1/changes.json"}


def test_the_same_warehouse_gives_the_same_bytes(warehouse, feed, tmp_path):
    make_feed(warehouse, tmp_path / "feed")
    assert hashes(tmp_path / "feed") == hashes(feed)


def test_rows_in_another_order_give_the_same_bytes(feed, tmp_path):
    make_feed(make_warehouse(tmp_path / "ipp.duckdb", recalls=ROWS[::-1]), tmp_path / "feed")
    assert hashes(tmp_path / "feed") == hashes(feed)


def test_csv_has_iso_days_plain_numbers_and_empty_cells(feed):
    lines = (feed / "v1" / "recalls.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("period_type,period_start,period_end,breakdown,category,category_2,is_total,recalls")
    # Sorted by the key: the quarter that began first, then breakdowns by name.
    assert lines[1:] == [
        "quarter,2024-07-01,2024-09-30,total,all,all,true,9,-0.5,198.0,final,synthetic,2024-12-31",
        "quarter,2024-10-01,2024-12-31,sex,female,all,false,2,,,,synthetic,2024-12-31",
        "quarter,2024-10-01,2024-12-31,sex,male,all,false,10,60.0,,,synthetic,2024-12-31",
        "quarter,2024-10-01,2024-12-31,total,all,all,true,12,50.0,201.0,final,synthetic,2024-12-31",
    ]
    figures = list(csv.DictReader(io.StringIO((feed / "v1" / "published_figures.csv").read_text(encoding="utf-8"))))
    assert [(row["value"], row["value_status"]) for row in figures if row["breakdown"]] == [("", "suppressed")]


def test_text_that_a_spreadsheet_would_run_is_neutralised(tmp_path):
    def make_formula(connection):
        connection.execute("""update meta.measures set caveat = '=HYPERLINK("http://example.org")'""")

    make_feed(make_warehouse(tmp_path / "ipp.duckdb", change=make_formula), tmp_path / "feed")
    assert "\"'=HYPERLINK(" in (tmp_path / "feed" / "v1" / "measures.csv").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        parquet = str(tmp_path / "feed" / "v1" / "measures.parquet")
        assert connection.execute("select caveat from read_parquet(?)", [parquet]).fetchall()[0][0].startswith("=HYPER")


def test_parquet_is_typed_and_says_what_its_columns_mean(warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        contract = next(one for one in read_contracts(connection) if one.mart == "recalls")
        found = parquet_bytes(read_rows(connection, contract), contract)
    schema = pq.read_schema(io.BytesIO(found))
    assert str(schema.field("period_end").type) == "date32[day]"
    assert not schema.field("category").nullable
    assert schema.field("recalls").metadata[b"description"] == b"What recalls holds"
    assert schema.field("recalls").metadata[b"unit"] == b"recalls"
    assert schema.metadata[b"description"] == b"What recalls holds"
    about = pq.ParquetFile(io.BytesIO(found)).metadata
    assert about.num_row_groups == 1
    assert about.row_group(0).column(0).compression == "ZSTD"


def test_a_table_without_rows_has_files_with_columns(warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        contract = next(one for one in read_contracts(connection) if one.mart == "recalls")
        empty = read_rows(connection, contract).slice(0, 0)
    assert pq.read_table(io.BytesIO(parquet_bytes(empty, contract))).column_names == contract.names
    assert csv_bytes(empty).decode() == ",".join(contract.names) + "\n"


def test_the_index_lists_every_file_with_its_hash(warehouse, tmp_path):
    folder = tmp_path / "feed"
    (folder / "v1").mkdir(parents=True)
    (folder / "v1" / "ipp-dashboard.dpd.json").write_text("{}")
    make_feed(warehouse, folder)
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    listed = {file["path"]: file["sha256"] for file in index["files"]}
    assert listed == {path: found for path, found in hashes(folder).items() if path != "index.json"}
    assert "v1/ipp-dashboard.dpd.json" in listed
    assert all((folder / file["path"]).stat().st_size == file["bytes"] for file in index["files"])


def test_the_index_says_what_a_reader_may_rely_on(feed):
    index = json.loads((feed / "index.json").read_text(encoding="utf-8"))
    assert index["edition"] == "20250424T083000Z-aaaaaaaa"
    assert index["built_at"] == "2025-04-24T08:30:00Z"
    assert index["classification"] == "official-sensitive internal"
    assert index["made_from"] == ["omsq 2024-q3", "omsq 2024-q4", "extracts 2024-12-31"]
    assert [consumer["owner"] for consumer in index["consumers"]] == ["HMPPS"]
    recalls = index["marts"]["recalls"]
    assert recalls | {"values_sha256": ""} == {
        "table": "marts.recalls",
        "version": "1.0.0",
        "folder": "v1",
        "rows": 4,
        "covers_to": "2024-12-31",
        "extract_as_at": "2024-12-31",
        "source_kinds": ["synthetic"],
        "classification": "synthetic",
        "values_sha256": "",
    }
    assert recalls["values_sha256"] == hashlib.sha256((feed / "v1" / "recalls.csv").read_bytes()).hexdigest()


def test_the_index_says_what_the_screener_requires(warehouse, tmp_path):
    make_feed(warehouse, tmp_path / "feed", next_release=dt.date(2025, 7, 31))
    index = json.loads((tmp_path / "feed" / "index.json").read_text(encoding="utf-8"))
    assert [key for key in FILLED if not index.get(key)] == []
    assert index["contact"] == "IPP figures team, HMPPS IPP Progression"
    assert index["contact"] in CONTACT


def test_the_next_release_is_named_where_it_is_known(warehouse, tmp_path):
    make_feed(warehouse, tmp_path / "feed", next_release=dt.date(2025, 7, 31))
    index = json.loads((tmp_path / "feed" / "index.json").read_text(encoding="utf-8"))
    assert index["next_release_due"] == "2025-07-31"


@pytest.mark.parametrize(
    ("kinds", "is_counted", "expected"),
    [
        (["official"], False, "official"),
        ([], False, "official"),
        (["official", "rebuilt"], False, "rebuilt"),
        (["transcribed"], False, "rebuilt"),
        (["official"], True, "internal"),
        (["synthetic_scaled"], True, "synthetic"),
        (["internal", "synthetic"], False, "synthetic"),
    ],
)
def test_a_file_has_the_class_of_its_strictest_row(kinds, is_counted, expected):
    assert classification(kinds, is_counted=is_counted) == expected


def test_the_zip_holds_csv_metadata_and_readme_without_times(feed):
    with zipfile.ZipFile(feed / "ipp-2025-04-24.zip") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("recalls.csv") == (feed / "v1" / "recalls.csv").read_bytes()
        assert "This is the first edition." in archive.read("README.txt").decode()
        assert len(archive.namelist()) == 2 * 4 + 1


def test_a_zip_does_not_depend_on_the_order_of_its_files():
    assert zip_bytes({"a": b"1", "b": b"2"}) == zip_bytes({"b": b"2", "a": b"1"})


def test_a_warehouse_that_describes_no_marts_is_refused(warehouse, tmp_path):
    copy = tmp_path / "ipp.duckdb"
    copy.write_bytes(warehouse.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("delete from meta.tables")
    with pytest.raises(CheckFailed, match=r"describes no marts in meta\.tables"):
        make_feed(copy, tmp_path / "feed")

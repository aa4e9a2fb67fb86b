"""A connection for reading the published file can do nothing else."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from orchestration.editions.files import sha256_of
from orchestration.problems import CheckFailed
from orchestration.query import reading
from orchestration.query.reading import open_pair, open_published, query

FORBIDDEN = [
    "insert into marts.figures select * from marts.figures",
    "delete from marts.figures",
    "create table marts.mine (x integer)",
    "drop table marts.figures",
    "attach '{folder}/other.duckdb' as other",
    "copy marts.figures to '{folder}/figures.csv'",
    "export database '{folder}/export'",
    "select * from '{folder}/secret.csv'",
    "select * from read_csv('{folder}/secret.csv')",
    "select content from read_text('{folder}/secret.csv')",
    "select * from glob('{folder}/*')",
    "install httpfs",
    "load '{folder}/secret.csv'",
    "set enable_external_access = true",
    "set temp_directory = '{folder}/temporary'",
    "reset lock_configuration",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_writes_nothing_and_reads_nothing_else(settings, three, tmp_path, statement):
    (tmp_path / "secret.csv").write_text("secret\n1\n")
    before = sorted(tmp_path.rglob("*"))

    with open_published(settings) as connection, pytest.raises(duckdb.Error):
        query(connection, statement.format(folder=tmp_path))

    assert sorted(tmp_path.rglob("*")) == before
    assert sha256_of(settings.published_file) == three[-1].files[0].sha256


def test_the_variables_of_this_program_are_no_tables(settings, three, monkeypatch):
    monkeypatch.setattr(reading, "a_python_variable", pa.table({"x": [1]}), raising=False)

    with open_published(settings) as connection, pytest.raises(duckdb.CatalogException):
        query(connection, "select * from a_python_variable")


def test_a_large_query_does_not_spill_into_the_published_folder(settings, three):
    with open_published(settings) as connection:
        assert query(connection, "select current_setting('temp_directory')").rows == [("",)]


@pytest.mark.parametrize("statement", [one for one in FORBIDDEN if "figures select" not in one])
def test_a_pair_is_sealed_too(settings, three, tmp_path, statement):
    (tmp_path / "secret.csv").write_text("secret\n1\n")
    pair = [settings.editions / name / "ipp.duckdb" for name in ("p1", "p2")]

    with open_pair(*pair) as connection, pytest.raises(duckdb.Error):
        query(connection, statement.format(folder=tmp_path).replace("marts.", "later.marts."))


def test_says_when_nothing_is_published(settings):
    with pytest.raises(CheckFailed) as refusal:
        open_published(settings)

    assert str(settings.published_file) in str(refusal.value)
    assert "ipp refresh" in str(refusal.value)


def test_says_when_the_file_is_no_warehouse(settings):
    settings.published.mkdir()
    settings.published_file.write_text("not a database")

    with pytest.raises(CheckFailed, match="cannot be read"):
        open_published(settings)


def test_a_folder_with_a_quote_in_its_name(tmp_path, settings, publish_one):
    publish_one("p1")
    quoted = tmp_path / "it's here"
    settings.editions.rename(quoted)

    with open_pair(quoted / "p1" / "ipp.duckdb", quoted / "p1" / "ipp.duckdb") as connection:
        assert query(connection, "select count(*) from earlier.marts.figures").rows == [(1,)]

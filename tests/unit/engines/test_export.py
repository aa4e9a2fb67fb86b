"""A finished refresh is opened with its views, whether it keeps them as SQL or as views, and handed over as files."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from engines.export import export_tables, name_relations, open_refresh
from engines.project import Table

TABLES = "create schema landing; create table landing.figures as select 7305 as people"
AS_SQL = """
    create schema meta;
    create table meta.models as from (values
        (2, 'intermediate', 'int_more', 'select people + 1 as people from candidate.intermediate.int_people'),
        (1, 'intermediate', 'int_people', 'select people from candidate.landing.figures'),
        (3, 'marts', 'caseload', 'select people from candidate.intermediate.int_people')
    ) as models (build_order, schema_name, model_name, compiled_sql)
"""
AS_VIEWS = """
    create schema intermediate;
    create view intermediate.int_people as select people from landing.figures;
    create view intermediate.int_more as select people + 1 as people from intermediate.int_people
"""


def make_work(folder: Path, views: str) -> Path:
    """The two files of a refresh, as small as can be."""
    with duckdb.connect(str(folder / "candidate.duckdb")) as connection:
        connection.execute(f"{TABLES}; {views}")
    with duckdb.connect(str(folder / "internal.duckdb")):
        pass
    return folder


@pytest.mark.parametrize("views", [AS_SQL, AS_VIEWS])
def test_views_are_there_whether_kept_as_sql_or_as_views(views: str, tmp_path: Path) -> None:
    """A refresh keeps SQL only, and a run of dbt by itself keeps views."""
    (tmp_path / "own").mkdir()
    with open_refresh(make_work(tmp_path, views), tmp_path / "own") as connection:
        relations = name_relations(connection)
        assert connection.execute(f"from {relations[Table('intermediate', 'int_more')]}").fetchall() == [(7306,)]
        assert Table("intermediate", "caseload") not in relations


def test_tables_become_files_with_their_columns(tmp_path: Path) -> None:
    """What a table is called and holds is the same in its file; a table that is missing is named."""
    (tmp_path / "own").mkdir()
    with open_refresh(make_work(tmp_path, AS_VIEWS), tmp_path / "own") as connection:
        relations = name_relations(connection)
        files = export_tables(connection, [Table("landing", "figures")], relations, tmp_path / "files")
        (file,) = files.values()
        assert file.columns == {"people": "INTEGER"}
        assert duckdb.sql(f"from '{file.path}'").fetchall() == [(7305,)]
        with pytest.raises(LookupError, match=r"landing\.nothing"):
            export_tables(connection, [Table("landing", "nothing")], relations, tmp_path / "more")


def test_a_work_folder_without_a_refresh_says_what_to_run(tmp_path: Path) -> None:
    """The file that is missing and the command that makes it."""
    with pytest.raises(FileNotFoundError, match="Run `ipp refresh`"), open_refresh(tmp_path, tmp_path):
        pass

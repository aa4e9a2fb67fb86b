"""The contract of a mart is what its warehouse holds."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.feed.contract import has_file, read_code_lists, read_contracts
from tests.small_feed import make_warehouse


@pytest.fixture(scope="module")
def contracts(tmp_path_factory):
    path = make_warehouse(tmp_path_factory.mktemp("warehouse") / "ipp.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        return {contract.mart: contract for contract in read_contracts(connection)}


def test_a_typed_mart(contracts):
    recalls = contracts["recalls"]
    assert recalls.key == ("period_type", "period_start", "period_end", "breakdown", "category", "category_2")
    assert recalls.options == {"sex": {"category": ("female", "male")}, "total": {"category": ("all",)}}
    assert recalls.periods == {"quarter": ("2024-07-01", "2024-12-31")}
    assert recalls.measures == ()
    assert recalls.caveats == ("Recalls: Events.",)
    assert recalls.version == ""
    assert [column.name for column in recalls.columns if column.is_measure] == ["recalls", "agreed_percent"]
    column = recalls.column("agreed_percent")
    assert (column.type, column.unit, column.is_nullable) == ("DOUBLE", "percent", True)


def test_the_long_table_of_published_figures(contracts):
    figures = contracts["published_figures"]
    assert figures.table == "published.figures"
    assert figures.measures == ("ipp_recalls",)
    assert figures.options == {"sex": {"breakdown": ("female",)}}


def test_two_dimensions_and_further_keys_have_options(tmp_path):
    def change(connection):
        connection.execute("alter table marts.recalls add column stage varchar default 'decided'")
        connection.execute(
            "update marts.recalls set breakdown = 'sex_by_region', category_2 = 'wales' where category = 'male'"
        )

    path = make_warehouse(tmp_path / "ipp.duckdb", change=change)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update meta.tables set key_columns = key_columns || ['stage'] where table_name = 'recalls'")
        recalls = next(one for one in read_contracts(connection) if one.mart == "recalls")
    assert recalls.options["sex_by_region"] == {"category": ("male",), "category_2": ("wales",)}
    assert recalls.options["stage"] == {"stage": ("decided",)}


def test_a_mart_that_holds_only_the_latest_promises_no_periods(tmp_path):
    with duckdb.connect(str(make_warehouse(tmp_path / "ipp.duckdb"))) as connection:
        connection.execute("update meta.tables set keeps_history = false where table_name = 'recalls'")
        recalls = next(one for one in read_contracts(connection) if one.mart == "recalls")
    assert recalls.periods == {}


def test_code_lists_go_by_the_names_that_marts_have_too(tmp_path):
    with duckdb.connect(str(make_warehouse(tmp_path / "ipp.duckdb"))) as connection:
        connection.execute("update meta.tables set also_called = ['gender = sex'] where table_name = 'recalls'")
        assert read_code_lists(connection) == {name: {"female", "male"} for name in ("sex", "gender")}


@pytest.mark.parametrize(
    ("schema", "table", "expected"),
    [
        ("marts", "recalls", True),
        ("marts", "figures", False),
        ("marts", "counted_figures", False),
        ("published", "figures", True),
        ("published", "recalls", False),
        ("meta", "categories", True),
        ("meta", "checks", False),
        ("feed", "dashboard_rows", True),
        ("feed", "dashboard_figures", True),
        ("feed", "dashboard_recalls_by_quarter", False),
    ],
)
def test_which_tables_have_files(schema, table, expected):
    assert has_file(schema, table) is expected

"""What the warehouse says about its tables and columns, and that it refuses to be sealed without a description."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.build import dictionary
from orchestration.build.dictionary import declared_units, label_of, read_declared, unit_of, write_dictionary
from orchestration.feed.units import read_units
from orchestration.problems import CheckFailed


def node(name, meta=None, columns=None):
    described = {one: {"config": {"meta": of}} for one, of in (columns or {}).items()}
    return {
        "schema": "marts",
        "alias": name,
        "resource_type": "model",
        "config": {"meta": meta or {}},
        "columns": described,
    }


def data_test(name, of, **arguments):
    return {"resource_type": "test", "attached_node": of, "test_metadata": {"name": name, "kwargs": arguments}}


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        for schema in ("marts", "meta"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table marts.recalls (category varchar not null, recalls bigint)")
        connection.execute("comment on table marts.recalls is 'Recalls'")
        connection.execute("comment on column marts.recalls.category is 'Member of the breakdown'")
        connection.execute("comment on column marts.recalls.recalls is 'Recalls in the period'")
        yield connection


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("people_recalled", "People recalled"),
        ("agreed_by_deputy_head_percent", "Agreed by deputy head (%)"),
        ("dpp_prisoners", "DPP prisoners"),
        ("category_2", "Category 2"),
        ("source_url", "Source URL"),
    ],
)
def test_a_label_follows_from_the_name(column, label):
    assert label_of(column) == label


@pytest.mark.parametrize(
    ("column", "data_type", "unit"),
    [
        ("people_recalled", "BIGINT", "people"),
        ("dpp_prisoners", "BIGINT", "people"),
        ("recalls_since_first_agreement", "BIGINT", "recalls"),
        ("median_months", "DOUBLE", "months"),
        ("share_percent", "DOUBLE", "percent"),
        ("rate_per_100", "DOUBLE", "per_100_people"),
        # Limits are in the names of these counts; they do not count days or months.
        ("deferrals_with_days", "BIGINT", "deferrals"),
        ("referred_within_28_days", "BIGINT", "number"),
        ("period_end", "DATE", "date"),
        ("is_total", "BOOLEAN", "true_or_false"),
        ("source_kind", "VARCHAR", "code"),
        ("note_texts", "VARCHAR", "text"),
    ],
)
def test_a_unit_follows_from_name_and_type(column, data_type, unit):
    assert unit_of(column, data_type, (column,)) == unit
    assert unit in read_units().every


@pytest.mark.parametrize("unit", ["assessments", "events per person or case", "in_unit_column"])
def test_every_unit_of_the_list_can_be_stated(unit, warehouse):
    declared = {("marts", "recalls"): dictionary.DeclaredTable(units={"recalls": unit})}
    write_dictionary(warehouse, declared, {})
    found = warehouse.execute("select unit from meta.dictionary where column_name = 'recalls'").fetchall()
    assert found == [(unit,)]


def test_a_number_named_after_something_of_the_list_counts_it():
    assert unit_of("decisions_made", "BIGINT", ()) == "decisions"


def test_a_value_beside_a_unit_column_has_the_unit_of_its_row():
    assert unit_of("published_value", "DOUBLE", ("published_value", "unit")) == "in_unit_column"
    assert unit_of("percent_fall", "DOUBLE", ("percent_fall", "unit")) == "percent"


def test_units_of_figures_reach_the_counts_behind_a_share_and_the_published_value():
    share = {"measure": "m", "unit": "percent", "numerator": "agreed", "denominator": "recalls_since"}
    columns = {
        "rate": {"figures": [{"measure": "r", "unit": "recalls per 100 on licence"}]},
        "agreed": {},
        "agreed_percent": {"figures": [share]},
        "recalls_since": {},
        "at_most": {"unit": "people"},
    }
    assert declared_units(columns) == {
        "rate": "per_100_people",
        "agreed_percent": "percent",
        "published_value": "per_100_people",
        "at_most": "people",
        "agreed": "recalls",
        "recalls_since": "recalls",
    }


def test_keys_and_caveats_are_those_of_the_data_tests():
    overlap = "A recall can have several reasons."
    meta = {"keys": ["pra"], "readers": ["target 1"], "example": "select 1\n", "also_called": {"new": "old"}}
    nodes = {
        "model.a": node("a", meta, {"x": {"label": "An x"}}),
        "model.b": node("b"),
        "model.c": node("c"),
        "t1": data_test("mart_rows", "model.a", keys=["pra"]),
        "t2": data_test("adds_up", "model.a", unless={"reason": overlap, "reason_by_sex": overlap}),
        "t3": data_test("unique_combination", "model.b", columns=["p", "q"]),
    }
    declared = read_declared({"nodes": nodes})
    first = ("period_type", "period_start", "period_end", "breakdown", "category", "category_2")
    assert declared["marts", "a"].key == (*first, "pra")
    assert declared["marts", "a"].caveats == (
        "Do not add up the members of reason, reason_by_sex: a recall can have several reasons.",
    )
    assert declared["marts", "a"].also_called == ("new = old",)
    assert declared["marts", "a"].labels == {"x": "An x"}
    assert declared["marts", "b"].key == ("p", "q")
    assert declared["marts", "c"].key == ()


def test_every_column_has_a_row_those_of_the_dictionary_too(warehouse):
    declared = {("marts", "recalls"): dictionary.DeclaredTable(key=("category",), readers=("target 1",))}
    write_dictionary(warehouse, declared, {("marts", "recalls", "category"): "Category of recall"})
    rows = warehouse.execute(
        "select column_name, label, unit, key_position, is_nullable, published_label, description "
        "from meta.dictionary where table_name = 'recalls' order by all"
    ).fetchall()
    assert rows == [
        ("category", "Category", "code", 1, False, "Category of recall", "Member of the breakdown"),
        ("recalls", "Recalls", "recalls", None, True, "", "Recalls in the period"),
    ]
    listed = warehouse.execute("select table_name, count(*) from meta.dictionary group by 1 order by 1").fetchall()
    assert listed == [("dictionary", 11), ("recalls", 2), ("tables", 9)]
    tables = "select table_name, key_columns, readers from meta.tables order by 1"
    assert warehouse.execute(tables).fetchall()[1] == ("recalls", ["category"], ["target 1"])


def test_a_table_or_column_without_a_description_is_refused(warehouse):
    warehouse.execute("create table marts.other (x bigint)")
    with pytest.raises(CheckFailed) as failed:
        write_dictionary(warehouse, {}, {})
    assert [reason.partition(";")[0] for reason in failed.value.reasons] == [
        "marts.other has no description",
        "marts.other.x has no description",
    ]


def test_a_unit_that_is_not_in_the_list_is_refused(warehouse):
    declared = {("marts", "recalls"): dictionary.DeclaredTable(units={"recalls": "recals"})}
    with pytest.raises(CheckFailed, match=r"marts\.recalls\.recalls has the unit 'recals', which is not in the list"):
        write_dictionary(warehouse, declared, {})


def test_a_column_can_have_another_unit_in_another_row(warehouse):
    figures = {"figures": [{"measure": "m", "unit": "people"}]}
    columns = {"people": figures, "published_value": {"units_of_rows": ["months", "people"]}}
    declared = read_declared({"nodes": {"model.a": node("recalls", columns=columns)}})["marts", "recalls"]
    assert declared.units_of_rows == {"published_value": ("months", "people")}
    warehouse.execute("alter table marts.recalls add column published_value double")
    warehouse.execute("comment on column marts.recalls.published_value is 'The published figure'")
    write_dictionary(warehouse, {("marts", "recalls"): declared}, {})
    found = warehouse.execute("select column_name, units_of_rows from meta.dictionary where table_name = 'recalls'")
    assert dict(found.fetchall()) == {"category": [], "recalls": [], "published_value": ["months", "people"]}

    wrong = dictionary.DeclaredTable(units_of_rows={"published_value": ("months", "persons")})
    with pytest.raises(CheckFailed, match=r"published_value has the unit 'persons', which is not in the list"):
        write_dictionary(warehouse, {("marts", "recalls"): wrong}, {})

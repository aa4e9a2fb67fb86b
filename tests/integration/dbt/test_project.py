"""The dbt project beside the specs it must keep up with: a table, measure or band only one of them has is an error."""

import re

import duckdb
import pytest

from orchestration.records.contract import read_contracts


def landed(sources) -> dict[str, tuple[str, object]]:
    """Publication and spec of every landing table, by its name."""
    return {
        source.landing_name(name): (publication, spec)
        for publication, source in sources.items()
        for name, spec in source.tables.items()
    }


def models(manifest, *folders: str) -> dict[str, object]:
    """The models under some folders of models/, by name."""
    return {
        node.name: node for node in manifest.nodes.values() if node.resource_type == "model" and node.fqn[1] in folders
    }


def test_sources_have_the_columns_of_the_tables(manifest, warehouse):
    query = (
        "select lower(column_name), lower(data_type) from duckdb_columns() "
        "where schema_name = $1 and table_name = $2 order by column_index"
    )
    for node in manifest.sources.values():
        if node.source_name in ("landing", "records"):
            file = warehouse / ("internal.duckdb" if node.source_name == "records" else "candidate.duckdb")
            said = [(column.name, column.data_type) for column in node.columns.values()]
            with duckdb.connect(str(file), read_only=True) as connection:
                assert said == connection.execute(query, [node.schema, node.name]).fetchall(), node.name


def test_every_landing_table_reaches_the_figures(warehouse, sources):
    with duckdb.connect(str(warehouse / "candidate.duckdb"), read_only=True) as connection:
        ((sql,),) = connection.execute("select sql from duckdb_views() where schema_name = 'landing'").fetchall()
    assert set(re.findall(r"landing\.(\w+)", sql)) == {"figures", *landed(sources)}


def test_everything_is_described(manifest):
    nodes = [node for node in manifest.nodes.values() if node.resource_type in ("model", "seed")]
    for node in [*nodes, *manifest.sources.values()]:
        assert node.description, node.unique_id
        assert node.columns, node.unique_id
        assert not [column.name for column in node.columns.values() if not column.description], node.unique_id


def test_published_marts_and_meta_keep_a_contract(manifest):
    found = models(manifest, "published", "marts", "meta")
    assert len(found) > 15
    assert not [name for name, node in found.items() if not node.contract.enforced]


def test_each_mart_has_a_test_that_its_rows_are_distinguished(manifest):
    tests = ("unique_combination_", "mart_rows_")
    tested = {node.attached_node for node in manifest.nodes.values() if node.name.startswith(tests)}
    tables = [
        node for node in models(manifest, "published", "marts", "meta").values() if node.config.materialized == "table"
    ]
    assert {node.unique_id for node in tables} <= tested


def test_every_data_test_blocks(manifest):
    tests = [node for node in manifest.nodes.values() if node.resource_type == "test"]
    assert not [node.name for node in tests if node.config.severity.lower() != "error"]


def test_every_measure_of_the_specs_is_defined(sources, seed):
    made = {figure.measure for _, spec in landed(sources).values() for figure in spec.figures}
    assert made <= {row["key"] for row in seed("measures")}


@pytest.mark.parametrize("column", ["id", "key"])
def test_measures_are_defined_once(seed, column):
    values = [row[column] for row in seed("measures")]
    assert len(values) == len(set(values))


def test_measures_name_marts_that_exist(manifest, seed):
    assert {row["mart"] for row in seed("measures")} - {""} <= {
        node.alias for node in models(manifest, "published", "marts").values()
    }


def test_every_measure_with_figures_has_its_mart(sources, seed):
    made = {figure.measure for _, spec in landed(sources).values() for figure in spec.figures}
    made |= {row["measure"] for row in seed("measure_aliases")}
    assert not [row["key"] for row in seed("measures") if row["key"] in made and not row["mart"]]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("measure_aliases", "measure"),
        ("measure_aliases", "source_measure"),
        ("caseload_locations", "measure"),
        ("measure_coverage", "measure"),
        ("figures_not_held", "measure"),
        ("recall_duration_names", "measure"),
    ],
)
def test_seeds_name_measures_that_are_defined(seed, name, column):
    assert {row[column] for row in seed(name)} - {""} <= {row["key"] for row in seed("measures")}


@pytest.mark.parametrize(
    ("name", "dimensions"),
    [
        ("tariff_bands", ("tariff_length", "tariff_months", "original_tariff")),
        ("time_over_tariff_bands", ("time_over_tariff_band",)),
    ],
)
def test_bands_of_the_specs_are_in_order(sources, seed, name, dimensions):
    key = dimensions[0] if len(dimensions) == 1 else "tariff_band"
    rows = seed(name)
    assert len({row[key] for row in rows}) == len({row["band_order"] for row in rows}) == len(rows)
    specs = [spec for _, spec in landed(sources).values() if any("ipp" in figure.measure for figure in spec.figures)]
    used = {member for spec in specs for member in members(spec, dimensions)}
    assert used - {"all"} <= {row[key] for row in rows}


def members(spec, dimensions: tuple[str, ...]) -> set[str]:
    """Members a spec declares for some dimensions; blocks of rows about life sentences have separate bands."""
    found = {member for column in spec.label_columns if column.dimension in dimensions for member in column.members}
    for block in spec.blocks:
        if block.rows and block.rows.dimension in dimensions and block.set.get("sentence_type") != "life":
            found |= set(block.rows.members)
    return found


def test_cumulative_bands_are_those_that_say_or_more(seed):
    for row in seed("time_over_tariff_bands"):
        assert (row["is_cumulative"] == "true") == bool(re.search("or_more$", row["time_over_tariff_band"])), row


def test_every_security_category_of_nomis_is_read_and_known(seed):
    listed = "ABCDEHIJKLPQRSTUVXZ"  # reference codes of NOMIS, domain SUP_LVL_TYPE
    rows = seed("security_categories")
    contract = read_contracts()["nomis_custody_snapshot"]
    assert "".join(sorted(row["security_category"] for row in rows)) == listed
    assert "".join(sorted(contract.columns["security_category"].codes)) == listed
    assert {row["security_category"] for row in rows if row["is_category_a"] == "true"} == {"A", "E", "H", "P"}

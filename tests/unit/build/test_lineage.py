"""What is built after a change of the extracts or the releases, and what the last edition gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestration.build.lineage import Lineage, Node
from orchestration.build.transform import read_lineage
from orchestration.settings import Settings


def model(name: str, *parents: str, schema: str = "marts", database: str = "candidate", view: bool = False) -> Node:
    return Node("model", database, schema, name, "view" if view else "table", f"ipp.{name}", parents)


SMALL = Lineage(
    {
        "figures": Node("source", "candidate", "landing", "figures"),
        "records": Node("source", "internal", "records", "ppud_recall"),
        "codes": Node("seed", "candidate", "meta", "codes", path="ipp.codes"),
        "people": model("people", "records", schema="intermediate", database="internal"),
        "compared": model("compared", "people", "published", schema="intermediate", database="internal"),
        "latest": model("latest", "figures", schema="intermediate", view=True),
        "months": model("months", "codes", schema="intermediate"),
        "published": model("published", "latest", "months", schema="published"),
        "recalls": model("recalls", "people", "codes"),
        "both": model("both", "recalls", "published"),
        "all_figures": model("all_figures", "published", view=True),
        "block": replace(model("block", "both", schema="feed"), materialized="ephemeral"),
        "dashboard": model("dashboard", "block", schema="feed"),
        "tests_codes": Node("test", "candidate", "", "tests_codes", path="ipp.tests_codes", parents=("codes",)),
        "tests_recalls": Node("test", "candidate", "", "r", path="ipp.r", parents=("recalls", "codes")),
        "tests_both": Node("test", "candidate", "", "b", path="ipp.b", parents=("both", "recalls")),
    }
)


def plan(**changed: bool) -> tuple[set[str], set[str]]:
    found = SMALL.plan(**{"extracts_changed": False, "releases_changed": False} | changed)
    return set(found.built), set(found.copied)


def test_new_releases_leave_what_is_counted_from_records_alone() -> None:
    built, copied = plan(releases_changed=True)
    assert copied == {"codes", "recalls"}
    assert built == {
        *("latest", "months", "published", "compared", "both", "all_figures", "block", "dashboard", "tests_both")
    }


def test_new_extracts_leave_what_is_published() -> None:
    built, copied = plan(extracts_changed=True)
    assert copied == {"codes", "published"}
    assert built == {
        *("people", "compared", "recalls", "both", "all_figures", "latest", "block", "dashboard"),
        *("tests_recalls", "tests_both"),
    }


def test_a_model_that_is_written_into_others_has_no_table() -> None:
    assert "dashboard" in SMALL.in_order()
    assert "block" not in SMALL.in_order()
    built, copied = plan()
    assert "dashboard" in copied
    assert "block" not in {*built, *copied}


def test_both_leave_what_is_made_of_neither() -> None:
    built, copied = plan(extracts_changed=True, releases_changed=True)
    assert copied == {"codes"}
    assert "tests_codes" not in built
    assert {"tests_recalls", "tests_both", "published"} <= built


def test_what_reads_something_unknown_is_always_built() -> None:
    unknown = Lineage({"one": model("one", "gone"), "other": model("other", "one")})
    for changed in ({"extracts_changed": True}, {"releases_changed": True}):
        assert unknown.plan(**{"extracts_changed": False, "releases_changed": False} | changed).built == {
            "one",
            "other",
        }


@pytest.mark.slow
@pytest.mark.parametrize("changed", ["extracts_changed", "releases_changed"])
def test_every_table_of_the_project_is_built_or_copied_and_what_is_built_finds_what_it_reads(changed: str) -> None:
    lineage = read_lineage(Settings.from_environment())
    found = lineage.plan(**{"extracts_changed": False, "releases_changed": False} | {changed: True})
    lasting = {key for key, node in lineage.nodes.items() if node.is_in_edition}
    assert lasting <= found.built | set(found.copied)
    assert not found.built & set(found.copied)
    kept = {key for key, node in lineage.nodes.items() if node.database == "internal"}
    there = found.built | set(found.copied) | (kept if changed == "releases_changed" else set())
    reads = {parent for key in found.built for parent in lineage.nodes[key].parents}
    assert {key for key in reads - there if lineage.nodes[key].kind != "source"} == set()
    assert len(found.copied) > 50


def test_the_order_is_that_of_the_project() -> None:
    backwards = Lineage(dict(reversed(SMALL.nodes.items())))
    order = SMALL.in_order()
    assert order == backwards.in_order()
    assert order.index("people") < order.index("recalls") < order.index("both")
    assert "tests_codes" not in order

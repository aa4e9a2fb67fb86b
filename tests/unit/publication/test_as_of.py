"""Which models can be asked as of a publication day: those that need no record."""

from __future__ import annotations

import duckdb

from orchestration.publication.as_of import keep_models
from orchestration.publication.transform import BuiltNode

RECORDS = '"internal"."intermediate"."int_people"'
COUNTED = '"candidate"."marts"."internal_figures"'


def test_a_model_that_reads_one_made_from_records_is_left_out_too():
    built = [
        BuiltNode("seed", "candidate", "meta", "measures", ""),
        BuiltNode("model", "internal", "intermediate", "int_people", "select 1"),
        BuiltNode("model", "candidate", "marts", "figures", 'select key from "candidate"."meta"."measures"'),
        BuiltNode("model", "candidate", "marts", "internal_figures", f"select 1 from {RECORDS}"),
        BuiltNode("model", "candidate", "marts", "rotl", f"select 1 from {COUNTED}"),
        BuiltNode("model", "candidate", "marts", "compared", 'select 1 from "candidate"."marts"."rotl"'),
    ]
    with duckdb.connect() as connection:
        connection.execute("create schema meta")
        keep_models(connection, built)
        kept = connection.execute("select build_order, model_name from meta.models").fetchall()

    assert kept == [(2, "figures")]

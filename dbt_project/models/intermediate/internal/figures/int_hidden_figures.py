"""Disclosure control: which parts of which figures stay out of what is published. The work is done in
`orchestration/disclosure`; this hands it the figures and what is declared about them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestration.disclosure.declared import published_before, ties_of
from orchestration.disclosure.protection import hidden_figures

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


def model(dbt: Any, session: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The key of every figure and which of its parts are hidden. dbt asks for this name, and gives both."""
    dbt.config(materialized="table")
    # dbt learns what a model is built from by reading it, and sees only calls that stand by themselves.
    figures = dbt.ref("int_figures").df()
    nested_areas = dbt.ref("nested_areas").df()
    count_identities = dbt.ref("count_identities").df()
    not_of_people = dbt.ref("units_not_of_people").df()
    return hidden_figures(
        figures,
        int(dbt.config.get("disclosure_threshold")),
        ties_of(nested_areas, count_identities),
        set(not_of_people["unit"]),
        published_before(session),
    )

"""What is declared about the threshold, dimensions and measures, and what was published before, as disclosure control
takes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from orchestration.disclosure.equations import Identity, Term, Ties
from orchestration.yaml_reader import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

PUBLISHED_BEFORE = "internal.intermediate.figures_published_before"
"""The figures of the publication that a candidate would replace, as far as there is one."""
PUBLISHED = "edition.marts.internal_figures"
LOADED = "internal.landing.ppud_sentence"
"""A table of the extracts, whose rows say what kind of source they all are."""
SUITE = "disclosure.internal_figures_2"
"""The suite by which the judge tries figures. Its number goes up with every equation that is added: what a publication
gave away that was tried with fewer is out.
"""
TRIED = f"select 1 from edition.meta.checks where suite = '{SUITE}' limit 1"


def ties_of(nested_areas: pd.DataFrame, count_identities: pd.DataFrame) -> Ties:
    """The seeds `nested_areas` and `count_identities`, as ties."""
    within = tuple(
        (f"{row.inner_dimension}={row.inner_member}", f"{row.outer_dimension}={row.outer_member}")
        for row in nested_areas.itertuples()
    )
    identities = []
    for _, rows in count_identities.fillna("").groupby("identity", sort=False):
        terms = [
            (row["role"], Term(row["measure"], row["statistic"], row["breakdown"], row["kind"], int(row["times"])))
            for _, row in rows.iterrows()
        ]
        (whole,) = (term for role, term in terms if role == "whole")
        parts = tuple(term for role, term in terms if role != "whole")
        identities.append(Identity(whole, parts, left=any(role == "part_or_more" for role, _ in terms)))
    return Ties(within, tuple(identities))


def threshold_of(dbt_project: Path) -> int:
    """The number of people below which a count is small, as the dbt project sets it."""
    settings = read_yaml(dbt_project / "dbt_project.yml")
    return int(settings["vars"]["disclosure_threshold"])


def keep_published_before(internal: Path, published_file: Path) -> None:
    """Copy the figures of the present publication into the internal file, where the next one is made.

    Nothing is kept when there is no publication, or one that was not tried by disclosure control as it is now: what it
    gave away is out, and hiding it now would not take it back. Nor is what was counted of other people: made-up figures
    say nothing of real ones.
    """
    if not published_file.exists():
        return
    with duckdb.connect(str(internal)) as connection:
        connection.execute("attach ? as edition (read_only)", [str(published_file)])
        if _is_there(connection, PUBLISHED) and connection.execute(TRIED).fetchall():
            of_the_same = f"from {PUBLISHED} where source_kind in (select source_kind from {LOADED})"
            connection.execute(f"create or replace table {PUBLISHED_BEFORE} as {of_the_same}")


def published_before(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame | None:
    """What `keep_published_before` kept, on a connection to which the internal file is attached; None when nothing."""
    return connection.sql(f"from {PUBLISHED_BEFORE}").df() if _is_there(connection, PUBLISHED_BEFORE) else None


def _is_there(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether there is a table of this full name."""
    found = connection.execute(
        "select 1 from duckdb_tables() where database_name || '.' || schema_name || '.' || table_name = ?", [table]
    )
    return bool(found.fetchall())

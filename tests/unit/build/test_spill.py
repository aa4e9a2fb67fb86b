"""What does not fit into memory goes to disk, and dbt goes on after that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

from orchestration.settings import ROOT

LARGE = "create or replace temp table large as select range as one, hash(range) as other from range(10_000_000)"
"""160 MB that cannot be compressed away."""


def read_profile(variables: dict[str, str]) -> dict[str, Any]:
    """The target of dbt's profile for DuckDB, with environment variables as given."""
    environment = jinja2.Environment()
    environment.filters["as_number"] = int
    template = environment.from_string((ROOT / "dbt_project" / "profiles.yml").read_text(encoding="utf-8"))
    text = template.render(env_var=variables.get)
    return yaml.safe_load(text)["ipp"]["outputs"]["duckdb"]


@pytest.mark.slow
def test_dbt_opens_another_connection_after_a_spill(tmp_path: Path) -> None:
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.adapters.duckdb.environments.local import LocalEnvironment

    profile = read_profile(
        {
            "IPP_CANDIDATE": str(tmp_path / "candidate.duckdb"),
            "IPP_INTERNAL": str(tmp_path / "internal.duckdb"),
            "IPP_DATABASE_MEMORY_MB": "60",
            "IPP_SPILL_FOLDER": str(tmp_path / "spill"),
        }
    )
    fields = {name: value for name, value in profile.items() if name not in ("type", "threads")}
    environment = LocalEnvironment(DuckDBCredentials.from_dict({"schema": "marts", "database": "candidate", **fields}))
    first = environment.handle()
    first.cursor().execute(LARGE)
    assert any((tmp_path / "spill").iterdir())
    shown = environment.handle().cursor().execute("select current_setting('memory_limit')").fetchall()
    assert shown == [("60.0 MiB",)]
    environment.close()

"""How to open the published file from other programs. `ipp open` shows these snippets, and docs/sql.md has them."""

from __future__ import annotations

from collections.abc import Mapping

SNIPPETS: Mapping[str, tuple[str, str]] = {
    "duckdb": (
        "DuckDB command line",
        """duckdb -readonly "{path}" "
  select period_end, people from marts.caseload_by_location
  where is_total and location = 'prison' order by period_end desc limit 5\"""",
    ),
    "pandas": (
        "Python with pandas",
        """import duckdb

with duckdb.connect("{path}", read_only=True) as warehouse:
    figures = warehouse.sql("from marts.caseload_by_location where is_total").df()""",
    ),
    "polars": (
        "Python with polars",
        """import duckdb

with duckdb.connect("{path}", read_only=True) as warehouse:
    figures = warehouse.sql("from marts.caseload_by_location where is_total").pl()""",
    ),
    "r": (
        "R with DBI and duckdb",
        """library(DBI)
warehouse <- dbConnect(duckdb::duckdb(), "{path}", read_only = TRUE)
figures <- dbGetQuery(warehouse, "from marts.caseload_by_location where is_total")
dbDisconnect(warehouse, shutdown = TRUE)""",
    ),
}
"""For each program its name and the code, with `{path}` for the published file."""


def snippet(program: str, path: str) -> str:
    """The code that opens the file at `path` in a program, one of SNIPPETS."""
    return SNIPPETS[program][1].replace("{path}", path)


def guide(path: str) -> list[str]:
    """One screen of lines: every program's name and snippet."""
    lines: list[str] = []
    for program, (title, _) in SNIPPETS.items():
        lines += ["", f"{title} (--with {program})", *(f"    {line}" for line in snippet(program, path).splitlines())]
    return lines

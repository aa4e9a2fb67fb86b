"""How to open the published file from other programs. `ipp open` shows these snippets, and docs/sql.md has them."""

from __future__ import annotations

from collections.abc import Mapping

QUERY = "from published.prison_population where as_at = '2025-03-31' and sex = 'all'"
"""The question that every snippet asks: how many people were in prison on a day."""

SNIPPETS: Mapping[str, tuple[str, str]] = {
    "duckdb": ("DuckDB command line", 'duckdb -readonly "{path}" "{query}"'),
    "pandas": (
        "Python with pandas",
        """import duckdb

with duckdb.connect("{path}", read_only=True) as warehouse:
    figures = warehouse.sql("{query}").df()""",
    ),
    "polars": (
        "Python with polars",
        """import duckdb

with duckdb.connect("{path}", read_only=True) as warehouse:
    figures = warehouse.sql("{query}").pl()""",
    ),
    "r": (
        "R with the packages DBI and duckdb",
        """library(DBI)
warehouse <- dbConnect(duckdb::duckdb(), "{path}", read_only = TRUE)
figures <- dbGetQuery(warehouse, "{query}")
dbDisconnect(warehouse, shutdown = TRUE)""",
    ),
}
"""For each program its name and the code, with `{path}` for the published file and `{query}` for QUERY."""


def snippet(program: str, path: str) -> str:
    """The code that asks the file at `path` from a program, one of SNIPPETS."""
    return SNIPPETS[program][1].replace("{query}", QUERY).replace("{path}", path)


def guide(path: str) -> list[str]:
    """The snippet of every program under its name, as lines that fit one screen."""
    lines: list[str] = []
    for program, (title, _) in SNIPPETS.items():
        lines += ["", f"{title} (--with {program})"]
        lines += [f"  {line}" for line in snippet(program, path).splitlines() if line]
    return lines

"""Compile every model for Athena without credentials, and read each as Trino's SQL: `make test-spark` does it too.

Usage: python -m engines.athena

Nothing is sent to Athena. sqlglot reads more than Trino does, so each function is looked up in a list besides. Ends
with 1 and one line for each problem.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from engines.project import PROJECT, in_feed

KNOWN = Path(__file__).parent / "trino.yml"
"""The functions of Trino that models use, and the words of the language that a bracket may follow."""


def main() -> None:
    """Compile, read, and end with 1 when anything is wrong."""
    with tempfile.TemporaryDirectory(prefix="ipp-athena-") as folder:
        try:
            compiled = compile_models(Path(folder))
        except RuntimeError as error:
            sys.exit(str(error))
    problems = [f"{name}: {problem}" for name, sql in compiled.items() for problem in check_sql(sql)]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"athena: {len(compiled)} models compiled, {len(problems)} problems")
    sys.exit(bool(problems or not compiled))


def compile_models(target: Path) -> dict[str, str]:
    """The SQL of every model outside the feed, by its name, compiled with no connection and no credentials.

    Raises RuntimeError when dbt could not compile one.
    """
    from dbt.cli.main import dbtRunner

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(target)]
    quiet = ["--log-level", "none", "--log-path", str(target / "logs")]
    offline = ["--no-populate-cache", "--no-introspect", "--target", "athena"]
    outcome = dbtRunner().invoke([*quiet, "compile", *offline, *folders])
    if outcome.exception:
        raise RuntimeError(f"dbt could not compile for Athena: {outcome.exception}") from outcome.exception
    results = [result for result in outcome.result.results if is_compared(result.node)]
    if failed := [f"{result.node.name}: {result.message}" for result in results if str(result.status) != "success"]:
        raise RuntimeError("dbt could not compile for Athena: " + "; ".join(failed))
    return {result.node.name: result.node.compiled_code for result in results}


def is_compared(node: Any) -> bool:
    """Whether a node of dbt's is a model outside the feed; tests of data run on DuckDB."""
    return node.resource_type == "model" and not in_feed(node.original_file_path)


def check_sql(sql: str) -> Iterator[str]:
    """What is wrong with a query as Trino's SQL: where it cannot be read, and functions that Trino does not have."""
    import sqlglot
    from sqlglot.tokens import TokenType

    try:
        sqlglot.parse_one(sql, dialect="trino")
        tokens = sqlglot.tokenize(sql, dialect="trino")
    except sqlglot.errors.SqlglotError as error:
        yield " ".join(str(error).split())
        return
    known = yaml.safe_load(KNOWN.read_text(encoding="utf-8"))
    called = {
        token.text.lower()
        for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if after.token_type is TokenType.L_PAREN
        and token.text.isidentifier()
        and token.token_type is not TokenType.STRING
        # The name of a relation, with its columns in brackets.
        and before.token_type is not TokenType.ALIAS
    }
    if unknown := sorted(called - {*known["functions"], *known["words"]}):
        yield f"engines/trino.yml lists no function {', '.join(unknown)}"


if __name__ == "__main__":
    main()

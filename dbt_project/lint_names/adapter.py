"""What `adapter.…` gives in a template, for sqlfluff, which has no dbt beside it."""

from collections.abc import Callable


def dispatch(name: str, package: str = "") -> Callable[..., str]:  # noqa: ARG001 — called as dbt calls it
    """A call of the macro by its name."""
    return lambda *arguments: f"{name}({', '.join(map(str, arguments))})"

"""The answer to a query, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """What a query returned: column names, and rows of Python values in their order."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

"""The strict shape of an extract's contract: one YAML file that says what may stand in each column and who may see
it.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).resolve().parent / "contracts"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Strict):
    """One column of an extract. `privacy` is `identifier`, `personal` or `plain`."""

    type: Literal["text", "date", "integer", "boolean"]
    required: bool
    privacy: Literal["identifier", "personal", "plain"]
    describes: str
    codes: list[str] = []


class Rule(_Strict):
    """A rule over the columns of one row: an SQL condition that no row may fulfil, and what it means."""

    rule: str
    violates: str
    describes: str


class Contract(_Strict):
    """One extract: its columns, key, order and rules."""

    extract: str
    describes: str
    source_system: str
    key: list[str]
    order: list[str]
    columns: dict[str, Column]
    rules: list[Rule] = []


@functools.cache
def read_contracts(folder: Path = FOLDER) -> dict[str, Contract]:
    """Every contract, by extract. A contract that is not what it should be raises pydantic's ValidationError."""
    found = [
        Contract.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*.yml"))
    ]
    return {contract.extract: contract for contract in found}

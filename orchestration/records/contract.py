"""The strict shape of an extract's contract: one YAML file that says what each column may hold, who may see it, and
how many rows may be rejected. Everything else about an extract is derived from it: what the loader asks of each row,
the suite that judges the outcome, and the documentation.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestration.yaml_reader import read_yaml

FOLDER = Path(__file__).resolve().parent / "contracts"
PERSON_KEY = "person_key"
"""The landed column that replaces the identifier of a person."""
LINKS = "identifier_links"
"""The extract that says which identifiers belong to one person."""
ENOUGH_VALUES = 10
"""`filled_at_least` is asked of a file in which it means so many values or more: a shorter one may hold none by chance.
At 50 of 100 rows, these are files of 20 rows or more.
"""
MADE_UP = ("synthetic", "synthetic_scaled")
"""Values of `source_kind` of synthetic rows: of a cohort as large as the real one, and of one of another size."""

Privacy = Literal["person_identifier", "record_identifier", "personal", "plain"]
Type = Literal["text", "date", "integer", "boolean"]


class Strict(BaseModel):
    """Frozen, and closed to undeclared keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Strict):
    """One column of an extract.

    `privacy`: `person_identifier` becomes the keyed hash `person_key`, `record_identifier` a keyed hash under its own
    name, `personal` stays in the internal file and leaves it in protected counts only, `plain` describes no person.
    `filled_at_least` is said of every column that may be blank in a row: in how many of 100 rows it holds a value at
    the very least. With fewer, the export lost it. 0 says that it may be blank throughout, and `blank_reason` why.
    `form` is what a normalised identifier of a person looks like, a regular expression; `linked` asks that
    identifier_links leads from it to another. `no_value` lists words that mean that there is no value.
    """

    type: Type
    required: bool
    filled_at_least: Annotated[int, Field(ge=0, lt=100)] | None = None
    blank_reason: str = ""
    privacy: Privacy
    describes: str
    codes: list[str] = []
    no_value: list[str] = []
    form: str = ""
    linked: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """What a column says of itself must fit together. Raises ValueError."""
        if self.type != "text" and (self.codes or self.no_value or self.privacy.endswith("_identifier")):
            raise ValueError("codes, words for no value and identifiers are text")
        if bool(self.form) != (self.privacy == "person_identifier"):
            raise ValueError("an identifier of a person has a form, and nothing else has one")
        if self.required != (self.filled_at_least is None):
            raise ValueError("filled_at_least is said of a column that is not required, and of no other")
        if bool(self.blank_reason) != (self.filled_at_least == 0):
            raise ValueError("a column that may be blank throughout has a blank_reason, and no other has one")
        return self


class Rule(Strict):
    """A rule over the columns of one row: an SQL condition that no row may fulfil, and what it means."""

    rule: str
    violates: str
    describes: str


class Tolerance(Strict):
    """How many of the rows of a file may be rejected, in per cent, before the file is refused; and why so many."""

    percent: float
    reason: str


class Contract(Strict):
    """One extract: its columns, key and rules.

    `key` is unique; it names columns of the file, or `person_key`. `test_records` gives, by column, a regular
    expression that the identifiers of test people match.
    """

    extract: str
    describes: str
    source_system: str
    key: list[str]
    tolerance: Tolerance
    test_records: dict[str, str]
    columns: dict[str, Column]
    rules: list[Rule] = []

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Columns that are named must be there. Raises ValueError."""
        identifiers = [name for name, _ in self.of_privacy("person_identifier")]
        if not identifiers or (len(identifiers) > 1 and self.extract != LINKS):
            raise ValueError("a row has one identifier of a person")
        if unknown := set(self.key) - {*self.columns, PERSON_KEY} | set(self.test_records) - set(identifiers):
            raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
        return self

    def of_privacy(self, privacy: Privacy) -> Iterator[tuple[str, Column]]:
        """The columns of one class, in order."""
        return ((name, column) for name, column in self.columns.items() if column.privacy == privacy)

    @property
    def person(self) -> str:
        """The column that identifies the person of a row."""
        return next(name for name, _ in self.of_privacy("person_identifier"))

    @property
    def said(self) -> list[str]:
        """The columns in which rows are compared: the landed ones, and the other identifier of a link."""
        return [*self.landed, *(name for name in self.columns if name not in (*self.landed, self.person))]

    @property
    def landed(self) -> dict[str, Column]:
        """The columns of the landing table in order: `person_key` takes the place of the identifier of the person."""
        direct = {name for name, _ in self.of_privacy("person_identifier")}
        key = Column(type="text", required=True, privacy="record_identifier", describes="Keyed hash of the person")
        renamed = [
            (PERSON_KEY, key) if name == self.person else (name, column)
            for name, column in self.columns.items()
            if name == self.person or name not in direct
        ]
        return dict(renamed)


@functools.cache
def read_contracts(folder: Path = FOLDER) -> dict[str, Contract]:
    """Every contract, by extract. Raises UnreadableYaml or pydantic's ValidationError for one that is not valid."""
    found = [Contract.model_validate(read_yaml(path)) for path in sorted(folder.glob("*.yml"))]
    return {contract.extract: contract for contract in found}

"""Read the register of prisons, the one list of prisons of the project.

The register is the dbt seed `prisons`: dbt reads seeds from its own folder only and publishes them as `meta.prisons`,
and Python reads a CSV from anywhere.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from orchestration.problems import SpecError
from orchestration.settings import ROOT

REGISTER = ROOT / "dbt_project" / "seeds" / "prisons.csv"
KINDS = re.compile(r"(?P<name>.*?)\s*\((?P<kinds>[^)]*)\)$")
"""A name with the kinds of institution at its end: `Elmley (HMP & YOI)`."""

Several = Annotated[tuple[str, ...], BeforeValidator(lambda text: tuple(filter(None, text.split("; "))))]
Day = Annotated[str, Field(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")]
"""A year, month or day, as far as it is known; empty if it is not."""


class Prison(BaseModel):
    """One prison of the register, by the columns of its file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prison_code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    prison_name: Annotated[str, Field(min_length=1)]
    prison: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    published_labels: Several
    former_names: Several
    opened: Day
    closed: Day
    sex: Literal["male", "female", "mixed", ""]
    open_or_closed: Literal["open", "closed", ""]
    is_contracted: bool
    has_progression_regime: bool
    has_rotl_pilot: bool
    note: str
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        """Check that a prison does not close before it opens, as far as both are known."""
        both = min(len(self.opened), len(self.closed))
        if self.closed[:both] < self.opened[:both]:
            raise ValueError(f"closed {self.closed} is before opened {self.opened}")
        return self


def read_prisons(path: Path = REGISTER) -> tuple[Prison, ...]:
    """Return every prison of the register. Raises SpecError with every mistake in the file."""
    try:
        with path.open(encoding="utf-8", newline="") as text:
            lines = list(csv.DictReader(text))
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: {error}") from error
    prisons, mistakes = [], []
    for number, line in enumerate(lines, start=2):
        try:
            prisons.append(Prison.model_validate(line))
        except ValidationError as error:
            mistakes.append(f"line {number}: {error}")
    mistakes += list(_used_twice(prisons))
    if mistakes:
        raise SpecError(f"{path}: " + "; ".join(mistakes))
    return tuple(prisons)


def labels_by_prison(prisons: Sequence[Prison]) -> dict[str, list[str]]:
    """Return the labels by which published tables name each prison, by its key.

    A key that two codes share is known by its published labels only: the name of one of the two is not both of them.
    """
    codes = Counter(one.prison for one in prisons)
    found: dict[str, list[str]] = {}
    for one in prisons:
        names = (*_names(one.prison_name), *one.former_names) if codes[one.prison] == 1 else ()
        labels = (*found.get(one.prison, ()), *one.published_labels, *names)
        found[one.prison] = list(dict.fromkeys(labels))
    return found


def _names(prison_name: str) -> tuple[str, ...]:
    """The ways to write a name: `Elmley (HMP & YOI)`, `Elmley`, `HMP & YOI Elmley`, `HMP Elmley`."""
    parts = KINDS.fullmatch(prison_name)
    if not parts:
        return (prison_name,)
    name, kinds = parts["name"], parts["kinds"]
    return prison_name, name, f"{kinds} {name}", f"{kinds.replace(' & ', '/')} {name}", f"HMP {name}"


def _used_twice(prisons: Sequence[Prison]) -> Iterable[str]:
    """Yield the codes that appear twice, and the labels that lead to two prisons."""
    codes = Counter(one.prison_code for one in prisons)
    yield from (f"prison_code {code} appears {number} times" for code, number in codes.items() if number > 1)
    labels = Counter(label.casefold() for known in labels_by_prison(prisons).values() for label in known)
    yield from (f"label {label!r} leads to {number} prisons" for label, number in labels.items() if number > 1)

"""The shape of `expectations/continuity.yml`: how far a figure may move from one release, or one day, to the next."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import Field, model_validator

from orchestration.quality.rules import Rule, Strict, Where, repeated_names
from orchestration.sources.spec import PeriodType


class DeclaredRevision(Strict):
    """One figure that is known to be published differently: by how much, and why both are kept."""

    period_end: dt.date
    breakdown: str = ""
    absolute: float = Field(gt=0)
    reason: str


class RevisionLimit(Rule):
    """A figure (measure, breakdown, period), where it is published again, differs by at most the greater limit.

    `measures: others` means every measure no other rule names.
    """

    measures: tuple[str, ...] | Literal["others"]
    absolute: float = Field(ge=0)
    percent: float = Field(ge=0)
    declared: tuple[DeclaredRevision, ...] = ()


class Pace(Strict):
    """How far a figure may fall and rise over at most so many months."""

    months: int = Field(gt=0)
    fall_percent: float = Field(ge=0)
    rise_percent: float = Field(ge=0)


class Event(Strict):
    """A day on which a series is known to have moved; a negative rise is a fall that must be seen."""

    day: dt.date
    fall_percent: float
    rise_percent: float
    reason: str


class StepLimit(Rule):
    """A series moves between one period and the next no further than its pace, or `absolute` where that is more.

    The series are those of a measure, one for each breakdown, by the latest vintage of each period; or those of a
    table's rows, one for each combination of its dimensions. Over more months than the longest pace nothing is said.
    """

    measure: str = ""
    breakdowns: tuple[str, ...] = ()
    table: str = ""
    where: Where = Field(default_factory=dict)
    period_type: PeriodType
    first: dt.date | None = None
    absolute: float = Field(ge=0)
    paces: tuple[Pace, ...] = Field(min_length=1)
    events: tuple[Event, ...] = ()

    @model_validator(mode="after")
    def _is_about_one_thing(self) -> Self:
        """A rule is about a measure or about a table."""
        if bool(self.measure) == bool(self.table) or (self.breakdowns and self.table) or (self.where and self.measure):
            raise ValueError(f"{self.name}: give measure and perhaps breakdowns, or table and perhaps where")
        return self


class KnownDisagreement(Strict):
    """A disagreement in the published record that is kept as it is, and the rules that know of it."""

    figures: str
    reason: str
    known_to: tuple[str, ...] = ()
    not_landed: str = ""

    @model_validator(mode="after")
    def _is_known_somewhere(self) -> Self:
        """Some rule knows of it, or the figures are not landed."""
        if bool(self.known_to) == bool(self.not_landed):
            raise ValueError(f"{self.figures}: give known_to or not_landed")
        return self


class Continuity(Strict):
    """The file as a whole."""

    revisions: tuple[RevisionLimit, ...]
    steps: tuple[StepLimit, ...]
    known_disagreements: tuple[KnownDisagreement, ...]

    @model_validator(mode="after")
    def _has_unique_names(self) -> Self:
        """Every rule has a unique name, and a measure is named by one rule on revisions."""
        named = [
            measure
            for rule in self.revisions
            for measure in (["others"] if rule.measures == "others" else rule.measures)
        ]
        repeated = repeated_names([*self.revisions, *self.steps]) + sorted(
            {name for name in named if named.count(name) > 1}
        )
        if repeated:
            raise ValueError(f"names appear twice: {repeated}")
        return self

"""What declared rules, of arithmetic and of continuity, have in common: their files, and how findings become results.

A rule becomes SQL, which gathers the figures concerned at each place it can be looked at; a pure function says what
holds there. The findings, as a frame, are then judged by a suite in `expectations/rules/`: that suite decides what is a
failure is with the other expectations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from orchestration.problems import counted
from orchestration.quality.results import CheckResult
from orchestration.yaml_reader import UnreadableYaml, read_yaml

if TYPE_CHECKING:
    import pandas as pd

Outcome = Literal["holds", "fails", "incomplete", "not_evaluable", "reported"]
"""At one place a rule holds, or fails, or a row it needs is not there, or a value it needs is not there, or it does not
hold for a reason that is not ours to settle: that is reported and does not stop a refresh."""
ACCEPTED: tuple[Outcome, ...] = ("holds", "not_evaluable", "reported")
SHOWN = 5
"""How many failing places a result names; the counts say how many there are."""

Members = Annotated[
    tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else tuple(value))
]
"""One member of a dimension or several; one may be written without brackets."""
Where = dict[str, Members]


class RuleError(Exception):
    """A file of rules is not what it should be; names the file and every mistake."""


class Strict(BaseModel):
    """Frozen, and closed to undeclared keys: a misspelt key must not loosen a rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(Strict):
    """What every rule says of itself: its name, why it is there, and where what it says is published."""

    name: str
    reason: str
    source: str


@dataclass(frozen=True)
class Query:
    """SQL and the values bound to it, in order."""

    sql: str
    bound: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What a rule says at one place; `says` names the place, the figures and their cells."""

    rule: str
    outcome: Outcome
    says: str


Model = TypeVar("Model", bound=BaseModel)


def read_rules(path: Path, model: type[Model]) -> Model:
    """The rules in a file. Raises RuleError when it is not as the model says."""
    try:
        return model.model_validate(read_yaml(path))
    except (OSError, UnreadableYaml, ValidationError) as error:
        raise RuleError(f"{path}: {error}") from error


def repeated_names(rules: Sequence[Rule]) -> list[str]:
    """Names that more than one rule has: their results could not be distinguished."""
    names = [rule.name for rule in rules]
    return sorted({name for name in names if names.count(name) > 1})


def all_of(conditions: Iterable[Query]) -> Query:
    """Conditions that must all hold, as one; `true` when there is none."""
    parts = list(conditions)
    return Query(
        " and ".join(part.sql for part in parts) or "true", tuple(value for part in parts for value in part.bound)
    )


def members_in(where: Where) -> Query:
    """`where` as a condition: every dimension in one of its members."""
    return all_of(Query(f'"{name}" in ({", ".join("?" * len(members))})', members) for name, members in where.items())


def ends_within(first: dt.date | None, last: dt.date | None) -> Query:
    """The condition that a period ends between two days, either of which may be left out."""
    return all_of(
        Query(f"period_end {sign} ?", (day,)) for sign, day in ((">=", first), ("<=", last)) if day is not None
    )


def number(value: float | None) -> str:
    """A figure as people write it: no `.0` after whole numbers, `no value` for none."""
    return "no value" if value is None else f"{value:.10g}"


def frame_of(findings: Sequence[Finding]) -> pd.DataFrame:
    """Findings as the frame a suite of rules judges: `rule`, `outcome`, `says`, one row for each place."""
    import pandas as pd

    rows = [(finding.rule, finding.outcome, finding.says) for finding in findings]
    return pd.DataFrame(rows, columns=["rule", "outcome", "says"], dtype="str")


def result_of(rule: Rule, suite: str, target: str, findings: Sequence[Finding]) -> CheckResult:
    """What one rule says in all: how often it held and was not evaluable, and the first places where it does not."""
    wrong = [finding.says for finding in findings if finding.outcome not in ACCEPTED]
    reported = [finding.says for finding in findings if finding.outcome == "reported"]
    held = sum(finding.outcome == "holds" for finding in findings)
    unknown = len(findings) - held - len(wrong) - len(reported)
    counts = f"holds at {counted(held, 'place')}, not evaluable at {unknown}, broken at {len(wrong)}"
    counts += f", reported at {len(reported)}" if reported else ""
    places = [*wrong, *reported]
    observed = "; ".join([counts, *places[:SHOWN], *(["…"] if len(places) > SHOWN else [])])
    return CheckResult(suite, target, rule.name, not wrong, True, observed, rule.reason)

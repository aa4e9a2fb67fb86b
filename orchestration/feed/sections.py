"""The sections of the dashboard and what each shows, read from sections.yml.

Belongs here: what sections.yml may say. Does not belong here: how the platform or the site shows it (definition, site).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from orchestration.problems import SpecError
from orchestration.yaml_reader import UnreadableYaml, read_yaml

SECTIONS = Path(__file__).with_name("sections.yml")
COLUMNS = ("block", "is_latest", "series", "category", "ts", "period", "value", "value_text", "status_text", "source")
"""The columns of `dashboard_rows` that the platform reads, in the order of the table."""
EDGE = "edge"
"""The block of the first and last row, without a day and a number. A time series of the platform else says the number
of the dataset's last day beside its chart, whichever block that is of. Only the platform needs them.
"""
COLUMNS_OF_TYPES: Mapping[str, tuple[str, ...]] = {
    "line-timeseries": ("series", "ts", "value"),
    "bar-timeseries": ("series", "ts", "value"),
    "bar": ("series", "category", "value"),
    "scorecard": ("value",),
}
"""The columns that a chart shows. A table chooses its own, without those a chart needs: `ts` and `value`."""
TABLE_LEAVES_OUT = ("block", "is_latest", "ts", "value")
LONGEST_LABEL = 100
LONGEST_SHOWN = 60
"""Characters of a wrong value that an error shows."""
OPTIONS_OF_TYPES: Mapping[str, tuple[str, ...]] = {"bar": ("horizontal", "stacked"), "bar-timeseries": ("stacked",)}
"""What a chart can be. The platform takes no option of a time series, so that only the site reads the second."""
Type = Literal["list", "line-timeseries", "bar-timeseries", "bar", "scorecard"]
Option = Literal["horizontal", "stacked"]
_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
_SNAKE, _KEBAB = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*"), re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def _snake(name: str) -> str:
    """Refuse a name that is not lower snake_case."""
    if not _SNAKE.fullmatch(name):
        raise ValueError(f"{name!r} is not lower snake_case")
    return name


def _kebab(name: str) -> str:
    """Refuse a name that is not in lower case with hyphens."""
    if not _KEBAB.fullmatch(name):
        raise ValueError(f"{name!r} is not in lower case with hyphens")
    return name


Name = Annotated[str, AfterValidator(_snake)]
Label = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
Text = Annotated[str, Field(min_length=1)]


class Bucket(BaseModel):
    """A range of whole numbers, both ends included, and its colour. An end that is left out is open."""

    model_config = _STRICT

    hexColour: Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]  # noqa: N815 - the platform's name
    min: int | None = None
    max: int | None = None


class Break(BaseModel):
    """A day from which a series means something else."""

    model_config = _STRICT

    id: Name
    since: date
    display: Text


class Visualisation(BaseModel):
    """One table, chart or scorecard. `columns` maps the columns it shows to their headings, in order."""

    model_config = _STRICT

    id: Annotated[str, AfterValidator(_kebab)]
    type: Type
    display: Label
    block: Name
    is_latest: bool
    unit: Text
    columns: dict[str, Label]
    options: list[Option] = Field(default_factory=list)
    buckets: list[Bucket] = Field(default_factory=list)
    breaks: list[Name] = Field(default_factory=list)
    adds_up: bool = True

    @property
    def is_time_series(self) -> bool:
        """Whether it shows values over time."""
        return self.type.endswith("-timeseries")

    @property
    def is_chart(self) -> bool:
        """Whether it draws `value`; a table shows `value_text`."""
        return self.type != "list"


class Section(BaseModel):
    """A heading with its visualisations, in order."""

    model_config = _STRICT

    id: Name
    display: Label
    description: Text
    visualisations: Annotated[list[Visualisation], Field(min_length=1)]


class Dashboard(BaseModel):
    """All sections in order, and the breaks that their series refer to."""

    model_config = _STRICT

    sections: Annotated[list[Section], Field(min_length=1)]
    breaks: list[Break] = Field(default_factory=list)


def read_sections(path: Path = SECTIONS) -> Dashboard:
    """The sections of the dashboard. Raises SpecError that names the file and the key of every mistake."""
    try:
        dashboard = Dashboard.model_validate(read_yaml(path))
    except (OSError, UnreadableYaml) as error:
        raise SpecError(f"{path.name}: {error}") from error
    except ValidationError as error:
        lines = (
            f"{path.name}: {_place(one['loc'])}: {one['msg']}; found {repr(one['input'])[:LONGEST_SHOWN]}"
            for one in error.errors(include_url=False)
        )
        raise SpecError("\n".join(lines)) from error
    faults = [f"{path.name}: {fault}" for fault in _find_faults(dashboard)]
    if faults:
        raise SpecError("\n".join(faults))
    return dashboard


def _place(location: tuple[int | str, ...]) -> str:
    """Where a mistake is: `sections[0].visualisations[1].type`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


def _find_faults(dashboard: Dashboard) -> Iterator[str]:
    """What is valid entry by entry but does not fit together."""
    shown = [(section, one) for section in dashboard.sections for one in section.visualisations]
    for kind, names in (
        ("section", [section.id for section in dashboard.sections]),
        ("visualisation", [one.id for _, one in shown]),
        ("break", [one.id for one in dashboard.breaks]),
    ):
        yield from (f"{kind} {name}: the id is given twice" for name, times in Counter(names).items() if times > 1)
    known = {one.id for one in dashboard.breaks}
    for section, one in shown:
        place = f"section {section.id}, visualisation {one.id}"
        yield from (f"{place}: {fault}" for fault in _find_column_faults(one))
        yield from (f"{place}: breaks: no break is named {name!r}" for name in one.breaks if name not in known)
        yield from (f"{place}: {fault}" for fault in _find_type_faults(one))


def _find_column_faults(shown: Visualisation) -> Iterator[str]:
    """Columns that the table does not have, that the type does not show, or in another order than the table's: the
    platform then puts cells under the wrong headings.
    """
    unknown = [name for name in shown.columns if name not in COLUMNS]
    if unknown:
        yield f"columns: dashboard_rows has no {', '.join(unknown)}; it has {', '.join(COLUMNS)}"
        return
    if list(shown.columns) != sorted(shown.columns, key=COLUMNS.index):
        yield f"columns: expected the order of dashboard_rows, {', '.join(COLUMNS)}; found {', '.join(shown.columns)}"
    expected = COLUMNS_OF_TYPES.get(shown.type)
    if expected and set(shown.columns) != set(expected):
        yield f"columns: a {shown.type} shows {', '.join(expected)}; found {', '.join(shown.columns)}"
    if not expected and (refused := [name for name in shown.columns if name in TABLE_LEAVES_OUT]):
        yield f"columns: a list does not show {', '.join(refused)}; it shows value_text and period"
    if not expected and "value_text" not in shown.columns:
        yield "columns: a list shows value_text; it is missing"


def _find_type_faults(shown: Visualisation) -> Iterator[str]:
    """Keys that do not go with the type."""
    if refused := [option for option in shown.options if option not in OPTIONS_OF_TYPES.get(shown.type, ())]:
        yield f"options: a {shown.type} cannot be {' or '.join(refused)}"
    if bool(shown.buckets) != (shown.type == "scorecard"):
        yield f"buckets: a scorecard has buckets and nothing else does; this is a {shown.type}"
    if not shown.adds_up and shown.type != "bar":
        yield f"adds_up: only a bar says the sum of its values; this is a {shown.type}"
    if shown.breaks and not shown.is_time_series:
        yield f"breaks: only a time series has breaks; this is a {shown.type}"
    if shown.type == "scorecard" and not (shown.is_latest and shown.unit == "percent"):
        yield "a scorecard shows the latest per cent: set is_latest to true and unit to percent"
    if shown.is_time_series and shown.is_latest:
        yield "is_latest: a time series shows every period; set it to false"
    if shown.buckets:
        yield from _find_bucket_faults(shown.buckets)


def _find_bucket_faults(buckets: list[Bucket]) -> Iterator[str]:
    """Gaps and overlaps between buckets: a value in a gap has no colour."""
    for before, after in itertools.pairwise(buckets):
        if before.max is None or after.min != before.max + 1:
            yield f"buckets: {after.hexColour} begins at {after.min}; expected one more than {before.max}"
    if buckets[0].min is not None or buckets[-1].max is not None:
        yield "buckets: leave out the lowest min and the highest max, so that every value has a colour"

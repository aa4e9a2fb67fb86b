"""The strict shape of the files in this folder, and the reader that turns them into plain objects.

A publication is a folder holding `source.yml`, `corrections.yml` (optional) and `tables/<table>.yml`. Labels shared by
several tables are in `vocabulary.yml`, those of prisons in the register of prisons (`prisons.py`), the symbols of
published tables in `symbols.yml`, how tables name the sentence in `sentence_names.yml`, and what any table may gain
from one release to the next in `any_table.yml`. Unknown keys, unknown members and references to nothing are errors, all
of one file's at once.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import string
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from orchestration.problems import SpecError
from orchestration.sources.prisons import labels_by_prison, read_prisons
from orchestration.yaml_reader import UnreadableYaml, read_yaml

FOLDER = Path(__file__).resolve().parent
TOTAL = "all"
"""The member every dimension uses for its total; it never appears in a breakdown."""

PeriodType = Literal["as_at", "quarter", "calendar_year", "financial_year", "period"]
AnyPeriod = PeriodType | Literal["any"]
"""A period as a row can give it; `any` is a day or a stretch of days, as each row says."""
ValueStatus = Literal["final", "provisional", "revised", "suppressed", "unavailable", "not_applicable", "nil"]
MarkedStatus = Literal["provisional", "revised"]
Mark = Annotated[str, Field(pattern=r"^(\[(rev|r|p)\]|\((rev|r|p)\))$")]
"""A mark of a status as `extraction.text` finds it in a text."""


def _as_list(value: Any) -> Any:
    """Let one label or phrase be written without brackets."""
    return value if isinstance(value, list) else [value]


def _regular_expression(text: str) -> str:
    """Refuse what is no regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


Labels = Annotated[list[str], BeforeValidator(_as_list)]
Series = Annotated[list[Literal["quarters", "years"]], BeforeValidator(_as_list)]
"""The steps in which the periods of a table follow each other."""
Regex = Annotated[str, AfterValidator(_regular_expression)]
Members = dict[str, Labels]


class _Strict(BaseModel):
    """Frozen, and closed to undeclared keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Symbols(_Strict):
    """How one family of published tables writes what is not a plain number.

    The symbols of `cells` take the place of a figure, the `marks` beside one or in a title, heading or label. A mark of
    asterisks must lead to a note of the file, unless it is one of `without_note`.
    """

    reason: str
    cells: dict[str, ValueStatus] = {}
    marks: dict[Mark, MarkedStatus] = {}
    without_note: list[str] = []
    zero: Literal["final", "nil"] = "final"


class TitleRule(_Strict):
    """What a table's title must say: every phrase of `all_of` (or one of its alternatives), none of `none_of`."""

    all_of: list[Labels]
    none_of: list[str] = []


class LabelColumn(_Strict):
    """A column that says what a row is about: a dimension's member, the row's period, or its unit.

    `series` says that the periods of the rows follow each other, as that of a heading does.
    """

    heading: Labels
    dimension: str = ""
    members: Members = {}
    period: AnyPeriod | None = None
    series: Series = []
    unit: Members = {}

    @model_validator(mode="after")
    def _has_one_role(self) -> Self:
        """A label column has exactly one role."""
        if sum((bool(self.dimension), self.period is not None, bool(self.unit))) != 1:
            raise ValueError(f"column {self.heading}: give exactly one of dimension, period, unit")
        if bool(self.dimension) != bool(self.members):
            raise ValueError(f"column {self.heading}: a dimension needs members, and members a dimension")
        if self.series and not self.period:
            raise ValueError(f"column {self.heading}: series needs a period")
        return self


class HeadingLevel(_Strict):
    """One row of headings over the figures: periods, the members of a dimension, or one label over one column of
    figures. `period_within` tells a period from the words around it, by its group `period`.

    `series` says that the periods follow each other: ends of quarters a quarter apart, or periods a year apart. Where
    the same table is published by quarter and by year, it names both, and each table is one of the two from end to end.
    """

    period: PeriodType | None = None
    period_within: Regex = ""
    series: Series = []
    dimension: str = ""
    members: Members = {}
    label: Annotated[list[str], BeforeValidator(_as_list)] = []

    @model_validator(mode="after")
    def _has_one_role(self) -> Self:
        """A level of headings is exactly one of periods, members, label."""
        if sum((self.period is not None, bool(self.dimension and self.members), bool(self.label))) != 1:
            raise ValueError("a heading level is exactly one of period, dimension with members, label")
        if self.period_within and (not self.period or "period" not in re.compile(self.period_within).groupindex):
            raise ValueError("period_within needs a period, and a group of that name")
        if self.series and not self.period:
            raise ValueError("series needs a period")
        return self


class Wording(_Strict):
    """Words that have one meaning in published tables, and why; `says` is looked for without case and note marks."""

    says: Regex
    reason: str


class AnyTable(_Strict):
    """What every published table may gain without its spec saying so: columns that are read past, such as a change
    between two others, and the labels that mean the total where the labels are not declared.
    """

    ignored_columns: list[Wording]
    total_labels: list[Wording]


class SentenceNames(_Strict):
    """How tables name the sentence. `other_meanings` are taken out of a text before it is searched for `names`."""

    names: list[Wording] = []
    other_meanings: list[Wording] = []


class NotNeeded(_Strict):
    """A table that names the sentence and that no spec reads on purpose, by its title, and why."""

    title: TitleRule
    reason: str


class NewMembers(_Strict):
    """What a label that no member has must look like for its row to be read as a new member of the dimension.

    The whole label matches `like`, holds no word of `unlike_any`, and a word that is not in `unlike_only`.
    `register_file` is the file that a new member is to be added to.
    """

    like: Regex
    unlike_any: frozenset[str]
    unlike_only: frozenset[str]
    register_file: str
    reason: str

    def accepts(self, label: str) -> bool:
        """Whether a label, without its note marks, looks like a new member."""
        words = set(re.findall(r"[^\W_]+", label.casefold()))
        return bool(re.fullmatch(self.like, label)) and not words & self.unlike_any and not words <= self.unlike_only


class BlockRows(_Strict):
    """The rows under a block's head: the members of one dimension, every one of them expected unless optional.

    `total` gives the labels of the block's own total. Where `new_members` is given, a row can name a member that is not
    declared yet.
    """

    dimension: str
    members: Members
    total: Labels = []
    required: Literal["all", "none"] = "all"
    new_members: NewMembers | None = None

    @property
    def labels(self) -> Members:
        """The labels of every row under the head: the members, and the block's total."""
        return self.members | ({TOTAL: self.total} if self.total else {})


class Block(_Strict):
    """Rows that belong together: an optional head row and the rows under it; what it sets holds for all of them."""

    head: Labels | None = None
    set: dict[str, str] = {}
    head_has_figures: bool = True
    rows: BlockRows | None = None
    optional: bool = False


class RepeatedPeriod(_Strict):
    """A period that heads more than one column, as at a break in a series: the members its columns get, left to
    right.
    """

    period: dt.date
    dimension: str
    members: list[str]
    reason: str


class NoteFigure(_Strict):
    """A figure that is published inside a note under the table and belongs to it."""

    pattern: str
    set: dict[str, str]
    reason: str


class Required(_Strict):
    """Combinations of members that must each have a row; `each` means every member of the dimension."""

    combinations: dict[str, list[str] | Literal["each"]]


class DeclaredPeriod(_Strict):
    """A period that the table itself does not give, with the reason it is known."""

    type: PeriodType
    start: dt.date
    end: dt.date
    reason: str


class PeriodFrom(_Strict):
    """Where the period is when neither a heading nor a row gives it."""

    title: PeriodType | None = None
    line_saying: str = ""
    declared: DeclaredPeriod | None = None


class NewestPeriod(_Strict):
    """How a table's newest period relates to that of its file and release where the two differ, and why.

    `months_after_file` is negative where the table ends earlier.
    """

    months_after_file: int = 0
    is_compared: bool = True
    reason: str


class UnitByMember(_Strict):
    """The unit of a row depends on what the row is about (counts and months can be in one column)."""

    dimension: str
    members: dict[str, str]


class Figure(_Strict):
    """Which measure a row's figures are, and what they are broken down by. The first rule that holds is taken."""

    measure: str
    where: dict[str, Labels] = {}
    breakdown: list[str | dict[str, str]] = []
    set: dict[str, str] = {}


class TableSpec(_Strict):
    """One published table: how to know it, how to read it, and what its figures measure."""

    table: str
    describes: str
    evidence: str
    title: TitleRule
    label_columns: list[LabelColumn] = []
    blocks: list[Block] = []
    headings: list[HeadingLevel] = Field(min_length=1)
    ignored_columns: list[Wording] = []
    total_labels: list[Wording] = []
    required_rows: list[Required] = []
    repeated_periods: list[RepeatedPeriod] = []
    note_figures: list[NoteFigure] = []
    period: PeriodFrom = PeriodFrom()
    newest: NewestPeriod | None = None
    year_means: Annotated[str, Field(pattern=r"^(\d\d-\d\d)?$")] = ""
    set: dict[str, str] = {}
    unit: str | UnitByMember = ""
    qualifier: str = ""
    blank: Literal["error", "unavailable"] = "error"
    blank_reason: str = ""
    symbols: str = ""
    authority: int = 1
    figures: list[Figure] = []

    @property
    def series_of_rows(self) -> list[Literal["quarters", "years"]]:
        """The steps in which the periods of the rows follow each other; none where that is not declared."""
        return next((column.series for column in self.label_columns if column.series), [])

    @property
    def series(self) -> list[Literal["quarters", "years"]]:
        """The steps in which the periods of rows or columns follow each other."""
        return self.series_of_rows or next((level.series for level in self.headings if level.series), [])

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Every dimension of the table, in the order they are declared."""
        named = [column.dimension for column in self.label_columns if column.dimension]
        for block in self.blocks:
            named += [*block.set, *([block.rows.dimension] if block.rows else [])]
        named += [level.dimension for level in self.headings if level.dimension]
        named += [repeat.dimension for repeat in self.repeated_periods] + list(self.set)
        return tuple(dict.fromkeys(named))

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        """Cross-checks that no single field can make."""
        mistakes = list(_mistakes(self))
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self


def _mistakes(spec: TableSpec) -> list[str]:
    """What is inconsistent inside one table's spec."""
    found = []
    if spec.label_columns and spec.blocks:
        found.append("give label_columns (a row says what it is about) or blocks (its place says so), not both")
    known = set(spec.dimensions)
    for figure in spec.figures:
        named = [*figure.where, *(value for item in figure.breakdown for _, value in breakdown_pairs(item))]
        found += [f"figure {figure.measure}: no dimension {name!r}" for name in named if name not in known]
    has_period = any(level.period for level in spec.headings) or any(column.period for column in spec.label_columns)
    if has_period == (spec.period != PeriodFrom()):
        found.append("the period comes from one place: headings, a label column, or `period`")
    if not spec.unit and not any(column.unit for column in spec.label_columns):
        found.append("no unit: give unit or a label column with unit")
    if spec.blank == "unavailable" and not spec.blank_reason:
        found.append("blank: unavailable needs blank_reason")
    return found


def breakdown_pairs(item: str | dict[str, str]) -> list[tuple[str, str]]:
    """A breakdown entry as (key, dimension) pairs: `sex` is `sex: sex`."""
    return [(item, item)] if isinstance(item, str) else list(item.items())


class FileKind(_Strict):
    """A kind of file a release can hold: the tables that must be found in it, and those that may be.

    `name` is looked for in the file's name, in which spaces and underscores are read as hyphens; it says which tables
    to expect. A file whose name no kind knows is of the kind that its tables say. A table is under `may_hold` while
    we have seen no file of the kind that holds it, or where only some do.

    Where `name` has a group `period`, the newest period of the tables is the one the file's name says, as far as that
    can be read. `months_before_release` are the months by which their newest period can end before the last day that
    the release's manifest covers; without it the two are not compared.
    """

    name: Regex
    tables: list[str]
    may_hold: list[str] = []
    months_before_release: list[int] = []

    def match(self, file: str) -> re.Match[str] | None:
        """How a file's name matches that of the kind; None when it does not."""
        return re.search(self.name, re.sub(r"(?:%20|[\s_])+", "-", file), re.IGNORECASE)

    @property
    def known_tables(self) -> set[str]:
        """Every table a file of the kind must or may hold."""
        return {*self.tables, *self.may_hold}


class Correction(_Strict):
    """A published cell to be read otherwise, because it is known to be wrong; `published` is the guard.

    When the file no longer has what the correction was written for, the release is rejected until the correction is
    taken away.
    """

    release: str
    file: str
    sheet: str
    cell: Annotated[str, Field(pattern=r"^[A-Z]+[0-9]+$")]
    published: str
    read_as: str
    reason: str
    source: str


class ReleaseIdRule(_Strict):
    """How a name on GOV.UK becomes a release's name here: the groups of `match`, put into `release_id`.

    `words` says what a group's text means (`october-to-december: q4`); other text is taken in lower case.
    """

    match: Regex
    release_id: str
    words: dict[str, str] = {}

    @model_validator(mode="after")
    def _names_its_groups(self) -> Self:
        """Every name in `release_id` is a group of `match`."""
        groups = set(re.compile(self.match).groupindex)
        unknown = {name for _, name, _, _ in string.Formatter().parse(self.release_id) if name} - groups
        if unknown:
            raise ValueError(f"release_id names {sorted(unknown)}, which match does not capture")
        return self


class GovUk(_Strict):
    """Where a publication is on GOV.UK, which of its files are wanted, and how its releases are named here.

    `pages` are collections, whose documents are looked through, or publications. `one_release_per` says what makes a
    release: a page with all its files, or a file (where one page gathers a year of them). `months_ahead_of_title` are
    the months by which the newest table of a release reaches beyond the period that its title names.
    """

    pages: list[Annotated[str, Field(pattern=r"^/[a-z0-9_/-]+$")]] = Field(min_length=1)
    documents: Regex = ""
    wants: list[Regex] = Field(min_length=1)
    since: dt.date
    since_reason: str
    one_release_per: Literal["page", "file"] = "page"
    months_ahead_of_title: int = 0
    release_ids: list[ReleaseIdRule]
    largest_file: int = 50_000_000


class Source(_Strict):
    """One publication: who publishes it and when, the kinds of its files, its tables and its corrections."""

    publication: str
    title: str
    publisher: str
    published_at: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] = "00:00"
    symbols: str
    front_matter: list[str] = [
        *("Cover", "Cover sheet", "Contents", "Table of contents", "Notes", "Definitions", "Information", "Metadata")
    ]
    must_be_mapped: Regex
    not_needed: list[NotNeeded] = []
    files: list[FileKind]
    govuk: GovUk | None = None
    tables: dict[str, TableSpec] = {}
    corrections: list[Correction] = []
    families: dict[str, Symbols] = {}
    sentence: SentenceNames = SentenceNames()

    def landing_name(self, table: str) -> str:
        """Name of the landing table: the publication, then the table."""
        return f"{self.publication}_{table}"

    def symbols_of(self, spec: TableSpec) -> Symbols:
        """The family of symbols a table uses: its own, else the publication's."""
        return self.families[spec.symbols or self.symbols]


def _read_yaml(path: Path) -> Any:
    """A YAML file's content, with a readable error."""
    try:
        return read_yaml(path)
    except (OSError, UnreadableYaml) as error:
        raise SpecError(f"{path}: {error}") from error


def _with_vocabulary(value: Any, vocabulary: dict[str, Any]) -> Any:
    """Replace `members: <name>` by the shared labels, anywhere in a spec."""
    if isinstance(value, list):
        return [_with_vocabulary(item, vocabulary) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: vocabulary[item] if key == "members" and isinstance(item, str) else _with_vocabulary(item, vocabulary)
        for key, item in value.items()
    }


def read_any_table(path: Path) -> AnyTable:
    """What every table may gain. Raises SpecError naming the file and every mistake in it."""
    try:
        return AnyTable.model_validate(_read_yaml(path))
    except ValidationError as error:
        raise SpecError(f"{path}: {error}") from error


def _with_any_table(spec: TableSpec, any_table: AnyTable) -> TableSpec:
    """A spec, and beside what it declares itself what holds of every table."""
    return spec.model_copy(
        update={
            "ignored_columns": [*spec.ignored_columns, *any_table.ignored_columns],
            "total_labels": [*spec.total_labels, *any_table.total_labels],
        }
    )


def read_table_spec(path: Path, vocabulary: dict[str, Any]) -> TableSpec:
    """One table's spec. Raises SpecError naming the file and every mistake in it."""
    try:
        spec = TableSpec.model_validate(_with_vocabulary(_read_yaml(path), vocabulary))
    except KeyError as error:
        raise SpecError(f"{path}: no vocabulary named {error}") from error
    except ValidationError as error:
        raise SpecError(f"{path}: {error}") from error
    if spec.table != path.stem:
        raise SpecError(f"{path}: says table {spec.table!r}; the file and the table have one name")
    return spec


def read_source(folder: Path) -> Source:
    """One publication's folder. Raises SpecError when a file of it is not what it should be."""
    vocabulary = _read_yaml(folder.parent / "vocabulary.yml") | {"prisons": _labels_of_prisons()}
    any_table = read_any_table(folder.parent / "any_table.yml")
    specs = {
        path.stem: _with_any_table(read_table_spec(path, vocabulary), any_table)
        for path in sorted(folder.glob("tables/*.yml"))
    }
    corrections = folder / "corrections.yml"
    declared = _read_yaml(folder / "source.yml")
    if folder.name != declared.get("publication"):
        raise SpecError(
            f"{folder / 'source.yml'}: says publication {declared.get('publication')!r}, folder {folder.name!r}"
        )
    families = _read_yaml(folder.parent / "symbols.yml")
    try:
        source = Source.model_validate(
            declared
            | {
                "tables": specs,
                "corrections": _read_yaml(corrections) if corrections.exists() else [],
                "families": families,
                "sentence": _read_yaml(folder.parent / "sentence_names.yml"),
            }
        )
    except ValidationError as error:
        raise SpecError(f"{folder / 'source.yml'}: {error}") from error
    _check_source(source, folder)
    return source


def _check_source(source: Source, folder: Path) -> None:
    """References of a source to tables and symbols that do not exist."""
    held = {name for kind in source.files for name in kind.known_tables}
    unknown = held - set(source.tables)
    families = {source.symbols, *(spec.symbols for spec in source.tables.values() if spec.symbols)} - set(
        source.families
    )
    unread = set(source.tables) - held
    found = [f"no table spec {name!r}" for name in unknown] + [f"no symbols {name!r}" for name in families]
    found += [f"table {name!r} is expected in no kind of file" for name in unread]
    if found:
        raise SpecError(f"{folder / 'source.yml'}: " + "; ".join(sorted(found)))


@functools.cache
def _labels_of_prisons() -> dict[str, list[str]]:
    """The labels of the prisons in the register, which is read once for all publications."""
    return labels_by_prison(read_prisons())


@functools.cache
def read_sources(folder: Path = FOLDER) -> dict[str, Source]:
    """Every publication, by name. Raises SpecError on the first folder that is not what it should be."""
    return {path.parent.name: read_source(path.parent) for path in sorted(folder.glob("*/source.yml"))}

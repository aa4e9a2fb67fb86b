"""Single mutations of good releases, each judged by what a refresh would make of it before any model is built.

A release is opened, read in the process apart, and held against its manifest. Its figures take the place of those of
the good release among those of all others; then every rule, and the suites of the tables that differ, are run. What was
published of the good releases is known, so that the review of raw/ must report each change too.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import duckdb

from orchestration.archive.releases import Release, check_bytes, is_embargoed, open_release
from orchestration.build import candidate, inputs
from orchestration.build.outcomes import ReleaseOutcome
from orchestration.build.published_releases import (
    FACTS,
    Published,
    changes_since_published,
    no_longer_public,
    problems_with_published,
)
from orchestration.problems import InputRejected, Problem
from orchestration.quality import judge
from orchestration.quality.comparisons import Equations, Reconciliation
from orchestration.quality.identities import Arithmetic
from orchestration.quality.ledger import PublishedFile
from orchestration.quality.limits import Continuity
from orchestration.quality.results import CheckResult
from orchestration.quality.rule_checks import (
    KnownMembers,
    RuleCheck,
    arithmetic_checks,
    continuity_checks,
    known_members,
    open_members,
    reconciliation_checks,
    run_checks,
)
from orchestration.quality.rules import read_rules
from orchestration.quality.runner import Target, run_suite
from orchestration.quality.tables import landed_figures
from orchestration.settings import ReadingLimits, Settings
from orchestration.sources.spec import Source, read_sources
from orchestration.workbooks.isolated import IsolatedReader
from orchestration.workbooks.observations import Observation
from orchestration.workbooks.release import ReleaseReading
from tests.attack.mutations import KEEPS_MANIFEST, MUTATIONS, Good
from tests.attack.sayings import Saying, cell_of, sayings, sheet_of, unread_figures
from tests.independent_reader import Grid, place, read_grids
from tests.workbooks import RAW, rehash

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
REFUSED, BY_CHECK, CARRIED, HARMLESS, SILENT, CRASH = (
    "refused when read",
    "refused by a check",
    "carried and visible",
    "says the same",
    "SILENT",
    "CRASH",
)
WITHOUT_MEANING = ("note", "published_on_basis", "answered_on", "covers.text")
"""What a manifest says to a reader of raw/ alone: no figure, period or release is shown by it."""


@dataclass
class Seen:
    """What became of mutations: how many of each kind ended how, what a person should look at, and what refused."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    failed: set[tuple[str, str]] = field(default_factory=set)
    """The suites and checks that failed at least once."""


class RememberingReader:
    """Reads files in the process apart, the good ones only once."""

    def __init__(self, reader: IsolatedReader) -> None:
        self.reader = reader
        self.known: dict[tuple[object, ...], ReleaseReading] = {}
        self.remembers = True
        """Whether what is read next is remembered: it is while the good releases are read."""

    def read_file(
        self, path: Path, source: Source, release_id: str, title: str, covers_last: dt.date | None = None
    ) -> ReleaseReading:
        """What `IsolatedReader.read_file` gives. Raises InputRejected as that does."""
        key = (path.read_bytes(), path.name, source.publication, release_id, title, covers_last)
        if key in self.known:
            return self.known[key]
        reading = self.reader.read_file(path, source, release_id, title, covers_last)
        if self.remembers:
            self.known[key] = reading
        return reading


@dataclass(frozen=True)
class GoodRelease:
    """A good release, what is read of it, and what its files say of each figure."""

    release: Release
    reading: ReleaseReading
    said: Mapping[tuple[object, ...], list[Saying]]
    unread: Mapping[str, int]
    inexact: frozenset[tuple[str, str, str]]


@dataclass(frozen=True)
class Rules:
    """The files of rules, read once, and the members that they may name."""

    arithmetic: Arithmetic
    continuity: Continuity
    comparisons: tuple[Reconciliation, Equations]
    members: KnownMembers


@dataclass(frozen=True)
class Bench:
    """The landed figures of every good release, the reader, the good releases, and what was published of them."""

    connection: duckdb.DuckDBPyConnection
    sources: Mapping[str, Source]
    reader: RememberingReader
    good: Mapping[str, GoodRelease]
    landing: judge.Bench
    rules: Rules
    published: Published

    def read(self, release: Release) -> ReleaseReading:
        """What a refresh reads of a release."""
        return inputs.read(release, self.sources[release.publication], self.reader)  # type: ignore[arg-type]


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """The bench on every release of the repository's raw/; as a file in a folder."""
    sources, settings = read_sources(), Settings(RAW, folder / "work", folder / "published")
    with IsolatedReader(ReadingLimits()) as apart, duckdb.connect(str(folder / "candidate.duckdb")) as connection:
        for schema in candidate.SCHEMAS:
            connection.execute(f"create schema {schema}")
        reader, good = RememberingReader(apart), {}
        for path in sorted(RAW.glob("*/*/manifest.yml")):
            release, problems = open_release(path.parent, sources)
            assert not problems
            reading = inputs.read(release, sources[release.publication], reader)  # type: ignore[arg-type]
            good[release.name] = _good(release, reading)
        reader.remembers = False
        landed = [
            ReleaseOutcome(one.release, "published", observations=one.reading.observations) for one in good.values()
        ]
        candidate.land(connection, landed, sources)
        landing, _ = judge._bench(connection, settings, landing=True, carried={})
        yield Bench(connection, sources, reader, good, landing, _rules_of(landing, sources), _published(landed))


def _rules_of(landing: judge.Bench, sources: Mapping[str, Source]) -> Rules:
    """The files of rules beside the suites."""
    return Rules(
        read_rules(landing.folder / "arithmetic.yml", Arithmetic),
        read_rules(landing.folder / "continuity.yml", Continuity),
        judge._comparisons(landing.folder),
        known_members(landing.suites, landing.targets) | open_members(sources),
    )


def _published(landed: Sequence[ReleaseOutcome]) -> Published:
    """The good releases as an edition in place has them."""
    rows = candidate._releases_table(landed).to_pylist()
    files = candidate._files_table(landed).to_pylist()
    return Published(
        frozenset(
            PublishedFile(f"{file['publication']} {file['release_id']}", file["file_name"], file["sha256"])
            for file in files
        ),
        {f"{row['publication']} {row['release_id']}": row for row in rows},
    )


def _good(release: Release, reading: ReleaseReading) -> GoodRelease:
    """A good release with what its files say."""
    said: dict[tuple[object, ...], list[Saying]] = {}
    for one, saying in _said(release.folder, reading.observations):
        said.setdefault(statement(one), []).append(saying)
    grids = [(one, grids_of(release.folder / one.file)) for one in reading.observations]
    # Declared corrections, and words instead of numbers: the cell does not hold the value.
    inexact = {(one.file, one.sheet, one.cell) for one, file in grids if not is_in_cell(one, file)}
    unread = {path.name: _unread(path, reading.observations) for path in release.paths}
    return GoodRelease(release, reading, said, unread, frozenset(inexact))


def attack(bench: Bench, folder: Path, seed: int, count: int) -> Seen:
    """What became of so many mutations, of each kind in turn, of releases chosen by a seed."""
    seen, chance, kinds = Seen(), random.Random(seed), list(MUTATIONS)
    number = 0
    while number < count:
        kind, name = kinds[number % len(kinds)], _choose(bench, chance)
        good = bench.good[name]
        copy = folder / "raw" / name.replace(" ", "/", 1)
        shutil.rmtree(folder / "raw", ignore_errors=True)
        shutil.copytree(good.release.folder, copy)
        said = MUTATIONS[kind](Good(copy, good.reading.observations), chance)
        if said is None:
            continue
        number += 1
        if kind not in KEEPS_MANIFEST:
            rehash(copy)
        try:
            ending, why = _judge(bench, good, copy, seen)
        except Exception as error:  # noqa: BLE001 - every exception is a crash, which is looked for
            ending, why = CRASH, f"{type(error).__name__}: {error}"
        seen.counts[kind, ending] += 1
        if ending in (SILENT, CRASH):
            seen.wrong.append(f"{ending}: {name}: {kind}: {said}: {why}")
    return seen


def _choose(bench: Bench, chance: random.Random) -> str:
    """A release with figures, those with many more often."""
    names = [name for name, good in bench.good.items() if good.reading.observations]
    weights = [math.sqrt(len(bench.good[name].reading.observations)) for name in names]
    return chance.choices(names, weights)[0]


def _judge(bench: Bench, good: GoodRelease, copy: Path, seen: Seen) -> tuple[str, str]:
    """How a mutated release ends, and why a person should look at it."""
    release, reading, problems = _read(bench, copy)
    if reading is None:
        return _refused(problems, release)
    if silent := _not_reviewed(bench.published, good, release) or _silent(good, copy, reading):
        return SILENT, silent
    if not _differs(good, release, reading):
        changed = _unshown(good.release, release)
        return (SILENT, f"{changed} shows nowhere") if changed else (HARMLESS, "")
    failing = [result for result in _checks(bench, good, release, reading) if not result.success]
    seen.failed |= {(result.suite, result.expectation) for result in failing}
    if not failing:
        return CARRIED, ""
    return (BY_CHECK, "") if any(map(_names_a_place, failing)) else (SILENT, f"no place is named: {failing[0]}")


def _read(bench: Bench, copy: Path) -> tuple[Release, ReleaseReading | None, Sequence[Problem]]:
    """A mutated release, with what is read of it, or every problem that stops a refresh before."""
    release, problems = open_release(copy, bench.sources)
    problems = problems or check_bytes(release)
    if problems or release.manifest is None:
        return release, None, problems
    if is_embargoed(release.manifest, bench.sources[release.publication], NOW):
        return release, None, no_longer_public(release, bench.published)
    try:
        reading = bench.read(release)
    except InputRejected as rejected:
        return release, None, rejected.problems
    return release, None if reading.problems else reading, reading.problems


def _refused(problems: Sequence[Problem], release: Release) -> tuple[str, str]:
    """The ending of a refused release: each problem must name the release, and one its file and what to do."""
    is_named = bool(problems) and all(problem.release == release.name for problem in problems)
    is_placed = any(problem.file and problem.expected and problem.remedy for problem in problems)
    return (REFUSED, "") if is_named and is_placed else (SILENT, f"refused without a place: {list(map(str, problems))}")


def _names_a_place(result: CheckResult) -> bool:
    """Whether a failing check says what it found, and is about a table or rule that a person can look up."""
    return bool(result.observed and result.reason and (result.target or result.expectation))


def statement(one: Observation) -> tuple[object, ...]:
    """What the landed row of a figure says, wherever the figure is in its file."""
    period = (one.period.type, one.period.start, one.period.end)
    return (
        one.table, tuple(sorted(one.dimensions.items())), one.measure, one.breakdown, period, one.value, one.unit,
        one.value_status, one.qualifier, one.note_texts, one.table_number, one.table_title,
    )  # fmt: skip


def _said(folder: Path, figures: Sequence[Observation]) -> Iterator[tuple[Observation, Saying]]:
    """Each figure with what its file says of it."""
    for file in dict.fromkeys(one.file for one in figures):
        of_file = [one for one in figures if one.file == file]
        found = sayings(grids_of(folder / file), of_file)
        yield from ((one, found[one.sheet, place(one.cell)]) for one in of_file)


def _unread(path: Path, figures: Sequence[Observation]) -> int:
    """How many figures a file has beside those that were read."""
    read = {(one.sheet, place(one.cell)) for one in figures if one.file == path.name}
    return unread_figures(grids_of(path), read)


def _silent(good: GoodRelease, copy: Path, reading: ReleaseReading) -> str:
    """Why the landed rows of the files that were changed hide it; '' when they do not.

    A value must be the number in its cell. A row that is landed as before must be said as before. No figure may be left
    unread that was read.
    """
    changed = {path.name for path in good.release.paths if path.read_bytes() != (copy / path.name).read_bytes()}
    if damaged := [file for file in changed if not _is_readable(copy / file)]:
        is_as_before = Counter(map(statement, reading.observations)) == Counter(
            map(statement, good.reading.observations)
        )
        return "" if is_as_before else f"{damaged} is damaged, and other figures are read"
    figures = [one for one in reading.observations if one.file in changed]
    for one, saying in _said(copy, figures):
        at = (one.file, one.sheet, one.cell)
        if at not in good.inexact and not is_in_cell(one, grids_of(copy / one.file)):
            return f"{one.sheet} {one.cell} is read as {one.value} {one.value_status}"
        before = good.said.get(statement(one))
        if before and saying not in before:
            return f"{one.sheet} {one.cell} is landed as before; {saying.differs_from(before[0])}"
    for file in changed:
        if (unread := _unread(copy / file, figures)) > good.unread[file]:
            return f"{unread - good.unread[file]} more figures of {file} are not read"
    return ""


def _is_readable(path: Path) -> bool:
    """Whether the independent reader can read a file: it refuses damage to parts that ours does not open."""
    try:
        return bool(grids_of(path))
    except (BadZipFile, KeyError, ValueError, ParseError, zlib.error):
        return False


def grids_of(path: Path) -> dict[str, Grid]:
    """The sheets of a file, by the independent reader."""
    return _grids(path.read_bytes(), path)


@lru_cache(maxsize=300)
def _grids(content: bytes, path: Path) -> dict[str, Grid]:
    return read_grids(path)


def is_in_cell(one: Observation, grids: Mapping[str, Grid]) -> bool:
    """Whether a figure's value is the number in its cell, or neither has one."""
    cell = cell_of(sheet_of(grids, one.sheet), place(one.cell))
    numbers = re.findall(r"-?\d[\d,]*(?:\.\d+)?", "" if cell is None else str(cell))
    if one.value is None:
        return not numbers
    found = [float(number.replace(",", "")) for number in numbers[:1]]
    return any(math.isclose(one.value, given * times) for given in found for times in (1, 100))


def _differs(good: GoodRelease, release: Release, reading: ReleaseReading) -> bool:
    """Whether anything that an edition shows of a release is other than before: its rows, or what its manifest says."""
    now = Counter(map(statement, reading.observations))
    return now != Counter(map(statement, good.reading.observations)) or _shown(release) != _shown(good.release)


def _shown(release: Release) -> list[dict[str, Any]]:
    """The rows of meta.releases and meta.files of a release, but for the bytes of its files."""
    outcome = [ReleaseOutcome(release, "published")]
    files = candidate._files_table(outcome).drop_columns(["sha256", "bytes"]).to_pylist()
    return candidate._releases_table(outcome).to_pylist() + files


def _unshown(good: Release, release: Release) -> str:
    """What the manifest says otherwise without a trace: none of it may have a meaning."""
    assert good.manifest
    assert release.manifest
    before, now = good.manifest.model_dump(exclude={"files"}), release.manifest.model_dump(exclude={"files"})
    flat = [said | {f"covers.{key}": value for key, value in said.pop("covers").items()} for said in (before, now)]
    return ", ".join(key for key in flat[0] if flat[0][key] != flat[1][key] and key not in WITHOUT_MEANING)


def _not_reviewed(published: Published, good: GoodRelease, release: Release) -> str:
    """What the review of raw/ fails to say of a release that an edition holds otherwise; '' when nothing."""
    assert release.manifest
    assert good.release.manifest
    listed = {file.name: file.sha256 for file in release.manifest.files}
    before = {file.name: file.sha256 for file in good.release.manifest.files}
    problems = problems_with_published(release, published)
    told = {problem.file for problem in problems}
    if missing := [name for name, sha256 in before.items() if listed.get(name) != sha256 and name not in told]:
        return f"the review says nothing of {missing}"
    facts = [_shown(one)[0] for one in (good.release, release)]
    changed = [fact for fact in FACTS if facts[0][fact] != facts[1][fact]]
    lines = " ".join(changes_since_published(release, published))
    unsaid = [fact for fact in changed if fact not in lines]
    return f"the review says nothing of {unsaid}" if unsaid else ""


def _checks(bench: Bench, good: GoodRelease, release: Release, reading: ReleaseReading) -> list[CheckResult]:
    """The rules, and the suites of the tables that a release changes, with its figures instead of the good ones."""
    source, connection, landing = bench.sources[release.publication], bench.connection, bench.landing
    tables = _changed_tables(good, release, reading)
    landed = {f"landing.{source.landing_name(name)}" for name in tables}
    connection.execute("begin")
    results: list[CheckResult] = []
    try:
        for name in tables:
            table, spec = f"landing.{source.landing_name(name)}", source.tables[name]
            connection.execute(
                f"delete from {table} where publication = ? and release_id = ?",
                [release.publication, good.release.release_id],
            )
            rows = [(release, one) for one in reading.observations if one.table == name]
            connection.register("arriving", candidate._landing_table(rows, spec))
            connection.execute(f"insert into {table} by name select * from arriving")
            connection.unregister("arriving")
        results += _rules(bench, landed)
        for name, target in landing.targets.items():
            if target in landed and all(result.success for result in results):
                frame = connection.execute(f"select * from {target}").df()
                results += run_suite(landing.suites[name], Target(target, frame))
    finally:
        connection.execute("rollback")
    return results


def _changed_tables(good: GoodRelease, release: Release, reading: ReleaseReading) -> set[str]:
    """The tables of a release that say something else than before; all where the manifest does."""
    if _shown(release) != _shown(good.release):
        return {one.table for one in (*good.reading.observations, *reading.observations)}
    now, before = Counter(map(statement, reading.observations)), Counter(map(statement, good.reading.observations))
    return {str(one[0]) for one in ((now - before) | (before - now))}


def _rules(bench: Bench, landed: set[str]) -> list[CheckResult]:
    """The result of every rule that reads some tables, up to the first file of rules in which one fails. The suites
    that judge findings look at the same outcomes again, and so are left out.
    """
    landing, rules = bench.landing, bench.rules
    connection, columns = landing.connection, landing.columns

    def run(checks: Sequence[RuleCheck], suite: str) -> list[CheckResult]:
        return run_checks(checks, suite, columns, rules.members)[0]

    arithmetic = arithmetic_checks(connection, rules.arithmetic, columns)
    results = run([one for one in arithmetic if landed & {table for table, _ in one.reads}], judge.ARITHMETIC)
    with landed_figures(connection, columns):
        if all(result.success for result in results):
            results += run(continuity_checks(connection, rules.continuity, columns), judge.CONTINUITY)
        if all(result.success for result in results):
            compared = judge._compared(connection, *rules.comparisons)
            results += run(reconciliation_checks(compared, *rules.comparisons), judge.RECONCILIATION)
    return results

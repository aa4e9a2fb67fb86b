"""The steps of a refresh, each a function of settings: land, build, judge, publish.

Dagster calls them one by one (`defs`), so that each is an asset a person can see; the tests call them without Dagster.
What they leave between them is the candidate file, which says by which run it was built.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.archive.fingerprint import checksums
from orchestration.archive.releases import INTERNAL
from orchestration.build import candidate, progress, reuse
from orchestration.build.database import quoted
from orchestration.build.external_pack import make_pack
from orchestration.build.inputs import gather
from orchestration.build.lineage import Lineage
from orchestration.build.outcomes import ReleaseOutcome
from orchestration.build.published_releases import FILES
from orchestration.build.reading_side import make_reading_side
from orchestration.build.reconciled import read_reconciliation, write_reconciliation
from orchestration.build.review import review
from orchestration.build.seal import seal, write_checks
from orchestration.build.transform import BuiltNode, build_models, read_lineage
from orchestration.editions import decisions, edition, last_run, switch
from orchestration.problems import CheckFailed, InputRejected, counted
from orchestration.quality.results import FINDINGS, CheckResult
from orchestration.query import as_of
from orchestration.query.reading import require_readable
from orchestration.records.contract import read_contracts
from orchestration.records.files import every_file
from orchestration.records.loader import load
from orchestration.settings import Settings
from orchestration.sources.spec import Source, read_sources
from synthetic_cohort.write import write_cohort

log = logging.getLogger("ipp")

SYNTHETIC_DAY = dt.date(2025, 3, 31)
"""The last day of the published record that the synthetic cohort is calibrated to."""
DISAGREEMENTS = (
    "select kind, people, at_most from internal.intermediate.int_status_disagreements where people > 0 order by all"
)
"""People about whom extracts disagree, by kind. They are logged, because small counts of people are not published."""
RELEASES = "select publication || ' ' || release_id from meta.releases where status = 'published' order by 1"
STATUSES = "select publication || ' ' || release_id, status, reason from meta.releases"
STATUS_IN_WORDS = {"published": "taken", "embargoed": "under embargo", "set_aside": "left out"}
LASTING = {"lasting": True}
"""Marks a line of the log that stays on the screen."""


def land(settings: Settings, run_id: str, full: bool = False) -> dict[str, int]:
    """Write the landing tables of a new candidate and of the internal file. Inputs that have not changed since the
    edition in place are taken over from the last refresh, unless `full`; all others are read.

    Returns the number of figures in each landing table. Raises InputRejected with everything wrong with any input.
    """
    require_readable(settings)
    progress.start(settings)
    # A refresh that was killed may have left records there.
    shutil.rmtree(settings.database.spill_folder(settings.work), ignore_errors=True)
    now, sources = dt.datetime.now(dt.UTC), read_sources()
    inputs = checksums(settings, sources, now, decisions.releases_set_aside(settings))
    last_run.note_inputs(settings, run_id, inputs.inputs)
    made_of = reuse.describe_inputs(settings, inputs)
    taken = reuse.find_reuse(settings, made_of, full=full)
    found = review(settings, sources, now)
    if taken.keeps_releases and found.problems:
        taken = replace(taken, keeps_releases=False)  # reading the releases says what becomes of those with problems
    for line in taken.lines():
        log.info("%s", line, extra=LASTING)
    outcomes = [] if taken.keeps_releases else _read_releases(settings, sources, now)
    for line in (*found.remarks, *map(str, found.survey.strays)):
        log.warning("%s", line)
    with candidate.create(settings.candidate) as connection:
        candidate.begin(connection, run_id, inputs.inputs)
        reuse.keep_decision(connection, made_of, taken)
        if taken.keeps_releases:
            reuse.attach_last(connection, taken)
            reuse.copy_landing(connection)
        else:
            candidate.land(connection, outcomes, sources)
        landed = candidate.count_landed(connection)
        published = _tell_releases(connection)
    if not taken.keeps_extracts and (
        problems := load(settings.internal, extracts(settings), read_contracts(), settings.database)
    ):
        raise InputRejected(problems)
    log.info("landed %s of %s", counted(sum(landed.values()), "figure"), counted(published, "release"))
    return landed


def _read_releases(settings: Settings, sources: Mapping[str, Source], now: dt.datetime) -> list[ReleaseOutcome]:
    """What becomes of every release in raw/. Raises InputRejected with everything wrong with any."""
    progress.begin(settings, "reading releases")
    return gather(settings, sources, now)


def _tell_releases(connection: duckdb.DuckDBPyConnection) -> int:
    """Log what a person must know of each release. Returns how many were taken."""
    releases = connection.execute(STATUSES).fetchall()
    for name, status, reason in releases:
        if reason:
            log.warning("%s is %s: %s", name, STATUS_IN_WORDS[status], reason)
    return sum(status == "published" for _, status, _ in releases)


def extracts(settings: Settings) -> Path:
    """The folder of the internal extracts: raw/internal, or that of the synthetic cohort where it holds no file at all.

    The two are never mixed: a figure of real people beside one of synthetic people would look like a finding. Any file
    counts, also one that is no extract: it was put there by somebody who takes it for one.
    """
    real = settings.raw / INTERNAL
    if any(every_file(real)):
        return real
    log.info("no internal extract in %s: making a synthetic cohort", settings.raw)
    synthetic = settings.work / "synthetic"
    shutil.rmtree(synthetic, ignore_errors=True)  # a file that was cut short does not say that it is synthetic
    write_cohort(synthetic, SYNTHETIC_DAY, file_format="parquet")
    return synthetic


def build(settings: Settings) -> None:
    """Build the models in the candidate, or copy those that would come out as in the last edition.

    Raises CheckFailed naming every model and test that failed.
    """
    progress.begin(settings, "building models")
    require_readable(settings)
    lineage = read_lineage(settings)
    kept: Mapping[str, str] = {}
    copied: tuple[str, ...] = ()
    paths: list[str] = []
    with duckdb.connect(str(settings.candidate)) as connection:
        _, taken = reuse.read_decision(connection)
        if not taken.is_full:
            plan = lineage.plan(extracts_changed=not taken.keeps_extracts, releases_changed=not taken.keeps_releases)
            copied, paths = plan.copied, [lineage.nodes[key].path for key in sorted(plan.built)]
            reuse.attach_last(connection, taken)
            reuse.copy_tables(connection, [lineage.nodes[key].table for key in copied])
            kept = reuse.kept_sql(connection)
    built = build_models(settings, paths)
    with duckdb.connect(str(settings.candidate)) as connection:
        as_of.keep_models(connection, list(_models_in_order(lineage, built, kept)))
    taken_over = f"; {len(copied)} tables are those of the last edition" if copied else ""
    log.info("built and tested %s models, seeds and tests%s", len(built), taken_over)


def _models_in_order(lineage: Lineage, built: Sequence[BuiltNode], kept: Mapping[str, str]) -> Iterator[BuiltNode]:
    """Every model and seed of the project in one order, built or not. The SQL of one that was not built is
    that of the last edition, which holds none of models that read records.
    """
    found = {(node.database, node.schema, node.name): node for node in built if node.kind != "test"}
    for key in lineage.in_order():
        node, (reads_records, _) = lineage.nodes[key], lineage.reads(key)
        was_built = found.get((node.database, node.schema, node.name))
        sql = was_built.sql if was_built else kept.get(node.table, "")
        yield BuiltNode(node.kind, node.database, node.schema, node.name, sql, reads_records)


def judge_landing(settings: Settings, run_id: str) -> tuple[CheckResult, ...]:
    """Run the checks that need no model, and keep their results in the candidate for its verdict.

    A failed one is the verdict: it is recorded, and nothing more is built. Returns the results, failed ones included.
    """
    from orchestration.quality.judge import RECONCILIATION, reconciliation
    from orchestration.quality.judge import judge_landing as run_checks
    from orchestration.quality.reconciliation import reported

    progress.begin(settings, "checking what was landed")
    with _opened(settings) as connection:
        carried = _carried(connection, ("landing",))
        results = run_checks(connection, settings, carried)
        _count_carried(results, carried)
        write_checks(connection, results)
        if all(result.success for result in results):
            if RECONCILIATION in carried:
                reuse.copy_tables(connection, ["meta.reconciliation"])
                compared = read_reconciliation(connection)
            else:
                compared = reconciliation(connection, settings.expectations)
                write_reconciliation(connection, compared)
            for line in reported(compared):
                log.warning("new disagreement: %s", line)
    if not all(result.success for result in results):
        _give_verdict(settings, run_id, results)
    return results


def judge(settings: Settings, run_id: str) -> tuple[CheckResult, ...]:
    """Run the checks on what was built, seal the edition, and record the verdict on its files, which follows from
    these checks and those on landing. Returns the results of this step, failed ones included.
    """
    from orchestration.quality.judge import judge_marts

    progress.begin(settings, "judging the candidate")
    with _opened(settings) as connection:
        landed = [CheckResult(*row) for row in connection.execute("select * from meta.checks").fetchall()]
        carried = _carried(connection, ("published", "marts"))
        results = judge_marts(connection, settings, carried)
        _count_carried(results, carried)
        for kind, people, at_most in connection.execute(DISAGREEMENTS).fetchall():
            found = counted(people, "person", "people")
            log.warning("status agreement: %s: %s, at most %s may disagree", kind, found, at_most)
    if all(result.success for result in (*landed, *results)):
        progress.begin(settings, "making and checking the external pack")
        results += make_pack(settings)
    return results + _give_verdict(settings, run_id, (*landed, *results))


def _carried(connection: duckdb.DuckDBPyConnection, schemas: Sequence[str]) -> dict[str, tuple[CheckResult, ...]]:
    """The results of the last edition, by suite, that a suite would give again: its table is the same row for row."""
    from orchestration.quality.judge import ACROSS_LANDING, INTERNAL, target_of

    _, taken = reuse.read_decision(connection)
    if taken.is_full:
        return {}
    reuse.attach_last(connection, taken)
    unchanged = reuse.unchanged_tables(connection, schemas)
    landing = reuse.tables_in(connection, "landing")
    same_landing = landing == reuse.tables_in(connection, "landing", reuse.LAST) and landing <= unchanged

    def would_repeat(suite: str) -> bool:
        if suite in ACROSS_LANDING:
            return same_landing
        table = target_of(suite)
        return taken.keeps_extracts if table.startswith(INTERNAL) else table in unchanged

    return {suite: results for suite, results in reuse.passed_results(connection).items() if would_repeat(suite)}


def _count_carried(results: Sequence[CheckResult], carried: Mapping[str, Sequence[CheckResult]]) -> None:
    """Log how many results are those of the last edition."""
    kept = {id(result) for of_suite in carried.values() for result in of_suite}
    if number := sum(id(result) in kept for result in results):
        log.info("%s of %s checks: on tables that have not changed, the results are kept", number, len(results))


@contextmanager
def _opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The candidate open for writing, with the internal file beside it for reading."""
    with duckdb.connect(str(settings.candidate)) as connection:
        connection.execute(f"attach {quoted(str(settings.internal))} as internal (read_only)")
        yield connection


def _give_verdict(settings: Settings, run_id: str, results: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """Seal the edition, make what people read of it, and record what was decided about its files. Returns the results
    on the feed; none where an earlier check failed.
    """
    from orchestration.quality import ledger

    with duckdb.connect(str(settings.candidate), read_only=True) as connection:
        made_of, _ = reuse.read_decision(connection)
    seal(settings, run_id, results, read_sources())
    of_feed: tuple[CheckResult, ...] = ()
    if all(result.success for result in results):
        progress.begin(settings, "making and screening the feed and the site")
        of_feed = make_reading_side(settings, dt.datetime.now(dt.UTC))
        results = (*results, *of_feed)
    with duckdb.connect(str(settings.candidate), read_only=True) as connection:
        releases = [name for (name,) in connection.execute(RELEASES).fetchall()]
        files = [ledger.PublishedFile(*row) for row in connection.execute(f"{FILES} order by all").fetchall()]
    verdict = ledger.give_verdict(run_id, edition.list_files(settings.sealed), releases, results, files)
    with switch.write_errors(settings):
        ledger.append(settings.ledger, verdict)
        if verdict.passed and made_of:
            reuse.write_note(settings, made_of, run_id, verdict.edition_sha256)
    progress.end(settings)
    log.info("%s, %s failed", counted(len(results), "check"), sum(not result.success for result in results))
    return of_feed


def require_success(results: Sequence[CheckResult]) -> None:
    """Raise CheckFailed with every check that failed, each fault once."""
    if failed := [result for result in results if not result.success]:
        # The suite on all findings of the rules repeats what the result of each rule says.
        said = {result.suite for result in failed if result.target != FINDINGS}
        raise CheckFailed([str(result) for result in failed if result.target != FINDINGS or result.suite not in said])

"""The steps of a refresh, each a function of settings: land, build, judge, publish.

Dagster calls them one by one (`defs`), so that each is an asset a person can see; the tests call them without Dagster.
What they leave between them is the candidate file, which says by which run it was built.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.archive.fingerprint import fingerprint
from orchestration.archive.releases import INTERNAL
from orchestration.build import candidate
from orchestration.build.candidate import ReleaseOutcome
from orchestration.build.database import quoted
from orchestration.build.external_pack import make_pack
from orchestration.build.inputs import gather, review
from orchestration.build.published_releases import FILES
from orchestration.build.reconciled import write_reconciliation
from orchestration.build.seal import seal, write_checks
from orchestration.build.transform import build_models
from orchestration.editions import decisions, edition, history, switch
from orchestration.problems import CheckFailed, InputRejected
from orchestration.quality.results import CheckResult
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


def reason_to_rest(settings: Settings, sources: Mapping[str, Source], now: dt.datetime, quarantine: bool) -> str:
    """Why a refresh at `now` would change nothing, in a sentence; empty when there is work to do.

    The edition in place must be whole and made of just these inputs; or a person must hold these inputs back.
    """
    present, inputs = history.present(settings), fingerprint(settings, sources, now, quarantine)
    if present and present.inputs_sha256 == inputs and not history.disagreement(settings):
        return f"nothing new: edition {present.edition_id} holds everything in {settings.raw}"
    return _held_back(settings, inputs)


def held_back(settings: Settings, sources: Mapping[str, Source], now: dt.datetime, quarantine: bool) -> str:
    """Which decision of a person holds back the inputs at `now`, in a sentence; empty when none does."""
    present, inputs = history.present(settings), fingerprint(settings, sources, now, quarantine)
    return "" if present and present.inputs_sha256 == inputs else _held_back(settings, inputs)


def _held_back(settings: Settings, inputs: str) -> str:
    """Which decision of a person holds back inputs of this checksum."""
    held = decisions.hold(decisions.rollbacks(settings, switch.in_place(settings)), inputs)
    if held is None:
        return ""
    return f"held back: edition {held}; nothing has changed since. `ipp refresh --full` publishes these inputs again"


def land(settings: Settings, run_id: str, quarantine: bool = False) -> list[ReleaseOutcome]:
    """Read every input and write the landing tables of a new candidate and of the internal file.

    Raises InputRejected with everything wrong with any input.
    """
    require_readable(settings)
    now, sources, contracts = dt.datetime.now(dt.UTC), read_sources(), read_contracts()
    inputs = fingerprint(settings, sources, now, quarantine)
    log.info("reading releases")
    outcomes = gather(settings, sources, now, quarantine)
    found = review(settings, sources, now)
    for line in (*found.remarks, *map(str, found.survey.strays)):
        log.warning("%s", line)
    for outcome in outcomes:
        if outcome.reason:
            log.warning("%s is %s: %s", outcome.release.name, _status_in_words(outcome), outcome.reason)
    connection = candidate.create(settings.candidate)
    try:
        candidate.begin(connection, run_id, inputs)
        candidate.land(connection, outcomes, sources)
    finally:
        connection.close()
    if problems := load(settings.internal, extracts(settings), contracts):
        raise InputRejected(problems)
    log.info("landed %s figures of %s releases", *_counts(outcomes))
    return outcomes


def extracts(settings: Settings) -> Path:
    """The folder of the internal extracts: raw/internal, or that of the synthetic cohort where it holds no file at all.

    The two are never mixed: a figure of real people beside one of made-up people would look like a finding. Any file
    counts, also one that is no extract: it was put there by somebody who takes it for one.
    """
    real = settings.raw / INTERNAL
    if any(every_file(real)):
        return real
    log.info("no internal extract in %s: making a synthetic cohort", settings.raw)
    synthetic = settings.work / "synthetic"
    shutil.rmtree(synthetic, ignore_errors=True)  # a file that was cut short does not say that it is made up
    write_cohort(synthetic, SYNTHETIC_DAY, file_format="parquet")
    return synthetic


def _status_in_words(outcome: ReleaseOutcome) -> str:
    """What became of a release."""
    return {"published": "taken", "embargoed": "under embargo", "quarantined": "set aside"}[outcome.status]


def _counts(outcomes: Sequence[ReleaseOutcome]) -> tuple[int, int]:
    """Figures and releases that were taken."""
    statuses = Counter(outcome.status for outcome in outcomes)
    return sum(len(outcome.observations) for outcome in outcomes), statuses["published"]


def build(settings: Settings) -> None:
    """Build the models in the candidate. Raises CheckFailed naming every model and test that failed."""
    log.info("building models")
    require_readable(settings)
    built = build_models(settings)
    with duckdb.connect(str(settings.candidate)) as connection:
        as_of.keep_models(connection, built)
    log.info("built and tested %s models, seeds and tests", len(built))


def judge_landing(settings: Settings, run_id: str) -> tuple[CheckResult, ...]:
    """Run the checks that need no model, and keep their results in the candidate for its verdict.

    A failed one is the verdict: it is recorded, and nothing more is built. Returns the results, failed ones included.
    """
    from orchestration.quality.judge import judge_landing as run_checks
    from orchestration.quality.judge import reconciliation
    from orchestration.quality.reconciliation import reported

    log.info("checking what was landed")
    with _opened(settings) as connection:
        results = run_checks(connection, settings)
        write_checks(connection, results)
        if all(result.success for result in results):
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

    log.info("judging the candidate")
    with _opened(settings) as connection:
        landed = [CheckResult(*row) for row in connection.execute("select * from meta.checks").fetchall()]
        results = judge_marts(connection, settings)
        for kind, people, at_most in connection.execute(DISAGREEMENTS).fetchall():
            log.warning("status agreement: %s: %s people, at most %s may disagree", kind, people, at_most)
    if all(result.success for result in (*landed, *results)):
        log.info("making and checking the external pack")
        results += make_pack(settings)
    _give_verdict(settings, run_id, (*landed, *results))
    return results


@contextmanager
def _opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The candidate open for writing, with the internal file beside it for reading."""
    with duckdb.connect(str(settings.candidate)) as connection:
        connection.execute(f"attach {quoted(str(settings.internal))} as internal (read_only)")
        yield connection


def _give_verdict(settings: Settings, run_id: str, results: Sequence[CheckResult]) -> None:
    """Seal the edition and record what was decided about its files."""
    from orchestration.quality import ledger

    seal(settings, run_id, results, read_sources())
    with duckdb.connect(str(settings.candidate), read_only=True) as connection:
        releases = [name for (name,) in connection.execute(RELEASES).fetchall()]
        files = [ledger.PublishedFile(*row) for row in connection.execute(f"{FILES} order by all").fetchall()]
    verdict = ledger.give_verdict(run_id, edition.list_files(settings.sealed), releases, results, files)
    with switch.write_errors(settings):
        ledger.append(settings.ledger, verdict)
    log.info("%s checks, %s failed", len(results), sum(not result.success for result in results))


def require_success(results: Sequence[CheckResult]) -> None:
    """Raise CheckFailed with every check that failed."""
    if failed := [str(result) for result in results if not result.success]:
        raise CheckFailed(failed)

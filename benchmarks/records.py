"""Figures from records, and what comes before them, on synthetic cohorts of several sizes: the SQL of the models
against pandas and polars on the same records, with equal results; and every model, on DuckDB and on Spark.

Scale 1 is as many people as were ever sentenced, scale 100 nearly a million lives.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import measuring, records_models
from benchmarks.measuring import PYTHON, Row, Run
from benchmarks.records_scope import CASELOAD_BY, RECALLS_BY
from benchmarks.statements import statements

SCALES = (1, 10, 100)
"""Scales that are measured by default: 100 takes half an hour, and 16 GiB of memory for Spark and the comparison."""
LARGE = 100
"""From this scale on one turn is enough: a run is long beside what disturbs it."""
MODELS = ("int_person_spells", "int_recalls", "int_survival_curves")
"""The models that all sides count: the timeline, the recalls, and the curves of time to recall and time recalled."""
OTHERS = ("pandas", "polars")
"""What the SQL is compared with: `records_pandas`, `records_polars`."""

FASTER_THAN_PANDAS = {100: 20.0}
TIMES_SCALE_ONE = {100: 120.0}
SQL_MIB = {100: 4096.0}
SYNTHESIS_SECONDS = {1: 10.0, 100: 300.0}
SYNTHESIS_MIB = {100: 8192.0}
"""Targets, by scale."""

COUNTED = """
    with counted as materialized (
        select
            periods.period_type, periods.period_start, periods.period_end,
            location, custody_status, prison_code, probation_region, sex, sentence_type,
            count(*) as people
        from internal.intermediate.int_reporting_periods as periods
        inner join internal.intermediate.int_person_spells as spells
            on periods.period_end >= spells.started_on
            and (spells.ended_on is null or periods.period_end < spells.ended_on)
        where periods.period_type = 'as_at' and spells.location is not null
        group by all
    ),
    recalled as (
        select periods.period_type, periods.period_start, periods.period_end, recalls.*
        from internal.intermediate.int_reporting_periods as periods
        inner join internal.intermediate.int_recalls as recalls
            on recalls.licence_revoked_on between periods.period_start and periods.period_end
        where periods.period_type <> 'as_at'
    )
"""
RECALLS = """
    select 'ipp_recalls', 'count', {breakdown}, period_type, period_start, period_end, count(*)::double,
        null, null, 'recalls'
    from recalled
    where {condition}
    group by all
"""
LONGER = "period_type <> 'month'"
PEOPLE_RECALLED = f"""
    select 'ipp_people_recalled', 'count', '', period_type, period_start, period_end,
        count(distinct person_key)::double, null, null, 'people'
    from recalled
    where {LONGER}
    group by all
"""
AGREED = f"""
    select 'ipp_recalls_agreed_by_deputy_head', 'share', '', period_type, period_start, period_end,
        100e0 * count(*) filter (where agreed_by_deputy_head) / count(*),
        count(*) filter (where agreed_by_deputy_head), count(*), 'percent'
    from recalled
    where {LONGER} and period_start >= (select min(licence_revoked_on) from recalled where agreed_by_deputy_head)
    group by all
"""
CURVES = """
    select duration, estimate || ' after ' || days || ' days',
        case when first_or_rerelease = 'all' then '' else 'first_or_rerelease=' || first_or_rerelease end,
        period_type, period_start, period_end, value, events, at_risk, 'share'
    from (
        unpivot (select * from internal.intermediate.int_survival_curves)
        on survival, lower_limit, upper_limit into name estimate value value
    )
"""
COLUMNS = "measure, statistic, breakdown, period_type, period_start, period_end, value, numerator, denominator, unit"


def measure(turns: int, scales: Sequence[int] = SCALES) -> list[Row]:
    """Every scale. Raises BenchmarkFailed when any figure differs."""
    rows: list[Row] = []
    sql: dict[int, list[Run]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "models").mkdir()
        plan = _plan(folder / "models")
        records_models.make_published(folder / "models")
        for scale in sorted(scales):
            rows += _prepared(folder, scale)
            runs = _sides(folder, plan, scale, 1 if scale >= LARGE else turns)
            sql[scale] = runs["sql"]
            rows += [_against(other, folder, scale, runs) for other in OTHERS]
            rows.append(records_models.run_models(folder / "models", _of(folder, scale) / "loaded.duckdb", scale))
            rows.append(records_models.run_on_spark(folder / "models", scale))
            shutil.rmtree(_of(folder, scale))
    return rows + [_growth(scale, sql) for scale in sql if scale > 1 and 1 in sql]


def _of(folder: Path, scale: int) -> Path:
    """Where everything of one scale is."""
    return folder / str(scale)


def _plan(folder: Path) -> Path:
    """The file of statements for `records_sql`, from the models as dbt compiles them."""
    plan = folder / "statements.json"
    records_models.run_dbt(folder, "compile", "--select", *(f"+{name}" for name in MODELS))
    plan.write_text(json.dumps([*statements(folder / "dbt"), _figures()]), encoding="utf-8")
    return plan


def _figures() -> str:
    """The query for all figures: the caseload at each quarter end, recalls by period, and every point of the curves."""
    recalls = [RECALLS.format(breakdown="''", condition="true")]
    for name in RECALLS_BY:
        breakdown = f"'{name}=' || coalesce({name}::varchar, 'not_recorded')"
        recalls.append(RECALLS.format(breakdown=breakdown, condition=LONGER))
    parts = [*recalls, PEOPLE_RECALLED, AGREED, CURVES, *map(_caseload, CASELOAD_BY)]
    return f"{COUNTED} select * from ({' union all '.join(parts)}) as figures ({COLUMNS})"


def _caseload(dimensions: Sequence[str]) -> str:
    """The query for the caseload by some dimensions."""
    pairs = " || ';' || ".join(f"'{name}=' || coalesce({name}, 'not_recorded')" for name in sorted(dimensions))
    return f"""
        select 'caseload', 'count', {pairs or "''"}, period_type, period_start, period_end, sum(people)::double,
            null, null, 'people'
        from counted group by {", ".join(["period_type", "period_start", "period_end", *dimensions])}
    """


def _prepared(folder: Path, scale: int) -> list[Row]:
    """Make the records of a scale; how long it took to write the extracts and to load them, each once."""
    _of(folder, scale).mkdir()
    synthesis, _ = _step("synthesise", folder, scale)
    load, counted = _step("load", folder, scale)
    _step("export", folder, scale)
    written = measuring.alone(f"scale {scale}: writing the extracts", [synthesis], SYNTHESIS_SECONDS.get(scale))
    title = f"scale {scale}: loading {counted['rows']:,} rows of {counted['people']:,} people"
    return [replace(written, most_mib=SYNTHESIS_MIB.get(scale)), measuring.alone(title, [load])]


def _step(step: str, folder: Path, scale: int) -> tuple[Run, dict[str, Any]]:
    """One step of `records_prepare`: its run, the time being that of the step, and what it counted."""
    place = str(_of(folder, scale))
    return _timed(measuring.run([PYTHON, "-m", "benchmarks.records_prepare", step, place, str(scale)]))


def _timed(run: Run) -> tuple[Run, dict[str, Any]]:
    """A run with the times that the command wrote instead of the whole process's, and what else it wrote."""
    written = json.loads(run.output)
    times = {name: written.pop(name) for name in ("seconds", "processor_seconds")}
    return replace(run, **times), written


def _sides(folder: Path, plan: Path, scale: int, turns: int) -> dict[str, list[Run]]:
    """Runs of all sides in turn. Each run of the SQL begins with a new copy of the loaded file."""
    place = _of(folder, scale)
    internal = place / "internal.duckdb"

    def sql() -> Run:
        shutil.copyfile(place / "loaded.duckdb", internal)
        command = ["benchmarks.records_sql", str(plan), str(internal), str(place / "sql.parquet")]
        return _timed(measuring.run([PYTHON, "-m", *command]))[0]

    def other(side: str) -> Run:
        command = [f"benchmarks.records_{side}", str(place / "records"), str(place / f"{side}.parquet")]
        return _timed(measuring.run([PYTHON, "-m", *command]))[0]

    return measuring.in_turn({"sql": sql, **{side: partial(other, side) for side in OTHERS}}, turns)


def fastest(runs: Mapping[str, Sequence[Run]]) -> str:
    """The side with the smallest median of seconds."""
    return min(runs, key=lambda side: measuring.median(run.seconds for run in runs[side]))


def _against(other: str, folder: Path, scale: int, runs: Mapping[str, Sequence[Run]]) -> Row:
    """The SQL against another side, when both gave the same figures."""
    files = [str(_of(folder, scale) / f"{side}.parquet") for side in ("sql", other)]
    count = int(measuring.run([PYTHON, "-m", "benchmarks.records_check", *files]).output)
    title = f"scale {scale}: {count:,} figures by SQL; fastest: {fastest(runs)}"
    target = FASTER_THAN_PANDAS.get(scale) if other == "pandas" else None
    row = measuring.compare(title, runs["sql"], other, runs[other], target, at_least=True)
    return replace(row, most_mib=SQL_MIB.get(scale))


def _growth(scale: int, runs: dict[int, list[Run]]) -> Row:
    """The SQL at a scale against itself at scale 1: medians of both, as they did not run in turn."""
    few = len(runs[scale])
    ones = sorted(runs[1], key=lambda run: run.seconds)
    middle = ones[len(ones) // 2]
    title = f"scale {scale}: SQL"
    return measuring.compare(title, runs[scale], "SQL at scale 1", [middle] * few, TIMES_SCALE_ONE.get(scale))

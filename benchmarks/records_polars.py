"""The figures from records as somebody who knows polars well would count them: what the SQL is compared with.

Usage: python -m benchmarks.records_polars RECORDS FIGURES

RECORDS holds a Parquet file for each extract, as `records_prepare` exports them; FIGURES is the Parquet file to write.
The rules are those of dbt_project/models/intermediate/internal: the comments there give the reasons. People are
numbers, codes are categories, and nothing is done row by row. Queries are lazy and run on the streaming engine. Writes
one JSON object: seconds and seconds of processor time from opening the records to the figures written, without the
imports.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from benchmarks.records_polars_periods import FIRST_PERIOD, MONTHS, PERIOD, in_periods, reporting_periods
from benchmarks.records_polars_survival import survival_figures
from benchmarks.records_scope import CASELOAD_BY, COLUMNS, RECALLS_BY
from orchestration.settings import ROOT

TEXTS = ("person_key", "recall_id")
"""Columns of text with few rows to a value; the others are codes."""
PEOPLE = pl.Categorical("people")
STATUSES = ROOT / "dbt_project" / "seeds" / "person_statuses.csv"
POSITION = ["precedence", "prison", "region", "is_suspended"]

Records = Mapping[str, pl.LazyFrame]


def scan_records(folder: Path) -> Records:
    """The extracts, with the column `person` (a number) for `person_key`."""
    scans = {}
    for extract, columns in COLUMNS.items():
        scan = pl.scan_parquet(folder / f"{extract}.parquet").select(columns)
        codes = [name for name, kind in scan.collect_schema().items() if kind == pl.String and name not in TEXTS]
        person = pl.col("person_key").cast(PEOPLE).to_physical().alias("person")
        scans[extract] = scan.with_columns(pl.col(codes).cast(pl.Categorical), person).drop("person_key")
    return scans


def is_served_as_ipp() -> pl.Expr:
    """Of a person's sentences: whether one that counts is of IPP. A quashed one counts only where all are quashed."""
    is_ipp, is_quashed = ~pl.col("convicted_under_18"), pl.col("quashed_on").is_not_null()
    return (is_ipp & ~is_quashed).any() | (is_ipp.any() & is_quashed.all())


def mentions(records: Records) -> pl.LazyFrame:
    """What every extract but that of sentences says of the people it mentions: person, is_female, is_ipp, known_on,
    after_release_on.
    """
    recalls, snapshot = in_force(records), records["nomis_custody_snapshot"]
    after_release = {
        "released_on": records["ppud_release"],
        "licence_revoked_on": recalls,
        "supervision_started_on": records["ndelius_caseload"],
    }
    is_female, is_ipp = pl.col("sex").eq("female"), pl.col("sentence_type").eq("IPP")
    parts = [
        frame.select("person", is_female=is_female, is_ipp=is_ipp, known_on=day, after_release_on=day)
        for day, frame in after_release.items()
    ]
    received_on = pl.col("received_on")
    in_snapshot = snapshot.select(
        "person",
        is_female=is_female,
        is_ipp=~pl.col("imprisonment_status").is_in(["DPP", "LR_DPP"]),
        known_on=received_on,
        after_release_on=pl.when(pl.col("legal_status").eq("RECALL")).then(received_on),
    )
    return pl.concat([*parts, in_snapshot])


def in_force(records: Records) -> pl.LazyFrame:
    """Recalls that were not rescinded."""
    return records["ppud_recall"].filter(pl.col("rescinded_on").is_null())


def make_people(records: Records) -> pl.LazyFrame:
    """One row a person, by number: is_female, is_ipp, ethnicity, known_from, on_licence_from."""
    sentenced = (
        records["ppud_sentence"]
        .group_by("person")
        .agg(
            is_female=pl.col("sex").eq("female").any(),
            is_ipp=is_served_as_ipp(),
            sentenced_on=pl.col("date_of_sentence").min(),
        )
    )
    mentioned = (
        mentions(records)
        .group_by("person")
        .agg(
            mentioned_female=pl.col("is_female").any(),
            mentioned_ipp=pl.col("is_ipp").any(),
            known_on=pl.col("known_on").min(),
            after_release_on=pl.col("after_release_on").min(),
        )
    )
    released = records["ppud_release"].group_by("person").agg(first_released_on=pl.col("released_on").min())
    is_after_release, has_record = pl.col("after_release_on").is_not_null(), pl.col("sentenced_on").is_not_null()
    return (
        sentenced.join(mentioned, on="person", how="full", coalesce=True)
        .join(released, on="person", how="left")
        .join(records["nomis_custody_snapshot"].select("person", "ethnicity"), on="person", how="left")
        .select(
            "person",
            "ethnicity",
            is_female=pl.coalesce("is_female", "mentioned_female"),
            is_ipp=pl.coalesce("is_ipp", "mentioned_ipp"),
            known_from=pl.coalesce("sentenced_on", "known_on"),
            on_licence_from=pl.when(has_record)
            .then(pl.coalesce("first_released_on", "after_release_on"))
            .when(is_after_release)
            .then("known_on"),
        )
    )


def next_after(
    frame: pl.LazyFrame, day: str, events: pl.LazyFrame, event_day: str, exact: bool = False
) -> pl.LazyFrame:
    """The rows with `next_on`: the first day of the person's events after their own (with `exact`: not before it)."""
    following = events.select("person", next_on=event_day).sort("next_on")
    return frame.sort(day).join_asof(
        following,
        left_on=day,
        right_on="next_on",
        by="person",
        strategy="forward",
        allow_exact_matches=exact,
        coalesce=False,
        check_sortedness=False,
    )


def make_recalls(records: Records, people: pl.LazyFrame) -> pl.LazyFrame:
    """Recalls that were not rescinded, with `ended_on`, `rereleased_on` and the person's ethnicity."""
    releases, number = records["ppud_release"], pl.col("recall_number")
    named = releases.filter(pl.col("recall_id").is_not_null())
    first_named = named.group_by("person", "recall_id").agg(named_on=pl.col("released_on").min())
    re_releases = named.filter(pl.col("release_kind").eq("re_release"))
    rereleased = re_releases.group_by("recall_id").agg(rereleased_on=pl.col("released_on").min())
    recalls = in_force(records).with_columns(
        since=pl.coalesce("returned_to_custody_on", "licence_revoked_on"),
        recall_number=pl.when(number >= 5).then(pl.lit("5_or_more")).otherwise(number.cast(pl.String)),
    )
    return (
        next_after(recalls, "since", releases, "released_on")
        .join(first_named, on=["person", "recall_id"], how="left")
        .join(rereleased, on="recall_id", how="left")
        .join(people.select("person", "ethnicity"), on="person", how="left")
        .with_columns(ended_on=pl.coalesce("named_on", "next_on"))
        .drop("since", "named_on", "next_on", "recall_id", "rescinded_on")
    )


def hospital_stays(records: Records) -> pl.LazyFrame:
    """Stays in hospital: person, moved_on, next_on (the day they ended)."""
    moves = (
        records["nomis_movements"]
        .filter(pl.col("movement_type").is_in(["hospital_transfer", "hospital_return"]))
        .group_by("person", "moved_on")
        .agg(kinds=pl.col("movement_type").n_unique(), movement_type=pl.col("movement_type").first())
        .filter(pl.col("kinds").eq(1))
    )
    is_return = pl.col("movement_type").eq("hospital_return")
    releases = records["ppud_release"].select("person", moved_on="released_on")
    ways_out = pl.concat([moves.filter(is_return).select("person", "moved_on"), releases])
    return next_after(moves.filter(~is_return), "moved_on", ways_out, "moved_on")


def claims_of_records(
    records: Records, people: pl.LazyFrame, recalls: pl.LazyFrame, precedence: Mapping[str, int]
) -> Iterator[pl.LazyFrame]:
    """What each record says of a person's status: person, precedence, started_on, ended_on."""

    def claim(
        frame: pl.LazyFrame, status: str | pl.Expr, started_on: str | pl.Expr, ended_on: str | None = None
    ) -> pl.LazyFrame:
        held = pl.lit(precedence[status], pl.Int8) if isinstance(status, str) else status
        ends = pl.col(ended_on) if ended_on else pl.lit(None, pl.Date)
        return frame.select("person", precedence=held, started_on=started_on, ended_on=ends)

    def one_of(codes: str, statuses: Mapping[str, str], otherwise: str) -> pl.Expr:
        held = {code: precedence[status] for code, status in statuses.items()}
        return pl.col(codes).cast(pl.String).replace_strict(held, default=precedence[otherwise], return_dtype=pl.Int8)

    snapshot, movements = records["nomis_custody_snapshot"], records["nomis_movements"]
    quashed = (
        records["ppud_sentence"]
        .group_by("person")
        .agg(pl.when(pl.col("quashed_on").is_not_null().all()).then(pl.col("quashed_on").max()))
    )
    not_in_log = snapshot.filter(pl.col("legal_status").eq("RECALL")).join(recalls, on="person", how="anti")
    gone = movements.filter(pl.col("movement_type").is_in(["death", "removal"]))
    ended = records["ndelius_caseload"].filter(pl.col("end_reason").ne("recalled"))
    goings = one_of("movement_type", {"death": "deceased"}, "deported")
    ends = one_of("end_reason", {"died": "deceased", "removed": "deported"}, "licence_terminated")
    yield claim(people, "in_prison_unreleased", "known_from", "on_licence_from")
    yield claim(people, "on_licence", "on_licence_from")
    yield claim(recalls, "unlawfully_at_large", "licence_revoked_on", "ended_on")
    yield claim(recalls, "in_prison_recalled", "returned_to_custody_on", "ended_on")
    yield claim(not_in_log, "in_prison_recalled", "received_on")
    yield claim(hospital_stays(records), "in_hospital", "moved_on", "next_on")
    yield claim(gone, goings, "moved_on")
    yield claim(ended, ends, "supervision_ended_on")
    yield claim(records["ppud_termination_review"], "licence_terminated", "licence_ended_on")
    yield claim(quashed, "sentence_quashed", "quashed_on")


def is_first_of_person() -> pl.Expr:
    """Whether a row is the person's first, where rows are in the order of persons."""
    return pl.col("person").ne_missing(pl.col("person").shift())


def differs_from_before(columns: Sequence[str]) -> pl.Expr:
    """Whether a row is the person's first or differs from the row before."""
    return pl.any_horizontal(is_first_of_person(), *(pl.col(name).ne_missing(pl.col(name).shift()) for name in columns))


def make_statuses(claims: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Exclusive statuses: person, precedence (which identifies the status), started_on; in the order of both."""
    started_on, ended_on, changed_on = pl.col("started_on"), pl.col("ended_on"), pl.col("changed_on")
    claims = made(
        claims.filter(started_on.is_not_null())
        .join(people.select("person", "known_from"), on="person")
        .select("person", "precedence", pl.max_horizontal("started_on", "known_from").alias("started_on"), "ended_on")
        .filter(ended_on.is_null() | (ended_on > started_on))
    )
    ends = claims.filter(ended_on.is_not_null()).select("person", changed_on="ended_on")
    days = pl.concat([claims.select("person", changed_on="started_on"), ends]).unique()
    return (
        days.join(claims, on="person")
        .filter(changed_on >= started_on, ended_on.is_null() | (changed_on < ended_on))
        .group_by("person", "changed_on")
        .agg(pl.col("precedence").min())
        .sort("person", "changed_on")
        .filter(differs_from_before(["precedence"]))
        .select("person", "precedence", started_on="changed_on")
    )


def changes(records: Records, statuses: pl.LazyFrame) -> Iterator[pl.LazyFrame]:
    """Every day on which something of a person changes, with what does: precedence, prison, region or is_suspended.
    A movement out of prison goes to the prison ''.
    """
    supervisions = records["ndelius_caseload"]
    suspended = supervisions.filter(pl.col("supervision_suspended_on").is_not_null())
    yield statuses.select("person", "precedence", changed_on="started_on")
    yield records["nomis_movements"].select(
        "person",
        "movement_sequence",
        changed_on="moved_on",
        prison=pl.col("to_prison").fill_null(""),
    )
    yield supervisions.select("person", changed_on="supervision_started_on", region="probation_region")
    yield in_force(records).select("person", changed_on="licence_revoked_on", region="probation_region")
    yield suspended.select("person", changed_on="supervision_suspended_on", is_suspended=True)
    ended = suspended.filter(pl.col("supervision_ended_on").is_not_null())
    yield ended.select("person", changed_on="supervision_ended_on", is_suspended=False)


def last_known(name: str, before: object) -> pl.Expr:
    """The last value that is not null of the person's rows so far, where rows are in the order of persons and days;
    `before` the first. A value in each person's first row keeps the filling within the person.
    """
    column = pl.col(name)
    return pl.when(is_first_of_person()).then(column.fill_null(pl.lit(before))).otherwise(column).forward_fill()


def make_spells(
    records: Records, statuses: pl.LazyFrame, people: pl.LazyFrame, status_list: pl.DataFrame
) -> pl.LazyFrame:
    """The timeline: spells of a person in which nothing changes, with started_on and ended_on."""
    precedence = pl.col("precedence")
    in_prison = precedence.is_in(status_list.filter(pl.col("location").eq("prison"))["precedence"].to_list())
    on_licence = precedence.eq(status_list.filter(pl.col("status").eq("on_licence"))["precedence"].item())
    days = (
        pl.concat(changes(records, statuses), how="diagonal")
        .group_by("person", "changed_on")
        .agg(
            pl.col("precedence").min(),
            pl.col("prison").max_by("movement_sequence"),
            pl.col("region").min(),
            pl.col("is_suspended").min(),
        )
        .sort("person", "changed_on")
    )
    standing = days.with_columns(
        last_known("precedence", 0),
        last_known("prison", ""),
        last_known("region", ""),
        last_known("is_suspended", False),
    ).filter(precedence > 0)
    return (
        standing.with_columns(
            pl.when(in_prison & pl.col("prison").ne("")).then("prison").alias("prison"),
            pl.when(pl.col("region").ne("")).then("region").alias("region"),
            is_suspended=on_licence & pl.col("is_suspended"),
        )
        .filter(differs_from_before(POSITION))
        .with_columns(
            started_on="changed_on",
            ended_on=pl.when(~is_first_of_person().shift(-1, fill_value=True)).then(pl.col("changed_on").shift(-1)),
        )
        .join(people.select("person", "is_female", "is_ipp"), on="person")
    )


def breakdown(dimensions: Sequence[str]) -> pl.Expr:
    """The breakdown of each row, as the figures have it."""
    pairs = [pl.lit(f"{name}=") + pl.col(name).cast(pl.String).fill_null("not_recorded") for name in sorted(dimensions)]
    return pl.concat_str(pairs, separator=";") if pairs else pl.lit("")


def counts(frame: pl.LazyFrame, measure: str, unit: str, by: Sequence[Sequence[str]] = ((),)) -> Iterator[pl.LazyFrame]:
    """Rows of figures: the sum of `people` in each period, by each list of dimensions."""
    for names in by:
        groups = frame.group_by(*PERIOD, *names).agg(pl.col("people").sum())
        yield groups.select(
            *PERIOD,
            measure=pl.lit(measure),
            statistic=pl.lit("count"),
            breakdown=breakdown(names),
            value=pl.col("people").cast(pl.Float64),
            unit=pl.lit(unit),
        )


def quarter_number(day: str) -> pl.Expr:
    """Quarters from the first period to the one that a day is in."""
    return (pl.col(day).dt.year().cast(pl.Int32) - FIRST_PERIOD.year) * 4 + pl.col(day).dt.quarter() - 1


def caseload_figures(spells: pl.LazyFrame, periods: pl.DataFrame, status_list: pl.DataFrame) -> Iterator[pl.LazyFrame]:
    """People by where they are at each quarter end: a spell holds at the end of each quarter from the one it starts in
    to the one before it ends in.
    """
    quarter_ends = periods.lazy().filter(pl.col("period_type").eq("as_at"))
    quarter_ends = quarter_ends.with_columns(quarter=quarter_number("period_end"))
    located = status_list.filter(pl.col("location").is_not_null())
    last = periods["period_type"].eq("as_at").sum()
    counted = (
        spells.filter(pl.col("precedence").is_in(located["precedence"].to_list()))
        .with_columns(
            first=quarter_number("started_on").clip(0),
            after=quarter_number("ended_on").fill_null(last).clip(upper_bound=last),
        )
        .filter(pl.col("after") > pl.col("first"))
        .group_by("first", "after", "precedence", "prison", "region", "is_female", "is_ipp")
        .len("people")
        .with_columns(quarter=pl.int_ranges("first", "after"))
        .explode("quarter")
    )
    named = (
        counted.join(quarter_ends, on="quarter")
        .join(located.lazy().select("precedence", "location", "custody_status"), on="precedence")
        .rename({"prison": "prison_code", "region": "probation_region"})
        .with_columns(*sex_and_sentence_type())
    )
    yield from counts(made(named), "caseload", "people", CASELOAD_BY)


def sex_and_sentence_type() -> tuple[pl.Expr, pl.Expr]:
    """The codes of the records for whether a person is female, and serves a sentence of IPP."""
    return (
        pl.when("is_female").then(pl.lit("female")).otherwise(pl.lit("male")).alias("sex"),
        pl.when("is_ipp").then(pl.lit("IPP")).otherwise(pl.lit("DPP")).alias("sentence_type"),
    )


def recall_figures(recalls: pl.LazyFrame, periods: pl.DataFrame) -> Iterator[pl.LazyFrame]:
    """Recalls and people recalled in each period, and the share that a Deputy Head agreed to, as in marts.recalls."""
    revoked_on, agreed = pl.col("licence_revoked_on"), pl.col("agreed_by_deputy_head").fill_null(value=False)
    recalled = made(in_periods(recalls.with_columns(people=1), "licence_revoked_on", periods, tuple(MONTHS)))
    longer = recalled.filter(pl.col("period_type").ne("month"))
    agreed_from = recalls.filter(agreed).select(agreed_from=revoked_on.min())
    since = longer.join(agreed_from, how="cross").filter(pl.col("period_start") >= pl.col("agreed_from"))
    share = since.group_by(PERIOD).agg(numerator=agreed.sum().cast(pl.Int64), denominator=pl.len().cast(pl.Int64))
    yield from counts(recalled, "ipp_recalls", "recalls")
    yield from counts(longer, "ipp_recalls", "recalls", [[name] for name in RECALLS_BY])
    yield from counts(longer.unique(["person", *PERIOD]), "ipp_people_recalled", "people")
    yield share.with_columns(
        measure=pl.lit("ipp_recalls_agreed_by_deputy_head"),
        statistic=pl.lit("share"),
        breakdown=pl.lit(""),
        value=100 * pl.col("numerator") / pl.col("denominator"),
        unit=pl.lit("percent"),
    )


def sentence_ends(statuses: pl.LazyFrame, status_list: pl.DataFrame) -> pl.LazyFrame:
    """The day each person's sentence ended: person, sentence_ended_on."""
    absorbing = status_list.filter("is_absorbing")["precedence"].to_list()
    ended = statuses.filter(pl.col("precedence").is_in(absorbing))
    return ended.group_by("person").agg(sentence_ended_on=pl.col("started_on").min())


def made(table: pl.LazyFrame) -> pl.LazyFrame:
    """A table that several queries read, made once: one lazy query for all would make it again for most of them."""
    return table.collect(engine="streaming").lazy()


def figure_parts(folder: Path) -> Iterator[pl.LazyFrame]:
    """Every figure counted from the records in a folder, in several frames."""
    status_list = pl.read_csv(STATUSES, schema_overrides={"precedence": pl.Int8})
    precedence = dict(status_list.select("status", "precedence").iter_rows())
    records = scan_records(folder)
    as_at = records["ppud_sentence"].select(pl.col("as_at").max()).collect().item()
    periods = reporting_periods(as_at)
    people = made(make_people(records))
    recalls = made(make_recalls(records, people))
    statuses = made(make_statuses(pl.concat(claims_of_records(records, people, recalls, precedence)), people))
    spells = make_spells(records, statuses, people, status_list)
    yield from caseload_figures(spells, periods, status_list)
    yield from recall_figures(recalls, periods)
    ends = made(sentence_ends(statuses, status_list))
    releases = next_after(records["ppud_release"], "released_on", recalls, "licence_revoked_on", exact=True)
    yield survival_figures(
        releases.rename({"next_on": "recalled_on"}).join(ends, on="person", how="left"),
        recalls.join(ends, on="person", how="left"),
        periods,
        as_at,
    )


def main() -> None:
    """Count the figures, write them, and say how long it took."""
    started, processor_started = time.perf_counter(), time.process_time()
    every = pl.concat(figure_parts(Path(sys.argv[1])), how="diagonal")
    every.sink_parquet(sys.argv[2], engine="streaming")
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor_started
    print(json.dumps({"seconds": seconds, "processor_seconds": processor_seconds}))


if __name__ == "__main__":
    main()

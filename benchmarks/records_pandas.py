"""The figures from records as somebody who knows pandas well would count them: what the SQL is compared with.

Usage: python -m benchmarks.records_pandas RECORDS FIGURES

RECORDS holds a Parquet file for each extract, as `records_prepare` exports them; FIGURES is the Parquet file to write.
The rules are those of dbt_project/models/intermediate/internal: the comments there give the reasons. People are
numbers, codes are categories, days are datetime64, and nothing is done row by row. Writes one JSON object: seconds and
seconds of processor time from opening the records to the figures written, without the imports.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.records_scope import CASELOAD_BY, COLUMNS, RECALLS_BY
from benchmarks.records_survival import survival_figures
from orchestration.settings import ROOT

TEXTS = ("person_key", "recall_id")
"""Columns of text with few rows to a value; the others are codes."""
STATUSES = ROOT / "dbt_project" / "seeds" / "person_statuses.csv"
FIRST_PERIOD = "2015-01-01"
FREQUENCIES = {"month": "M", "quarter": "Q", "calendar_year": "Y-DEC", "financial_year": "Y-MAR"}

Frames = dict[str, pd.DataFrame]


def read_records(folder: Path) -> Frames:
    """The extracts, with the column `person` (a number) for `person_key`."""
    frames = {}
    for extract, columns in COLUMNS.items():
        schema = pq.read_schema(folder / f"{extract}.parquet")
        codes = [name for name in columns if schema.field(name).type == pa.string() and name not in TEXTS]
        table = pq.read_table(folder / f"{extract}.parquet", read_dictionary=codes)
        booleans = {pa.bool_(): pd.BooleanDtype()}
        frames[extract] = table.to_pandas(date_as_object=False, types_mapper=booleans.get)
    people = pd.Index(pd.concat([frame["person_key"] for frame in frames.values()]).unique())
    for frame in frames.values():
        frame["person"] = people.get_indexer(frame.pop("person_key"))
    return frames


def categories(codes: pd.Series, names: list[str]) -> Any:
    """Categories from their places in a list of names; -1 is none of them."""
    return pd.Categorical.from_codes(codes.to_numpy(), pd.Index(names))


def mentions(records: Frames) -> pd.DataFrame:
    """What every extract but that of sentences says of the people it mentions: person, is_female, is_ipp, known_on,
    is_after_release, after_release_on.
    """
    recalls, snapshot = records["ppud_recall"], records["nomis_custody_snapshot"]
    is_dpp = snapshot["imprisonment_status"].isin(["DPP", "LR_DPP"])
    snapshot = snapshot.assign(sentence_type=np.where(is_dpp, "DPP", "IPP"))
    after_release = {
        "released_on": records["ppud_release"],
        "licence_revoked_on": recalls[recalls["rescinded_on"].isna()],
        "supervision_started_on": records["ndelius_caseload"],
    }
    parts = [
        frame[["person", "sex", "sentence_type"]].assign(known_on=frame[day], is_after_release=True)
        for day, frame in after_release.items()
    ]
    parts.append(
        snapshot[["person", "sex", "sentence_type"]].assign(
            known_on=snapshot["received_on"], is_after_release=snapshot["legal_status"].eq("RECALL")
        )
    )
    for part in parts:
        part["is_female"] = part.pop("sex").eq("female")
        part["is_ipp"] = part.pop("sentence_type").eq("IPP")
        part["after_release_on"] = part["known_on"].where(part["is_after_release"])
    return pd.concat(parts, ignore_index=True)


def make_people(records: Frames) -> pd.DataFrame:
    """One row a person, by number: sex, sentence_type, ethnicity, known_from, on_licence_from."""
    sentences = records["ppud_sentence"]
    is_not_quashed = sentences["quashed_on"].isna()
    is_served = is_not_quashed | ~is_not_quashed.groupby(sentences["person"]).transform("any")
    sentences = sentences.assign(
        is_female=sentences["sex"].eq("female"), is_ipp=~sentences["convicted_under_18"] & is_served
    )
    sentenced: pd.DataFrame = sentences.groupby("person").agg(
        is_female=("is_female", "max"), is_ipp=("is_ipp", "max"), sentenced_on=("date_of_sentence", "min")
    )
    mentioned = (
        mentions(records)
        .groupby("person")
        .agg(
            mentioned_female=("is_female", "max"),
            mentioned_ipp=("is_ipp", "max"),
            known_on=("known_on", "min"),
            after_release_on=("after_release_on", "min"),
            is_after_release=("is_after_release", "max"),
        )
    )
    people = sentenced.join(mentioned, how="outer")
    people["first_released_on"] = records["ppud_release"].groupby("person")["released_on"].min()
    people["ethnicity"] = records["nomis_custody_snapshot"].set_index("person")["ethnicity"]
    has_record = people["sentenced_on"].notna()
    is_female = people["is_female"].fillna(people["mentioned_female"]).astype(bool)
    is_ipp = people["is_ipp"].fillna(people["mentioned_ipp"]).astype(bool)
    without_record = people["known_on"].where(people["is_after_release"].fillna(False).astype(bool))
    return pd.DataFrame(
        {
            "sex": categories((~is_female).astype("int8"), ["female", "male"]),
            "sentence_type": categories(is_ipp.astype("int8"), ["DPP", "IPP"]),
            "ethnicity": people["ethnicity"],
            "known_from": people["sentenced_on"].fillna(people["known_on"]),
            "on_licence_from": people["first_released_on"]
            .fillna(people["after_release_on"])
            .where(has_record, without_record),
        },
        index=people.index,
    )


def next_after(frame: pd.DataFrame, day: str, events: pd.DataFrame, event_day: str, exact: bool = False) -> pd.Series:
    """Of each row the first day of the person's events after its own (with `exact`: not before it), in its order."""
    left = frame[["person", day]].reset_index(drop=True).reset_index(names="place").sort_values(day)
    right = events[["person", event_day]].rename(columns={event_day: "next_on"}).sort_values("next_on")
    right["on"] = right["next_on"]
    found = pd.merge_asof(
        left, right, left_on=day, right_on="on", by="person", direction="forward", allow_exact_matches=exact
    )
    return pd.Series(found.set_index("place")["next_on"].sort_index().to_numpy(), index=frame.index)


def make_recalls(records: Frames, people: pd.DataFrame) -> pd.DataFrame:
    """Recalls that were not rescinded, with `ended_on`, `rereleased_on` and the person's ethnicity."""
    releases, recalls = records["ppud_release"], records["ppud_recall"]
    recalls = recalls[recalls["rescinded_on"].isna()].reset_index(drop=True)
    named = releases.dropna(subset=["recall_id"])
    first_named = named.groupby(["person", "recall_id"])["released_on"].min().reset_index()
    by_name = recalls[["person", "recall_id"]].merge(first_named, how="left", on=["person", "recall_id"])
    since = recalls["returned_to_custody_on"].fillna(recalls["licence_revoked_on"])
    following = next_after(recalls.assign(since=since), "since", releases, "released_on")
    rereleased = named[named["release_kind"].eq("re_release")].groupby("recall_id")["released_on"].min()
    return recalls.assign(
        ended_on=by_name["released_on"].fillna(following),
        rereleased_on=recalls["recall_id"].map(rereleased),
        ethnicity=people["ethnicity"].reindex(recalls["person"]).array,
        recall_number=pd.Categorical(
            recalls["recall_number"].clip(upper=5).map({1: "1", 2: "2", 3: "3", 4: "4", 5: "5_or_more"})
        ),
    )


def hospital_stays(records: Frames) -> pd.DataFrame:
    """Stays in hospital: person, started_on, ended_on."""
    movements = records["nomis_movements"]
    moves = movements[movements["movement_type"].isin(["hospital_transfer", "hospital_return"])]
    moves = moves[["person", "moved_on", "movement_type"]].drop_duplicates()
    moves = moves[~moves.duplicated(["person", "moved_on"], keep=False)]
    returns = moves[moves["movement_type"].eq("hospital_return")]
    releases = records["ppud_release"].rename(columns={"released_on": "moved_on"})
    ways_out = pd.concat([returns[["person", "moved_on"]], releases[["person", "moved_on"]]])
    stays = moves[moves["movement_type"].eq("hospital_transfer")]
    ended_on = next_after(stays, "moved_on", ways_out, "moved_on")
    return pd.DataFrame({"person": stays["person"], "started_on": stays["moved_on"], "ended_on": ended_on})


def claims_of_records(records: Frames, people: pd.DataFrame, recalls: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """What each record says of a person's status: person, status, started_on, ended_on."""
    movements, supervisions = records["nomis_movements"], records["ndelius_caseload"]
    sentences = records["ppud_sentence"].groupby("person")["quashed_on"].agg(["size", "count", "max"])
    quashed = sentences[sentences["size"].eq(sentences["count"])].reset_index()
    everybody = people.reset_index()
    ended = supervisions[supervisions["end_reason"].notna() & supervisions["end_reason"].ne("recalled")]
    ends = ended["end_reason"].astype(str).map({"died": "deceased", "removed": "deported"}).fillna("licence_terminated")
    gone = movements[movements["movement_type"].isin(["death", "removal"])]
    goings = np.where(gone["movement_type"].eq("death"), "deceased", "deported")
    yield claim(everybody, "in_prison_unreleased", "known_from", "on_licence_from")
    yield claim(everybody, "on_licence", "on_licence_from")
    yield claim(recalls, "unlawfully_at_large", "licence_revoked_on", "ended_on")
    yield claim(recalls, "in_prison_recalled", "returned_to_custody_on", "ended_on")
    snapshot = records["nomis_custody_snapshot"]
    not_in_log = snapshot[snapshot["legal_status"].eq("RECALL") & ~snapshot["person"].isin(recalls["person"])]
    yield claim(not_in_log, "in_prison_recalled", "received_on")
    yield claim(hospital_stays(records), "in_hospital", "started_on", "ended_on")
    yield claim(gone, goings, "moved_on")
    yield claim(ended, ends, "supervision_ended_on")
    yield claim(records["ppud_termination_review"], "licence_terminated", "licence_ended_on")
    yield claim(quashed, "sentence_quashed", "max")


def claim(
    frame: pd.DataFrame, status: str | np.ndarray | pd.Series, started_on: str, ended_on: str | None = None
) -> pd.DataFrame:
    """Claims of a status from the day in one column to the day in another, or for good."""
    columns = {"person": frame["person"], "status": status, "started_on": frame[started_on]}
    ends = frame[ended_on] if ended_on else pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ms]")
    claims = pd.DataFrame(columns | {"ended_on": ends})
    return claims.assign(status=claims["status"].astype("category"))


def make_statuses(
    records: Frames, people: pd.DataFrame, recalls: pd.DataFrame, status_list: pd.DataFrame
) -> pd.DataFrame:
    """Exclusive statuses: person, precedence (which identifies the status), started_on; in the order of both."""
    precedence = status_list["precedence"]
    parts = []
    for every in claims_of_records(records, people, recalls):
        part = every.dropna(subset=["started_on"])
        parts.append(part.assign(precedence=part.pop("status").map(precedence).astype("int8")))
    claims = pd.concat(parts, ignore_index=True)
    known_from = people["known_from"].reindex(claims["person"]).array
    claims["started_on"] = claims["started_on"].where(claims["started_on"] >= known_from, known_from)
    claims = claims[claims["ended_on"].isna() | (claims["ended_on"] > claims["started_on"])]
    ends = claims[["person", "ended_on"]].dropna().rename(columns={"ended_on": "changed_on"})
    starts = claims[["person", "started_on"]].rename(columns={"started_on": "changed_on"})
    days = pd.concat([starts, ends]).drop_duplicates()
    held = days.merge(claims, on="person")
    starts_by, ends_after = held["changed_on"] >= held["started_on"], held["changed_on"] < held["ended_on"]
    held = held[starts_by & (ends_after | held["ended_on"].isna())]
    decided = held.groupby(["person", "changed_on"])["precedence"].min().reset_index()
    is_new = decided["person"].ne(decided["person"].shift()) | decided["precedence"].ne(decided["precedence"].shift())
    return decided[is_new].rename(columns={"changed_on": "started_on"}).reset_index(drop=True)


def prisons(movements: pd.DataFrame) -> pd.DataFrame:
    """Where the last movement of each day left each person: person, changed_on, prison (a code, -1 outside)."""
    last = movements.sort_values("movement_sequence").drop_duplicates(["person", "moved_on"], keep="last")
    codes = pd.Categorical(last["to_prison"], prison_names(movements)).codes
    return last[["person", "moved_on"]].rename(columns=CHANGED["moved_on"]).assign(prison=codes)


def prison_names(movements: pd.DataFrame) -> list[str]:
    """Every prison that somebody was moved to, in alphabetical order."""
    return sorted(movements["to_prison"].cat.categories)


CHANGED = {
    day: {day: "changed_on"}
    for day in (
        "moved_on",
        "started_on",
        "supervision_started_on",
        "licence_revoked_on",
        "supervision_suspended_on",
        "supervision_ended_on",
    )
}


def changes(records: Frames, statuses: pd.DataFrame, regions: list[str]) -> Iterator[pd.DataFrame]:
    """Every day on which something of a person changes, with what does: precedence, prison, region or is_suspended."""
    supervisions, recalls = records["ndelius_caseload"], records["ppud_recall"]
    recalls = recalls[recalls["rescinded_on"].isna()]
    yield statuses.rename(columns=CHANGED["started_on"])
    yield prisons(records["nomis_movements"])
    for frame, day in ((supervisions, "supervision_started_on"), (recalls, "licence_revoked_on")):
        region = pd.Categorical(frame["probation_region"], regions).codes
        yield frame[["person", day]].rename(columns=CHANGED[day]).assign(region=region)
    suspended = supervisions.dropna(subset=["supervision_suspended_on"])
    for day, is_suspended in (("supervision_suspended_on", 1), ("supervision_ended_on", 0)):
        changed = suspended[["person", day]].dropna().rename(columns=CHANGED[day])
        yield changed.assign(is_suspended=np.int8(is_suspended))


def make_spells(
    records: Frames, statuses: pd.DataFrame, people: pd.DataFrame, status_list: pd.DataFrame
) -> pd.DataFrame:
    """The timeline: spells of a person in which nothing changes, with started_on and ended_on."""
    regions = sorted(
        set(records["ndelius_caseload"]["probation_region"].cat.categories)
        | set(records["ppud_recall"]["probation_region"].cat.categories)
    )
    parts = pd.concat([part.astype({"changed_on": "datetime64[ms]"}) for part in changes(records, statuses, regions)])
    days = parts.groupby(["person", "changed_on"]).agg(
        {"precedence": "min", "prison": "max", "region": "min", "is_suspended": "min"}
    )
    standing = days.groupby(level="person").ffill().dropna(subset=["precedence"]).reset_index()
    by_precedence = status_list.set_index("precedence")
    in_prison = standing["precedence"].isin(by_precedence.index[by_precedence["location"].eq("prison")])
    on_licence = standing["precedence"].eq(status_list["precedence"]["on_licence"])
    standing["prison"] = standing["prison"].where(in_prison, -1).fillna(-1)
    standing["region"] = standing["region"].fillna(-1)
    standing["is_suspended"] = on_licence & standing["is_suspended"].eq(1)
    position = standing[["person", "precedence", "prison", "region", "is_suspended"]]
    spells = standing[position.ne(position.shift()).any(axis=1)].reset_index(drop=True)
    is_last = spells["person"].ne(spells["person"].shift(-1))
    status = spells["precedence"].astype("int8")
    return pd.DataFrame(
        {
            "location": status.map(by_precedence["location"]).astype("category"),
            "custody_status": status.map(by_precedence["custody_status"]).astype("category"),
            "prison_code": categories(spells["prison"].astype("int16"), prison_names(records["nomis_movements"])),
            "probation_region": categories(spells["region"].astype("int8"), regions),
            "sex": people["sex"].reindex(spells["person"]).array,
            "sentence_type": people["sentence_type"].reindex(spells["person"]).array,
            "started_on": spells["changed_on"],
            "ended_on": spells["changed_on"].shift(-1).mask(is_last),
        }
    )


def reporting_periods(as_at: pd.Timestamp) -> pd.DataFrame:
    """The periods figures are given for: period_type, period_start, period_end."""
    parts = []
    for period_type, frequency in FREQUENCIES.items():
        periods = pd.period_range(FIRST_PERIOD, as_at, freq=frequency)
        parts.append(frame_of_periods(period_type, periods.start_time, periods.end_time.normalize()))
    quarter_ends = pd.period_range(FIRST_PERIOD, as_at, freq="Q").end_time.normalize()
    parts.append(frame_of_periods("as_at", quarter_ends, quarter_ends))
    every = pd.concat(parts, ignore_index=True)
    return every[(every["period_end"] <= as_at) & (every["period_start"] >= FIRST_PERIOD)]


def frame_of_periods(period_type: str, starts: pd.DatetimeIndex, ends: pd.DatetimeIndex) -> pd.DataFrame:
    """Periods of one type."""
    return pd.DataFrame({"period_type": period_type, "period_start": starts, "period_end": ends})


def in_periods(frame: pd.DataFrame, day: str, periods: pd.DataFrame, period_types: Sequence[str]) -> pd.DataFrame:
    """The rows once for each type of period, with the period that their day is in."""
    parts = []
    for period_type in period_types:
        of_type = periods[periods["period_type"].eq(period_type)]
        starts = frame[day].dt.to_period(FREQUENCIES[period_type]).dt.start_time
        dated = frame.assign(period_type=period_type, period_start=starts)
        parts.append(dated.merge(of_type[["period_start", "period_end"]], on="period_start"))
    return pd.concat(parts, ignore_index=True)


PERIOD = ["period_type", "period_start", "period_end"]


def breakdown(frame: pd.DataFrame, dimensions: Sequence[str]) -> pd.Series:
    """The breakdown of each row, as the figures have it."""
    text = pd.Series("", index=frame.index, dtype="str")
    for place, name in enumerate(sorted(dimensions)):
        values = frame[name].astype("str").fillna("not_recorded")
        text = text + (";" if place else "") + f"{name}=" + values
    return text


def counts(frame: pd.DataFrame, measure: str, unit: str, by: Sequence[Sequence[str]] = ((),)) -> pd.DataFrame:
    """Rows of figures: how many rows of the frame there are in each period, by each list of dimensions."""
    dimensions = sorted({name for names in by for name in names})
    groups = frame.groupby([*PERIOD, *dimensions], observed=True, dropna=False).size().rename("value").reset_index()
    parts = []
    for names in by:
        part = groups.groupby([*PERIOD, *names], observed=True, dropna=False)["value"].sum().reset_index()
        parts.append(part[PERIOD].assign(breakdown=breakdown(part, names), value=part["value"].astype(float)))
    return pd.concat(parts, ignore_index=True).assign(measure=measure, statistic="count", unit=unit)


def caseload_figures(spells: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """People by where they are at each quarter end."""
    spells = spells[spells["location"].notna()]
    snapshots = []
    for quarter_end in periods.loc[periods["period_type"].eq("as_at"), "period_end"]:
        is_open = spells["ended_on"].isna() | (spells["ended_on"] > quarter_end)
        current = spells[(spells["started_on"] <= quarter_end) & is_open]
        period = {"period_type": "as_at", "period_start": quarter_end, "period_end": quarter_end}
        snapshots.append(counts(current.assign(**period), "caseload", "people", CASELOAD_BY))
    return pd.concat(snapshots, ignore_index=True)


def recall_figures(recalls: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Recalls and people recalled in each period, and the share that a Deputy Head agreed to, as in marts.recalls."""
    recalled = in_periods(recalls, "licence_revoked_on", periods, list(FREQUENCIES))
    longer = recalled[recalled["period_type"].ne("month")]
    by = [[name] for name in RECALLS_BY]
    people = longer.drop_duplicates(["person", *PERIOD])
    agreed_from = recalls.loc[recalls["agreed_by_deputy_head"].fillna(False), "licence_revoked_on"].min()
    since = longer[longer["period_start"] >= agreed_from]
    since = since.assign(agreed=since["agreed_by_deputy_head"].fillna(False).astype("int64"))
    share = since.groupby(PERIOD)["agreed"].agg(numerator="sum", denominator="size").reset_index()
    share["value"] = 100 * share["numerator"] / share["denominator"]
    share = share.assign(measure="ipp_recalls_agreed_by_deputy_head", statistic="share", breakdown="", unit="percent")
    totals, by_dimension = counts(recalled, "ipp_recalls", "recalls"), counts(longer, "ipp_recalls", "recalls", by)
    parts: list[pd.DataFrame] = [totals, by_dimension, counts(people, "ipp_people_recalled", "people"), share]
    return pd.concat(parts, ignore_index=True)


def sentence_ends(statuses: pd.DataFrame, status_list: pd.DataFrame) -> pd.Series:
    """The day each person's sentence ended, by person."""
    ended = statuses[statuses["precedence"].isin(status_list.loc[status_list["is_absorbing"], "precedence"])]
    return pd.Series(ended.groupby("person")["started_on"].min())


def figures(folder: Path) -> pd.DataFrame:
    """Every figure counted from the records in a folder."""
    status_list = pd.read_csv(STATUSES).set_index("status")
    records = read_records(folder)
    as_at = records["ppud_sentence"]["as_at"].max()
    periods = reporting_periods(as_at)
    people = make_people(records)
    recalls = make_recalls(records, people)
    statuses = make_statuses(records, people, recalls, status_list)
    spells = make_spells(records, statuses, people, status_list)
    ends = sentence_ends(statuses, status_list)
    recalls["sentence_ended_on"] = recalls["person"].map(ends)
    releases = records["ppud_release"].assign(sentence_ended_on=records["ppud_release"]["person"].map(ends))
    releases["recalled_on"] = next_after(releases, "released_on", recalls, "licence_revoked_on", exact=True)
    parts = [
        caseload_figures(spells, periods),
        recall_figures(recalls, periods),
        survival_figures(releases, recalls, periods, as_at),
    ]
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    """Count the figures, write them, and say how long it took."""
    started, processor_started = time.perf_counter(), time.process_time()
    figures(Path(sys.argv[1])).to_parquet(sys.argv[2])
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor_started
    print(json.dumps({"seconds": seconds, "processor_seconds": processor_seconds}))


if __name__ == "__main__":
    main()

"""Extracts of a few invented people that agree with each other, for tests that spoil them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestration.records.contract import read_contracts

AS_AT = dt.date(2025, 3, 31)
Rows = list[dict[str, str]]
Extracts = dict[str, Rows]
STATUSES = ("unreleased", "recalled", "on_licence", "at_large", "terminated", "re_released")
"""Where a person is on the day of the extract."""


def day(start: str, number: int) -> str:
    """A day so many days after another."""
    return (dt.date.fromisoformat(start) + dt.timedelta(days=number)).isoformat()


def small_extracts(of_each: int = 60) -> Extracts:
    """The extracts of so many people of each status."""
    extracts: Extracts = {
        name: []
        for name in (
            "hearing_events",
            "identifier_links",
            "ndelius_caseload",
            "nomis_custody_snapshot",
            "nomis_movements",
            "ppud_recall",
            "ppud_release",
            "ppud_sentence",
            "ppud_termination_review",
        )
    }
    for number in range(of_each * len(STATUSES)):
        for name, row in life(number, STATUSES[number % len(STATUSES)]):
            extracts[name].append({"source_kind": "synthetic", **row})
    return extracts


def prison_number(number: int) -> str:
    """The prison number of a person."""
    return f"A{number:04d}BC"


def life(number: int, status: str) -> Iterable[tuple[str, dict[str, str]]]:
    """The records of one person, each with its extract."""
    released, revoked = day("2015-01-05", number), day("2020-01-05", number)
    yield "identifier_links", link(f"X{number:06d}", prison_number(number), "case_reference")
    yield "ppud_sentence", sentence(number)
    yield "nomis_movements", movement(number, 1, "admission", "sentenced", sentenced_on(number))
    yield "hearing_events", hearing(number)
    if number % 10 == 0:
        yield "hearing_events", deferral(number)
    if status == "unreleased":
        yield "nomis_custody_snapshot", prisoner(number, "IPP", "INDETERMINATE_SENTENCE", sentenced_on(number))
        return
    yield "nomis_movements", movement(number, 2, "release", "licence", released)
    yield "ppud_release", release(number, "first_release", released)
    if status in ("on_licence", "terminated"):
        ended = ("2024-11-01", "licence_terminated_automatically") if status == "terminated" else ("", "")
        yield "ndelius_caseload", supervision(number, 1, released, *ended)
        return
    returned = "" if status == "at_large" else day(revoked, 7)
    yield "ndelius_caseload", supervision(number, 1, released, revoked, "recalled")
    yield "ppud_recall", recall(number, revoked, returned)
    if returned:
        yield "nomis_movements", movement(number, 3, "admission", "recalled", returned)
    if status == "recalled":
        yield "nomis_custody_snapshot", prisoner(number, "LR_IPP", "RECALL", returned)
    if status == "re_released":
        yield "nomis_movements", movement(number, 4, "release", "licence", day(revoked, 400))
        yield "ppud_release", release(number, "re_release", day(revoked, 400))
        yield "ndelius_caseload", supervision(number, 2, day(revoked, 400), "", "")


def sentenced_on(number: int) -> str:
    """The day a person was sentenced."""
    return day("2005-06-01", 2 * number)


def release(number: int, kind: str, released: str) -> dict[str, str]:
    """A row of ppud_release."""
    return {
        "prison_number": prison_number(number),
        "release_id": f"L{number}-{kind}",
        "sex": "male",
        "sentence_type": "IPP",
        "probation_region": "London",
        "release_kind": kind,
        "route": "parole_board",
        "released_on": released,
        "from_prison": "LEI",
        "review_id": f"V{number}",
        "recall_id": f"R{number}" if kind == "re_release" else "",
    }


def link(superseded: str, in_use: str, kind: str) -> dict[str, str]:
    """A row of identifier_links."""
    return {"superseded_identifier": superseded, "identifier_in_use": in_use, "link_kind": kind}


def sentence(number: int) -> dict[str, str]:
    """A row of ppud_sentence."""
    return {
        "prison_number": prison_number(number),
        "sentence_id": f"S{number}",
        "sex": "male",
        "custody_type": "IPP",
        "date_of_sentence": sentenced_on(number),
        "convicted_under_18": "false",
        "tariff_expiry_date": day("2008-06-01", 3 * number),
        "is_governing_sentence": "true",
        "serving_other_life_sentence": "false",
        "offence_group": "violence",
    }


def prisoner(number: int, imprisonment: str, legal: str, received: str) -> dict[str, str]:
    """A row of nomis_custody_snapshot."""
    return {
        "prison_number": prison_number(number),
        "sex": "male",
        "date_of_birth": day("1970-01-01", number),
        "ethnicity": "white",
        "religion": "none",
        "nationality": "british",
        "has_disability": "false",
        "imprisonment_status": imprisonment,
        "legal_status": legal,
        "prison_code": "LEI",
        "delivery_unit": "NE",
        "security_category": "C",
        "on_progression_regime_wing": "false",
        "received_on": received,
    }


def movement(number: int, sequence: int, kind: str, reason: str, moved: str) -> dict[str, str]:
    """A row of nomis_movements into or out of one prison."""
    into = kind in ("admission", "hospital_return")
    return {
        "prison_number": prison_number(number),
        "movement_id": f"M{number}-{sequence}",
        "movement_sequence": str(sequence),
        "moved_on": moved,
        "movement_type": kind,
        "movement_reason": reason,
        "from_prison": "" if into else "LEI",
        "to_prison": "LEI" if into else "",
        "death_classification": "natural_causes" if kind == "death" else "",
    }


def hearing(number: int) -> dict[str, str]:
    """A row of hearing_events, before any release."""
    return {
        "prison_number": prison_number(number),
        "event_id": f"E{number}",
        "review_id": f"V{number}",
        "probation_region": "London",
        "review_series": "ipp_review",
        "event_type": "mca_concluded",
        "event_on": day("2014-06-01", number // 2),
        "outcome": "remain_in_custody",
        "in_psychology_sample": "false",
    }


def deferral(number: int) -> dict[str, str]:
    """A row of hearing_events: the review of `hearing` was deferred before."""
    put_off = {"reason": "report_not_ready", "directed_by": "duty_member", "days_added": "60"}
    event = {"event_id": f"E{number}-0", "event_type": "deferral", "event_on": day("2013-03-01", number // 4)}
    return {**hearing(number), **event, "outcome": "", **put_off}


def supervision(number: int, sequence: int, started: str, ended: str, reason: str) -> dict[str, str]:
    """A row of ndelius_caseload."""
    return {
        "case_reference_number": f"X{number:06d}",
        "supervision_id": f"D{number}-{sequence}",
        "sex": "male",
        "sentence_type": "IPP",
        "probation_region": "London",
        "supervision_started_on": started,
        "supervision_ended_on": ended,
        "end_reason": reason,
        "rosh_level": "RMRH",
        "mappa_level": "1",
    }


def recall(number: int, revoked: str, returned: str) -> dict[str, str]:
    """A row of ppud_recall."""
    reasons = ("further_charge", "failed_to_keep_in_touch", "failed_to_reside", "drugs_or_alcohol", "other_reason")
    return {
        "prison_number": prison_number(number),
        "recall_id": f"R{number}",
        "sex": "male",
        "sentence_type": "IPP",
        "probation_region": "London",
        "recall_number": "1",
        "licence_revoked_on": revoked,
        "returned_to_custody_on": returned,
        "criterion": "OUT_OF_TOUCH",
        **dict.fromkeys(reasons, "false"),
        "non_compliance": "true",
        "agreed_by_deputy_head": "true",
    }


def write(folder: Path, extracts: Mapping[str, Rows]) -> Path:
    """Write the extracts that have rows as the loader expects them; returns the folder."""
    for name, rows in extracts.items():
        if rows:
            path = folder / name / f"{AS_AT}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(read_contracts()[name].columns), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    return folder

"""Extracts of a few made-up people that agree with each other, for tests that spoil them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestration.extracts.contract import read_contracts

AS_AT = dt.date(2025, 3, 31)
Rows = list[dict[str, str]]
Extracts = dict[str, Rows]
STATUSES = ("unreleased", "recalled", "on_licence", "at_large", "terminated")
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
    person = {"prison_number": prison_number(number)}
    about = {**person, "sex": "male", "sentence_type": "IPP", "probation_region": "London"}
    released, revoked = day("2015-01-05", number), day("2022-01-05", number)
    yield "identifier_links", link(f"X{number:06d}", prison_number(number), "case_reference")
    yield "ppud_sentence", sentence(number)
    yield "nomis_movements", movement(number, 1, "admission", "sentenced", day("2007-01-01", 3 * number))
    yield "hearing_events", hearing(number)
    if status == "unreleased":
        yield "nomis_custody_snapshot", prisoner(number, "IPP", "INDETERMINATE_SENTENCE", day("2007-01-01", 3 * number))
        return
    yield "nomis_movements", movement(number, 2, "release", "licence", released)
    yield (
        "ppud_release",
        {
            **about,
            "release_id": f"L{number}",
            "release_kind": "first_release",
            "route": "parole_board",
            "released_on": released,
            "from_prison": "LEI",
            "review_id": f"V{number}",
        },
    )
    is_recalled = status in ("recalled", "at_large")
    ended = {
        "terminated": (day("2024-11-01", 0), "licence_terminated_automatically"),
        "recalled": (revoked, "recalled"),
        "at_large": (revoked, "recalled"),
        "on_licence": ("", ""),
    }[status]
    yield "ndelius_caseload", supervision(number, released, *ended)
    if is_recalled:
        returned = day(revoked, 7) if status == "recalled" else ""
        yield "ppud_recall", recall(number, revoked, returned)
    if status == "recalled":
        yield "nomis_movements", movement(number, 3, "admission", "recalled", day(revoked, 7))
        yield "nomis_custody_snapshot", prisoner(number, "LR_IPP", "RECALL", day(revoked, 7))


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
        "date_of_sentence": day("2007-01-01", 3 * number),
        "convicted_under_18": "false",
        "tariff_expiry_date": day("2010-01-01", 4 * number),
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


def supervision(number: int, started: str, ended: str, reason: str) -> dict[str, str]:
    """A row of ndelius_caseload."""
    return {
        "case_reference_number": f"X{number:06d}",
        "supervision_id": f"D{number}",
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

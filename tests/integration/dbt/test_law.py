"""The law on the end of the licence: every case of tests/golden/law_cases.csv, run through the models themselves.

The cases were worked out by hand from the rules, not taken from any output. docs/law.md shows the same cases beside the
rules in words; that page and cases agree is tested here.
"""

from __future__ import annotations

import csv
import re

import pandas as pd
import pytest

from orchestration.settings import ROOT
from tests.record_models import SEEDS, RecordModels

with (ROOT / "tests" / "golden" / "law_cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))

SENTENCED_ON = "2006-01-10"
QUASHED_ON = "2015-05-01"
EXTRACT_ON = "2026-12-31"
DATES = ("referral_on", "qualifying_end", "continuous_from", "automatic_end_on", "referral_due_on", "report_due_on")
EXPECTED = ("regime", *DATES, "position")
MODELS = (
    "int_termination_positions",
    "int_referrals_due",
    "int_automatic_ends",
    "int_unbroken_licences",
    "int_licence_termination_dates",
)

FOUND = """
    with position as (
        select * from int_termination_positions
        where person_key = $case and started_on <= $day and (ended_on is null or ended_on > $day)
    ),
    dates as (
        select distinct regime, referral_on, qualifying_end from int_licence_termination_dates
        where person_key = $case and in_force_from <= $day and (in_force_until is null or in_force_until > $day)
    ),
    licence as (
        select * from int_unbroken_licences
        where person_key = $case and continuous_from <= $day and (broken_on is null or broken_on > $day)
    )
    select
        coalesce(dates.regime, '') as regime, dates.referral_on, dates.qualifying_end, licence.continuous_from,
        ends.automatic_end_on, due.referral_due_on, due.report_due_on, coalesce(position.position, '') as position
    from (select 1) as one
    left join position on true
    left join dates on true
    left join licence on true
    left join int_automatic_ends as ends
        on ends.person_key = licence.person_key and ends.continuous_from = licence.continuous_from
    left join int_referrals_due as due on due.person_key = $case
"""


def rows(case: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    """The records of one case: what the extracts would hold of such a life."""
    found: dict[str, list[dict[str, object]]] = {
        "ppud_sentence": sentences(case),
        "ppud_release": [],
        "ppud_recall": [],
        "ppud_termination_review": [],
        "nomis_movements": [],
    }
    person = {"person_key": case["case"], "as_at": EXTRACT_ON}
    recalls, events = found["ppud_recall"], found["ppud_release"]
    for number, entry in enumerate(filter(None, case["history"].split("; "))):
        what, day = entry.split(" ")
        key = f"{case['case']}-{number:02}"
        if what == "released":
            ends = recalls[-1]["recall_id"] if events else None
            events.append({**person, "release_id": key, "released_on": day, "recall_id": ends})
        elif what == "recalled":
            recalls.append({**person, "recall_id": key, "licence_revoked_on": day})
        elif what in ("returned", "disregarded", "rescinded"):
            column = "returned_to_custody_on" if what == "returned" else f"{what}_on"
            recalls[-1][column] = day
        elif what == "terminated":
            found["ppud_termination_review"].append({**person, "licence_ended_on": day})
        else:
            kind = {"died": "death", "hospital": "hospital_transfer"}[what]
            found["nomis_movements"].append({**person, "movement_id": key, "moved_on": day, "movement_type": kind})
    return found


def sentences(case: dict[str, str]) -> list[dict[str, object]]:
    """The sentences of a case: the first governs."""
    return [
        {
            "person_key": case["case"],
            "as_at": EXTRACT_ON,
            "sentence_id": f"{case['case']}-{number}",
            "date_of_sentence": SENTENCED_ON,
            "custody_type": sentence.partition(" ")[0],
            "convicted_under_18": sentence in ("DPP", "IPP under 18"),
            "is_governing_sentence": number == 0,
            "serving_other_life_sentence": case["other_life"] == "yes",
            "quashed_on": QUASHED_ON if sentence.endswith(" quashed") else None,
        }
        for number, sentence in enumerate(case["sentences"].split("; "))
    ]


def records(cases: list[dict[str, str]]) -> dict[str, pd.DataFrame]:
    """The extracts of many cases, each a person."""
    found: dict[str, list[dict[str, object]]] = {}
    for case in cases:
        for extract, listed in rows(case).items():
            found.setdefault(extract, []).extend(listed)
    return {extract: pd.DataFrame(listed).astype(object).where(pd.notna) for extract, listed in found.items() if listed}


def regimes(commencement: str) -> pd.DataFrame:
    """The regimes with the Sentencing Act commenced on a day."""
    given = pd.read_csv(SEEDS / "licence_termination_regimes.csv", dtype=str)
    given.loc[given["regime"] == "sentencing_act_2026_s42", "in_force_from"] = commencement or None
    return given


@pytest.fixture(scope="module")
def models(compiled, tmp_path_factory) -> RecordModels:
    return RecordModels(compiled, tmp_path_factory.mktemp("law"), MODELS)


@pytest.fixture(scope="module")
def found(models) -> dict[str, dict[str, str]]:
    """What the models say of each case on its day, by its number."""
    said = {}
    for commencement in {case["s42_from"] for case in CASES}:
        cases = [case for case in CASES if case["s42_from"] == commencement]
        seeds = {"licence_termination_regimes": regimes(commencement)}
        with models.run(records(cases), seeds) as connection:
            for case in cases:
                bound = {"case": case["case"], "day": case["on"]}
                answers = connection.execute(FOUND, bound).fetchall()
                assert len(answers) == 1, case["case"]
                said[case["case"]] = dict(
                    zip(EXPECTED, ("" if value is None else str(value) for value in answers[0]), strict=True)
                )
    return said


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']}-{case['rule']}")
def test_the_law_is_applied_as_worked_out_by_hand(case, found):
    assert found[case["case"]] == {column: case[column] for column in EXPECTED}, case["why"]


def test_there_are_cases_enough():
    assert len(CASES) >= 60
    assert [case["case"] for case in CASES] == [str(number) for number in range(1, len(CASES) + 1)]


def test_every_regime_and_position_has_a_case():
    listed = set(regimes("")["regime"])
    assert {case["regime"] for case in CASES} - {""} == listed
    assert {case["position"] for case in CASES} - {""} == {
        "not_yet_eligible",
        "eligible_on_licence",
        "eligible_in_custody_on_recall",
        "eligible_unlawfully_at_large",
        "eligible_in_hospital",
        "automatic_end_due",
        "serving_other_life_sentence",
        "sentence_over",
    }


def test_the_day_of_commencement_is_not_set():
    given = pd.read_csv(SEEDS / "licence_termination_regimes.csv", dtype=str)
    assert given.loc[given["regime"] == "sentencing_act_2026_s42", "in_force_from"].isna().all()


def test_every_rule_says_where_it_is_from():
    for name in ("licence_termination_regimes", "dated_rules", "person_statuses"):
        given = pd.read_csv(SEEDS / f"{name}.csv", dtype=str)
        assert given["reason"].notna().all(), name
        assert "source" not in given or given["source"].notna().all(), name


def test_the_shorter_threshold_for_suspension_is_cited_from_where_its_day_is_published():
    given = pd.read_csv(SEEDS / "dated_rules.csv", dtype=str)
    shorter = given[given["rule"].eq("suspension_eligibility") & given["in_force_from"].eq("2025-02-01")]
    assert list(shorter["source"]) == ["Notes of OMSQ probation"] * 2
    assert shorter["reason"].str.contains("published on 7 November 2024").all()


def section(rule: str) -> str:
    """The part of docs/law.md on one rule."""
    page = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
    return next(part for part in re.split(r"^## ", page, flags=re.MULTILINE) if f"`{rule}`" in part.partition("\n")[0])


def table_row(case: dict[str, str]) -> str:
    """A case as docs/law.md shows it."""
    cells = ("case", "sentences", "other_life", "history", "s42_from", "on", *EXPECTED, "why")
    return "| " + " | ".join(case[cell] for cell in cells) + " |"


@pytest.mark.parametrize("rule", sorted({case["rule"] for case in CASES}))
def test_the_page_shows_the_cases_beside_the_rule(rule):
    shown = [line for line in section(rule).splitlines() if re.match(r"\| \d+ \|", line)]
    assert shown == [table_row(case) for case in CASES if case["rule"] == rule]

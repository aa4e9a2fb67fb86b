"""The register of prisons is sound, is the only list of prisons, and knows every label of the published bulletins."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orchestration.sources.prisons import REGISTER, labels_by_prison, read_prisons
from orchestration.sources.spec import SpecError, read_sources
from synthetic_cohort.register import PRISONS_FILE
from synthetic_cohort.register import read_prisons as read_prisons_of_cohort

# The spellings of the bulletin of 27 July 2026.
LABELS_OF_2026 = {
    "Elmley": "elmley",
    "Swaleside": "swaleside",
    "Standford Hill": "standford_hill",
    "Highpoint": "highpoint",
    "Millsike": "millsike",
    "Peterborough (Male & Female)": "peterborough",
    "Grendon / Springhill": "grendon_springhill",
    "Usk / Prescoed": "usk_prescoed",
    "The Mount": "the_mount",
}


def test_every_label_of_2026_leads_to_its_prison() -> None:
    known = {label: prison for prison, labels in labels_by_prison(read_prisons()).items() for label in labels}
    assert {label: known[label] for label in LABELS_OF_2026} == LABELS_OF_2026


def test_the_bulletin_takes_its_prisons_from_the_register() -> None:
    (prisons, _, _) = read_sources()["prison_population_monthly"].tables["prisons"].blocks
    assert prisons.rows
    assert prisons.rows.members == labels_by_prison(read_prisons())


def test_a_name_of_one_of_two_prisons_is_not_both_of_them() -> None:
    """The bulletin publicationss Usk and Prescoed as one: a row `Usk` would be a part of it."""
    labels = labels_by_prison(read_prisons())
    assert labels["usk_prescoed"] == ["Usk / Prescoed"]
    assert labels["peterborough"] == ["Peterborough (Male & Female)"]


# Annual report on the IPP sentence 2024/25, target 5; four prisons, and the pilot of temporary release at Littlehey.
def test_four_prisons_run_a_progression_regime_and_another_the_pilot() -> None:
    prisons = read_prisons()
    assert {one.prison for one in prisons if one.has_progression_regime} == {
        "buckley_hall",
        "erlestoke",
        "humber",
        "warren_hill",
    }
    assert [one.prison for one in prisons if one.has_rotl_pilot] == ["littlehey"]
    assert sum(read_prisons_of_cohort().progression_regime) == 4


# Safety in Custody summary tables, prison changes.
@pytest.mark.parametrize(
    ("prison", "opened", "closed"),
    [
        ("berwyn", "2017-02", ""),
        ("five_wells", "2022-03", ""),
        ("millsike", "2025-04", ""),
        ("holloway", "", "2016-06"),
        ("kennet", "2007", "2016-12"),
    ],
)
def test_prisons_are_dated(prison: str, opened: str, closed: str) -> None:
    (found,) = [one for one in read_prisons() if one.prison == prison]
    assert (found.opened, found.closed) == (opened, closed)


def test_every_prison_of_the_cohort_is_in_the_register() -> None:
    with PRISONS_FILE.open(encoding="utf-8", newline="") as text:
        codes = {row["prison_code"] for row in csv.DictReader(text)}
    assert codes <= {one.prison_code for one in read_prisons()}


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("ASI,Ashfield", "ACI,Ashfield", "prison_code ACI appears 2 times"),
        ("ASI,Ashfield", "A1,Ashfield", "line 7"),
        (",ashfield,Ashfield,", ",ashfield,Altcourse,", "label 'altcourse' leads to 2 prisons"),
        (",ashfield,", ",Ash Field,", "prison"),
        (",2007,2016-12,", ",2007,2006-12,", "closed 2006-12 is before opened 2007"),
        (",2007,2016-12,", ",2007,December 2016,", "closed"),
        ("prison_name", "name", "Extra inputs are not permitted"),
    ],
)
def test_a_mistake_in_the_register_is_reported_with_its_file(tmp_path: Path, old: str, new: str, mistake: str) -> None:
    text = REGISTER.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "prisons.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError, match=mistake) as refused:
        read_prisons(path)
    assert str(path) in str(refused.value)

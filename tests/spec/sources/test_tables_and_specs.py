"""Which spec reads which table of every workbook at hand, and that no other spec does."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from orchestration.workbooks.anchors import find_headings, find_regions, matches_title
from orchestration.workbooks.workbook import read_workbook
from tests.readings import opened, raw_releases, read_folder
from tests.real_files import BULLETINS, OFFICIAL_2022, REAL_FILES, WHY_NOT, needs_real_files
from tests.workbooks import RAW

POPULATION = {"Table_1_Q_1": [], "Table_1_Q_14": ["ipp_prisoners_by_status"], "Table_1_Q_18": ["ipp_time_over_tariff"]}
RELEASES = {"Table_3_Q_2": ["releases_by_sentence"]}
RECALLS = {
    "Table_5_Q_1": [],
    "Table_5_Q_2": ["recalls_by_sentence"],
    "Table_5_Q_10": ["recalls_by_reason"],
    "Table_5_Q_11": ["releases_after_recall"],
}
PROBATION = {"Table_6_13": ["community_caseload"]}
JUNE_2022 = {
    "A1_14": ["indeterminate_by_tariff"],
    "A1_15-A1_17": ["indeterminate_by_sex", "indeterminate_by_age", "indeterminate_by_ethnicity"],
}

SPECS = {
    "omsq/2022-q1": {"Population_30June2022_Annual_rebuilt.xlsx": JUNE_2022},
    "omsq/2026-q1-notes": {
        "notes-of-probation-Jan-to-Mar-2026.csv": {"notes-of-probation-Jan-to-Mar-2026": ["probation_notes"]}
    },
    "omsq/2024-q1": {"prison-population-2024.ods": {"Table_1_A_14": ["ipp_prisoners_by_status"]}},
    "omsq/2024-q2": {
        "prison-population-30-Sep-2024.ods": POPULATION,
        "prison-releases-Apr-to-June-2024.ods": RELEASES,
        "licence-recalls-Apr-to-June-2024.ods": RECALLS,
        "Probation-Apr-to-Jun-2024.ods": PROBATION,
    },
    "omsq/2024-q3": {
        "prison-population-31-Dec-2024.ods": POPULATION,
        "prison-releases-July-to-Sept-2024.ods": RELEASES,
        "licence-recalls-July-to-Sept-2024.ods": RECALLS,
        "Probation-Jul-to-Sep-2024.ods": PROBATION,
    },
    "omsq/2024-q4": {
        "prison-population-31-Mar-2025.ods": POPULATION,
        "prison-releases-Oct-to-Dec-2024.ods": RELEASES,
        "prison-releases-annual-2024.ods": {"Table_3_A_2": ["releases_by_sentence"]},
        "licence-recalls-Oct-to-Dec-2024.ods": RECALLS,
        "licence-recalls-annual-2024.ods": {
            "Table_5_A_2": ["recalls_by_sentence"],
            "Table_5_A_10": ["recalls_by_reason"],
            "Table_5_A_11": ["releases_after_recall"],
        },
        "Probation-Oct-to-Dec-2024.ods": PROBATION,
    },
    "parole_board/2023-24": {
        "parole-board-performance-data-2023-24.ods": {
            "Table_1": ["oral_hearings"],
            "Table_2": ["outcomes"],
            "Table_3": ["release_share"],
        }
    },
    "restricted_patients/2023": {
        "restricted-patients-ipp-2023.ods": {"Table_1": ["population"], "Table_2": ["transfers"]}
    },
    "safety_in_custody/2020": {
        "safety-in-custody-ipp-self-harm-2012-to-2020.xlsx": {"IPP_self_harm": ["self_harm"]},
    },
    "safety_in_custody/2023": {"safety-in-custody-ipp-deaths-2023.xlsx": {"IPP_deaths": ["deaths"]}},
    "licence_termination/2025-03-04": {
        "licence-termination-4-Mar-2025.csv": {"licence-termination-4-Mar-2025": ["figures"]}
    },
    "licence_termination/2025-07-17": {
        "licence-termination-annual-report-2024-25.csv": {"licence-termination-annual-report-2024-25": ["figures"]}
    },
}
"""For each sheet of each file of a release, the specs that read it, from the top of the sheet down."""

ANSWERS = {
    "HC150497": ["hc150497"],
    "HL10393": ["hl10393"],
    "HL1503": ["hl1503"],
    "HL263": ["hl263"],
    "HL2971": ["hl2971"],
    "HL3587": ["hl3587"],
    "HL4437": ["hl4437"],
    "UIN121861": ["uin121861"],
    "UIN123795": ["uin123795"],
    "UIN20193": ["uin20193"],
    "UIN24924": ["uin24924_population", "uin24924_transfers"],
    "UIN257599": ["uin257599"],
    "UIN37323": ["uin37323_category_a", "uin37323_category_a_prisons"],
    "UIN40599": ["uin40599"],
    "UIN9796": ["uin9796"],
}
"""The specs of each written answer, one for each of its tables in order."""

TEXTS = {f"{path.parent.parent.name}/{path.parent.name}": path for path in sorted(RAW.glob("*/*/figures_*.csv"))}
"""Files of single figures, each from the text of a report, an answer or a debate."""

SPECS |= {release: {path.name: {path.stem: ["figures"]}} for release, path in TEXTS.items()}
SPECS |= {
    f"written_answers/{answer}": {
        f"{answer}_table_{number}.csv": {f"{answer}_table_{number}": [table]} for number, table in enumerate(tables, 1)
    }
    for answer, tables in ANSWERS.items()
}

NO_IPP_TABLE: dict[str, list[str]] = {
    f"A1_{number}": []
    for number in (
        *("1", "2", "3i(a)", "3i(b)", "3ii", "4i", "4ii", "5i", "5ii", "6", "7", "8", "9i", "9ii", "10", "11"),
        *("12i", "12ii", "13", "18"),
    )
}
"""Sheets of the official workbook of 30 June 2022 that are not read."""

Found = dict[str, dict[str, list[str]]]


def specs_that_read(folder: Path) -> Found:
    """The specs that read each sheet of each file of a release."""
    found: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for table in read_folder(folder).tables:
        region = table.region
        found[region.file].setdefault(region.sheet.name, []).append(table.spec.table)
    return found


def titles_asked_for(folder: Path, sources) -> Found:
    """The specs of the publication that ask for a title on each sheet of each file of a release."""
    release = opened(folder)
    source = sources[release.publication]
    found: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for path in release.paths:
        for region in find_regions(read_workbook(path, release.name, release.manifest.title), source, release.name):
            asking = [name for name, spec in source.tables.items() if matches_title(region.title, spec.title)]
            found[path.name].setdefault(region.sheet.name, []).extend(asking)
    return found


def only_read(expected: Found) -> Found:
    """The same without the unread sheets."""
    return {file: {sheet: specs for sheet, specs in sheets.items() if specs} for file, sheets in expected.items()}


def test_every_rebuilt_or_transcribed_release_is_listed_here():
    assert raw_releases("rebuilt", "transcribed") == sorted(SPECS)


def test_every_table_that_a_file_must_hold_is_read_in_some_release(sources):
    read = {
        (release.partition("/")[0], spec)
        for release, files in SPECS.items()
        for sheets in files.values()
        for specs in sheets.values()
        for spec in specs
    }
    required = {
        (source.publication, name) for source in sources.values() for kind in source.files for name in kind.tables
    }

    assert required - read == {("prison_population_monthly", "prisons")}, "raw/ holds no monthly bulletin"


@pytest.mark.parametrize("release", sorted(SPECS))
def test_each_table_of_a_release_is_read_by_the_intended_spec_and_no_other(release):
    assert specs_that_read(RAW / release) == only_read(SPECS[release])


@pytest.mark.parametrize("release", sorted(SPECS.keys() - {f"written_answers/{answer}" for answer in ANSWERS}))
def test_each_title_is_asked_for_by_the_intended_spec_and_no_other(release, sources):
    assert titles_asked_for(RAW / release, sources) == SPECS[release]


@pytest.mark.parametrize("answer", sorted(ANSWERS))
def test_a_written_answer_is_asked_for_by_the_specs_of_its_own_tables_alone(answer, sources):
    asked = titles_asked_for(RAW / "written_answers" / answer, sources)

    assert all(sorted(specs) == ANSWERS[answer] for sheets in asked.values() for specs in sheets.values())


@pytest.mark.parametrize("release", sorted(SPECS))
def test_unread_titles_are_remembered(release):
    silent = [sheet for sheets in SPECS[release].values() for sheet, specs in sheets.items() if not specs]

    assert len(read_folder(RAW / release).not_taken) == len(silent)


@needs_real_files
@pytest.mark.real_files
@pytest.mark.slow
def test_four_of_the_tables_in_the_official_workbook_of_2022_are_read_and_no_others(sources):
    folder = OFFICIAL_2022.parent

    assert specs_that_read(folder) == {OFFICIAL_2022.name: JUNE_2022}
    assert titles_asked_for(folder, sources) == {OFFICIAL_2022.name: NO_IPP_TABLE | JUNE_2022}


@needs_real_files
@pytest.mark.real_files
def test_no_table_in_the_official_extract_of_2020_is_read(sources):
    folder = REAL_FILES / "omsq" / "2020-q1"

    assert specs_that_read(folder) == {}
    assert titles_asked_for(folder, sources) == {"Population_30June2020_Annual.xlsx": {"A1_7": [], "A1_11": []}}


@pytest.mark.real_files
@pytest.mark.slow
@pytest.mark.parametrize("month", BULLETINS or [pytest.param("", marks=pytest.mark.skip(reason=WHY_NOT))])
def test_one_table_of_each_monthly_bulletin_is_read(month):
    read = specs_that_read(REAL_FILES / "prison_population_monthly" / month)

    assert list(read.values()) == [{"MonthlyBulletin": ["prisons"]}]


def fits(region, spec) -> bool:
    """Whether a spec would read a region: its title and all of its headings."""
    return matches_title(region.title, spec.title) and not find_headings(region, spec).problems


def test_no_spec_of_any_publication_fits_a_sheet_that_is_not_its_own(sources):
    """A file that got into the wrong folder is not read by chance: every spec against every sheet of every workbook."""
    strangers = set()
    for release in sorted(SPECS.keys() - TEXTS.keys()):
        opened_release = opened(RAW / release)
        for path in opened_release.paths:
            book = read_workbook(path, opened_release.name, opened_release.manifest.title)
            for source in sources.values():
                for region in find_regions(book, source, opened_release.name):
                    own = SPECS[release][path.name].get(region.sheet.name, []) if source.publication in release else []
                    fitting = {name for name, spec in source.tables.items() if fits(region, spec)}
                    strangers |= {(release, region.sheet.name, source.publication, name) for name in fitting - set(own)}

    assert strangers == set()

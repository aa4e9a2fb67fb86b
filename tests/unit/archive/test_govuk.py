"""What the names, dates and titles of GOV.UK become here, without asking anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from orchestration.archive import govuk
from orchestration.archive.govuk import Page
from orchestration.archive.manifest_file import Manifest
from orchestration.archive.manifests import Batch, covers, free_name, manifest_of, publication_day
from orchestration.archive.releases import issue_of
from orchestration.sources.spec import GovUk, Source
from tests.govuk_server import collection, document
from tests.real_files import REAL_FILES, needs_real_files

DAY = dt.date(2025, 4, 24)
NOW = dt.datetime(2025, 5, 1, 23, 30, tzinfo=dt.UTC)

SLUGS = [
    ("omsq", "offender-management-statistics-quarterly-january-to-march-2024", "2024-q1"),
    ("omsq", "offender-management-statistics-quarterly-october-to-december-2025", "2025-q4"),
    ("omsq", "offender-management-statistics-quarterly-april-to-june-2025--2", "2025-q2"),
    ("omsq", "offender-management-statistics-quarterly-october-to-december-2016--12", "2016-q4"),
    ("omsq", "offender-management-statistics-quarterly-january-2025-to-march-2025", "2025-q1"),
    ("omsq", "offender-management-statistics-quarterly-october-2024-to-march-2025", None),
    ("omsq", "offender-management-statistics-quarterly-march-to-may-2025", None),
    ("omsq", "guide-to-offender-management-statistics", None),
    ("safety_in_custody", "safety-in-custody-quarterly-update-to-december-2024", "2024-q4"),
    ("restricted_patients", "restricted-patients-statistics-england-and-wales-2025", "2025"),
    ("proven_reoffending", "proven-reoffending-statistics-october-to-december-2022", "2022-q4"),
    ("proven_reoffending", "proven-reoffending-statistics-july-2022-to-september-2022", "2022-q3"),
    ("proven_reoffending", "proven-reoffending-statistics-july-2022-to-september-2022--3", "2022-q3"),
    ("proven_reoffending", "proven-reoffending-statistics-july-2021-to-september-2022", None),
    ("parole_board", "the-parole-board-for-england-wales-annual-report-and-accounts-202324", "2023-24"),
    ("parole_board", "the-parole-board-for-england-wales-annual-report-202425", "2024-25"),
    ("prison_population_monthly", "prison-pop-sept-2019.ods", "2019-09"),
    ("prison_population_monthly", "Population_bulletin_monthly_March_2024_Corrected.ods", "2024-03"),
    ("prison_population_monthly", "Monthly_Bulletin_June_2024_web.ODS", "2024-06"),
    ("prison_population_monthly", "monthly-population-bulletin-mar-2020.ods", "2020-03"),
    ("prison_population_monthly", "monthly-pop-bull-feb-2019.ods", "2019-02"),
    ("prison_population_monthly", "population-bulletin.ods", None),
]
"""Slugs and file names as published, and what the releases are called here."""

WANTED = [
    ("omsq", "prison-population-31-Dec-2024.ods"),
    ("omsq", "prison-population-2026.ods"),
    ("omsq", "Prison_population_31st_March_2026.ods"),
    ("omsq", "licence_recalls_Jan_to_Mar_2026.ods"),
    ("omsq", "prison_releases_Jan_to_Mar_2026.ods"),
    ("omsq", "Probation_Jan_to_Mar_2026.ods"),
    ("omsq", "licence-recalls-July-to-Sept-2024.ods"),
    ("omsq", "licence-recall-Jan-to-Mar-2026.ods"),
    ("omsq", "licence-recalls-annual-2024.ods"),
    ("omsq", "prison-releases-July-to-Sept-2024.ods"),
    ("omsq", "Probation-Jul-to-Sep-2024.ods"),
    ("safety_in_custody", "Assaults_in_prison_custody_2000_to_2025.ods"),
    ("prison_population_monthly", "prison-pop-april-2021.ODS"),
    ("prison_population_monthly", "monthly-pop-bull-feb-2019.ods"),
    ("prison_population_monthly", "Monthly_Bulletin_December_2024_web.ODS"),
]
UNWANTED = [
    ("omsq", "prison-receptions-Jan-to-Mar-2026.ods"),
    ("omsq", "Population_data_tool_31Dec2023.csv"),
    ("omsq", "prison-population-31-Dec-2024.pdf"),
    ("safety_in_custody", "Safety-in-custody-summary-q1-2024_final_table.xlsx"),
]


def wanted(sources: Mapping[str, Source], publication: str) -> GovUk:
    said = sources[publication].govuk
    assert said is not None
    return said


def page_of(said: dict[str, Any]) -> Page:
    return Page.model_validate(said)


def files_of(name: str) -> Page:
    return page_of(document("/x", "X", {"attachment_type": "file", "url": "https://x/y.ods", "filename": name}))


@pytest.mark.parametrize(("publication", "name", "expected"), SLUGS)
def test_release_ids(sources: Mapping[str, Source], publication: str, name: str, expected: str | None) -> None:
    assert govuk.release_id(name, wanted(sources, publication)) == expected


@pytest.mark.parametrize(("publication", "name"), WANTED)
def test_files_that_are_wanted_are_of_a_known_kind(sources: Mapping[str, Source], publication: str, name: str) -> None:
    assert len(govuk.wanted_files(files_of(name), wanted(sources, publication))) == 1
    kinds = [kind for kind in sources[publication].files if kind.match(name)]
    assert len(kinds) == 1


@pytest.mark.parametrize(("publication", "name"), UNWANTED)
def test_files_that_are_not_wanted(sources: Mapping[str, Source], publication: str, name: str) -> None:
    assert govuk.wanted_files(files_of(name), wanted(sources, publication)) == []


def test_a_release_is_named_as_it_is_in_raw(sources: Mapping[str, Source]) -> None:
    """The address each rebuilt release cites gives the name its folder has."""
    from orchestration.archive.releases import open_release
    from orchestration.settings import ROOT

    checked = 0
    for folder in (ROOT / "raw" / "omsq").iterdir():
        release, _ = open_release(folder, sources)
        slug = release.manifest.source_url.rpartition("/")[2]
        if slug.endswith(("2024", "2025")):
            assert govuk.release_id(slug, wanted(sources, "omsq")) == release.release_id
            checked += 1
    assert checked >= 4


@pytest.mark.real_files
@needs_real_files
def test_bulletins_are_named_by_their_month(sources: Mapping[str, Source]) -> None:
    monthly = wanted(sources, "prison_population_monthly")
    names = [path for path in REAL_FILES.glob("prison_population_monthly/*/*") if path.suffix.lower() == ".ods"]
    for path in names:
        assert govuk.release_id(path.name, monthly) == path.parent.name
        assert govuk.wanted_files(files_of(path.name), monthly), path.name
    assert len(names) > 40


def test_only_files_of_the_page_count() -> None:
    others = [
        {"attachment_type": "html", "url": "/government/statistics/x/bulletin"},
        {"attachment_type": "external", "url": "https://elsewhere.example/prison-population-2026.ods"},
    ]
    assert page_of(document("/x", "X", *others)).files == []


def test_a_file_without_a_name_has_that_of_its_address() -> None:
    file = {
        "attachment_type": "file",
        "url": "https://assets.publishing.service.gov.uk/media/1/prison-pop-may-2024.ods",
    }
    assert page_of(document("/x", "X", file)).files[0].name == "prison-pop-may-2024.ods"


def test_documents_of_a_collection(sources: Mapping[str, Source]) -> None:
    said = collection("/government/collections/x")
    moments = {"/recent": "2024-07-25T08:30:00Z", "/old": "2024-07-24T08:30:00Z", "/undated": None}
    said["links"]["documents"] = [{"base_path": path, "public_updated_at": moment} for path, moment in moments.items()]
    said["links"]["documents"] += [{"title": "no page"}, {"base_path": "/withdrawn", "withdrawn": True}]

    assert govuk.documents_of(page_of(said), wanted(sources, "omsq")) == ["/recent", "/undated"]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("../x.ods", "a path"),
        ("a\\x.ods", "a path"),
        (".x.ods", "a hidden file"),
        ("x\n.ods", "control characters"),
        ("x" * 250 + ".ods", "more than 200"),
        ("x.ods.exe", "an ending that is not one of .csv, .ods, .xlsx"),
        ("manifest.yml", "an ending"),
    ],
)
def test_names_that_no_folder_should_hold(name: str, fault: str) -> None:
    assert any(fault in said for said in govuk.faults_of_name(name))


def test_names_as_published_are_kept() -> None:
    assert not [fault for _, name in WANTED for fault in govuk.faults_of_name(name)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Special_Issue--2", "special-issue-2"), ("../..", "unnamed"), ("prison-pop.ODS", "prison-pop"), ("a/b", "a-b")],
)
def test_own_names_are_fit_for_a_folder(name: str, expected: str) -> None:
    assert govuk.as_folder(name) == expected


@pytest.mark.parametrize(
    ("title", "first", "last"),
    [
        ("Offender management statistics quarterly: October to December 2024", "2024-10-01", "2024-12-31"),
        ("Proven reoffending statistics: July 2022 to September 2022", "2022-07-01", "2022-09-30"),
        ("Proven reoffending statistics: October 2021 to September 2022", "2021-10-01", "2022-09-30"),
        ("Safety in Custody quarterly: update to March 2020", "2020-03-01", "2020-03-31"),
        ("Restricted Patients Statistics, England and Wales 2025", "2025-01-01", "2025-12-31"),
        ("The Parole Board for England & Wales Annual Report and Accounts 2023/24", "2023-04-01", "2024-03-31"),
        ("Annual report 2024 to 2025", "2024-04-01", "2025-03-31"),
        ("Self-harm 2004 to 2024", "2004-01-01", "2024-12-31"),
        ("prison pop sept 2019 prison-pop-sept-2019.ods", "2019-09-01", "2019-09-30"),
        ("Monthly_Bulletin_June_2024_web.ODS", "2024-06-01", "2024-06-30"),
        ("Special issue of 12345", "2025-04-24", "2025-04-24"),
        ("May 0000", "2025-04-24", "2025-04-24"),
    ],
)
def test_days_that_a_title_speaks_of(title: str, first: str, last: str) -> None:
    said = covers(title, DAY)
    assert (said.first, said.last) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_the_newest_table_may_reach_beyond_what_the_title_names() -> None:
    said = covers("Offender management statistics quarterly: October to December 2024", DAY, 3)
    assert (said.first, said.last) == (dt.date(2024, 10, 1), dt.date(2025, 3, 31))
    assert said.text == "October to December 2024, as the title says; the newest table is 3 months ahead"


def test_a_day_that_stands_in_for_what_no_title_says_is_marked_as_one() -> None:
    assert covers("Special issue", DAY, 3).model_dump(exclude={"text"}) == {
        "first": DAY,
        "last": DAY,
        "is_stand_in": True,
    }
    assert not covers("Self-harm 2004 to 2024", DAY).is_stand_in


# ---- Issues of one release -----------------------------------------------------------------------------------------


def issue(release_id: str, kind: str = "official", published_on: dt.date = DAY) -> Manifest:
    return Manifest.model_validate(
        {
            "publication": "omsq",
            "release_id": release_id,
            "title": "X",
            "published_on": published_on,
            "published_on_precision": "exact",
            "covers": {"first": DAY, "last": DAY, "text": ""},
            "kind": kind,
            "source_url": "",
            "licence": "OGL v3.0",
            "files": [{"name": "x", "sha256": "0" * 64, "bytes": 1, "media_type": "", "origin": {}}],
        }
    )


def batch(shares_page: bool = False, **changes: Any) -> Batch:
    page = page_of(document("/government/statistics/x", "X", **changes))
    return Batch("omsq", "2024-q4", "X", "X", page, "https://www.gov.uk/x", page.public_updated_at, [], shares_page)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], "2024-q4"),
        ([issue("2024-q4", "rebuilt")], "2024-q4-official"),
        ([issue("2024-q4")], "2024-q4-reissue-2"),
        ([issue("2024-q4"), issue("2024-q4-reissue-2")], "2024-q4-reissue-3"),
        ([issue("2024-q4", "rebuilt"), issue("2024-q4-official")], "2024-q4-reissue-2"),
        ([issue("2024-q4-reissue-2")], "2024-q4"),
    ],
)
def test_a_release_never_takes_a_name_that_is_taken(held: list[Manifest], expected: str) -> None:
    assert free_name("2024-q4", held) == expected
    assert issue_of(expected) == "2024-q4"


def test_the_day_is_exact_while_the_page_stands_as_it_was_published() -> None:
    assert publication_day(batch(), [], NOW)[:2] == (DAY, "exact")


def test_the_day_is_the_latest_possible_once_the_page_was_updated() -> None:
    updated = batch(public_updated_at="2025-04-30T23:30:00Z")
    day, precision, basis = publication_day(updated, [], NOW)
    assert (day, precision) == (dt.date(2025, 5, 1), "not_after")
    assert "first published on 2025-04-24" in basis


def test_the_day_is_the_latest_possible_on_a_page_of_many_releases() -> None:
    assert publication_day(batch(shares_page=True), [], NOW)[:2] == (DAY, "not_after")


def test_a_silent_change_has_the_day_it_was_found_in_london() -> None:
    """So the newer bytes count as the newer vintage."""
    assert publication_day(batch(), [issue("2024-q4")], NOW)[:2] == (dt.date(2025, 5, 2), "not_after")
    assert publication_day(batch(), [issue("2024-q4", "rebuilt")], NOW)[:2] == (DAY, "exact")


def test_a_manifest_says_beside_what_it_stands() -> None:
    file = issue("x").files
    assert manifest_of(batch(), [], file, NOW).note == ""
    assert manifest_of(batch(), [issue("2024-q4")], file, NOW).note.startswith("Beside 2024-q4: only the files")


# ---- What source.yml may say ---------------------------------------------------------------------------------------

DECLARED: dict[str, Any] = {
    "pages": ["/government/collections/x"],
    "wants": ["x"],
    "since": "2024-01-01",
    "since_reason": "x",
    "release_ids": [{"match": r"(?P<year>\d{4})", "release_id": "{year}"}],
}


@pytest.mark.parametrize(
    "mistake",
    [
        {"pages": ["https://www.gov.uk/government/collections/x"]},
        {"pages": []},
        {"wants": ["("]},
        {"documents": "["},
        {"release_ids": [{"match": r"(?P<year>\d{4})", "release_id": "{month}"}]},
        {"release_ids": [{"match": "(", "release_id": "x"}]},
        {"unknown": 1},
    ],
)
def test_mistakes_in_source_yml_are_found(mistake: dict[str, Any]) -> None:
    assert GovUk.model_validate(DECLARED)
    with pytest.raises(ValidationError):
        GovUk.model_validate(DECLARED | mistake)

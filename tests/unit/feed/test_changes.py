"""What a reader sees of the changes since the last edition."""

from __future__ import annotations

import datetime as dt
import json
import zipfile

import pytest

from orchestration.feed.changes import KINDS
from orchestration.feed.make import make_feed
from tests.small_feed import EARLIER, LAST, PUBLISHED, QUARTER, ROWS, make_warehouse

NEXT_EDITION = "20250731T083000Z-bbbbbbbb"
NEW_QUARTER = ("quarter", "2025-01-01", "2025-03-31")


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("earlier")
    make_feed(make_warehouse(folder / "ipp.duckdb"), folder / "feed")
    return folder


def changes_after(earlier, tmp_path, **warehouse):
    path = make_warehouse(tmp_path / "ipp.duckdb", **({"edition": NEXT_EDITION} | warehouse))
    make_feed(path, tmp_path / "feed", earlier)
    return json.loads((tmp_path / "feed" / "v1" / "changes.json").read_text(encoding="utf-8"))["marts"]


def counts(**found):
    return dict.fromkeys(KINDS, 0) | found


def test_the_first_edition_has_version_one_of_everything(earlier):
    reported = json.loads((earlier / "feed" / "v1" / "changes.json").read_text(encoding="utf-8"))
    assert reported["since"] == ""
    assert {mart["version_before"] for mart in reported["marts"].values()} == {None}
    assert {mart["version_after"] for mart in reported["marts"].values()} == {"1.0.0"}


def test_nothing_changed(earlier, tmp_path):
    reported = changes_after(earlier, tmp_path)
    assert {(mart["version_before"], mart["version_after"]) for mart in reported.values()} == {("1.0.0", "1.0.0")}
    assert not any(mart["figures"]["list"] for mart in reported.values())


def test_a_new_release_that_adds_revises_and_suppresses(earlier, tmp_path):
    published = (
        ("ipp_recalls", "", *QUARTER, None, "recalls", "suppressed", "official", "omsq", "2025-q1", True),
        ("ipp_recalls", "", *QUARTER, 201.0, "recalls", "final", "official", "omsq", "2024-q4", False),
        ("ipp_recalls", "sex=female", *QUARTER, 8.0, "recalls", "final", "official", "omsq", "2025-q1", True),
        ("ipp_recalls", "", *EARLIER, 199.0, "recalls", "revised", "official", "omsq", "2025-q1", True),
        ("ipp_recalls", "", *EARLIER, 198.0, "recalls", "final", "official", "omsq", "2024-q3", False),
        ("ipp_recalls", "", *NEW_QUARTER, 180.0, "recalls", "final", "official", "omsq", "2025-q1", True),
    )
    reported = changes_after(earlier, tmp_path, published=published)["published_figures"]
    assert (reported["version_before"], reported["version_after"]) == ("1.0.0", "1.1.0")
    assert reported["minor"]["periods"] == ["quarter periods added: 2024-07-01 to 2025-03-31"]
    assert reported["figures"]["counts"] == counts(newly_suppressed=1, revised=1, newly_available=1, added=1)
    said = [(one["change"], one["period_end"], one["before"], one["after"]) for one in reported["figures"]["list"]]
    # What was suppressed comes first; what is simply new is counted and not listed.
    assert said == [
        ("newly_suppressed", "2024-12-31", 201.0, None),
        ("revised", "2024-09-30", 198.0, 199.0),
        ("newly_available", "2024-12-31", None, 8.0),
    ]
    assert {one["release"] for one in reported["figures"]["list"]} == {"omsq 2025-q1"}


def test_a_correction_between_releases_is_a_patch(earlier, tmp_path):
    corrected = ((*ROWS[0][:7], 13, *ROWS[0][8:]), *ROWS[1:])
    reported = changes_after(earlier, tmp_path, recalls=corrected)
    assert reported["recalls"]["version_after"] == "1.0.1"
    assert reported["recalls"]["figures"]["counts"] == counts(revised=1)
    assert reported["recalls"]["figures"]["list"] == [
        {
            "change": "revised",
            **dict(zip(("period_type", "period_start", "period_end"), QUARTER, strict=True)),
            "breakdown": "total",
            "category": "all",
            "category_2": "all",
            "figure": "recalls",
            "before": 12.0,
            "after": 13.0,
        }
    ]
    assert reported["published_figures"]["version_after"] == "1.0.0"


def test_counts_of_a_new_extract_are_minor(earlier, tmp_path):
    day = ("synthetic", "2025-03-31")
    rows = [
        (*row[:-2], *day) for row in (*ROWS, (*NEW_QUARTER, "total", "all", "all", True, 7, 40.0, None, None, *LAST))
    ]
    reported = changes_after(earlier, tmp_path, recalls=rows)["recalls"]
    assert reported["version_after"] == "1.1.0"
    assert reported["figures"]["counts"] == counts(added=2)


def test_a_counted_figure_that_is_gone_is_withdrawn_not_suppressed(earlier, tmp_path):
    # `published_status` is about the published value beside the count.
    gone = ((*ROWS[0][:7], None, *ROWS[0][8:10], "suppressed", *ROWS[0][11:]), *ROWS[1:])
    reported = changes_after(earlier, tmp_path, recalls=gone)["recalls"]
    assert reported["figures"]["counts"] == counts(withdrawn=1)


def test_the_readme_of_the_zip_tells_the_changes_in_words(earlier, tmp_path):
    rows = [*ROWS, (*NEW_QUARTER, "total", "all", "all", True, 7, 40.0, None, None, *LAST)]
    changes_after(earlier, tmp_path, recalls=rows, published=PUBLISHED)
    with zipfile.ZipFile(tmp_path / "feed" / "ipp-2025-04-24.zip") as archive:
        text = archive.read("README.txt").decode()
    assert text.endswith(
        "What changed since edition 20250424T083000Z-aaaaaaaa\n"
        "- recalls: version 1.0.0 is now 1.1.0\n"
        "  figures: 2 added\n"
        "  minor: quarter periods added: 2024-07-01 to 2025-03-31\n"
    )
    assert f"edition {NEXT_EDITION} of {dt.date(2025, 4, 24)}" in text

"""Releases arrive from a substitute for GOV.UK: what is new comes in whole, what is wrong stays out and is named."""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import dagster as dg
import pytest
import yaml

from orchestration.archive.arrival import Arrival, FetchFailed, fetch
from orchestration.archive.download import Client, NotFetched, Site
from orchestration.archive.releases import survey
from orchestration.settings import ROOT, Settings
from orchestration.sources.spec import Source
from orchestration.workbooks.release import read_release
from tests.govuk_server import ODS, GovUkServer, Reply, document, serving, spreadsheet

COLLECTION = "/government/collections/offender-management-statistics-quarterly"
PAGE = "/government/statistics/offender-management-statistics-quarterly-october-to-december-2024"
TITLE = "Offender management statistics quarterly: October to December 2024"
POPULATION, RECALLS = "prison-population-31-Mar-2025.ods", "licence-recalls-Oct-to-Dec-2024.ods"
NOW = dt.datetime(2025, 5, 1, 12, tzinfo=dt.UTC)


@dataclass
class Fetching:
    """A server, folders to fetch into, and what was said."""

    server: GovUkServer
    settings: Settings
    sources: Mapping[str, Source]
    lines: list[str] = field(default_factory=list)
    now: dt.datetime = NOW
    changes: dict[str, object] = field(default_factory=dict)

    def __call__(self, publication: str | None = "omsq") -> list[Arrival]:
        site = Site(self.server.address, self.server.address, timeout=(2, 2), backoff=0, attempts=3)
        said = self.lines.append
        return fetch(self.settings, self.sources, publication, self.now, said, replace(site, **self.changes))

    def refused(self, publication: str | None = "omsq") -> FetchFailed:
        with pytest.raises(FetchFailed) as caught:
            self(publication)
        return caught.value

    @property
    def held(self) -> dict[str, bytes]:
        """Every file in raw/ but the manifests."""
        raw = self.settings.raw
        files = (path for path in raw.rglob("*") if path.is_file() and path.name != "manifest.yml")
        return {str(path.relative_to(raw)): path.read_bytes() for path in files}

    def manifest(self, release: str) -> dict[str, object]:
        return yaml.safe_load((self.settings.raw / release / "manifest.yml").read_text(encoding="utf-8"))


@pytest.fixture
def fetching(tmp_path: Path, sources: Mapping[str, Source], monkeypatch: pytest.MonkeyPatch) -> Iterator[Fetching]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as server:
        yield Fetching(server, Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published"), sources)


@pytest.fixture
def release(fetching: Fetching) -> GovUkServer:
    """One release of two files, published and ready to be fetched."""
    server = fetching.server
    files = [server.attach(POPULATION, spreadsheet("population")), server.attach(RECALLS, spreadsheet("recalls"))]
    server.put_collection(COLLECTION, document(PAGE, TITLE, *files, server.attach("guide.pdf", b"%PDF")))
    return server


def page_with(server: GovUkServer, *attachments: dict[str, object], **changes: object) -> None:
    """The release's page as it says something else."""
    server.put_collection(COLLECTION, document(PAGE, TITLE, *attachments, **changes))


def path_of(name: str, folder: str = "6740") -> str:
    return f"/media/{folder}/{name}"


# ---- What should happen --------------------------------------------------------------------------------------------


def test_a_release_arrives_with_its_manifest(fetching: Fetching, release: GovUkServer) -> None:
    (arrival,) = fetching()

    assert arrival.folder == fetching.settings.raw / "omsq" / "2024-q4"
    assert fetching.held == {
        f"omsq/2024-q4/{POPULATION}": spreadsheet("population"),
        f"omsq/2024-q4/{RECALLS}": spreadsheet("recalls"),
    }
    manifest = fetching.manifest("omsq/2024-q4")
    assert manifest["kind"] == "official"
    assert manifest["published_on"] == dt.date(2025, 4, 24)
    assert manifest["published_on_precision"] == "exact"
    assert manifest["licence"] == "OGL v3.0"
    assert manifest["source_url"] == f"{release.address}{PAGE}"
    assert (manifest["covers"]["first"], manifest["covers"]["last"]) == (dt.date(2024, 10, 1), dt.date(2025, 3, 31))
    listed = manifest["files"][0]
    assert listed["sha256"] == hashlib.sha256(spreadsheet("population")).hexdigest()
    assert (listed["name"], listed["media_type"]) == (POPULATION, ODS)
    assert listed["origin"]["url"] == f"{release.address}{path_of(POPULATION)}"
    found = survey(fetching.settings.raw, fetching.sources, NOW)
    assert [item.name for item in found.visible] == ["omsq 2024-q4"]
    assert not found.problems
    assert release.count(path_of("guide.pdf")) == 0


def test_what_arrives_can_be_read(fetching: Fetching) -> None:
    """The workbooks rebuilt in the published layout take the place of the publisher's."""
    server, folder = fetching.server, ROOT / "raw" / "omsq" / "2024-q4"
    page_with(server, *(server.attach(path.name, path.read_bytes()) for path in folder.glob("*.ods")))

    (arrival,) = fetching()

    paths = [path for path in arrival.folder.iterdir() if path.suffix == ".ods"]
    covers_last = arrival.manifest.covers.last
    reading = read_release(paths, fetching.sources["omsq"], "2024-q4", TITLE, covers_last)
    assert not reading.problems
    assert len(reading.observations) > 100


def test_nothing_new_is_asked_for_with_conditions(fetching: Fetching, release: GovUkServer) -> None:
    fetching()
    release.asked.clear()

    assert fetching() == []
    assert {status for _, _, status in release.asked} == {304}
    assert len(release.asked) == 4
    assert len(fetching.held) == 2


def test_without_memory_the_bytes_are_known_again(fetching: Fetching, release: GovUkServer) -> None:
    fetching()
    shutil.rmtree(fetching.settings.work)

    assert fetching() == []
    assert release.statuses(path_of(POPULATION)) == [200, 200]
    assert len(fetching.held) == 2


def test_memory_that_cannot_be_read_is_no_memory(fetching: Fetching, release: GovUkServer) -> None:
    fetching()
    for path in (fetching.settings.work / "fetch" / "memory").glob("*.json"):
        path.write_text("{")

    assert fetching() == []


def test_memory_of_a_file_that_raw_lost_is_not_believed(fetching: Fetching, release: GovUkServer) -> None:
    fetching()
    shutil.rmtree(fetching.settings.raw / "omsq")

    assert len(fetching()) == 1
    assert len(fetching.held) == 2


def test_a_file_under_another_name_is_known_by_its_bytes(fetching: Fetching, release: GovUkServer) -> None:
    fetching()
    renamed = release.attach("prison-population-31-Mar-2025-final.ods", spreadsheet("population"), folder="6741")
    page_with(release, renamed, public_updated_at="2025-04-28T10:00:00Z")

    assert fetching() == []
    assert len(fetching.held) == 2


def test_a_file_issued_again_stands_beside_the_first(fetching: Fetching, release: GovUkServer) -> None:
    fetching()
    corrected = release.attach(POPULATION, spreadsheet("corrected"), folder="6742")
    recalls = release.attach(RECALLS, spreadsheet("recalls"))
    page_with(release, corrected, recalls, public_updated_at="2025-04-28T10:00:00Z")

    (arrival,) = fetching()

    assert arrival.manifest.release_id == "2024-q4-reissue-2"
    assert fetching.held[f"omsq/2024-q4/{POPULATION}"] == spreadsheet("population")
    assert fetching.held[f"omsq/2024-q4-reissue-2/{POPULATION}"] == spreadsheet("corrected")
    assert f"omsq/2024-q4-reissue-2/{RECALLS}" not in fetching.held
    assert arrival.manifest.published_on == dt.date(2025, 4, 28)
    assert arrival.manifest.published_on_precision == "not_after"

    again = release.attach(POPULATION, spreadsheet("corrected again"), folder="6743")
    page_with(release, again, recalls, public_updated_at="2025-04-29T10:00:00Z")
    assert [item.manifest.release_id for item in fetching()] == ["2024-q4-reissue-3"]


def test_a_file_changed_without_a_word_is_dated_by_the_day_it_was_found(
    fetching: Fetching, release: GovUkServer
) -> None:
    fetching()
    release.attach(POPULATION, spreadsheet("corrected"))
    page_with(release, release.attach(POPULATION, spreadsheet("corrected")))

    (arrival,) = fetching()

    assert arrival.manifest.published_on == NOW.date()
    assert arrival.manifest.published_on_precision == "not_after"


def test_an_official_file_stands_beside_the_rebuilt_one(fetching: Fetching, release: GovUkServer) -> None:
    shutil.copytree(ROOT / "raw" / "omsq" / "2024-q4", fetching.settings.raw / "omsq" / "2024-q4")
    before = fetching.held

    (arrival,) = fetching()

    assert arrival.manifest.release_id == "2024-q4-official"
    assert arrival.manifest.published_on_precision == "exact"
    assert before.items() < fetching.held.items()


def test_a_page_that_gathers_a_year_makes_a_release_of_each_file(fetching: Fetching) -> None:
    server = fetching.server
    page = "/government/publications/prison-population-monthly-prison-figures-2024"
    weekly = "/government/publications/prison-population-weekly-estate-figures-2024"
    files = [
        server.attach(name, spreadsheet(name))
        for name in ("prison-pop-feb-2024.ods", "Monthly_Bulletin_June_2024_web.ODS")
    ]
    moment = {"first_published_at": "2024-02-16T09:30:00Z", "public_updated_at": "2025-01-10T09:30:00Z"}
    server.put_collection(
        "/government/collections/prison-population-statistics",
        document(page, "Prison population: monthly prison figures 2024", *files, **moment),
        document(
            weekly, "Prison population: weekly estate figures 2024", server.attach("prison-pop-12-april-2024.ods", b"")
        ),
    )

    arrivals = fetching("prison_population_monthly")

    assert [item.manifest.release_id for item in arrivals] == ["2024-02", "2024-06"]
    assert arrivals[0].manifest.published_on_precision == "not_after"
    assert arrivals[1].manifest.covers.first == dt.date(2024, 6, 1)


def test_a_release_that_no_rule_names_keeps_its_own_name(fetching: Fetching, release: GovUkServer) -> None:
    page = "/government/statistics/offender-management-statistics-special_issue"
    release.put_collection(COLLECTION, document(page, "Special issue", release.attach(POPULATION, spreadsheet("x"))))

    (arrival,) = fetching()

    assert arrival.manifest.release_id == "offender-management-statistics-special-issue"
    assert arrival.manifest.covers.text == "The title does not say; this is the day of publication"
    assert any(
        "no rule in source.yml names 'offender-management-statistics-special_issue'" in line for line in fetching.lines
    )


def test_a_document_of_the_future_is_left_alone(fetching: Fetching, release: GovUkServer) -> None:
    page_with(release, release.attach(POPULATION, spreadsheet("x")), public_updated_at="2025-05-01T12:00:01Z")

    assert fetching() == []
    assert not fetching.held
    assert release.count(path_of(POPULATION)) == 0
    assert any("not published before 01 May 2025 13:00 (London)" in line for line in fetching.lines)

    fetching.now += dt.timedelta(seconds=1)
    assert len(fetching()) == 1


def test_old_and_withdrawn_documents_are_left_alone(fetching: Fetching, release: GovUkServer) -> None:
    old = {"first_published_at": "2024-07-24T22:59:00Z", "public_updated_at": "2024-08-01T08:30:00Z"}
    withdrawn = {"withdrawn_notice": {"explanation": "Replaced", "withdrawn_at": "2025-04-30T09:00:00Z"}}
    file = release.attach(POPULATION, spreadsheet("x"))
    release.put_collection(
        COLLECTION, document(PAGE, TITLE, file, **old), document(f"{PAGE}-2", TITLE, file, **withdrawn)
    )

    assert fetching() == []
    assert any("withdrawn by the publisher" in line for line in fetching.lines)
    assert release.count(path_of(POPULATION)) == 0


def test_the_day_of_publication_is_london_s(fetching: Fetching, release: GovUkServer) -> None:
    moment = {"first_published_at": "2025-04-24T23:15:00Z", "public_updated_at": "2025-04-24T23:15:00Z"}
    page_with(release, release.attach(POPULATION, spreadsheet("x")), **moment)

    assert fetching()[0].manifest.published_on == dt.date(2025, 4, 25)


def test_a_file_that_moved_is_followed(fetching: Fetching, release: GovUkServer) -> None:
    release.put(path_of("new.ods", "9"), Reply(spreadsheet("population"), ODS))
    release.put(path_of(POPULATION), Reply(status=302, location=path_of("new.ods", "9")))
    release.put(f"/api/content{COLLECTION}/moved", *release.replies[f"/api/content{COLLECTION}"])
    release.put(f"/api/content{COLLECTION}", Reply(status=301, location=f"/api/content{COLLECTION}/moved"))

    fetching()

    assert fetching.held[f"omsq/2024-q4/{POPULATION}"] == spreadsheet("population")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_site_is_asked_again(fetching: Fetching, release: GovUkServer, status: int) -> None:
    busy = Reply(b"busy", status=status)
    release.put(path_of(POPULATION), busy, busy, Reply(spreadsheet("population"), ODS))

    assert len(fetching()) == 1
    assert release.statuses(path_of(POPULATION)) == [status, status, 200]


def test_an_answer_that_breaks_off_is_asked_for_again(fetching: Fetching, release: GovUkServer) -> None:
    whole = Reply(spreadsheet("population"), ODS)
    release.put(path_of(POPULATION), replace(whole, cut=7), whole)

    fetching()

    assert fetching.held[f"omsq/2024-q4/{POPULATION}"] == spreadsheet("population")


def test_nothing_is_left_of_an_answer_that_broke_off(fetching: Fetching, release: GovUkServer) -> None:
    longer = Reply(spreadsheet("population") * 2, ODS, cut=7)
    release.put(path_of(POPULATION), longer, Reply(spreadsheet("population"), ODS))

    fetching()

    assert fetching.held[f"omsq/2024-q4/{POPULATION}"] == spreadsheet("population")


def test_a_file_on_two_pages_arrives_once(fetching: Fetching, release: GovUkServer) -> None:
    file = release.attach(POPULATION, spreadsheet("population"))
    release.put_collection(COLLECTION, document(PAGE, TITLE, file), document(f"{PAGE}--2", TITLE, file))

    assert [item.manifest.release_id for item in fetching()] == ["2024-q4"]


def test_between_disks_a_release_still_arrives_whole(
    fetching: Fetching, release: GovUkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, work = os.rename, str(fetching.settings.work / "fetch" / "arriving-")

    def one_disk_only(source: Path, target: Path) -> None:
        if str(source).startswith(work) and not str(target).startswith(work):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename(source, target)

    monkeypatch.setattr(os, "rename", one_disk_only)
    fetching()

    assert len(fetching.held) == 2
    assert sorted(path.name for path in (fetching.settings.raw / "omsq").iterdir()) == ["2024-q4"]


# ---- What should not -----------------------------------------------------------------------------------------------

WHOLE = Reply(spreadsheet("population"), ODS)
HTML = b"<!doctype html><title>Sorry</title>"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        pytest.param(replace(WHOLE, cut=7), "the whole file; found an answer that broke off 3 times", id="cut off"),
        pytest.param(Reply(b"gone", status=404), "expected status 200; found 404 Not Found", id="not found"),
        pytest.param(Reply(b"gone", status=410), "found 410 Gone; to do: look for the page", id="gone"),
        pytest.param(Reply(b"busy", status=503), "found 503 Service Unavailable; to do: try again later", id="busy"),
        pytest.param(replace(WHOLE, status=304), "found 304 Not Modified", id="unasked 304"),
        pytest.param(Reply(HTML), f"expected {ODS}; found text/html", id="a page instead of a file"),
        pytest.param(Reply(HTML, ODS), "expected a spreadsheet (a ZIP archive); found content that begins", id="lies"),
        pytest.param(Reply(b"", ODS), "expected a spreadsheet (a ZIP archive)", id="empty"),
        pytest.param(replace(WHOLE, body=spreadsheet("other")), "504 bytes, as its page says", id="other size"),
        pytest.param(Reply(status=302, location="http://localhost:1/x.ods"), "found ", id="moved to nowhere"),
        pytest.param(Reply(status=301, location=path_of(POPULATION)), "TooManyRedirects", id="moved to itself"),
    ],
)
def test_a_file_that_is_not_right_keeps_its_release_out(
    fetching: Fetching, release: GovUkServer, reply: Reply, said: str
) -> None:
    release.put(path_of(POPULATION), reply)

    failed = fetching.refused()

    (problem,) = failed.problems
    assert said in str(problem)
    assert str(problem).startswith("omsq / http://")
    assert "\n" not in str(problem)
    assert failed.arrivals == ()
    assert not fetching.held
    assert not [*(fetching.settings.work / "fetch").glob("arriving-*")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_stranger_is_not_contacted_by_a_redirect(fetching: Fetching, release: GovUkServer, status: int) -> None:
    with serving() as stranger:
        stranger.put("/x.ods", WHOLE)
        release.put(path_of(POPULATION), Reply(status=status, location=f"{stranger.address}/x.ods"))

        failed = fetching.refused()

        assert stranger.connections == 0
    assert f"expected an address under {release.address}/" in str(failed)
    assert f"found {stranger.address}/x.ods" in str(failed)
    assert not fetching.held


@pytest.mark.parametrize(
    "location",
    [
        "//{host}/x.ods",
        "http://{trusted}@{host}/x.ods",
        "http://{trusted}:80@{host}/x.ods",
        "http://{trusted}\\@{host}/x.ods",
        "HTTP://{host}/x.ods",
        " http://{host}/x.ods",
        "http:\\\\{host}/x.ods",
    ],
)
def test_a_stranger_is_not_contacted_in_disguise(fetching: Fetching, release: GovUkServer, location: str) -> None:
    with serving() as stranger:
        stranger.put("/x.ods", WHOLE)
        host, trusted = (server.address.removeprefix("http://") for server in (stranger, release))
        release.put(path_of(POPULATION), Reply(status=302, location=location.format(host=host, trusted=trusted)))

        fetching.refused()

        assert stranger.connections == 0
    assert not fetching.held


def test_a_stranger_is_not_contacted_after_some_honest_redirects(fetching: Fetching, release: GovUkServer) -> None:
    with serving() as stranger:
        release.put(path_of(POPULATION), Reply(status=302, location="/media/1/a.ods"))
        release.put("/media/1/a.ods", Reply(status=302, location="b.ods"))
        release.put("/media/1/b.ods", Reply(status=302, location=f"{stranger.address}/x.ods"))
        release.put(f"/api/content{PAGE}", Reply(status=302, location=f"{stranger.address}/api/content{PAGE}"))

        assert f"found {stranger.address}/api/content{PAGE}" in str(fetching.refused())
        assert stranger.connections == 0


def test_a_relative_redirect_is_followed(fetching: Fetching, release: GovUkServer) -> None:
    release.put(path_of(POPULATION), Reply(status=302, location="../9/moved.ods"))
    release.put(path_of("moved.ods", "9"), Reply(status=307, location=f"{release.address}/media/9/a b.ods"))
    release.put(path_of("a%20b.ods", "9"), WHOLE)

    fetching()

    assert fetching.held[f"omsq/2024-q4/{POPULATION}"] == WHOLE.body


def test_redirects_without_end_are_given_up(fetching: Fetching, release: GovUkServer) -> None:
    other = "/media/1/other.ods"
    release.put(path_of(POPULATION), Reply(status=302, location=other))
    release.put(other, Reply(status=302, location=path_of(POPULATION)))

    assert "TooManyRedirects: more than 5 redirects" in str(fetching.refused())
    assert release.count(other) == 3


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("https://www.gov.uk/x", True),
        ("HTTPS://WWW.GOV.UK/x", True),
        ("https://www.gov.uk:443/x", True),
        ("https://assets.publishing.service.gov.uk/media/1/x.ods", True),
        ("http://www.gov.uk/x", False),
        ("https://www.gov.uk:8443/x", False),
        ("https://www.gov.uk:80/x", False),
        ("https://www.gov.uk@evil.example/x", False),
        ("https://user:word@www.gov.uk/x", False),
        ("https://@www.gov.uk/x", True),  # names no user
        ("https://www.gov.uk.evil.example/x", False),
        ("https://www.gov.uk./x", False),
        ("https://evil.example/https://www.gov.uk/x", False),
        ("https://evil.example#@www.gov.uk/x", False),
        ("https://evil.example\\@www.gov.uk/x", False),
        ("https://www.gov.uk\\@evil.example/x", True),  # read as a path of www.gov.uk, by browsers too
        ("https://gov.uk/x", False),
        ("https://wwwxgov.uk/x", False),
        ("https://www.gov.uk\n.evil.example/x", False),
        ("https://www。gov。uk.evil.example/x", False),
        ("ftp://www.gov.uk/x", False),
        ("file:///etc/passwd", False),
        ("//www.gov.uk/x", False),
        ("/media/x.ods", False),
        ("https:///x", False),
        ("https://[::1]/x", False),
        ("https://[bad/x", False),
        ("", False),
    ],
)
def test_which_addresses_are_asked(tmp_path: Path, address: str, trusted: bool) -> None:
    """The address that would be contacted decides, as the library that connects reads it."""
    client = Client(Site(), tmp_path)
    if trusted:
        assert client.prepare(address, {}, address).url is not None
    else:
        with pytest.raises(NotFetched, match=r"expected an address under https://www\.gov\.uk/ or https://assets"):
            client.prepare(address, {}, address)


def test_an_address_elsewhere_is_not_asked(fetching: Fetching, release: GovUkServer) -> None:
    with serving() as stranger:
        stranger.put("/x.ods", WHOLE)
        page_with(release, release.attach(POPULATION, WHOLE.body) | {"url": f"{stranger.address}/x.ods"})

        assert "expected an address under" in str(fetching.refused())
        assert stranger.connections == 0


def test_a_slow_site_is_given_up(fetching: Fetching, release: GovUkServer) -> None:
    fetching.changes = {"timeout": (0.2, 0.2), "attempts": 2}
    release.put(path_of(POPULATION), replace(WHOLE, delay=1))

    assert "expected an answer; found ConnectionError: " in str(fetching.refused())
    assert not fetching.held


def test_a_file_that_trickles_is_given_up(fetching: Fetching, release: GovUkServer) -> None:
    fetching.changes = {"whole_answer": 0.2}
    release.put(path_of(POPULATION), replace(WHOLE, pause=0.05))

    assert "expected the whole answer in 0.2 seconds" in str(fetching.refused())
    assert not fetching.held


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_that_is_too_large_is_not_read_to_its_end(
    fetching: Fetching, release: GovUkServer, says_length: bool
) -> None:
    large = spreadsheet("population") * 1000
    omsq = fetching.sources["omsq"]
    limited = omsq.model_copy(update={"govuk": omsq.govuk.model_copy(update={"largest_file": 100_000})})
    fetching.sources = dict(fetching.sources) | {"omsq": limited}
    page_with(release, release.attach(POPULATION, large))
    release.put(path_of(POPULATION), Reply(large, ODS, says_length=says_length))

    said = str(fetching.refused())

    assert "expected at most 100000 bytes; found " in said
    assert (f"found {len(large)} or more" in said) == says_length, "refused before it is read, when it says its length"
    assert not fetching.held


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"base_path": "/gov', "expected JSON; found Unterminated string"),
        (b"\xff\xfe", "expected JSON"),
        (b"[]", "expected the fields of a page; found answer: Input should be a valid dictionary"),
        (b'{"base_path": "/x"}', "title: Field required; document_type: Field required"),
    ],
)
def test_an_answer_that_is_no_page(fetching: Fetching, release: GovUkServer, content: bytes, said: str) -> None:
    release.put(f"/api/content{PAGE}", Reply(content, "application/json"))

    assert said in str(fetching.refused())

    page_with(release, release.attach(POPULATION, spreadsheet("population")))
    assert len(fetching()) == 1, "a bad answer must not be remembered"


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("public_updated_at", "public_updated_at: Field required"),
        ("title", "title: Field required"),
        ("details", "details: Field required"),
    ],
)
def test_a_page_without_a_field(fetching: Fetching, release: GovUkServer, missing: str, said: str) -> None:
    page = document(PAGE, TITLE, release.attach(POPULATION, spreadsheet("x")))
    release.put_json(PAGE, {name: value for name, value in page.items() if name != missing})

    assert said in str(fetching.refused())
    assert not fetching.held


def test_a_page_that_does_not_say_when(fetching: Fetching, release: GovUkServer) -> None:
    page_with(release, release.attach(POPULATION, spreadsheet("x")), public_updated_at=None)

    assert "expected public_updated_at, the moment of publication; found none" in str(fetching.refused())


def test_an_attachment_without_an_address(fetching: Fetching, release: GovUkServer) -> None:
    file = release.attach(POPULATION, spreadsheet("x"))
    page_with(release, {name: value for name, value in file.items() if name != "url"})

    assert "details.attachments.1.url: Field required" in str(fetching.refused())


@pytest.mark.parametrize(
    "name",
    [
        f"../{POPULATION}",
        f"..\\{POPULATION}",
        f"/tmp/{POPULATION}",
        f"2024-q3/{POPULATION}",
        "prison-population-2025\x07.ods",
    ],
)
def test_a_name_that_is_a_path_is_refused(fetching: Fetching, release: GovUkServer, name: str) -> None:
    page_with(release, release.attach(POPULATION, WHOLE.body) | {"filename": name})

    assert "expected a plain file name; found " in str(fetching.refused())
    assert not fetching.held
    assert release.count(path_of(POPULATION)) == 0


def test_two_files_of_one_name(fetching: Fetching, release: GovUkServer) -> None:
    other = release.attach(POPULATION, spreadsheet("other"), folder="7")
    page_with(release, release.attach(POPULATION, spreadsheet("one")), other)

    assert "the name of another file of the release" in str(fetching.refused())
    assert not fetching.held


def test_a_release_page_none_of_whose_files_is_wanted_is_reported(fetching: Fetching, release: GovUkServer) -> None:
    page_with(release, release.attach("prisons_of_2025.ods", WHOLE.body))

    assert fetching() == []
    assert any("no file is wanted of prisons_of_2025.ods" in line for line in fetching.lines)


def test_one_failure_does_not_stop_the_others(fetching: Fetching, release: GovUkServer) -> None:
    later = PAGE.replace("october-to-december-2024", "january-to-march-2025")
    bad = document(PAGE, TITLE, release.attach(RECALLS, spreadsheet("recalls")))
    good = document(later, "January to March 2025", release.attach(POPULATION, spreadsheet("x")))
    release.put_collection(COLLECTION, bad, good)
    release.put(path_of(RECALLS), Reply(status=404))

    failed = fetching.refused(None)

    assert [item.manifest.release_id for item in failed.arrivals] == ["2025-q1"]
    places = {problem.release for problem in failed.problems}
    assert places == {name for name, source in fetching.sources.items() if source.govuk}
    assert len(fetching.held) == 1


def test_a_broken_manifest_stops_its_publication(fetching: Fetching, release: GovUkServer) -> None:
    """What is held is not known, so nothing can be said to be new."""
    (fetching.settings.raw / "omsq" / "2024-q4").mkdir(parents=True)

    assert "omsq 2024-q4 / manifest.yml" in str(fetching.refused())
    assert release.asked == []


def test_a_disk_that_refuses_is_a_problem(
    fetching: Fetching, release: GovUkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("orchestration.archive.arrival.write_manifest", full)

    assert "No space left on device" in str(fetching.refused())
    assert not fetching.held


def test_only_one_fetch_at_a_time(fetching: Fetching, release: GovUkServer) -> None:
    folder = fetching.settings.work / "fetch"
    folder.mkdir(parents=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "expected one fetch at a time" in str(fetching.refused())
    assert release.asked == []


def test_a_publication_that_is_not_on_govuk(fetching: Fetching) -> None:
    assert "expected a publication that is fetched from GOV.UK (omsq, " in str(fetching.refused("written_answers"))
    assert fetching.server.asked == []


# ---- The sensor ----------------------------------------------------------------------------------------------------


@pytest.fixture
def look(fetching: Fetching, monkeypatch: pytest.MonkeyPatch):
    """One look of the sensor at the server, from a cursor."""
    from orchestration.defs import arrival

    for name, folder in (("IPP_RAW", "raw"), ("IPP_WORK", "work"), ("IPP_PUBLISHED", "published")):
        monkeypatch.setenv(name, str(getattr(fetching.settings, folder)))
    monkeypatch.setattr(arrival, "fetch", lambda *_: fetching("omsq"))
    monkeypatch.setattr(arrival, "read_sources", lambda: fetching.sources)

    def evaluate(cursor: str | None) -> dg.SensorResult:
        with dg.DagsterInstance.ephemeral() as instance:
            return arrival.arrivals(dg.build_sensor_context(instance=instance, cursor=cursor))

    return evaluate


def test_the_sensor_asks_for_one_refresh_when_something_arrived(fetching: Fetching, release: GovUkServer, look) -> None:
    first = look(None)
    assert len(first.run_requests) == 1

    second = look(first.cursor)
    assert not second.run_requests
    assert second.cursor == first.cursor

    page_with(release, release.attach(POPULATION, spreadsheet("corrected"), folder="8"))
    third = look(second.cursor)
    assert third.run_requests[0].run_key != first.run_requests[0].run_key


def test_the_sensor_makes_good_a_look_that_was_cut_off(fetching: Fetching, release: GovUkServer, look) -> None:
    before = look(None).cursor
    page_with(release, release.attach(POPULATION, spreadsheet("corrected"), folder="8"))
    fetching()  # by hand, or by a look that ended before it could ask

    assert len(look(before).run_requests) == 1


def test_the_sensor_starts_quietly_on_what_is_held(fetching: Fetching, release: GovUkServer, look) -> None:
    fetching()

    assert not look(None).run_requests


def test_the_sensor_fails_when_it_could_see_nothing(fetching: Fetching, release: GovUkServer, look) -> None:
    release.put(f"/api/content{COLLECTION}", Reply(status=404))

    with pytest.raises(FetchFailed):
        look(None)


def test_the_sensor_is_stopped_until_turned_on() -> None:
    from orchestration.defs.arrival import arrivals

    assert arrivals.default_status == dg.DefaultSensorStatus.STOPPED
    assert arrivals.job_name == "refresh"

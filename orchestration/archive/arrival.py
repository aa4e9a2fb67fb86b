"""Releases arrive: what GOV.UK has published and raw/ does not hold yet becomes a new release folder.

A release is put together in work/ and moved into raw/ as a whole, so that raw/ never holds half of one. Nothing in raw/
is written over: what is known by its bytes is left alone, and other bytes go into a folder beside the first.

Belongs here: what is new, and that it goes in. Does not belong here: HTTP (download), the content API (govuk), what is
said of a release (manifests), whether it can be read (`ipp check`).
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.archive import govuk
from orchestration.archive.download import GOV_UK, Client, NotFetched, Site
from orchestration.archive.govuk import Attachment, Page
from orchestration.archive.manifest_file import Manifest, ManifestFile
from orchestration.archive.manifests import OFFICIAL, Batch, listed, manifest_of
from orchestration.archive.placing import place, write_manifest
from orchestration.archive.releases import LONDON, issue_of, open_release
from orchestration.problems import InputRejected, Problem
from orchestration.settings import Settings
from orchestration.sources.spec import GovUk, Source

Report = Callable[[str], object]


@dataclass(frozen=True)
class Arrival:
    """A release that has just come into raw/."""

    folder: Path
    manifest: Manifest

    def __str__(self) -> str:
        """One line for a person."""
        said, names = self.manifest, ", ".join(file.name for file in self.manifest.files)
        return f"{said.publication} {said.release_id}, published on {said.published_on}: {names}"


class FetchFailed(InputRejected):
    """Something could not be fetched; carries every problem, and the releases that did arrive."""

    def __init__(self, problems: Iterable[Problem], arrivals: Iterable[Arrival] = ()) -> None:
        """Keep both, each in order."""
        self.arrivals = tuple(arrivals)
        super().__init__(problems)


@dataclass
class Visit:
    """A look at one publication: where things go, what is held already, and what comes of it."""

    source: Source
    wanted: GovUk
    settings: Settings
    client: Client
    now: dt.datetime
    report: Report
    held: dict[str, list[Manifest]] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The publication's folder in raw/."""
        return self.settings.raw / self.source.publication

    @property
    def hashes(self) -> frozenset[str]:
        """The checksums of every file that is held."""
        return frozenset(file.sha256 for releases in self.held.values() for item in releases for file in item.files)

    def say(self, page: Page, text: str) -> None:
        """Tell the operator something about a page."""
        self.report(f"{self.source.publication}: {page.base_path}: {text}")

    @contextmanager
    def keeping_problems(self, address: str) -> Iterator[None]:
        """Note what one page or release lacks, and go on to the next."""
        try:
            yield
        except NotFetched as failed:
            self._note(failed)
        except OSError as error:
            self._note(NotFetched(address, "files that can be written", str(error), "see to the disk, then try again"))

    def _note(self, failed: NotFetched) -> None:
        """Keep a failure as a problem of this publication."""
        said = {"expected": failed.expected, "found": failed.found, "remedy": failed.remedy}
        self.problems.append(Problem(self.source.publication, failed.address, **said))


def fetch(
    settings: Settings,
    sources: Mapping[str, Source],
    publication: str | None,
    now: dt.datetime,
    report: Report,
    site: Site = GOV_UK,
) -> list[Arrival]:
    """Put into raw/ what GOV.UK has published of one publication, or of all, and raw/ does not hold.

    `now` carries a time zone; `report` is given a line about anything a person may want to know. Every publication and
    page is tried; raises FetchFailed at the end with all that went wrong and all that arrived.
    """
    arrivals: list[Arrival] = []
    problems: list[Problem] = []
    with _alone(settings.work / "fetch"):
        client = Client(site, settings.work / "fetch" / "memory")
        for source, wanted in _asked_for(sources, publication):
            visit = Visit(source, wanted, settings, client, now, report)
            _look_at_publication(visit, sources)
            arrivals += visit.arrivals
            problems += visit.problems
    if problems:
        raise FetchFailed(problems, arrivals)
    return arrivals


def holdings(raw: Path, sources: Mapping[str, Source]) -> str:
    """One checksum of every official file that raw/ holds: another when a release has arrived."""
    opened = (open_release(folder, sources)[0] for name in sources for folder in _folders(raw / name))
    hashes = {
        f"{release.name} {file.sha256}"
        for release in opened
        if release.manifest and release.manifest.kind == OFFICIAL
        for file in release.manifest.files
    }
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def _asked_for(sources: Mapping[str, Source], publication: str | None) -> list[tuple[Source, GovUk]]:
    """The publications to look at. Raises FetchFailed for one that is not on GOV.UK."""
    there = {name: (source, source.govuk) for name, source in sources.items() if source.govuk}
    if publication is None:
        return list(there.values())
    if publication not in there:
        expected = f"a publication that is fetched from GOV.UK ({', '.join(there)})"
        remedy = "name one of these, or declare `govuk` in its source.yml"
        raise FetchFailed([Problem(publication, expected=expected, found=repr(publication), remedy=remedy)])
    return [there[publication]]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep two fetches apart: both would find the same release missing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            problem = Problem(str(folder), expected="one fetch at a time", found="another", remedy="wait until it ends")
            raise FetchFailed([problem]) from error
        yield


def _look_at_publication(visit: Visit, sources: Mapping[str, Source]) -> None:
    """Every page of a publication, unless we cannot say what is held of it."""
    for folder in _folders(visit.folder):
        release, problems = open_release(folder, sources)
        visit.problems += problems
        if release.manifest:
            visit.held.setdefault(issue_of(release.release_id), []).append(release.manifest)
    if visit.problems:
        return
    for path in visit.wanted.pages:
        with visit.keeping_problems(path):
            page = govuk.read_page(visit.client, path)
            if page.document_type == govuk.COLLECTION:
                _look_at_collection(visit, page)
            else:
                _look_at_document(visit, page)


def _look_at_collection(visit: Visit, collection: Page) -> None:
    """Every document of a collection that may hold something wanted."""
    for path in govuk.documents_of(collection, visit.wanted):
        with visit.keeping_problems(path):
            _look_at_document(visit, govuk.read_page(visit.client, path))


def _look_at_document(visit: Visit, page: Page) -> None:
    """Take what a document has that is not held, unless it is not to be looked at, or not yet."""
    published = _published(visit, page)
    first_day = (page.first_published_at or published).astimezone(LONDON).date()
    if page.withdrawn_notice:
        visit.say(page, "withdrawn by the publisher; not fetched")
    elif published > visit.now:
        visit.say(page, f"not published before {published.astimezone(LONDON):%d %B %Y %H:%M} (London); not fetched")
    elif first_day >= visit.wanted.since:
        for batch in _batches(visit, page, published):
            with visit.keeping_problems(page.base_path):
                _receive(visit, batch)


def _published(visit: Visit, page: Page) -> dt.datetime:
    """When a document was last published anew. Raises NotFetched when it does not say."""
    if page.public_updated_at is None:
        address = f"{visit.client.site.base}/api/content{page.base_path}"
        raise NotFetched(address, "public_updated_at, the moment of publication", "none", govuk.REMEDY)
    return page.public_updated_at


def _batches(visit: Visit, page: Page, published: dt.datetime) -> list[Batch]:
    """The wanted files of a page, parted into releases."""
    shares_page = visit.wanted.one_release_per == "file"
    named: dict[str, list[Attachment]] = {}
    for file in _wanted_files(visit, page):
        named.setdefault(_release_id(visit, page, file.name if shares_page else page.slug), []).append(file)
    return [
        Batch(
            publication=visit.source.publication,
            release_id=release_id,
            title=f"{page.title}: {files[0].title}" if shares_page and files[0].title else page.title,
            about=f"{files[0].title} {files[0].name}" if shares_page else page.title,
            page=page,
            page_url=f"{visit.client.site.base}{page.base_path}",
            published=published,
            files=files,
            shares_page=shares_page,
            months_ahead=visit.wanted.months_ahead_of_title,
        )
        for release_id, files in named.items()
    ]


def _wanted_files(visit: Visit, page: Page) -> list[Attachment]:
    """The wanted files of a page; when a page that should have some has none, the operator gets a list of what
    it has.
    """
    files = govuk.wanted_files(page, visit.wanted)
    if page.files and not files and govuk.release_id(page.slug, visit.wanted):
        visit.say(page, f"no file is wanted of {', '.join(file.name for file in page.files)}")
    return files


def _release_id(visit: Visit, page: Page, name: str) -> str:
    """What a slug or a file name is called here; its own name, with a word to the operator, when no rule knows it."""
    known = govuk.release_id(name, visit.wanted)
    if known is None:
        visit.say(page, f"no rule in source.yml names {name!r}; its own name is used")
    return known or govuk.as_folder(name)


def _receive(visit: Visit, batch: Batch) -> None:
    """Download a release's files and, when any is new, put them into raw/. Raises NotFetched or OSError."""
    held = visit.held.setdefault(batch.release_id, [])
    with tempfile.TemporaryDirectory(dir=visit.settings.work / "fetch", prefix="arriving-") as scratch:
        staged = Path(scratch) / batch.release_id
        staged.mkdir()
        files = _download(visit, batch, staged)
        if not files:
            return
        manifest = manifest_of(batch, held, files, visit.now)
        write_manifest(staged, manifest)
        place(staged, visit.folder / manifest.release_id)
    held.append(manifest)
    arrival = Arrival(visit.folder / manifest.release_id, manifest)
    visit.arrivals.append(arrival)
    visit.report(f"arrived: {arrival}")
    if left := govuk.unwanted_tables(batch.page, visit.wanted):
        visit.say(batch.page, f"not fetched, as no pattern under `wants` in source.yml asks for it: {', '.join(left)}")


def _download(visit: Visit, batch: Batch, staged: Path) -> list[ManifestFile]:
    """The files of a release that are not held yet, in the staging folder. Raises NotFetched."""
    held, files = visit.hashes, list[ManifestFile]()
    for attachment in batch.files:
        _refuse_name(attachment, {file.name.casefold() for file in files})
        target = staged / attachment.name
        sha256 = visit.client.file(attachment.url, target, visit.wanted.largest_file, held)
        if sha256 is None or sha256 in held:
            target.unlink()
            continue
        size = target.stat().st_size
        if attachment.file_size not in (None, size):
            raise NotFetched(attachment.url, f"{attachment.file_size} bytes, as its page says", f"{size} bytes")
        held |= {sha256}
        files.append(listed(attachment, sha256, size, batch.published, visit.now))
    return files


def _refuse_name(attachment: Attachment, taken: set[str]) -> None:
    """Refuse a file whose name no folder should hold, or that the release holds already."""
    faults = [*govuk.faults_of_name(attachment.name)]
    if attachment.name.casefold() in taken:
        faults.append("the name of another file of the release")
    if faults:
        remedy = "look at the page in a browser; nothing is kept under another name than its own"
        raise NotFetched(attachment.url, "a plain file name", f"{attachment.name!r}: {', '.join(faults)}", remedy)


def _folders(publication: Path) -> list[Path]:
    """The releases of a publication."""
    return sorted(path for path in publication.glob("*") if path.is_dir() and not path.name.startswith("."))

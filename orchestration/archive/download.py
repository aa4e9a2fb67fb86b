"""Get one address at a time from GOV.UK: retried, timed, bounded, asked for again only when it has changed.

Belongs here: HTTP. Does not belong here: what the content API says (govuk) and what becomes of a file (arrival).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The media type GOV.UK serves each kind of file with; a file of any other kind is not taken."""
JSON = "application/json"
TOO_BUSY_OR_BROKEN = (429, 500, 502, 503, 504)
LATER = "try again later; when it stays so, look at the address in a browser"


@dataclass(frozen=True)
class Site:
    """Where to ask and how patiently. `origins` are the only places a file or a redirect may lead to.

    `timeout` is that of a connection and of a pause in an answer, `whole_answer` of all of it; all in seconds.
    """

    base: str = "https://www.gov.uk"
    assets: str = "https://assets.publishing.service.gov.uk"
    timeout: tuple[float, float] = (10, 30)
    whole_answer: float = 600
    attempts: int = 4
    backoff: float = 1
    longest_wait: int = 60
    largest_page: int = 10_000_000
    most_redirects: int = 5

    @property
    def origins(self) -> tuple[str, ...]:
        """What an address must begin with."""
        return (f"{self.base}/", f"{self.assets}/")

    def trusts(self, address: str) -> bool:
        """Whether an address is under one of the origins, as the library reads it that would connect to it."""
        try:
            asked = parse_url(address)
            origins = {_origin(parse_url(origin)) for origin in self.origins}
        except LocationParseError:
            return False
        # `https://www.gov.uk@elsewhere/` looks like a page of www.gov.uk: no honest address holds a user.
        return asked.auth is None and _origin(asked) in origins


DEFAULT_PORTS = {"http": 80, "https": 443}


def _origin(url: Url) -> tuple[str, str, int]:
    """Scheme, host and port of an address, each said in full."""
    scheme = url.scheme or ""
    return scheme, url.host or "", url.port or DEFAULT_PORTS.get(scheme, 0)


GOV_UK = Site()


class NotFetched(Exception):
    """An address did not give what it should: which, what was expected, what was found and what to do."""

    def __init__(self, address: str, expected: str, found: str, remedy: str = LATER) -> None:
        """Keep the four parts, each on one line."""
        self.address, self.expected, self.remedy = address, expected, remedy
        self.found = " ".join(found.split())
        super().__init__(f"{address}: expected {expected}; found {self.found}; to do: {remedy}")


@dataclass(frozen=True)
class Remembered:
    """What an address answered last: its validators, and the checksum of its bytes. `body` is kept for pages only."""

    url: str
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    body: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for an answer only if it has changed."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


@dataclass
class Client:
    """A session with GOV.UK. `memory` is a folder that may be deleted at any time."""

    site: Site
    memory: Path
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        """Have connections and busy answers tried again, with growing pauses."""
        retry = urllib3.Retry(
            total=self.site.attempts - 1,
            status_forcelist=TOO_BUSY_OR_BROKEN,
            allowed_methods=["GET"],
            backoff_factor=self.site.backoff,
            backoff_max=self.site.longest_wait,
            retry_after_max=self.site.longest_wait,
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=retry))
        # Bytes as published: an answer that was compressed on its way has another length than its file.
        self.session.headers.update({"User-Agent": "ipp-dashboard", "Accept-Encoding": "identity"})

    def page(self, path: str) -> Any:
        """What the content API says of a page, from memory when that has not changed. Raises NotFetched."""
        url = f"{self.site.base}/api/content{path}"
        before, sink = self._recall(url), io.BytesIO()
        after = self._get(url, before if before.body else Remembered(url), JSON, self.site.largest_page, sink)
        body = before.body if after is None else sink.getvalue()
        try:
            said = json.loads(body)
        except ValueError as error:
            raise NotFetched(url, "JSON", str(error)) from error
        if after:
            self._remember(replace(after, body=json.dumps(said)))
        return said

    def file(self, url: str, target: Path, limit: int, held: frozenset[str]) -> str | None:
        """Write a file to disk and give its SHA-256; None when it is held already and has not changed. Raises
        NotFetched.
        """
        before = self._recall(url)
        known = before if before.sha256 in held else Remembered(url)
        with target.open("w+b") as sink:
            after = self._get(url, known, MEDIA_TYPES[target.suffix.lower()], limit, sink)
            sink.flush()
            os.fsync(sink.fileno())
        if after is None:
            return None
        self._remember(after)
        return after.sha256

    def _get(self, url: str, known: Remembered, media_type: str, limit: int, sink: BinaryIO) -> Remembered | None:
        """One answer written to `sink`, begun anew when it breaks off; None when nothing has changed."""
        broken = ""
        for attempt in range(self.site.attempts):
            time.sleep(min(self.site.backoff * (2**attempt - 1), self.site.longest_wait))
            sink.seek(0)
            sink.truncate()
            with self._open(url, known) as answer:
                if answer.status_code == HTTPStatus.NOT_MODIFIED:
                    return None
                _refuse_other_types(answer, media_type)
                try:
                    sha256 = self._copy(answer, sink, limit)
                except urllib3.exceptions.HTTPError as error:
                    broken = str(error)
                    continue
                _refuse_other_content(url, media_type, sink)
                return Remembered(url, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""), sha256)
        raise NotFetched(url, "the whole file", f"an answer that broke off {self.site.attempts} times: {broken}")

    def _open(self, url: str, known: Remembered) -> requests.Response:
        """The answer to a request, its body not yet read. Raises NotFetched unless it is a good one."""
        try:
            answer = self._follow(url, known.conditions)
        except requests.RequestException as error:
            raise NotFetched(url, "an answer", f"{type(error).__name__}: {error}") from error
        expected = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED) if known.conditions else (HTTPStatus.OK,)
        if answer.status_code not in expected:
            answer.close()
            raise NotFetched(url, "status 200", f"{answer.status_code} {answer.reason}", _remedy(answer.status_code))
        return answer

    def _follow(self, url: str, headers: dict[str, str]) -> requests.Response:
        """The first answer that is no redirect. Every address is checked before it is contacted.

        Raises NotFetched for an address that is not trusted, and requests' own errors.
        """
        led_to = url
        for _ in range(self.site.most_redirects + 1):
            request = self.prepare(led_to, headers, url)
            asked = request.url or ""
            settings = self.session.merge_environment_settings(asked, {}, True, None, None)
            # The adapter sends one request. The session would read the body of a redirect to its end.
            answer = self.session.get_adapter(asked).send(request, timeout=self.site.timeout, **settings)
            target = self.session.get_redirect_target(answer)
            if target is None:
                return answer
            answer.close()
            led_to = urljoin(asked, target)
        raise requests.TooManyRedirects(f"more than {self.site.most_redirects} redirects")

    def prepare(self, address: str, headers: dict[str, str], asked: str) -> requests.PreparedRequest:
        """The request for an address. Raises NotFetched, naming the address `asked` for, unless the site is trusted."""
        try:
            request = self.session.prepare_request(requests.Request("GET", address, headers))
        except requests.RequestException:
            request = requests.PreparedRequest()
        if not self.site.trusts(request.url or ""):
            remedy = "see whether the publisher has moved; nothing is fetched from elsewhere"
            raise NotFetched(asked, f"an address under {' or '.join(self.site.origins)}", address, remedy)
        return request

    def _copy(self, answer: requests.Response, sink: BinaryIO, limit: int) -> str:
        """Copy a body as it arrives and give its SHA-256. Raises urllib3's errors when it breaks off."""
        digest, size, until = hashlib.sha256(), 0, time.monotonic() + self.site.whole_answer
        _refuse_oversize(answer, answer.raw.length_remaining or 0, limit)
        while chunk := answer.raw.read1(65536, decode_content=True):
            size += len(chunk)
            _refuse_oversize(answer, size, limit)
            if time.monotonic() > until:
                expected = f"the whole answer in {self.site.whole_answer:g} seconds"
                raise NotFetched(answer.url, expected, f"{size} bytes by then")
            digest.update(chunk)
            sink.write(chunk)
        return digest.hexdigest()

    def _recall(self, url: str) -> Remembered:
        """What is remembered of an address; nothing when that cannot be read."""
        with suppress(OSError, ValueError, TypeError):
            remembered = Remembered(**json.loads(self._place(url).read_text(encoding="utf-8")))
            if remembered.url == url:
                return remembered
        return Remembered(url)

    def _remember(self, answered: Remembered) -> None:
        """Keep what an address answered, in one piece or not at all."""
        self.memory.mkdir(parents=True, exist_ok=True)
        place = self._place(answered.url)
        temporary = place.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(asdict(answered)), encoding="utf-8")
        os.replace(temporary, place)

    def _place(self, url: str) -> Path:
        """The file that remembers an address."""
        return self.memory / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json"


def _remedy(status: int) -> str:
    """What to do about a status that is not 200."""
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return "look for the page on www.gov.uk; when it has moved for good, change source.yml"
    return LATER


def _refuse_other_types(answer: requests.Response, media_type: str) -> None:
    """Refuse an answer that says it is something else, such as a page that excuses itself."""
    said = answer.headers.get("Content-Type", "no Content-Type").partition(";")[0].strip().lower()
    if said != media_type:
        raise NotFetched(answer.url, media_type, said, "look at the address in a browser; it may be another file now")


def _refuse_oversize(answer: requests.Response, size: int, limit: int) -> None:
    """Refuse an answer that is, or says it is, larger than any that was expected."""
    if size > limit:
        remedy = "see what it is; when it is right, raise largest_file in source.yml"
        raise NotFetched(answer.url, f"at most {limit} bytes", f"{size} or more", remedy)


def _refuse_other_content(url: str, media_type: str, sink: BinaryIO) -> None:
    """Reject a file that is not a spreadsheet, even if its media type says so; ODS and XLSX are ZIP archives."""
    sink.seek(0)
    start = sink.read(4)
    if media_type in (MEDIA_TYPES[".ods"], MEDIA_TYPES[".xlsx"]) and start != b"PK\x03\x04":
        raise NotFetched(url, "a spreadsheet (a ZIP archive)", f"content that begins {start!r}")

"""What the GOV.UK content API says: collections, the documents in them, and the files attached to a document.

A page `/government/…` of www.gov.uk is described by `/api/content/government/…`. Fields are those of the schemas
`document_collection` and `publication` (https://docs.publishing.service.gov.uk/content-schemas/publication.html); what
is not needed here is passed over. No address is ever guessed: a page comes from source.yml or from a collection's
`links.documents`, a file from a document's `details.attachments`. Attachments of the type `html` are pages of text that
carry no files, those of the type `external` lie elsewhere; neither is followed.

Belongs here: the shape of the answers and the names in them. Does not belong here: HTTP (download), what becomes of a
file (arrival).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from orchestration.archive.download import MEDIA_TYPES, Client, NotFetched
from orchestration.sources.spec import GovUk

FILE = "file"
COLLECTION = "document_collection"
_MONTH = "|".join(calendar.month_name[1:])
_COUNTER = re.compile(r"--\d+$")
_SPELLED_OUT = re.compile(rf"\b({_MONTH})-(\d{{4}})-to-({_MONTH})-\2\b", re.IGNORECASE)
REMEDY = "see what changed in the content API; orchestration/archive/govuk.py describes the fields it reads"


class _Answer(BaseModel):
    """Part of an answer: typed where it is read, open to what is not."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Attachment(_Answer):
    """A file of a document. `filename` and `file_size` (bytes) may be left out by the API."""

    attachment_type: str
    url: str
    title: str = ""
    filename: str = ""
    file_size: int | None = None

    @property
    def name(self) -> str:
        """The file's name as the API gives it, else the last part of its address."""
        return self.filename or self.url.rpartition("/")[2]


class Linked(_Answer):
    """A document as a collection links to it; one without a page has no path."""

    base_path: str | None = None
    withdrawn: bool = False
    public_updated_at: AwareDatetime | None = None


class Links(_Answer):
    """What a page links to, as far as it is followed."""

    documents: tuple[Linked, ...] = ()


class Details(_Answer):
    """A page's details, as far as they are read."""

    attachments: tuple[Attachment, ...] = ()


class Page(_Answer):
    """A collection, or a document with its files. `public_updated_at` is the last change that was announced to
    readers.
    """

    base_path: str
    title: str
    document_type: str
    public_updated_at: AwareDatetime | None
    first_published_at: AwareDatetime | None = None
    withdrawn_notice: dict[str, Any] | None = None
    details: Details
    links: Links = Links()

    @property
    def slug(self) -> str:
        """The last part of the page's address."""
        return self.base_path.rpartition("/")[2]

    @property
    def files(self) -> list[Attachment]:
        """The files attached to the page itself."""
        return [item for item in self.details.attachments if item.attachment_type == FILE]


def read_page(client: Client, path: str) -> Page:
    """The page at a path of www.gov.uk. Raises NotFetched."""
    said = client.page(path)
    try:
        return Page.model_validate(said)
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, item['loc'])) or 'answer'}: {item['msg']}" for item in error.errors())
        raise NotFetched(f"{client.site.base}/api/content{path}", "the fields of a page", places, REMEDY) from error


def documents_of(collection: Page, wanted: GovUk) -> list[str]:
    """The paths of a collection's documents to look at: not withdrawn, and not last updated before `since`, for then
    they were published before it too.
    """
    return [
        link.base_path
        for link in collection.links.documents
        if link.base_path and not link.withdrawn and re.search(wanted.documents, link.base_path, re.IGNORECASE)
        if link.public_updated_at is None or link.public_updated_at.date() >= wanted.since
    ]


def wanted_files(page: Page, wanted: GovUk) -> list[Attachment]:
    """The files of a page whose names are asked for; a path before the name does not hide it."""
    return [file for file in page.files if _is_wanted(file.name, wanted)]


def unwanted_tables(page: Page, wanted: GovUk) -> list[str]:
    """The names of a page's files of tables that are not asked for."""
    return [
        file.name
        for file in page.files
        if not _is_wanted(file.name, wanted) and file.name.lower().endswith(tuple(MEDIA_TYPES))
    ]


def _is_wanted(name: str, wanted: GovUk) -> bool:
    last = re.split(r"[/\\]", name)[-1]
    return any(re.search(pattern, last, re.IGNORECASE) for pattern in wanted.wants)


def faults_of_name(name: str) -> Iterator[str]:
    """Why a file cannot keep its published name in raw/."""
    if re.search(r"[/\\]", name) or name.startswith("."):
        yield "a path or a hidden file"
    if not name.isprintable() or len(name) > 200:
        yield "control characters, or more than 200 characters"
    if not name.lower().endswith(tuple(MEDIA_TYPES)):
        yield f"an ending that is not one of {', '.join(MEDIA_TYPES)}"


def release_id(name: str, wanted: GovUk) -> str | None:
    """The name here of the release that GOV.UK names by a slug or a file name; None when no rule knows it."""
    usual = usual_slug(name)
    for rule in wanted.release_ids:
        if found := re.search(rule.match, usual, re.IGNORECASE):
            parts = {group: (text or "").lower() for group, text in found.groupdict().items()}
            words = {group: rule.words.get(text, text) for group, text in parts.items()}
            return as_folder(rule.release_id.format_map(words))
    return None


def usual_slug(name: str) -> str:
    """A slug without the counter that GOV.UK adds to one that is taken, and with a year that is spelled twice once:
    `…-july-2022-to-september-2022--2` is `…-july-to-september-2022`.
    """
    return _SPELLED_OUT.sub(r"\1-to-\3-\2", _COUNTER.sub("", name))


def as_folder(name: str) -> str:
    """A name made fit for a folder: lower case letters, figures and hyphens, without the ending of a file."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"\.[a-z]+$", "", name.lower())).strip("-") or "unnamed"

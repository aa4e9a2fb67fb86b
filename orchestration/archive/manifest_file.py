"""What the `manifest.yml` of a release must say.

A module by itself, so that a command that opens no manifest does not import pydantic.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from orchestration.archive.releases import MANIFEST
from orchestration.workbooks.periods import month_end

EARLIEST, LATEST = dt.date(2005, 4, 4), dt.date(2099, 12, 31)
"""A release about the sentence came out between these days: courts could impose it from 4 April 2005 (Criminal Justice
Act 2003, section 225). A year outside them is a slip of the keyboard.
"""


def _plain_name(name: str) -> str:
    """Refuse a name that is not that of a file in the release's own folder."""
    path = name.replace("\\", "/")
    if path.startswith("/") or re.match("[A-Za-z]:", path) or posixpath.normpath(path).split("/")[0] == "..":
        raise ValueError(f"{name!r} leads out of the release; give the name of a file in the release's own folder")
    if name in ("", "."):
        raise ValueError("an empty name" if not name else f"{name!r} is a folder, not a file")
    if "/" in path:
        raise ValueError(f"{name!r} is a path; a release has no folders in it")
    if name == MANIFEST:
        raise ValueError("the manifest does not list itself")
    if not name.isprintable():
        raise ValueError(f"{name!r} has control characters")
    return name


def _plausible_day(day: dt.date) -> dt.date:
    """Refuse a day on which no release about the sentence can come out."""
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"{day} is not from {EARLIEST} to {LATEST}; is the year right?")
    return day


Day = Annotated[dt.date, AfterValidator(_plausible_day)]


class ManifestFile(BaseModel):
    """One file of a release: its name, checksum, size, kind of content and where it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, AfterValidator(_plain_name)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0)]
    media_type: str
    origin: dict[str, Any]


class Covers(BaseModel):
    """The days a release covers. `is_stand_in` where no source says, and the day of publication is used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: dt.date
    last: dt.date
    text: str
    is_stand_in: bool = False

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        """A stretch of days begins before it ends."""
        if self.first > self.last:
            raise ValueError(f"the first day, {self.first}, is after the last, {self.last}")
        return self


class Manifest(BaseModel):
    """What a release is. `published_on_precision` says how far the day of publication can be trusted; where it is only
    the earliest day there can be, `known_by` is one by which the release was out: at the latest the day it came into
    raw/.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    publication: str
    release_id: str
    title: str
    published_on: Day
    published_on_precision: Literal["exact", "month", "not_before", "not_after"]
    published_on_basis: str = ""
    known_by: Day | None = None
    covers: Covers
    kind: Literal["official", "rebuilt", "transcribed"]
    source_url: str
    licence: str
    answered_on: Day | None = None
    files: list[ManifestFile] = Field(min_length=1)
    note: str = ""

    @field_validator("known_by")
    @classmethod
    def _is_after_the_earliest_day(cls, known_by: dt.date | None, said: ValidationInfo) -> dt.date | None:
        """A release is not out before the earliest day that is given for it."""
        published_on = said.data.get("published_on")
        if known_by and published_on and known_by < published_on:
            raise ValueError(f"the release is out by {known_by}, before published_on, {published_on}")
        return known_by

    @property
    def known_on(self) -> dt.date | None:
        """The day from which the release was surely public; None if unknown."""
        if self.known_by or self.published_on_precision == "not_before":
            return self.known_by
        return month_end(self.published_on) if self.published_on_precision == "month" else self.published_on

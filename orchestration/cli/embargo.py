"""How commands show the releases under embargo."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.archive.releases import Survey, visible_from
from orchestration.sources.publications import Publication


def embargo_lines(found: Survey, sources: Mapping[str, Publication]) -> list[str]:
    """The releases whose moment has not come, a line each."""
    return [
        f"{release.name} is under embargo until "
        f"{visible_from(release.manifest, sources[release.publication]):%d %B %Y %H:%M} (London)"
        for release in found.embargoed
        if release.manifest
    ]

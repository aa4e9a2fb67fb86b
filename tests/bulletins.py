"""A small monthly bulletin in the published layout, to be spoilt on purpose."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from openpyxl import Workbook

HEADINGS = ["Prison Name", "Baseline CNA", "In Use CNA", "Operational Capacity", "Population *"]
MARGIN = 1350
NOTES = [
    ["Report produced by Capacity Management Team."],
    ["*The prison unlock figure may be lower than the 'Population', as it includes prisoners on authorised absence."],
    [f"** Useable Operational Capacity is the sum of all establishments’ operational capacity less {MARGIN} places."],
]
Figures = Sequence[object]
PRISONS: Mapping[str, Figures] = {
    "Altcourse": (790, 790, 1204, 1189),
    "Ashfield": (416, 416, 416, 413),
    "Blantyre House": (122, None, None, None),
    "Elmley (Sheppey)": (1007, 1007, 1043, 1034),
}
"""Some rows as published in bulletins from 2018 to 2026."""


def bulletin(prisons: Mapping[str, Figures] = PRISONS, *, counted: Sequence[str] | None = None) -> list[list[object]]:
    """The rows of a bulletin. Its total counts the prisons named in `counted`, or every one."""
    rows: list[list[object]] = [["Monthly Bulletin - November 2024"], ["Report Date : 25/11/2024"], [], HEADINGS]
    named = [figures for name, figures in prisons.items() if counted is None or name in counted]
    total = [sum(one for one in column if isinstance(one, int)) for column in zip(*named, strict=True)]
    total[2] -= MARGIN
    return [*rows, *([name, *figures] for name, figures in prisons.items()), ["Total", *total], [], *NOTES]


def write_release(folder: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write a bulletin as a release in a folder of releases, and return the release's folder."""
    release = folder / "prison_population_monthly" / "2024-11"
    release.mkdir(parents=True)
    book = Workbook()
    page = book.active
    page.title = "MonthlyBulletin"
    for row in rows:
        page.append(list(row))
    book.save(release / "prison-pop-nov-2024.xlsx")
    content = (release / "prison-pop-nov-2024.xlsx").read_bytes()
    day = "2024-11-25"
    manifest = {
        "publication": "prison_population_monthly",
        "release_id": "2024-11",
        "title": "Monthly Bulletin - November 2024",
        "published_on": day,
        "published_on_precision": "exact",
        "covers": {"first": day, "last": day, "text": "25/11/2024"},
        "kind": "official",
        "source_url": "https://example.org/bulletin",
        "licence": "OGL v3.0",
        "files": [
            {
                "name": "prison-pop-nov-2024.xlsx",
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
                "media_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "origin": {"kind": "invented for a test"},
            }
        ],
    }
    (release / "manifest.yml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    return release

"""Writing the site of an edition into a folder.

Belongs here: the order of pages, and effects on files. Does not belong here: what a page holds (the modules beside it).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from orchestration.problems import CheckFailed
from orchestration.settings import ROOT
from orchestration.site import wording
from orchestration.site.annual_report import make_annual_report_page
from orchestration.site.definitions import make_definition_pages, make_downloads_page
from orchestration.site.figures import Figure, draw_chart
from orchestration.site.overview import make_overview
from orchestration.site.pages import Page
from orchestration.site.quality import make_quality_pages
from orchestration.site.sections import make_section_pages, read_points, read_sections, visuals_by_block
from orchestration.site.warehouse import fetch, open_warehouse

if TYPE_CHECKING:
    import duckdb

NAME = "IPP figures"
HERE = Path(__file__).parent
STYLES = ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.css"
EDITION = """
select publication_id, built_at, (select count(*) from meta.releases where status = 'published') as releases
from meta.publication
"""
_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_PICTURE = re.compile(r"url\([^)]*\)")


def make_site(warehouse: Path, folder: Path, last: Path | None) -> None:
    """Write the site of a finished warehouse file into a folder, which is made if need be.

    `last` is the folder of the edition before, or None: the overview says what changed since. The same warehouse gives
    the same bytes. Raises CheckFailed if the styles are not installed or the warehouse has not what the pages show.
    """
    styles = _read_styles()
    draw_chart.cache_clear()  # Two pages of one site may share a chart; two sites must not.
    with open_warehouse(warehouse) as connection:
        pages, edition = _make_pages(connection, last)
    navigation = _navigation(pages)
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["with_neighbours"] = with_neighbours
    environment.filters["with_code"] = with_code
    site = {"name": NAME, "edition": edition, "navigation": navigation, "kinds": wording.KINDS}
    for page in pages:
        _write(folder / page.file, environment.get_template(page.template).render(page=_shown(page), site=site))
        for name, text in page.data.items():
            _write(folder / "data" / f"{name}.csv", text)
        for figure in page.figures:
            _write_figure(folder, figure)
    _write(folder / "assets" / "govuk-frontend.css", styles)
    _write(folder / "assets" / "site.css", (HERE / "site.css").read_text(encoding="utf-8"))


def with_neighbours(figures: Sequence[Figure]) -> list[tuple[Figure, bool]]:
    """Each figure, and whether it is a chart without another chart beside it where two fit into a row."""
    result: list[tuple[Figure, bool]] = []
    run = 0
    for place, figure in enumerate(figures):
        run = run + 1 if figure.svg else 0
        is_last = place + 1 == len(figures) or not figures[place + 1].svg
        result.append((figure, bool(figure.svg) and run % 2 == 1 and is_last))
    return result


def with_code(text: object) -> Markup:
    """Text for a page in which what is between backticks, as descriptions have it, is shown as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 — escaped before it is marked


def _make_pages(connection: duckdb.DuckDBPyConnection, last: Path | None) -> tuple[list[Page], str]:
    """All pages in the order of the navigation, and the line that names the edition."""
    (made,) = fetch(connection, EDITION)
    sections, points = read_sections(), read_points(connection)
    pages = [
        make_overview(connection, visuals_by_block(sections), points, last),
        *make_section_pages(sections, points),
        make_annual_report_page(connection),
        *make_quality_pages(connection, made["built_at"].date()),
        *make_definition_pages(connection),
    ]
    pages.append(make_downloads_page(pages))
    return pages, _edition_line(made["publication_id"], made["built_at"], made["releases"])


def _edition_line(edition: str, built_at: datetime, releases: int) -> str:
    """Which edition a page belongs to."""
    made = f"{wording.day_text(built_at.date())} at {built_at:%H:%M} UTC"
    return f"Edition {edition}, made on {made} from {wording.plural(releases, 'release')}. Internal: for HMPPS."


def _read_styles() -> str:
    """govuk-frontend's styles without its fonts and pictures, which only GOV.UK may use.

    Raises CheckFailed if they are not installed.
    """
    if not STYLES.exists():
        raise CheckFailed([f"the site needs the styles {STYLES}, and the file does not exist; run `make setup`"])
    styles = _FONT_FACE.sub("", STYLES.read_text(encoding="utf-8")).replace("GDS Transport,", "")
    return _PICTURE.sub("none", styles).replace("/*# sourceMappingURL=govuk-frontend.min.css.map */", "")


def _navigation(pages: Sequence[Page]) -> list[dict[str, Any]]:
    """Pages by group, in their order."""
    groups: dict[str, list[Page]] = {}
    for page in pages:
        groups.setdefault(page.group, []).append(page)
    return [{"name": name, "pages": of_group} for name, of_group in groups.items()]


def _shown(page: Page) -> dict[str, Any]:
    """What a template sees of a page."""
    names = ("file", "title", "figures", "kinds")
    return {**{name: getattr(page, name) for name in names}, **page.context}


def _write_figure(folder: Path, figure: Figure) -> None:
    """The chart of a figure, if it has one, and its CSV file."""
    _write(folder / "data" / f"{figure.id}.csv", figure.csv)
    if figure.svg:
        _write(folder / "charts" / f"{figure.id}.svg", figure.svg)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")

"""The commands that work on inputs: `ipp refresh`, `ipp check`, `ipp fetch`, `ipp synthesise`.

Heavy libraries are imported only when there is work: a refresh that finds nothing new reads a few small files.
"""

from __future__ import annotations

import datetime as dt
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.problems import counted
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.build.checking import CheckedRelease

log = logging.getLogger("ipp")


@click.command()
@click.option("--full", is_flag=True, help="Build, check and publish everything, even what has not changed.")
@click.pass_obj
def refresh(settings: Settings, full: bool) -> None:
    """Build a new edition from raw/ and publish it if it passes.

    Only what has changed is built again. If an input is rejected or a check fails, nothing is published.
    """
    from orchestration.archive.releases import survey
    from orchestration.build.need import why_refresh_not_needed
    from orchestration.cli.embargo import embargo_lines
    from orchestration.editions import history
    from orchestration.sources.publications import read_publications

    publications, now = read_publications(), dt.datetime.now(dt.UTC)
    if not full and (reason := why_refresh_not_needed(settings, publications, now)):
        click.echo("\n".join([reason, *embargo_lines(survey(settings.raw, publications, now), publications)]))
        return
    with progress():
        log.info("starting")
        from orchestration.defs.run import run_refresh

        run_refresh(settings, full)
    if published := history.present(settings):
        together = f"sha256 of all its files together {published.sha256}"
        click.echo(f"published {settings.published_file}: edition {published.edition_id}, {together}")


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def check(settings: Settings, path: Path) -> None:
    """Judge releases without publishing them.

    PATH is one published file, a release folder, the folder of a publication, or a folder of these such as raw/.
    """
    from orchestration.build import checking
    from orchestration.build.refresh import require_success
    from orchestration.build.review import review
    from orchestration.sources.spec import read_sources

    sources = read_sources()
    found = review(settings, sources, dt.datetime.now(dt.UTC))
    checked = checking.read_as_published(path, settings, sources, found)
    for one in checked:
        click.echo("\n".join(_found_lines(one)))
    for line in checking.notes(checked, found, settings.raw):
        click.echo(f"note: {line}")
    with progress():
        log.info("judging the landing tables together with %s", settings.raw)
        results = checking.judge(checked, settings, sources)
    require_success(results)
    click.echo(f"{counted(len(results), 'check')} passed; nothing was published")


def _found_lines(one: CheckedRelease) -> list[str]:
    """What was found in a release, a line a table."""
    figures, tables = len(one.reading.observations), len(one.reading.tables)
    lines = [f"{one.release.name}: {counted(figures, 'figure')} in {counted(tables, 'table')}"]
    for table in one.reading.tables:
        statuses = Counter(observation.value_status for observation in table.observations)
        counts = ", ".join(f"{number} {word}" for word, number in sorted(statuses.items()))
        periods = sorted(observation.period for observation in table.observations)
        between = f"{periods[0].start} to {periods[-1].end}" if periods else "no period"
        lines.append(f"  {table.spec.table}: {table.region.file}, {table.region.sheet.name}; {counts}; {between}")
    lines += [f"  note: {remark}" for remark in one.reading.remarks]
    return lines + [f"  not taken (no spec asks for it): {title}" for title in one.reading.not_taken if title]


@click.command()
@click.argument("publication", required=False)
@click.pass_obj
def fetch(settings: Settings, publication: str | None) -> None:
    """Fetch the releases on GOV.UK that raw/ does not hold.

    Without PUBLICATION, those of every publication.
    """
    from orchestration.archive import arrival
    from orchestration.sources.spec import read_sources

    sources = read_sources()
    known = [name for name, source in sources.items() if source.govuk]
    if publication and publication not in known:
        raise click.BadParameter(f"{publication!r} is not fetched from GOV.UK; these are: {', '.join(known)}")
    arrived = arrival.fetch(settings, sources, publication, dt.datetime.now(dt.UTC), click.echo)
    click.echo(f"{counted(len(arrived), 'release')} arrived in {settings.raw}" if arrived else "nothing new on GOV.UK")


def read_scale(_context: click.Context, _parameter: click.Parameter, text: str) -> Fraction:
    """The scale a person asks for. Raises click.BadParameter for what is no number."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise click.BadParameter(f"expected a number or a fraction such as 10 or 1/36, found {text!r}") from error


@click.command()
@click.option(
    "--scale",
    callback=read_scale,
    default="1",
    show_default=True,
    help="How many times as many people as there really are: 10, or 1/36 for about 200 people.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Another seed makes other people."
)
@click.option(
    "--as-at",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    default="2025-03-31",
    show_default=True,
    help="Day of the extracts (YYYY-MM-DD), from 2012-12-31 to 2025-03-31.",
)
@click.pass_obj
def synthesise(settings: Settings, scale: Fraction, seed: int, as_at: dt.datetime) -> None:
    """Write synthetic internal extracts into raw/internal.

    Every row is marked synthetic. If a file there is not synthetic, nothing is written.
    """
    from orchestration.archive.releases import INTERNAL
    from synthetic_cohort.write import CannotWrite, write_cohort

    try:
        written = write_cohort(settings.raw / INTERNAL, as_at.date(), scale, seed)
    except CannotWrite as refusal:
        raise click.UsageError(str(refusal)) from refusal
    for path in written.values():
        click.echo(f"wrote {path}")


@contextmanager
def progress() -> Iterator[None]:
    """Show what the pipeline says it is doing: a moving line on a terminal, plain lines elsewhere. Warnings always
    stay.
    """
    if sys.stderr.isatty():
        from rich.console import Console

        console = Console(stderr=True)
        with console.status("starting") as status:
            handler = _Lines(lambda text, lasting: console.print(text) if lasting else status.update(text))
            with _listening(handler):
                yield
    else:
        with _listening(_Lines(lambda text, _: click.echo(text, err=True))):
            yield


class _Lines(logging.Handler):
    """Hands each message on as text, and whether it is to stay on the screen."""

    def __init__(self, show: Callable[[str, bool], None]) -> None:
        super().__init__()
        self.show = show

    def emit(self, record: logging.LogRecord) -> None:
        """Show one message."""
        self.show(record.getMessage(), record.levelno >= logging.WARNING or getattr(record, "lasting", False))


@contextmanager
def _listening(handler: logging.Handler) -> Iterator[None]:
    """Handle the pipeline's messages, and no others."""
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)

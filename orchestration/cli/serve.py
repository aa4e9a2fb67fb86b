"""The command `ipp serve`: the site of the edition in place, for this machine only."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click

from orchestration.problems import CheckFailed
from orchestration.settings import Settings

HOST = "127.0.0.1"
"""Counts of the site are not suppressed, so no other machine may ask for it."""


@click.command()
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.pass_obj
def serve(settings: Settings, port: int) -> None:
    """Serve the site of the edition in place on this machine, until Ctrl-C."""
    # The folder of the edition and not the link: a refresh meanwhile must not mix pages of two editions.
    folder = (settings.current / "site").resolve()
    if not (folder / "index.html").exists():
        raise CheckFailed([f"the edition in place has no site: {folder} does not exist; run `ipp refresh --full`"])
    with open_server(folder, port) as server:
        click.echo(f"The site is at http://{HOST}:{server.server_port}/site/ (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Ended.", err=True)


def open_server(site: Path, port: int) -> ThreadingHTTPServer:
    """A server of an edition's folder on the loopback address: pages link to files beside the site.

    Raises CheckFailed if the port is taken.
    """
    handler = partial(_QuietHandler, directory=str(site.parent))
    try:
        return ThreadingHTTPServer((HOST, port), handler)
    except OSError as error:
        raise CheckFailed(
            [f"port {port} of {HOST} cannot be used: {error.strerror}; choose another with --port"]
        ) from error


class _QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line on the terminal for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — as the standard library calls it
        """Say nothing."""

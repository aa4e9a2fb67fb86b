"""The pieces around the pages: styles, release calendar, changes between editions, and the local server."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import duckdb
import pytest

from orchestration.cli.serve import HOST, open_server
from orchestration.problems import CheckFailed
from orchestration.site import make
from orchestration.site.overview import compare_rows
from orchestration.site.quality import due_days
from orchestration.site.warehouse import fetch, open_warehouse


def test_missing_styles_say_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "STYLES", tmp_path / "none.css")
    with pytest.raises(CheckFailed, match="make setup"):
        make.make_site(tmp_path / "ipp.duckdb", tmp_path / "site", None)


@pytest.mark.skipif(not make.STYLES.exists(), reason="styles are not installed")
def test_styles_ask_for_no_file() -> None:
    """Fonts and the crest are for GOV.UK only, and a page must not ask for a file that is not there."""
    styles = make._read_styles()
    assert "govuk-details" in styles
    assert "url(" not in styles
    assert "GDS Transport" not in styles
    assert "sourceMappingURL" not in styles


def test_a_missing_warehouse_and_missing_tables_are_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="does not exist"), open_warehouse(tmp_path / "none.duckdb"):
        pass
    with duckdb.connect(tmp_path / "made.duckdb") as made:
        made.execute("create schema feed; create table feed.a as select 1 as one")
    # A file named as one of its schemas is.
    (tmp_path / "made.duckdb").rename(tmp_path / "feed.duckdb")
    with open_warehouse(tmp_path / "feed.duckdb") as connection:
        assert fetch(connection, "select * from feed.a") == [{"one": 1}]
        with pytest.raises(CheckFailed, match="cannot be made from this warehouse"):
            fetch(connection, "select * from feed.dashboard_rows")
        with pytest.raises(CheckFailed):
            fetch(connection, "create table feed.b as select 1 as one")


def test_quarterly_statistics_were_due_on_the_days_they_came_out() -> None:
    """The quarterly statistics came out on these days of 2024 and 2025."""
    came_out = [date(2024, 10, 31), date(2025, 1, 30), date(2025, 4, 24)]
    assert due_days(date(2024, 7, 25), date(2025, 4, 24)) == came_out
    assert due_days(date(2025, 4, 24), date(2025, 7, 30)) == []


def test_changed_figures_are_those_of_both_editions_that_differ() -> None:
    def a_row(series: str, text: str) -> dict[str, object]:
        what = {"block": "prison_by_status", "series": series, "category": "", "ts": date(2025, 3, 31)}
        return {**what, "period": "31 March 2025", "value_text": text}

    before = [a_row("Unreleased", "1,013"), a_row("Recalled", "1,532"), a_row("Gone", "1")]
    now = [a_row("Unreleased", "1,012"), a_row("Recalled", "1,532"), a_row("New", "1")]
    (changed,) = compare_rows(before, now)
    assert (changed["what"], changed["before"], changed["now"]) == ("Unreleased", "1,013", "1,012")


def test_charts_without_a_neighbour_are_found() -> None:
    from tests.unit.site.test_figures import LINE
    from tests.unit.site.test_headlines import a_point

    chart = make_chart(LINE, a_point("A", date(2025, 3, 31), 1))
    table = make_chart(LINE, None)
    assert [alone for _, alone in make.with_neighbours([chart, chart, chart, table, chart])] == [
        False,
        False,
        True,
        False,
        True,
    ]


def make_chart(visual, point):
    from orchestration.site.figures import make_figure

    return make_figure(visual, [point] if point else [])


def test_the_site_is_served_on_this_machine_only(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<h1>Here</h1>")
    with open_server(tmp_path / "site", 0) as server:
        assert server.server_address[0] == HOST == "127.0.0.1"
        Thread(target=server.serve_forever, daemon=True).start()
        with urlopen(f"http://{HOST}:{server.server_port}/site/index.html") as answer:
            assert answer.read() == b"<h1>Here</h1>"
        with pytest.raises(CheckFailed, match="choose another with --port"):
            open_server(tmp_path / "site", server.server_port)
        server.shutdown()


def test_text_between_backticks_is_code_and_no_text_becomes_markup() -> None:
    assert make.with_code("`as_at` or `<b>`, a ` alone & 1") == (
        "<code>as_at</code> or <code>&lt;b&gt;</code>, a ` alone &amp; 1"
    )
    assert make.with_code(2544) == "2544"

"""The reading commands of `ipp`: what they show, where, and with which exit code."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import pty
import subprocess
import sys
from datetime import date

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import cli
from orchestration.editions.files import sha256_of
from orchestration.problems import CheckFailed, InputRejected, Problem
from tests.small_publication import copy_folders, figure, publish_edition, settings_in

COMMANDS = [
    ["sql", "select 1"],
    ["tables"],
    ["describe", "figures"],
    ["open"],
    ["trace", "ipp_unreleased_prisoners"],
]


@pytest.fixture
def ipp(settings):
    """Run `ipp` on the test's own folders."""

    def run(*arguments: str, **options) -> Result:
        folders = ["--raw", settings.raw, "--work", settings.work, "--published", settings.published]
        result = CliRunner().invoke(cli, [*map(str, folders), *arguments], **options)
        # After any mistake of a user, a traceback is our mistake.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """A folder with the edition of `published`, to be copied, and the edition."""
    folder = tmp_path_factory.mktemp("published")
    return folder, publish_edition(settings_in(folder), "p1", [figure(), figure(on=date(2024, 12, 31), value=1045.5)])


@pytest.fixture
def published(made_once, tmp_path):
    """One edition of two figures."""
    folder, edition = made_once
    copy_folders(folder, tmp_path)
    return edition


@pytest.mark.parametrize("command", COMMANDS)
def test_before_anything_is_published(ipp, settings, command):
    result = ipp(*command)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == f"nothing is published yet: {settings.published_file} does not exist; run `ipp refresh`\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_folders_are_taken_after_a_command_too(settings, published, command):
    folders = ["--raw", str(settings.raw), f"--work={settings.work}", "--published", str(settings.published)]
    before = CliRunner().invoke(cli, [*folders, *command])
    elsewhere = [part.replace(str(settings.published), "/nowhere") for part in folders]

    assert before.exit_code == 0
    assert CliRunner().invoke(cli, [*command, *folders]).stdout == before.stdout
    assert CliRunner().invoke(cli, [*elsewhere, command[0], *folders, *command[1:]]).stdout == before.stdout
    assert CliRunner().invoke(cli, [*folders, *command, *elsewhere]).exit_code == 1


@pytest.mark.parametrize(
    "command",
    [
        *("sql", "tables", "describe", "trace", "diff", "history", "rollback", "report", "eligibility"),
        *("refresh", "status", "check", "fetch", "synthesise"),
    ],
)
def test_every_command_names_the_folders_in_its_help_once(command):
    result = CliRunner().invoke(cli, [command, "--help"])

    assert [result.stdout.count(f"--{folder} DIRECTORY") for folder in ("raw", "work", "published")] == [1, 1, 1]


def test_history_and_diff_before_anything_is_published(ipp):
    assert ipp("history").exit_code == 0
    assert ipp("diff").exit_code == 0
    assert ipp("rollback").exit_code == 1


@pytest.mark.parametrize("arguments", [["nonsense"], ["sql", "--format", "xml", "select 1"], ["trace"], ["describe"]])
def test_wrong_usage(ipp, published, arguments):
    assert ipp(*arguments).exit_code == 2


def test_sql_as_a_table(ipp, published):
    result = ipp("sql", "select measure, value, period_end from marts.figures order by period_end desc")

    assert result.exit_code == 0
    assert result.stdout == (
        "measure                    value  period_end\n"
        "------------------------  ------  ----------\n"
        "ipp_unreleased_prisoners    1012  2025-03-31\n"
        "ipp_unreleased_prisoners  1045.5  2024-12-31\n"
    )
    assert result.stderr == "2 rows\n"


def test_sql_as_csv(ipp, published):
    result = ipp(
        "sql", "--format", "csv", "select value, period_end, null as nothing from marts.figures order by value"
    )

    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["value", "period_end", "nothing"], ["1012.0", "2025-03-31", ""], ["1045.5", "2024-12-31", ""],
    ]  # fmt: skip
    assert result.stderr == ""


def test_sql_as_json(ipp, published):
    result = ipp("sql", "select value, period_end from marts.figures order by value", "--format", "json")

    assert json.loads(result.stdout) == [
        {"value": 1012.0, "period_end": "2025-03-31"},
        {"value": 1045.5, "period_end": "2024-12-31"},
    ]


def test_sql_as_parquet(ipp, published):
    from pyarrow import parquet

    result = ipp("sql", "select value, period_end from marts.figures order by value", "--format", "parquet")

    table = parquet.read_table(io.BytesIO(result.stdout_bytes))
    assert table.to_pylist() == [
        {"value": 1012.0, "period_end": date(2025, 3, 31)},
        {"value": 1045.5, "period_end": date(2024, 12, 31)},
    ]


@pytest.mark.parametrize("output_format", ["json", "parquet"])
def test_columns_of_one_name_are_not_lost_silently(ipp, published, output_format):
    result = ipp("sql", "select 1 as a, 2 as a", "--format", output_format)

    assert result.exit_code == 2
    assert "name these apart with `as`: a" in result.stderr
    assert result.stdout == ""


def test_sql_from_a_file(ipp, published, tmp_path):
    (tmp_path / "query.sql").write_text("-- a comment\nselect 'é' as letter;\n", encoding="utf-8-sig")

    assert ipp("sql", "-f", str(tmp_path / "query.sql"), "--format", "csv").stdout == "letter\né\n"


@pytest.mark.parametrize("arguments", [[], ["-"], ["-f", "-"]])
def test_sql_from_standard_input(ipp, published, arguments):
    assert ipp("sql", *arguments, "--format", "csv", input="select 'é' as letter").stdout == "letter\né\n"


def test_sql_on_the_external_pack(ipp, published, settings):
    missing = ipp("sql", "--external", "select 1")
    assert missing.exit_code == 1
    assert "the edition in place has no external pack" in missing.stderr
    folder = settings.current.resolve() / "external"
    folder.parent.chmod(0o750)
    folder.mkdir()
    with duckdb.connect(folder / "ipp-external.duckdb") as pack:
        pack.execute("create schema counted; create table counted.figures as select '[c]' as value_text")
    assert ipp("sql", "--external", "select value_text from counted.figures", "--format", "csv").stdout == (
        "value_text\n[c]\n"
    )
    assert ipp("sql", "--external", "--as-at", "2024-12-31", "select 1").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no SQL statement"),
        (["select 1", "-f", "-"], "give the SQL either as STATEMENT or by --file"),
        ([""], "no SQL statement"),
        (["/* nothing */"], "no SQL statement"),
        (["-f", "absent.sql"], "absent.sql"),
        (["selec 1"], "LINE 1: selec 1\n        ^"),
        (["select nothing from marts.figures"], "LINE 1: select nothing from marts.figures\n               ^"),
        (["select * from figure"], "Did you mean marts.figures? `ipp tables` lists every table."),
        (["select * from mart.figures"], "Did you mean marts.figures? `ipp tables` lists every table."),
        (
            ["select valu from marts.figures"],
            "Did you mean value or value_status? `ipp describe marts.figures` lists its columns.",
        ),
        (["select error('no')"], "no"),
        (["drop table marts.figures"], "read-only"),
    ],
)
def test_sql_that_cannot_run(ipp, published, arguments, words):
    result = ipp("sql", *arguments)

    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_sql_that_is_no_text(ipp, published):
    result = ipp("sql", "-", input=b"select '\xff'")

    assert result.exit_code == 2
    assert "not UTF-8" in result.stderr


def test_sql_cannot_change_what_is_published(ipp, settings, published):
    for statement in (
        "delete from marts.figures",
        "create schema mine",
        "checkpoint",
        "create temp table t as select 1",
    ):
        ipp("sql", statement)

    assert sha256_of(settings.published_file) == published.files[0].sha256


def test_statements_without_rows_are_no_crash(ipp, published):
    assert ipp("sql", "begin").exit_code == 0
    assert ipp("sql", "begin", "--format", "parquet").exit_code == 0
    assert ipp("sql", "select 1 where false", "--format", "json").stdout == "[]\n"


def test_tables(ipp, published):
    result = ipp("tables")

    assert result.exit_code == 0
    assert "marts   figures         2  Every published figure, one row a vintage\n" in result.stdout
    assert result.stderr == "5 tables\n"


def test_tables_of_a_text(ipp, published):
    found = ipp("tables", "every", "RELEASE")
    assert [line.split()[:2] for line in found.stdout.splitlines()[2:]] == [["meta", "releases"]]
    nothing = ipp("tables", "zebra")
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert nothing.stderr == "no table has 'zebra' in its name or description; `ipp tables` lists every table\n"


def test_describe(ipp, published):
    described = ipp("describe", "figures")
    assert described.stdout.startswith("marts.figures, 2 rows\n  Every published figure, one row a vintage\n")
    assert "  value (double)\n      The figure\n" in described.stdout
    assert described.stderr.startswith("An earlier version made the published file: it has no labels")
    unknown = ipp("describe", "figurs")
    assert unknown.exit_code == 2
    assert unknown.stderr == "Error: unknown table 'figurs'; did you mean marts.figures?\n"


def test_open_shows_the_file_and_fits_one_screen(ipp, published, settings):
    shown = ipp("open").stdout.splitlines()
    assert shown[0] == str(settings.published_file)
    assert len(shown) <= 24
    for program in ("duckdb", "pandas", "polars", "r"):
        alone = ipp("open", "--with", program).stdout
        assert str(settings.published_file) in alone
        assert all(f"  {line}" in shown for line in alone.splitlines() if line)


def test_trace(ipp, published):
    result = ipp("trace", "ipp_unreleased_prisoners", "--period", "2025-03-31", "--breakdown", "total")

    assert result.exit_code == 0
    assert "  1012 people, final (latest vintage)\n" in result.stdout
    assert "      cell          F7\n" in result.stdout
    assert "rebuilt workbook, not the official file" in result.stdout
    assert result.stderr == "1 figure\n"


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["ipp_unreleased_prisoner"], 2, "did you mean ipp_unreleased_prisoners"),
        (["ipp_unreleased_prisoners", "--breakdown", "sex=x"], 2, "unknown breakdown"),
        (["ipp_unreleased_prisoners", "--period", "31 March"], 2, "31 March"),
        (["self_harm"], 0, "no figures are published for self_harm"),
        (["ipp_unreleased_prisoners", "--period", "2025-01-01"], 0, "the nearest: 2024-12-31, 2025-03-31"),
    ],
)
def test_trace_of_what_is_not_there(ipp, published, arguments, exit_code, words):
    result = ipp("trace", *arguments)

    assert result.exit_code == exit_code
    assert words in result.output


def test_diff_history_and_rollback(ipp, published, publish_one, make_figure, settings):
    assert ipp("diff").stdout == "no earlier edition is kept: there is nothing to compare with\n"
    publish_one("p2", [make_figure(value=1000.0), make_figure(on=date(2024, 12, 31), value=1045.5)])

    difference = ipp("diff")
    assert difference.stdout.splitlines()[:2] == [
        "from p1 to p2",
        "revised 1, withdrawn 0, newly suppressed 0, no longer suppressed 0, added 0, status changed 0",
    ]
    changed = difference.stdout.splitlines()[-1].split()
    assert changed[:2] == ["revised", "ipp_unreleased_prisoners"]
    assert changed[5:] == ["1012", "final", "1000", "final", "-12"]
    assert ipp("diff", "p2", "p1").stdout.startswith("from p2 to p1\n")
    assert ipp("diff", "p1").stdout.startswith("from p1 to p2\n")
    assert ipp("diff", "p7").exit_code == 2

    rolled_back = ipp("rollback", "--reason", "deaths are doubled", env={"USER": "alex"})
    assert rolled_back.stdout == "edition p1 is back; it replaces edition p2\n"
    assert sha256_of(settings.published_file) == published.files[0].sha256
    listed = ipp("history").stdout.splitlines()
    assert [line.split()[0] for line in listed[2:]] == ["p1", "p2"]
    assert " pass " in listed[2]
    assert "in place, back since" in listed[2]
    assert listed[2].endswith("replacing p2")
    assert "rolled back at" in listed[3]
    assert listed[3].endswith("by alex: deaths are doubled")
    assert ipp("rollback", "p1").stdout == "edition p1 is already in place\n"
    assert ipp("rollback", "p7").exit_code == 2
    assert ipp("rollback").exit_code == 1


def test_history_says_when_the_published_file_was_altered(ipp, published, settings):
    settings.published_file.chmod(0o644)
    settings.published_file.write_bytes(b"damage")

    assert "is not what was published" in ipp("history").stderr


@pytest.mark.parametrize(
    ("raised", "exit_code", "lines"),
    [
        (
            InputRejected([Problem("omsq/2025-q1", "a.ods", found="b"), Problem("omsq/2025-q1", "c.ods", found="d")]),
            3,
            ["omsq/2025-q1 / a.ods: found b", "omsq/2025-q1 / c.ods: found d"],
        ),
        (CheckFailed(["one", "two"]), 1, ["one", "two"]),
    ],
)
def test_every_problem_has_a_line_and_the_kind_its_exit_code(ipp, published, monkeypatch, raised, exit_code, lines):
    def fail(*_):
        raise raised

    monkeypatch.setattr("orchestration.query.catalogue.tables", fail)

    result = ipp("tables")

    assert result.exit_code == exit_code
    assert result.stderr.splitlines() == lines


@pytest.fixture
def report(ipp, published, settings, monkeypatch):
    """Run `ipp report` where what it says does not matter, only where it is to be written."""
    folder = settings.current.resolve() / "external"
    folder.parent.chmod(0o750)
    folder.mkdir()
    duckdb.connect(folder / "ipp-external.duckdb").close()
    monkeypatch.setattr("orchestration.external.annual_report.read", lambda connection: None)
    monkeypatch.setattr("orchestration.external.annual_report.files", lambda made: {"cover.csv": "a\n"})
    return lambda folder: ipp("report", "--out", str(folder))


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("a_file/report", "Not a directory"),
        ("a_file/report/2025", "Not a directory"),
        ("a_file", "is a file"),
        ("x" * 300, "File name too long"),
        ("/proc/report", "No such file or directory"),
    ],
)
def test_a_folder_that_cannot_be_written_to_is_wrong_usage(report, tmp_path, folder, said):
    (tmp_path / "a_file").touch()
    result = report(tmp_path / folder)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_folder_that_can_be_written_to_is(report, tmp_path):
    assert report(tmp_path / "new" / "report").stdout == f"{tmp_path}/new/report/cover.csv\n"


def test_a_full_disk_is_no_mistake_of_the_user(published, settings, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "a.csv")

    monkeypatch.setattr("orchestration.query.catalogue.tables", fail)
    result = CliRunner().invoke(cli, ["--published", str(settings.published), "tables"])

    assert isinstance(result.exception, OSError)


def test_flags_stand_over_the_environment(published, settings, tmp_path):
    environment = {"IPP_PUBLISHED": str(tmp_path / "elsewhere")}
    runner = CliRunner(env=environment)

    assert runner.invoke(cli, ["tables"]).exit_code == 1
    assert runner.invoke(cli, ["--published", str(settings.published), "tables"]).exit_code == 0


MAIN = [sys.executable, "-c", "from orchestration.cli import main; main()"]


def test_as_a_process(settings, published):
    environment = os.environ | {"IPP_PUBLISHED": str(settings.published)}
    done = subprocess.run(
        [*MAIN, "sql", "select value from marts.figures"], env=environment, capture_output=True, text=True, check=True
    )
    wrong = subprocess.run([*MAIN, "sql", "selec"], env=environment, capture_output=True, text=True, check=False)

    assert done.stdout == " value\n------\n  1012\n1045.5\n"
    assert done.stderr == "2 rows\n"
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Traceback" not in wrong.stderr


def test_on_a_terminal(settings, published):
    environment = os.environ | {"IPP_PUBLISHED": str(settings.published), "TERM": "xterm", "COLUMNS": "80"}
    shown = _on_a_terminal([*MAIN, "sql", "select '[x]' as symbol, value from marts.figures"], environment)
    asked = _on_a_terminal([*MAIN, "sql"], environment)
    wide = _on_a_terminal([*MAIN, "sql", "from marts.figures"], environment)
    listed = _on_a_terminal([*MAIN, "tables", "releas"], environment | {"COLUMNS": "30"}).splitlines()
    refused = _on_a_terminal([*MAIN, "sql", "select 1", "--format", "parquet"], environment)

    assert "│ [x]    │   1012 │" in shown
    assert shown.startswith("edition p1; built on 24 April 2025; newest release: omsq 2024-q4, 24 April 2025")
    assert "Parquet is not for a terminal" in refused
    assert "give the SQL as STATEMENT, by --file or on standard input" in asked
    assert "  source_cell   F7" in wide, "too many columns to draw are shown a line each"
    assert listed[:3] == ["meta.releases  (3 rows)", "    What became of every", "    release"]


def _on_a_terminal(command: list[str], environment: dict[str, str]) -> str:
    """What a command shows, standard output and error together, when both are a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(command, env=environment, stdin=slave, stdout=slave, stderr=slave):
        os.close(slave)
        shown = b""
        try:
            while chunk := os.read(master, 4096):
                shown += chunk
        except OSError:
            # Linux says that the other end is closed by an error.
            pass
    os.close(master)
    return shown.decode()


def test_a_small_query_imports_nothing_heavy(settings, published):
    environment = os.environ | {"IPP_PUBLISHED": str(settings.published)}
    heavy = {"pandas", "numpy", "pyarrow", "pydantic", "yaml", "rich", "dagster", "dbt", "great_expectations"}
    program = (
        "import sys; from orchestration.cli import cli; "
        "cli(['sql', 'select 1'], standalone_mode=False); "
        f"print(sorted({heavy} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    assert done.stderr.splitlines()[-1] == "[]"

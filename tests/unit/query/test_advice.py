"""What is said about SQL that names a table or column that does not exist."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.query.advice import advise


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create schema published")
        connection.execute("create table marts.recalls (period_end date, people_recalled bigint)")
        connection.execute("create table published.recalls (period_end date, value double)")
        connection.execute("create table marts.rotl (prisons bigint)")
        yield connection


@pytest.mark.parametrize(
    ("sql", "advice"),
    [
        ("from recalls", "Did you mean marts.recalls or published.recalls? `ipp tables` lists every table."),
        ("from mart.recalls", "Did you mean marts.recalls or published.recalls? `ipp tables` lists every table."),
        ('from "marts"."recals"', "Did you mean marts.recalls or published.recalls? `ipp tables` lists every table."),
        (
            "from Marts.Rotll",
            "Did you mean marts.rotl or marts.recalls or published.recalls? `ipp tables` lists every table.",
        ),
        ("from zzz", "`ipp tables` lists every table."),
        (
            "select peopl from marts.recalls",
            "Did you mean people_recalled? `ipp describe marts.recalls` lists its columns.",
        ),
        (
            "select r.period from marts.recalls as r",
            "Did you mean period_end? `ipp describe marts.recalls` lists its columns.",
        ),
        ("selec 1", ""),
        ("select error('no')", ""),
    ],
)
def test_advice(connection, sql, advice):
    with pytest.raises(duckdb.Error) as refusal:
        connection.execute(sql)

    assert advise(connection, sql, str(refusal.value)) == advice


@pytest.mark.parametrize(
    ("sql", "advice"),
    [
        ("from zzz", '`ipp sql --external "show all tables"` lists every table.'),
        (
            "select peopl from marts.recalls",
            'Did you mean people_recalled? `ipp sql --external "describe marts.recalls"` lists its columns.',
        ),
    ],
)
def test_advice_on_the_external_pack_names_commands_that_read_it(connection, sql, advice):
    with pytest.raises(duckdb.Error) as refusal:
        connection.execute(sql)

    assert advise(connection, sql, str(refusal.value), external=True) == advice

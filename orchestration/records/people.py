"""Who a row is about: identifiers normalised, led to the one in use, and hashed.

All of it works on the distinct identifiers of a file, in temporary tables: `people` (as given, and normalised),
`resolved` (where identifier_links leads), `known` (both, with `person_key`). They go away with the connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.records.checks import normalised_person
from orchestration.records.contract import Contract

if TYPE_CHECKING:
    import duckdb

FLAGS = ("ill_formed", "linked", "cleaned", "superseded")
"""What is known of an identifier."""
LONGEST = 20
"""Links in a row after which we treat them as a circle: no person's records were merged as often."""


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table of links, which stays so where there is no such extract."""
    connection.execute("""
        create temp table resolved
            (identifier varchar, in_use varchar, linked boolean, superseded boolean, steps integer)
    """)


def identify(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make `people`: the distinct identifiers of each column of the table `arriving`, normalised."""
    parts = [
        f"""
        select
            '{name}' as column_name,
            {name} as given,
            {normalised_person(name)} as identifier,
            not coalesce(regexp_full_match(identifier, '{column.form}'), false) as ill_formed,
            {_is_test(contract, name)} as is_test
        from (select distinct {name} from arriving where {name} is not null)
        """
        for name, column in contract.of_privacy("person_identifier")
    ]
    connection.execute(f"create or replace temp table people as {' union all '.join(parts)}")


def follow_links(connection: duckdb.DuckDBPyConnection) -> int:
    """Make `resolved` from the rows of identifier_links in `arriving`: each identifier with the one its links end at.
    Returns how many lead in a circle.

    A row that is broken is no link, nor are two rows that lead from one identifier to different ones.
    """
    connection.execute("""
        create or replace temp table links as
        with given as (
            select distinct superseded.identifier, in_use.identifier as in_use, arriving.link_kind
            from arriving
            inner join people as superseded
                on
                    superseded.column_name = 'superseded_identifier'
                    and arriving.superseded_identifier = superseded.given
            inner join people as in_use
                on in_use.column_name = 'identifier_in_use' and arriving.identifier_in_use = in_use.given
            where arriving.broken = 0 and not superseded.ill_formed and not in_use.ill_formed and not superseded.is_test
        )
        select * from given qualify count(*) over (partition by identifier) = 1
    """)
    connection.execute(f"""
        create or replace temp table resolved as
        with recursive chain as (
            select identifier, in_use, link_kind, 1 as steps from links
            union all
            select chain.identifier, links.in_use, links.link_kind, chain.steps + 1
            from chain
            inner join links on chain.in_use = links.identifier
            where chain.steps < {LONGEST}
        )
        select
            identifier,
            arg_max(in_use, steps) as in_use,
            bool_or(link_kind = 'case_reference') as linked,
            arg_min(link_kind, steps) = 'merge' as superseded,
            max(steps) as steps
        from chain
        group by identifier
    """)
    circular = f"select count(*) from resolved where steps = {LONGEST}"
    return int(connection.execute(circular).fetchall()[0][0])


def look_up(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `known`: `people`, each with the keyed hash of the identifier in use."""
    connection.execute("""
        create or replace temp table known as
        select
            people.*,
            people.given <> people.identifier as cleaned,
            coalesce(resolved.linked, false) as linked,
            coalesce(resolved.superseded, false) as superseded,
            keyed_hash(coalesce(resolved.in_use, people.identifier)) as person_key
        from people
        left join resolved on people.identifier = resolved.identifier
    """)


def make_view(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make the view `seen`: the rows of `arriving` with what is known of their people, and identifiers normalised.

    A column of identifiers has `<column>_ill_formed`, `<column>_linked`, `<column>_cleaned` and `<column>_superseded`.
    """
    names = [name for name, _ in contract.of_privacy("person_identifier")]
    flags = [f"{name}.{flag} as {name}_{flag}" for name in names for flag in FLAGS]
    joins = [
        f"left join known as {name} on {name}.column_name = '{name}' and arriving.{name} = {name}.given"
        for name in names
    ]
    connection.execute(f"""
        create or replace temp view seen as
        select
            arriving.* replace ({", ".join(f"{name}.identifier as {name}" for name in names)}),
            {", ".join(flags)},
            {contract.person}.person_key,
            coalesce({" or ".join(f"{name}.is_test" for name in names)}, false) as is_test
        from arriving
        {" ".join(joins)}
    """)


def _is_test(contract: Contract, name: str) -> str:
    """SQL for whether an identifier is one of a test of the system."""
    pattern = contract.test_records.get(name)
    return f"coalesce(regexp_full_match(identifier, '{pattern}'), false)" if pattern else "false"

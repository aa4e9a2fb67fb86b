"""What a contract asks of each row of a file, and which values may be cleaned, as SQL conditions.

Conditions that need no more than the row's own file are evaluated while it is read (`of_row`); those about the
identifier of a person once it is looked up (`of_person`). Texts as in the file are in columns `raw_…`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from orchestration.records.contract import LINKS, PERSON_KEY, Column, Contract

TYPES = {"text": "varchar", "date": "date", "integer": "bigint", "boolean": "boolean"}
"""DuckDB's type for each type of a contract."""
READABLE = {"date": "a date", "integer": "a whole number", "boolean": "true or false"}
"""What the text of a column must be readable as, by the type of the contract."""
BLANKS = "[\\s\\p{Z}]+"
"""Blanks of any kind, the unbreakable ones of spreadsheets among them."""
SUFFIX = "[/-][A-Z0-9]{1,2}$"
"""What some systems put behind the identifier of a person: `/1`, `-A`."""
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00:00(\\.0+)?)?"
"""A day as in ISO 8601; midnight behind it says nothing. Other ways to write one can be read in two ways."""
FORMS = {"date": DAY, "integer": "-?[0-9]+"}
"""What the text of a column must look like before it is cast. A cast alone would round 3.7 to 4, accept `infinity` as a
day, and read 03/04/2021 with the month first.
"""
BOOLEANS = {"true": ("true", "t", "yes", "y", "1"), "false": ("false", "f", "no", "n", "0")}
"""The spellings that are read as true and false, in any case; the first of each is the contract's own."""
LITERAL = "'[^']*'"
"""A text in SQL."""
UNIQUE, TEST_RECORD = "unique", "test_record"


@dataclass(frozen=True)
class Check:
    """One thing asked of a row: the column it is about ('' for the row as a whole), the rule's name, what it means in
    words, the SQL condition that a row breaks it, and the columns that the condition reads. A condition that is null is
    not fulfilled.
    """

    column: str
    rule: str
    words: str
    broken: str
    reads: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The check in one word or two: `sex: codes`."""
        return f"{self.column}: {self.rule}" if self.column else self.rule


@dataclass(frozen=True)
class Cleaning:
    """One way in which a value is read otherwise than it is written: column, way, and the SQL condition."""

    column: str
    way: str
    done: str


def checks(contract: Contract) -> list[Check]:
    """Everything asked of a row, in the order of the contract: of the row, of its person, and of all rows together."""
    last = [unique(contract), Check("", TEST_RECORD, "a row about a person, not a test of the system", "is_test")]
    return [*of_row(contract), *of_person(contract), *last]


def of_row(contract: Contract) -> list[Check]:
    """What the columns and rules ask."""
    found = [check for name, column in contract.columns.items() for check in _of_column(name, column)]
    return found + [
        Check("", rule.rule, rule.describes, rule.violates, _columns_in(rule.violates, contract))
        for rule in contract.rules
    ]


def of_person(contract: Contract) -> list[Check]:
    """What is asked of identifiers of people, which are in `<column>_ill_formed` and `<column>_linked`."""
    return [check for name, column in contract.of_privacy("person_identifier") for check in _of_person(name, column)]


def unique(contract: Contract) -> Check:
    """The key: no other row has it."""
    reads = frozenset(contract.person if name == PERSON_KEY else name for name in contract.key)
    return Check(", ".join(contract.key), UNIQUE, "a key that no different row has", "is_doubled", reads)


def counted_once(broken: Sequence[Check]) -> list[Check]:
    """Of the checks that one row breaks, those that count: no two of them read the same column.

    One bad cell breaks many rules: a day that cannot be read also looks empty. A check of fewer columns comes first,
    because it says more exactly which cell is bad.
    """
    counted: list[Check] = []
    for check in sorted(broken, key=lambda check: len(check.reads)):
        if not any(check.reads & earlier.reads for earlier in counted):
            counted.append(check)
    return counted


def row_cleanings(contract: Contract, typed: Collection[str]) -> list[Cleaning]:
    """What may be read otherwise than it is written, by column; nothing where the file gives the type (`typed`)."""
    return [
        cleaning
        for name, column in contract.columns.items()
        if name not in typed
        for cleaning in _column_cleanings(name, column)
    ]


def person_cleanings(contract: Contract) -> list[Cleaning]:
    """What may be done to identifiers of people, which are in `<column>_cleaned` and `<column>_superseded`. That one
    leads to another is what identifier_links is there to say.
    """
    names = [name for name, _ in contract.of_privacy("person_identifier")]
    found = [Cleaning(name, "identifier_normalised", f"{name}_cleaned") for name in names]
    led_on = [Cleaning(name, "identifier_superseded", f"{name}_superseded") for name in names]
    return found if contract.extract == LINKS else found + led_on


def of_landed(contract: Contract) -> list[Check]:
    """What can be asked of the landed rows once more: that required columns are filled, and codes."""
    found = [check for name, column in contract.landed.items() for check in _of_column(name, column)]
    return [check for check in found if check.rule in ("required", "codes")]


def value(name: str, column: Column, typed: bool) -> str:
    """SQL for the value of a column's text; null where it is empty or cannot be read. `typed` where the file itself
    gives the type.
    """
    raw = f"raw_{name}"
    if column.privacy == "person_identifier":
        return f"if(trim({raw}) = '', null, {raw})"
    if column.privacy == "record_identifier":
        return f"keyed_hash({normalised(raw)})"
    if typed:
        return raw
    if column.type == "text":
        words = "".join(f", {_quoted(word.lower())}" for word in column.no_value)
        return f"if(lower(trim({raw})) in (''{words}), null, trim({raw}))"
    if column.type == "boolean":
        return f"case {' '.join(_when_spelt(raw, meaning, words) for meaning, words in BOOLEANS.items())} end"
    fits = f"regexp_full_match(trim({raw}), '{FORMS[column.type]}')"
    return f"case when {fits} then try_cast(trim({raw}) as {TYPES[column.type]}) end"


def normalised(text: str) -> str:
    """SQL for an identifier without blanks, in capitals; null where nothing is left."""
    return f"nullif(upper(regexp_replace({text}, '{BLANKS}', '', 'g')), '')"


def normalised_person(text: str) -> str:
    """SQL for the identifier of a person, normalised, without the suffix that some systems add."""
    return f"regexp_replace({normalised(text)}, '{SUFFIX}', '')"


def _when_spelt(raw: str, meaning: str, words: Sequence[str]) -> str:
    """A branch of SQL that reads some words as true or as false."""
    return f"when lower(trim({raw})) in ({', '.join(map(_quoted, words))}) then {meaning}"


def _columns_in(condition: str, contract: Contract) -> frozenset[str]:
    """The columns of the file that an SQL condition names."""
    names = set(re.findall(r"\w+", re.sub(LITERAL, "", condition)))
    return frozenset(names & set(contract.columns))


def _of_column(name: str, column: Column) -> Iterator[Check]:
    """What one column asks. A value that cannot be read is null too: `readable` comes before `required`."""
    reads = frozenset([name])
    if column.type in READABLE:
        yield Check(name, "readable", READABLE[column.type], f"{name} is null and {_is_filled(name)}", reads)
    if column.codes:
        listed = ", ".join(map(_quoted, column.codes))
        yield Check(name, "codes", "one of its codes", f"{name} not in ({listed})", reads)
    if column.required:
        yield Check(name, "required", "filled", f"{name} is null", reads)


def _of_person(name: str, column: Column) -> Iterator[Check]:
    """What the identifier of a person must be."""
    reads = frozenset([name])
    yield Check(name, "form", "an identifier of its form", f"{name}_ill_formed", reads)
    if column.linked:
        yield Check(name, "linked", "an identifier that identifier_links has", f"not {name}_linked", reads)


def _column_cleanings(name: str, column: Column) -> Iterator[Cleaning]:
    """What may be cleaned of one column."""
    raw = f"raw_{name}"
    if column.privacy == "record_identifier":
        yield Cleaning(name, "identifier_normalised", f"{raw} <> {normalised(raw)}")
    elif column.privacy != "person_identifier":
        if column.no_value:
            words = ", ".join(_quoted(word.lower()) for word in column.no_value)
            yield Cleaning(name, "no_value", f"lower(trim({raw})) in ({words})")
        yield Cleaning(name, "blanks", f"{_text(name)} <> trim({_text(name)})")
        if column.type in READABLE:
            yield Cleaning(name, "spelling", f"cast({name} as varchar) <> trim({_text(name)})")


def _is_filled(name: str) -> str:
    """SQL for a column of the file that says anything."""
    return f"trim({_text(name)}) <> ''"


def _text(name: str) -> str:
    """SQL for what the file holds, as text."""
    return f"cast(raw_{name} as varchar)"


def _quoted(text: str) -> str:
    """A text as SQL takes it."""
    return "'" + text.replace("'", "''") + "'"

"""What `dbt.…` gives in a template, for sqlfluff, which has no dbt beside it."""


def type_string() -> str:
    """The type of text."""
    return "varchar"


def date_trunc(part: str, day: str) -> str:
    """The first day of the month, quarter or year of a day."""
    return f"date_trunc('{part}', {day})"


def last_day(day: str, part: str) -> str:
    """The last day of the month, quarter or year of a day."""
    return f"last_day({day}, '{part}')"

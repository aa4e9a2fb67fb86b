"""What `dbt.…` gives in a template, for sqlfluff, which has no dbt beside it."""


def type_string() -> str:
    """The type of text."""
    return "varchar"

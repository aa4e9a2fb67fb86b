"""The command `ipp`: what people and scripts type. Parses, calls, writes; what it does is in the packages it calls.

Exit codes: 0 done (also: nothing new), 1 a check failed and nothing was published, 2 wrong usage, 3 an input was
rejected. Answers go to standard output, everything said about them to standard error. Modules that take time to import
are imported by the command that needs them, so that a small query answers at once.
"""

from orchestration.cli.group import cli, main

__all__ = ["cli", "main"]

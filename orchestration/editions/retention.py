"""Keep the verdict ledger small: old verdicts that failed move to `published/verdicts-failed.jsonl.gz`.

A refresh that fails writes a verdict each day until somebody acts, and each command reads the whole ledger. Verdicts
that passed stay where they are: a rollback needs them, and they say which bytes of each release were published.
"""

from __future__ import annotations

import gzip
import json
import os

from orchestration.editions import switch
from orchestration.editions.files import PRIVATE_FILE, write_durably
from orchestration.editions.lock import exclusive
from orchestration.settings import Settings

KEEP_FAILED = 10
"""How many of the verdicts that failed stay in the ledger, the newest."""
ARCHIVE = "verdicts-failed.jsonl.gz"


def archive_failed_verdicts(settings: Settings) -> int:
    """Move all but the newest verdicts that failed into the archive, as they were written. Returns how many moved.

    Lines that cannot be read stay. When the process dies between the two files, verdicts are in both. Raises
    CheckFailed when a refresh is running or a file cannot be written.
    """
    with exclusive(settings), switch.write_errors(settings):
        lines = settings.ledger.read_bytes().splitlines(keepends=True) if settings.ledger.exists() else []
        old = [number for number, line in enumerate(lines) if _failed(line)][:-KEEP_FAILED]
        if not old:
            return 0
        _add_to_archive(settings, b"".join(lines[number] for number in old))
        kept = [line for number, line in enumerate(lines) if number not in {*old}]
        write_durably(settings.ledger, b"".join(kept), PRIVATE_FILE)
        return len(old)


def _failed(line: bytes) -> bool:
    """Whether a line of the ledger is a verdict that failed."""
    try:
        return json.loads(line)["passed"] is False
    except (ValueError, TypeError, KeyError):
        return False


def _add_to_archive(settings: Settings, lines: bytes) -> None:
    """Add lines to the archive, on disk when this returns."""
    archive = settings.published / ARCHIVE
    descriptor = os.open(archive, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
    with os.fdopen(descriptor, "ab") as file:
        file.write(gzip.compress(lines))
        file.flush()
        os.fsync(descriptor)

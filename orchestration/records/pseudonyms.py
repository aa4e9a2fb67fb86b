"""Keyed hashes that replace identifiers: HMAC-SHA-256 (RFC 2104) with a key that only the team holds, in SQL.

There are few enough prison numbers to try them all, so a hash without a key would not protect people.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

VARIABLE = "IPP_PSEUDONYM_KEY"
"""The environment variable that holds the key."""
DEVELOPMENT_KEY = b"published development key, for synthetic rows only"
"""Public: it may replace the identifiers of synthetic people only."""
SHORTEST = 32
"""Characters that a key has at least: as many as the hash has bytes (RFC 2104, section 3)."""
BLOCK = 64
"""Bytes of a block of SHA-256."""
DIGITS = 16
"""Hexadecimal digits that are kept: 64 bits. That two of a million people share one has a chance of 1 in 37 million."""

# SHA-256 gives its digest as hexadecimal text, and takes bytes.
KEYED_HASH = f"""
    create or replace temp macro keyed_hash(identifier) as left(
        sha256(getvariable('outer_pad') || unhex(sha256(getvariable('inner_pad') || encode(identifier)))), {DIGITS}
    )
"""


def key_in_force() -> bytes | None:
    """The key of the environment, byte for byte, text or not; None where there is none."""
    return os.fsencode(os.environ.get(VARIABLE, "").strip()) or None


def make_keyed_hash(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give a connection the macro `keyed_hash(identifier)`. The key stays in the connection's memory."""
    padded = (key if len(key) <= BLOCK else hashlib.sha256(key).digest()).ljust(BLOCK, b"\0")
    for name, pad in (("inner_pad", 0x36), ("outer_pad", 0x5C)):
        connection.execute(f"set variable {name} = ?::blob", [bytes(byte ^ pad for byte in padded)])
    connection.execute(KEYED_HASH)

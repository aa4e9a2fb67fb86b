"""Names a person types: the one that is meant, or the nearest there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class UnknownName(LookupError):
    """A name that stands for nothing here; its text says which names come near. The command line exits with 2."""


def find(kind: str, name: str, known: Iterable[str]) -> str:
    """`name`, if it is known. Raises UnknownName with the nearest known names or, where none is near, the first."""
    names = sorted(known)
    if name in names:
        return name
    near = get_close_matches(name, names, n=5, cutoff=0.5) or [one for one in names if name and name in one][:5]
    if near:
        hint = f"did you mean {', '.join(near)}?"
    else:
        hint = f"there are {len(names)}: {', '.join(names[:20])}{', …' if len(names) > 20 else ''}"
    raise UnknownName(f"unknown {kind} {name!r}; {hint}")

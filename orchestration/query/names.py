"""Names a person types: the one that is meant, or the nearest there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class UnknownName(LookupError):
    """A name that is not known here; its text gives the nearest names. The command line exits with 2."""


def find(kind: str, name: str, known: Iterable[str]) -> str:
    """`name`, if it is known. Raises UnknownName with the nearest known names or, where none is near, the first."""
    names = sorted(known)
    if name in names:
        return name
    near = nearest(name, names)
    if near:
        hint = f"did you mean {', '.join(near)}?"
    else:
        hint = f"there are {len(names)}: {', '.join(names[:20])}{', …' if len(names) > 20 else ''}"
    raise UnknownName(f"unknown {kind} {name!r}; {hint}")


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """At most five known names that are spelled nearly like a name or, if there are none, that have it as a part."""
    names = list(known)
    return get_close_matches(name, names, n=5, cutoff=0.5) or [one for one in names if name and name in one][:5]

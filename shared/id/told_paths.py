"""Noun id: where in a document a fault stands, told without what may be the id of a listener."""

import re
from collections.abc import Sequence

UNTOLD = "(unknown)"
_WORD = re.compile(r"[a-z_]{1,64}")


def told_name(name: str) -> str:
    """Return the name of a field that nobody knows, `(unknown)` where it is no plain word."""
    return name if _WORD.fullmatch(name) else UNTOLD


def told_path(places: Sequence[str | int], kind: str) -> str:
    """Return the path of a fault of pydantic's, whose kind says whether its last name is known."""
    *above, last = places or ("",)
    told = told_name(last) if kind == "extra_forbidden" and isinstance(last, str) else last
    return ".".join(map(str, (*above, told)))

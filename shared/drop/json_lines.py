"""Noun drop: records of JSON lines files."""

import json
from collections.abc import Iterator

from shared.drop.datasets import Dataset
from shared.drop.file_rows import Record


class _DuplicateKeyError(ValueError):
    """An object has one key twice."""


class NotFiniteNumber:
    """Stands for a NaN or Infinity literal, which JSON does not have and some writers write."""


NOT_FINITE = NotFiniteNumber()


def parse_object(text: str) -> tuple[object, str]:
    """Return what one line of JSON holds and an empty fault, or the fault."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_not_finite), ""
    except _DuplicateKeyError:
        return None, "duplicate_json_key"
    except (ValueError, RecursionError):
        return None, "bad_json"


def json_records(lines: Iterator[tuple[int, str]], dataset: Dataset) -> Iterator[Record]:
    """Yield a record a line; blank lines are none, other keys are ignored."""
    names = [c.name for c in dataset.columns]
    for line, text in lines:
        if not text.strip():
            continue
        found, fault = parse_object(text)
        if fault:
            yield Record(line, fault=fault)
        elif isinstance(found, dict):
            yield Record(line, tuple(found.get(name) for name in names))
        else:
            yield Record(line, fault="not_an_object")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKeyError
    return found


def _not_finite(literal: str) -> NotFiniteNumber:
    return NOT_FINITE

"""Noun erasure: what became of one audience in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Removal:
    """How many objects or items of a place lost how many rows; ``left`` says what could not go."""

    place: str
    objects: int = 0
    rows: int = 0
    left: str = ""

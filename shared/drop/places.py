"""Noun drop: where in its line a rejected value stands."""

from collections.abc import Iterable

import numpy as np

from shared.drop.candidates import Candidate
from shared.drop.parted_lines import place_of
from shared.drop.rejections import Rejection
from shared.drop.verdicts import FirstError


def first_errors(candidate: Candidate, rejections: Iterable[Rejection]) -> tuple[FirstError, ...]:
    """Return rejections with their places; the file is read again as far as the last of them."""
    found = {rejection.line: rejection for rejection in rejections}
    characters: dict[int, int] = {}
    if found and candidate.form in ("csv", "tsv", "jsonl"):
        characters = _characters(candidate, found)
    errors, names = [], candidate.part_names
    for line, each in found.items():
        part, physical = place_of(line, names)
        character = characters.get(line, 0)
        errors.append(FirstError(physical, each.code, each.column, character, each.value, part))
    return tuple(errors)


def _characters(candidate: Candidate, rejections: dict[int, Rejection]) -> dict[int, int]:
    wanted = np.array(sorted(rejections), dtype=np.int64)
    names = [c.name for c in candidate.dataset.columns]
    header = None if candidate.form == "jsonl" else candidate.delimited().header
    characters: dict[int, int] = {}
    for rows in candidate.rows():
        for line, text in rows.texts(wanted):
            column = rejections[line].column
            if header is None:
                characters[line] = max(0, text.find(f'"{column}"')) + 1
            elif column in names:
                position = header.positions[names.index(column)]
                characters[line] = _start_of_field(text, header.delimiter, position or 0)
            else:
                characters[line] = 1
        if len(characters) == len(wanted):
            break
    return characters


def _start_of_field(text: str, delimiter: str, position: int) -> int:
    """Return the character at which a field of a record starts, from 1."""
    field, start, is_quoted, is_inside = 0, 0, False, False
    for index, character in enumerate(text):
        if field == position:
            break
        if character == '"' and (is_quoted or not text[start:index].strip(" ")):
            is_quoted, is_inside = True, not is_inside
        elif character == delimiter and not is_inside:
            field, start, is_quoted = field + 1, index + 1, False
    return start + 1

"""Verb loose_fields: cut a line that may be no sound row of CSV."""

import csv


def loose_fields(line: str, delimiter: str) -> list[str]:
    """Return the fields of a line, cut at every delimiter where csv refuses to read it.

    It refuses a carriage return inside a line, and fields above its own limit.
    """
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.rstrip("\r\n").split(delimiter)

"""Noun drop: one row of a file before it is judged."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """Values in the order of the dataset's columns, or the reason why there are none."""

    line: int  # physical line of a text file, from 1; row of a Parquet file, from 1
    values: tuple[object, ...] = ()
    fault: str = ""

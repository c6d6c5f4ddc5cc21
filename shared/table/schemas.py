"""Noun table: the declared keys of a DynamoDB table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TableSchema:
    """Keys of one table. All key attributes are strings.

    ``sort_indexes`` maps an index's name to its (partition attribute, sort attribute); every
    index projects all attributes. ``time_to_live`` names a number attribute in epoch seconds.
    """

    name: str
    partition_key: str
    time_to_live: str | None = None
    sort_indexes: tuple[tuple[str, tuple[str, str]], ...] = ()

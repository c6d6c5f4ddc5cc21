"""Noun score: deleting the row of one audience."""

from collections.abc import Iterator

import boto3

from shared.erasure.removals import Removal
from shared.request.clients import bounded
from shared.score.schema import AUDIENCE_ID


def erase_score_row(audience_id: str, *, scores_table: str, is_dry: bool) -> Iterator[Removal]:
    """Delete the row itself: a row that says that there is none would keep the id.

    Comes after accepted data, from which a late writing would bring it back. Safe to run twice.
    """
    table = boto3.resource("dynamodb", config=bounded()).Table(scores_table)
    key = {AUDIENCE_ID: audience_id}
    if "Item" in table.get_item(Key=key, ConsistentRead=True):
        if not is_dry:
            table.delete_item(Key=key)
        yield Removal("score rows", objects=1, rows=1)

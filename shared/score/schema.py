"""Noun score: names and keys of the table `scores`, one item an audience."""

from shared.table.schemas import TableSchema

AUDIENCE_ID = "audience_id"
ROW = "row"
ORDER = "order"
PRODUCER = "producer"
EXPIRES_AT = "expires_at"

SCORES = TableSchema(name="scores", partition_key=AUDIENCE_ID, time_to_live=EXPIRES_AT)

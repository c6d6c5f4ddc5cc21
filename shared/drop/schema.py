"""Noun drop: names and keys of the table `drops`, one item a drop version."""

from shared.table.schemas import TableSchema

REDACTED_PREFIX = "redacted/"  # of the bucket of drops: copies without erased audiences
DROP_ID = "drop_id"
DATASET = "dataset"
ORDER = "order"
BY_DATASET = "by_dataset"

DROPS = TableSchema(
    name="drops", partition_key=DROP_ID, sort_indexes=((BY_DATASET, (DATASET, ORDER)),)
)

"""Noun plan: names and keys of the table `plans`.

One item points at the current plan (noun pointer), one counts the requests for a plan, and each
plan has a record of its own under ``plan#{plan_id}``.
"""

from shared.table.schemas import TableSchema

ITEM = "item"
POINTER_ITEM = "pointer"
REQUEST_ITEM = "request"
PLAN_ITEM_PREFIX = "plan#"

PLANS = TableSchema(name="plans", partition_key=ITEM)

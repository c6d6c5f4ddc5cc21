"""Noun pointer: the table `plans`, and its item that every lookup reads first."""

from shared.table.schemas import TableSchema

ITEM = "item"
POINTER_ITEM = "pointer"

PLAN_ID = "plan_id"
SUPPRESSED = "suppressed"

OPERATOR = "operator"

PLANS = TableSchema(name="plans", partition_key=ITEM)

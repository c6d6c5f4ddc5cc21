"""Noun pointer: the attributes of the pointer item in the table `plans`."""

PLAN_ID = "plan_id"
PREVIOUS_PLAN_ID = "previous_plan_id"
REQUEST = "request"
EPOCH = "epoch"
REVISION = "revision"
SUPPRESSED = "suppressed"
FROZEN = "frozen"
ACTIVATED_AT = "activated_at"

OPERATOR = "operator"

"""Noun plan: the items that stand in the table `plans` beside the pointer.

One counts the requests for a plan, and each plan has a record of its own under
``plan#{plan_id}``.
"""

REQUEST_ITEM = "request"
PLAN_ITEM_PREFIX = "plan#"
WORK_PREFIX = "work/"  # of the bucket of plans: what steps of one run hand on

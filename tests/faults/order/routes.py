"""Which function hears which event: the patterns of the template's rules, in one table."""

from collections.abc import Mapping
from typing import Any

from functions.count_delivery import handler as count_delivery
from functions.ingest_drop import handler as ingest_drop
from functions.load_scores import handler as load_scores
from functions.reconcile import handler as reconcile
from functions.request_plan import handler as request_plan
from functions.update_campaign import handler as update_campaign
from shared.event.schema import RUN_ENDED
from tests.aws_world import ACCOUNT, ENVIRONMENT

OWN = {"account": [ACCOUNT], "source": ["oasis"]}
ACCEPTED = {**OWN, "detail-type": ["DropAccepted"]}
CLOCK = "Scheduled Event"
ENDED = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
OTHERS = ["tracks", "audiences", "supply", "delivery", "policy"]

QUEUED = {
    "count_delivery": (count_delivery.handle, 1),
    "ingest_drop": (ingest_drop.handle, 1),
    "load_scores": (load_scores.handle, 1),
    "reconcile": (reconcile.handle, 1),
    "request_plan": (request_plan.handle, 10),
    "update_campaign": (update_campaign.handle, 10),
}
"""Each function behind a queue, and how many messages it is given at most."""

ROUTES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (
        "ingest_drop",
        {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": {"name": [ENVIRONMENT["DROP_BUCKET"]]},
                "object": {"key": [{"prefix": "drops/"}]},
            },
        },
    ),
    ("ingest_drop", {**OWN, "detail-type": ["ReplayRequested"]}),
    ("load_scores", {**ACCEPTED, "detail": {"dataset": ["scores"]}}),
    ("update_campaign", {"detail-type": ["CampaignChanged"]}),
    ("update_campaign", {**ACCEPTED, "detail": {"dataset": ["campaigns"]}}),
    ("count_delivery", {**ACCEPTED, "detail": {"dataset": ["delivery"]}}),
    ("request_plan", {**ACCEPTED, "detail": {"dataset": OTHERS}}),
    ("request_plan", {**OWN, "detail-type": ["ScoresLoaded", "CampaignApplied"]}),
    (
        "request_plan",
        {
            "source": ["aws.states"],
            "detail-type": [RUN_ENDED],
            "detail": {
                "status": ENDED,
                "stateMachineArn": [ENVIRONMENT["PLAN_STATE_MACHINE_ARN"]],
            },
        },
    ),
    ("request_plan", {"detail-type": [CLOCK]}),
    ("reconcile", {"detail-type": [CLOCK]}),
)


def hearers(event: Mapping[str, Any]) -> list[str]:
    """Return the functions whose queues an event reaches."""
    return [function for function, pattern in ROUTES if is_heard(pattern, event)]


def is_heard(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Say whether an event has what EventBridge looks for by a pattern."""
    return all(
        is_heard(wanted, event.get(name, {}))
        if isinstance(wanted, Mapping)
        else any(_is(each, event.get(name)) for each in wanted)
        for name, wanted in pattern.items()
    )


def _is(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(value, str) and value.startswith(wanted["prefix"])
    return bool(wanted == value)

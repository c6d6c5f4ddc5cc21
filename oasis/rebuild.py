"""`oasis rebuild`: write lost tables again from the buckets, each by itself or all in order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from oasis.campaign import campaigns_of
from oasis.connection import Connection, StackOption, connect
from oasis.console import CommandError, console, ends_plainly, working
from shared.campaign.store import CampaignMovedError
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.claim_pointers import ClaimPointers
from shared.drop.claim_store import ClaimStore
from shared.drop.load_store import LoadTable
from shared.drop.rebuild import NoRecordError, announce_again, rebuild_drops
from shared.drop.receipt_store import ReceiptBucket
from shared.drop.reconcile import rebuild_scores
from shared.drop.record_store import DropTable
from shared.drop.store import DropBucket
from shared.event.store import EventBus
from shared.plan.rebuild import rebuild_plans
from shared.plan.record_store import PlanRecords
from shared.plan.request_store import RequestStore
from shared.plan.store import PlanBucket
from shared.pointer.store import PointerStore
from shared.policy.policies import Policy, open_policy
from shared.policy.store import PolicyStore


class Part(StrEnum):
    """What can be written again, in the order in which it is done.

    Each needs those before it; scores take longest, and are written while the others go on.
    """

    DROPS = "drops"
    SCORES = "scores"
    CAMPAIGNS = "campaigns"
    PLANS = "plans"
    DELIVERY = "delivery"


@ends_plainly
def rebuild(
    parts: Annotated[list[Part], typer.Argument(help="What to write again")],
    stack: StackOption = None,
) -> None:
    """Write lost tables again from the buckets; what stands in them stays (docs/runbook.md)."""
    connection = connect(stack)
    for part in (part for part in Part if part in parts):
        try:
            with working(f"Rebuilding {part}"):
                sentence = REBUILDS[part](connection)
        except (CampaignMovedError, NoRecordError) as error:
            raise CommandError(f"Rebuilding {part} did not end: {error}") from error
        console.print(f"  {sentence}")


def drops(connection: Connection) -> str:
    """Write the records of drops again."""
    records = connection.drops_table
    rebuilt = rebuild_drops(
        drops=DropBucket(connection.drop_bucket),
        receipts=ReceiptBucket(connection.receipt_bucket),
        accepted=AcceptedBucket(connection.accepted_bucket),
        claims=ClaimStore(connection.accepted_bucket, ClaimPointers(records)),
        records=DropTable(records),
        now=datetime.now(UTC),
    )
    return f"{rebuilt.records:,} records of drops stand, and {rebuilt.shards} shards of claims."


def scores(connection: Connection) -> str:
    """Have all accepted scores that live written again."""
    many = rebuild_scores(
        accepted=AcceptedBucket(connection.accepted_bucket),
        loads=LoadTable(connection.drops_table),
        events=EventBus(connection.event_bus),
        now=datetime.now(UTC),
        score_ttl=timedelta(days=_policy(connection).score_ttl_days),
    )
    return (
        f"{many:,} drops of scores are to be written again. They are once the queue of load_scores "
        "is empty and no run of its state machine is under way."
    )


def campaigns(connection: Connection) -> str:
    """Have every drop of campaigns applied again."""
    many = _announce("campaigns", connection)
    return f"{many:,} drops of campaigns are to be applied again. Now replay the archive of events."


def plans(connection: Connection) -> str:
    """Put the newest plans up for choice."""
    offered = rebuild_plans(
        policy=_policy(connection),
        plans=PlanBucket(connection.plan_bucket),
        records=PlanRecords(connection.plans_table),
        requests=RequestStore(connection.plans_table),
        campaigns=campaigns_of(connection),
        pointer=PointerStore(connection.plans_table),
        now=datetime.now(UTC),
    )
    if not offered:
        return "There is no stored plan; the next run makes one."
    return f"`oasis plan activate {offered[0]}` serves the newest plan until the next run."


def delivery(connection: Connection) -> str:
    """Have every delivery counted again."""
    return f"{_announce('delivery', connection):,} drops of delivery are to be counted again."


REBUILDS: dict[Part, Callable[[Connection], str]] = {
    Part.DROPS: drops,
    Part.SCORES: scores,
    Part.CAMPAIGNS: campaigns,
    Part.PLANS: plans,
    Part.DELIVERY: delivery,
}


def _announce(dataset: str, connection: Connection) -> int:
    return announce_again(
        dataset,
        accepted=AcceptedBucket(connection.accepted_bucket),
        records=DropTable(connection.drops_table),
        events=EventBus(connection.event_bus),
    )


def _policy(connection: Connection) -> Policy:
    return PolicyStore(connection.accepted_bucket).current(open_policy())

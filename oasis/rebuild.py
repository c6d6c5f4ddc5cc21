"""`oasis rebuild`: write the table of scores again from the bucket of accepted data."""

from datetime import UTC, datetime, timedelta

from oasis.connection import StackOption, connect
from oasis.console import console, ends_plainly, working
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.load_store import LoadTable
from shared.drop.reconcile import rebuild_scores
from shared.event.store import EventBus
from shared.policy.policies import open_policy
from shared.policy.store import PolicyStore


@ends_plainly
def rebuild(stack: StackOption = None) -> None:
    """Ask for all accepted scores that live to be written again; what stands there stays."""
    connection = connect(stack)
    policy = PolicyStore(connection.accepted_bucket).current(open_policy())
    with working("Asking for every accepted drop of scores"):
        many = rebuild_scores(
            accepted=AcceptedBucket(connection.accepted_bucket),
            loads=LoadTable(connection.drops_table),
            events=EventBus(connection.event_bus),
            now=datetime.now(UTC),
            score_ttl=timedelta(days=policy.score_ttl_days),
        )
    console.print(
        f"{many:,} drops are asked to be written again. They are once the queue of load_scores is "
        "empty and no run of its state machine is under way."
    )

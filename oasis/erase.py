"""`oasis erase`: remove one audience from everything, and keep it out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer
from rich.table import Table

from oasis.connection import Connection, StackOption, connect
from oasis.console import CommandError, console, ends_plainly, working
from shared.campaign.erase import erase_from_campaigns
from shared.campaign.store import CampaignStore
from shared.drop.claim_pointers import ClaimPointers
from shared.drop.claim_store import ClaimStore
from shared.drop.erase_accepted import accepted_holding, erase_from_accepted, holding_drops
from shared.drop.erase_claims import erase_from_claims
from shared.drop.erase_drops import erase_from_drops
from shared.drop.erase_rejected_rows import erase_from_rejected_rows
from shared.drop.load_store import LoadTable
from shared.drop.receipt_store import ReceiptBucket
from shared.drop.record_store import DropTable
from shared.drop.store import DropBucket
from shared.erasure.objects import VersionedBucket
from shared.erasure.removals import Removal
from shared.erasure.store import ErasureStore
from shared.event.store import EventBus
from shared.export.erase import erase_from_exports
from shared.export.store import ExportBucket
from shared.id.ids import trimmed_id
from shared.plan.erase import erase_plans
from shared.plan.erase_standing import erase_standing
from shared.plan.record_store import PlanRecords
from shared.plan.request_store import RequestStore
from shared.pointer.store import PointerStore
from shared.policy.policies import open_policy
from shared.policy.store import PolicyStore
from shared.score.erase import erase_score_row

Step = tuple[str, Iterator[Removal]]


@ends_plainly
def erase(
    audience: Annotated[str, typer.Argument(help="The audience's id, as producers write it")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing")
    ] = False,
    stack: StackOption = None,
) -> None:
    """Remove one audience from tables, drops, accepted data, plans and exports, and keep it out.

    Interrupted, it is run again. Exit status 1 if something is left for a later run.
    """
    audience_id = trimmed_id(audience)
    if not audience_id:
        raise CommandError("Name the audience: an id that is not empty.")
    connection = connect(stack)
    if not dry_run:
        erasures = ErasureStore(connection.accepted_bucket, connection.erasure_key)
        is_new = erasures.add(audience_id)
        console.print(
            "It is on the list of the erased now: no drop and no campaign brings it back."
            if is_new
            else "It is on the list of the erased already; looking for what is left of it."
        )
    removals = removals_of(connection, audience_id, is_dry=dry_run)
    left = [removal.left for removal in removals if removal.left]
    show(removals, is_dry=dry_run)
    for sentence in left:
        console.print(f"Left: {sentence}", soft_wrap=True, markup=False)
    if left:
        raise CommandError("Something is left. Run the same command again when it has changed.")


def removals_of(connection: Connection, audience_id: str, *, is_dry: bool) -> list[Removal]:
    """Go through all that is stored, say where, and return what was removed and what was left."""
    removals: list[Removal] = []
    for where, step in steps(connection, audience_id, is_dry=is_dry):
        with working(f"Looking through {where}"):
            removals.extend(step)
    return removals


def steps(connection: Connection, audience_id: str, *, is_dry: bool) -> Iterator[Step]:
    """Yield what is to be done, in an order that an interruption at any point leaves repeatable.

    Dropped files come before accepted data, which tell which of them to read, and score rows after.
    """
    accepted = VersionedBucket(connection.accepted_bucket)
    pointer = PointerStore(connection.plans_table)
    limits = PolicyStore(connection.accepted_bucket).current(open_policy()).limits
    judged = ReceiptBucket(connection.receipt_bucket).judged()  # before what they made is looked at
    holding = list(accepted_holding(audience_id, accepted))
    claims = ClaimStore(connection.accepted_bucket, ClaimPointers(connection.drops_table))
    yield (
        "campaigns",
        erase_from_campaigns(
            audience_id,
            campaigns=CampaignStore(connection.campaigns_table, pointer),
            events=EventBus(connection.event_bus),
            is_dry=is_dry,
        ),
    )
    yield (
        "files of rejected rows",
        erase_from_rejected_rows(
            audience_id,
            limits=limits,
            receipts=VersionedBucket(connection.receipt_bucket),
            is_dry=is_dry,
        ),
    )
    yield (
        "dropped files",
        erase_from_drops(
            audience_id,
            holding_drops(holding),
            limits=limits,
            drops=DropBucket(connection.drop_bucket),
            judged=judged,
            records=DropTable(connection.drops_table),
            is_dry=is_dry,
        ),
    )
    yield (
        "accepted data",
        erase_from_accepted(
            audience_id,
            holding,
            accepted=accepted,
            loads=LoadTable(connection.drops_table),
            is_dry=is_dry,
        ),
    )
    yield (
        "summaries of delivery",
        erase_standing(audience_id, accepted=accepted, is_dry=is_dry),
    )
    yield "claims", erase_from_claims(audience_id, claims=claims, accepted=accepted, is_dry=is_dry)
    yield (
        "score rows",
        erase_score_row(audience_id, scores_table=connection.scores_table, is_dry=is_dry),
    )
    yield (
        "exports",
        erase_from_exports(
            audience_id,
            objects=VersionedBucket(connection.export_bucket),
            exports=ExportBucket(connection.export_bucket),
            is_dry=is_dry,
        ),
    )
    yield (
        "plans",
        erase_plans(
            audience_id,
            plans=VersionedBucket(connection.plan_bucket),
            records=PlanRecords(connection.plans_table),
            pointer=pointer.read(),
            run=RequestStore(connection.plans_table).read().run,
            is_dry=is_dry,
        ),
    )


def show(removals: Iterable[Removal], *, is_dry: bool) -> None:
    """Say what was removed where, or that nothing was found."""
    objects: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    for each in removals:
        objects[each.place] += each.objects
        rows[each.place] += each.rows
    if not objects.total():
        console.print("Nothing was found of it.")
        return
    table = Table("where", "objects or items", "rows")
    for place, many in objects.items():
        if many:
            table.add_row(place, f"{many:,}", f"{rows[place]:,}")
    console.print(table)
    what = "would be changed or removed; nothing was" if is_dry else "were changed or removed"
    console.print(f"{objects.total():,} objects and items {what}.")

"""What functions remember between events, which a new environment does not."""

from functions.count_delivery import handler as count_delivery
from functions.evaluate_shard import handler as evaluate_shard
from functions.export_part import handler as export_part
from functions.export_plan import handler as export_plan
from functions.lookup_scores import handler as lookup_scores
from functions.solve_plan import handler as solve_plan
from shared.lookup.store import PlanMemory
from shared.plan.delivery_store import NONE_READ


def forget() -> None:
    """Forget it all, as a new environment of each function has."""
    for deliveries in (count_delivery.deliveries, solve_plan.inputs._deliveries):
        deliveries._read = NONE_READ
    for scores in (
        evaluate_shard.scores,
        export_part.scores,
        export_plan.inputs._scores,
        solve_plan.inputs._scores,
    ):
        scores._sizes, scores._footers = {}, {}
    lookup_scores.plans = anew(lookup_scores.plans)


def anew(plans: PlanMemory) -> PlanMemory:
    """Return a memory of plans that remembers none."""
    return type(plans)(plans._bucket, plans._objects)

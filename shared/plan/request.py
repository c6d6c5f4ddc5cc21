"""Noun plan: turning requests and ends of runs into the next run."""

from datetime import datetime

from shared.plan.request_store import Requests, RequestStore
from shared.plan.run_store import IN_FLIGHT, PlanRuns


def request_plan(
    *, asks: bool, requests: RequestStore, runs: PlanRuns, now: datetime
) -> tuple[Requests, str]:
    """Count a request if somebody ``asks``, and start the next run if it is due.

    Returns the item and the name of the run started, or an empty string. Safe to run twice, late
    and by many at once: one run is in flight at a time; a run that was claimed and never started
    is started by whoever comes next; the end of a run starts another only where a request came
    since the run noted them.
    """
    if asks:
        requests.raise_requested()
    before = requests.read()
    if before.run:
        status = runs.status(before.run)
        if status is None:
            runs.start(before.run, before.claimed_at)
            return before, before.run
        if status == IN_FLIGHT:
            return before, ""
        requests.release(before.run)
        before = requests.read()
    if before.run or not before.is_due:
        return before, ""
    claimed = requests.claim(before, now)
    if claimed.run:
        runs.start(claimed.run, claimed.claimed_at)
    return claimed, claimed.run

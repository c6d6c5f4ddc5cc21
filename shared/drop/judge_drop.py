"""Noun drop: judging one drop, and storing what is accepted and what is rejected of it."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.drop.drop_stores import DropStores
from shared.drop.drops import Drop
from shared.drop.judge_fetched import Fetched, judge_fetched
from shared.drop.judgements import REJECTED, Judgement, refusal, too_large
from shared.drop.refusals import RefusedFileError
from shared.drop.scratch import room_for_files
from shared.drop.verdicts import Clock, Timings, Verdict
from shared.policy.policies import Policy
from shared.request.budgets import TimeBudget


def judge_drop(
    drop: Drop,
    policy: Policy,
    policy_producer: str,
    stores: DropStores,
    budget: TimeBudget | None = None,
) -> Verdict:
    """Judge a drop and store its rows; nothing is recorded, so nothing can be used yet.

    Safe to run twice: the same rows go under the same keys. A drop that was recorded before keeps
    the departure that was found then, whatever has become the newest since. A drop that cannot be
    judged within the budget, or in the room that there is for files, is refused whole.
    """
    refused = _refusal_before_reading(drop, policy, policy_producer)
    if refused:
        return Verdict(REJECTED, refused)
    clock, sha256, fetch_s = Clock(), "", 0.0
    with ExitStack() as stack:
        try:
            with room_for_files():
                folder = Path(stack.enter_context(TemporaryDirectory(dir=stores.scratch)))
                fetched = stores.drops.fetched(drop.version, folder, budget)
                path, sha256 = stack.enter_context(fetched)
                fetch_s = clock.lap()
                found = Fetched(path, sha256, folder, fetch_s)
                return judge_fetched(drop, found, policy, stores, budget)
        except RefusedFileError as error:
            timings = Timings(fetch_s, clock.lap())
            return Verdict(REJECTED, refusal(error), sha256, timings=timings)


def _refusal_before_reading(drop: Drop, policy: Policy, policy_producer: str) -> Judgement | None:
    # Its own producer may always replace the policy, or a mistake in it could never be undone.
    is_policy_makers = drop.dataset.name == "policy" and drop.producer == policy_producer
    if not (is_policy_makers or policy.admits_producer(drop.producer, drop.dataset.name)):
        message = f"Policy does not let {drop.producer} drop {drop.dataset.name}."
        return Judgement(REJECTED, "producer_not_allowed", None, message)
    return too_large(drop.version.size, policy.limits.max_bytes)

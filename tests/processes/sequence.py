"""Drops and campaign changes drawn from a seed, none waited for, and what they must lead to."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.drop.accepted_keys import read_accepted_key
from tests.e2e import small_world
from tests.e2e.live_stack import LiveStack
from tests.faults.order.models import Dropped, score_rows
from tests.faults.order.score_rows import live, written
from tests.processes.sending import Sender

AUDIENCES = [*small_world.COHORTS, *small_world.LISTENERS]


class Sequence:
    """What was sent to a stack of the small world, and what does not stand there as it must."""

    def __init__(self, stack: LiveStack, seed: int) -> None:
        """Drop scores of every audience, so that all that stands is known."""
        self._stack, self._rng = stack, random.Random(seed)
        self._sender = Sender(stack.connection)
        self._dropped: list[Dropped] = []
        self._drop_ids: list[str] = []
        self._campaigns = {each.campaign_id: each for each in small_world.CAMPAIGNS}
        self._began = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
        self.drop(AUDIENCES)

    def drop(self, audiences: list[str] | None = None) -> None:
        """Drop scores of two audiences, or of these."""
        as_of = self._began + timedelta(seconds=len(self._dropped))
        rows = tuple(
            {"audience_id": a, "track_id": t, "score": round(self._rng.uniform(0.1, 1), 3)}
            for a in audiences or self._rng.sample(AUDIENCES, 2)
            for t in small_world.TRACKS
        )
        content = small_world.csv_of(tuple(rows[0]), *(tuple(row.values()) for row in rows))
        self._drop_ids.append(self._sender.drop("scores", content, as_of).drop_id)
        self._dropped.append(Dropped("scores", "models", as_of, rows))

    def change(self) -> None:
        """Send the next version of a campaign."""
        before = self._rng.choice(list(self._campaigns.values()))
        weight = round(self._rng.uniform(0.5, 2), 2)
        after = replace(before, version=before.version + 1, weight=weight)
        self._campaigns[after.campaign_id] = after
        self._sender.send(after)

    def unlike(self) -> list[str]:
        """Return what differs from what the models say, once nothing is under way."""
        stack, c = self._stack, self._stack.connection
        judged = stack.objects(c.receipt_bucket)
        found = [f"{each} has no receipt" for each in self._drop_ids if _place(each) not in judged]
        rows, said = live(stack.items(c.scores_table).values()), written(score_rows(self._dropped))
        found += [f"{a}: {rows.get(a)}, not {said[a]}" for a in said if rows.get(a) != said[a]]
        found += [f"{a} has a row" for a in rows.keys() - said.keys()]
        campaigns = {each.campaign_id: each for each in stack.campaigns.all()}
        if campaigns != self._campaigns:
            found.append(f"the campaigns are {campaigns}, not {self._campaigns}")
        planned = stack.plans.report(stack.pointer.read().plan_id)
        versions = {name: each.version for name, each in self._campaigns.items()}
        if planned.campaign_versions != versions:
            found.append(f"the plan knows {planned.campaign_versions}, not {versions}")
        newest = {each.as_of for each in score_rows(self._dropped).values()}
        used = {read_accepted_key(key).as_of for key in planned.accepted_keys}
        return [*found, *(f"the plan knows no drop of {each}" for each in newest - used)]


def _place(drop_id: str) -> str:
    return f"receipts/{drop_id}-0.json"

"""Promise R5 as a game of turns: pauses against an activation that forgets, and against runs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.activate_plan import handler as activate_plan
from functions.update_campaign import handler as update_campaign
from shared.campaign.update import update_campaign as update
from shared.erasure.erasures import NOBODY_ERASED
from shared.plan.reports import decode_report
from shared.plan.store import report_key
from shared.pointer.schema import OPERATOR
from shared.policy.policies import open_policy
from tests.aws_world import World
from tests.faults.turns.small_plans import decide, small_plan, store
from tests.faults.turns.small_worlds import Standing, attributes_of, pointer_of
from tests.faults.turns.turns import Actor, Choose, Priorities, Turns
from tests.integration.messages import campaign_detail
from tests.unit.lookup.hand_made import NOW, TRACKS

ACTORS = ("stopped run", "next run", "resume", "pause")
STEPS = 46  # of a schedule, about
SILENCED, CHANGED = (f"c-{track}" for track in TRACKS[:2])


class Pauses:
    """The world of the game: no plan that may be served holds the campaign that is changed.

    The activation of plan 4 goes on though its run was stopped; the next run plans the campaign if
    it is active. Its publisher resumes it by version 2 and pauses it by version 3, in any order.
    """

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self.world, self.turns = world, Turns(patch)
        others = (TRACKS[0], *TRACKS[2:])
        self.ids = {number: store(small_plan(number, others), number) for number in (2, 3, 4)}
        self.held: dict[str, frozenset[str]] = {}  # campaigns by plan
        decide(self.ids[2], 2)
        decide(self.ids[3], 3)
        self.change(1, "active")
        model, requests = activate_plan.pointer.model, activate_plan.requests
        entries = activate_plan.pointer.changes_of({SILENCED: OPERATOR})
        model("pointer").update(actions=entries)
        requests.count_from(4)
        requests.claim(requests.read(), NOW)
        self.before = Standing.of(world)
        self.acts: dict[str, Callable[[], object]] = {
            "stopped run": lambda: decide(self.ids[4], 4),
            "next run": self.run,
            "resume": lambda: self.change(2, "active"),
            "pause": lambda: self.change(3, "paused"),
        }

    def change(self, version: int, status: str) -> None:
        """Apply a version of the campaign."""
        detail = campaign_detail(campaign_id=CHANGED, version=version, status=status)
        update(
            detail,
            publisher="label",
            correlation_id="1",
            policy=open_policy(),
            erased=NOBODY_ERASED,
            campaigns=update_campaign.campaigns,
            pointer=update_campaign.pointer,
            events=update_campaign.events,
        )

    def run(self) -> None:
        """Take over from the run that was stopped, and make the next one to its end."""
        requests = activate_plan.requests
        requests.release("plan-4")
        requests.raise_requested()
        claimed = requests.claim(requests.read(), NOW)
        assert claimed.run == "plan-5"
        campaign = update_campaign.campaigns.get(CHANGED)
        assert campaign is not None
        tracks = TRACKS if campaign.is_active else (TRACKS[0], *TRACKS[2:])
        decide(store(small_plan(5, tracks), 5), 5)
        requests.release("plan-5")

    def violations(self, choose: Choose) -> list[str]:
        """Play one schedule from the beginning and return what was broken in it."""
        self.before.put_back(self.world)
        found: list[str] = []

        def judge(actor: Actor) -> None:
            found.extend(f"after {actor.name}: {broken}" for broken in self._broken())

        failed = self.turns.run(self.acts, choose, after=judge)
        found += [f"{name} failed: {error!r}" for name, error in failed.items() if error]
        if pointer_of(self.world).request != 5:
            found.append(f"the newest plan is not current, but {pointer_of(self.world)}")
        if attributes_of(self.world, self.world.campaigns_table)[CHANGED]["version"] != 3:
            found.append("the newest version does not stand")
        return found

    def _broken(self) -> Iterator[str]:
        """Yield what is silent and should speak, and what may speak and should be silent."""
        pointer = pointer_of(self.world)
        if pointer.suppressed.get(SILENCED) != OPERATOR:
            yield f"the operator's entry is gone: {pointer.suppressed}"
        campaign = attributes_of(self.world, self.world.campaigns_table)[CHANGED]
        entry, version = pointer.suppressed.get(CHANGED), campaign["version"]
        if campaign["status"] == "active" and entry is not None:
            yield f"version {version} is active and silenced by {entry}"
        if campaign["status"] == "paused" and entry != version:
            for plan_id in (pointer.plan_id, pointer.previous_plan_id):
                if CHANGED in self._campaigns(plan_id):
                    yield f"version {version} is paused and in plan {plan_id}, with entry {entry}"

    def _campaigns(self, plan_id: str) -> frozenset[str]:
        if plan_id not in self.held:
            body: Any = self.world.objects(self.world.plan_bucket, report_key(plan_id))
            (report,) = map(decode_report, body.values())
            self.held[plan_id] = frozenset(c.campaign_id for c in report.campaigns)
        return self.held[plan_id]


def pause_schedule(seed: int) -> Priorities:
    """Return a schedule of this game, of depth 2, 3 or 4."""
    return Priorities(seed, ACTORS, steps=STEPS, depth=2 + seed % 3)

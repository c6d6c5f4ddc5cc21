"""Promise R6: what may fail between a request for a plan and its answers, and who looks on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from math import isclose
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from moto.core.botocore_stubber import BotocoreStubber

from shared.plan.serving import serving_key
from tests.aws_world import LambdaContext, World, queue_batch
from tests.faults.crashes.plan_steps import contend
from tests.faults.kept_states import kept, put_back
from tests.faults.turns.small_plans import (
    Reader,
    decide,
    expected_scores,
    put_row,
    small_plan,
    store,
)
from tests.integration.journeys import Journey
from tests.unit.lookup.hand_made import NOW, TRACKS

MAX_AGE_S = 600
AGES_S = (60, 900, 1500)  # fresh, older than a caller takes, older than twice that
QUANTUM = 1e-3
GOOD, NEXT = 1, 2


@dataclass(frozen=True)
class Sight:
    """What lookups are to see of the last good plan; a cold start may have nothing to say."""

    cold_answers: bool = True
    is_cut_off: bool = False
    has_results: bool = True


AS_EVER = Sight()
OUT_OF_REACH = Sight(cold_answers=False, is_cut_off=True)
NOTHING_READ = replace(OUT_OF_REACH, has_results=False)


class LastGoodPlan:
    """Data that can be solved, a plan that is served, and two environments of lookups."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self.world, self.patch = world, patch
        self.journey = Journey(world, LambdaContext(), queue_batch)
        contend(self.journey)
        put_row(world)
        self.plan_id = store(small_plan(GOOD), GOOD)
        decide(self.plan_id, GOOD)
        self.warm, self.cold = Reader("warm", patch), Reader("cold", patch)
        self.before = kept(world)

    def begin_anew(self) -> None:
        """Put everything back as it was before anything failed."""
        put_back(self.world, self.before)
        self.warm.start_anew()
        self.warm.clock.instant = NOW
        self.warm.ask()

    def replaced(self, key: str, body: bytes | None) -> None:
        """Store other bytes under a key of the bucket of plans, or nothing."""
        self.world.s3.delete_object(Bucket=self.world.plan_bucket, Key=key)
        if body is not None:
            self.world.s3.put_object(Bucket=self.world.plan_bucket, Key=key, Body=body)

    def activate_next(self, **report: Any) -> str:
        """Store the next plan, have it decided on, and return its state."""
        return decide(store(small_plan(NEXT, **report), NEXT), NEXT).decision.state

    def violations(self, age_s: int, sight: Sight) -> Iterator[str]:
        """Yield what lookups answer otherwise than the last good plan, marked with its age."""
        for name, reader in (("warm", self.warm), ("warm again", self.warm), ("cold", self.cold)):
            reader.clock.instant = NOW + timedelta(seconds=age_s)
            if name == "cold":
                reader.start_anew()
            answer = reader.ask(max_age_s=MAX_AGE_S)
            if name == "cold" and not sight.cold_answers:
                if (answer["statusCode"], answer["headers"].get("retry-after")) != (503, "1"):
                    yield f"cold, {age_s} s: {answer}"
            elif answer["statusCode"] != 200:
                yield f"{name}, {age_s} s: {answer}"
            else:
                yield from (
                    f"{name}, {age_s} s: {broken}"
                    for broken in self._broken(answer["body"], age_s, sight)
                )

    def _broken(self, body: dict[str, Any], age_s: int, sight: Sight) -> Iterator[str]:
        is_stale = sight.is_cut_off or age_s > MAX_AGE_S
        decay = max(0.0, 2 - age_s / MAX_AGE_S) if age_s > MAX_AGE_S else 1.0
        told = (body["plan_id"], body["plan_age_s"], body["stale"])
        if told != (self.plan_id, age_s, is_stale):
            yield f"it tells {told}"
        found = {TRACKS[result["i"]]: result["score"] for result in body["results"]}
        expected = {track: decay * score for track, score in expected_scores(GOOD).items()}
        if not sight.has_results:
            expected = {}
        if found.keys() != expected.keys() or not all(
            isclose(found[track], expected[track], abs_tol=QUANTUM) for track in found
        ):
            yield f"scores are {found}, not {expected}"
        if is_stale and any(result["status"] != "stale" for result in body["results"]):
            yield f"not all is stale in {body['results']}"


@contextmanager
def out_of_reach(is_down: Callable[[str, Any], bool]) -> Iterator[None]:
    """Let no call come through for which ``is_down`` of operation and request; nobody waits."""
    moto = BotocoreStubber.__call__

    def answered(stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
        if is_down(event_name.removeprefix("before-send."), request):
            raise EndpointConnectionError(endpoint_url=request.url)
        return moto(stubber, event_name, request, **rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        patch.setattr(BotocoreStubber, "__call__", answered)
        yield


def next_serving_key() -> str:
    """Return where the serving part of the next plan stands."""
    return serving_key(small_plan(NEXT).plan_id)

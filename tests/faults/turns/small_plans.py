"""Plans so small that their scores are computed in one's head, and those who serve them.

One listener's row holds four tracks. Prices leave room in it, so that a score is no more than
(relevance - price) / width, cut to [0, 1].
"""

import importlib.util
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from functions.activate_plan import handler as activate_plan
from shared.plan.activate import Activation
from shared.plan.activate import activate_plan as activate
from shared.plan.reports import PlanReport
from shared.plan.store import Plan, compose_plan
from shared.policy.policies import open_policy
from shared.score.rows import pack_rows
from tests.aws_world import LambdaContext, World
from tests.integration.messages import http_request
from tests.integration.plan.test_activate_plan import CAMPAIGN, REPORT
from tests.unit.lookup.hand_made import (
    HOUR_S,
    NOW,
    NOW_S,
    RELEVANCE,
    TRACKS,
    campaign_on,
    plan_of,
)
from tests.warm_functions import anew

HANDLER = Path(__file__).parents[3] / "functions" / "lookup_scores" / "handler.py"
LISTENER = "listener-1"
QUESTION = {"audience_ids": [LISTENER], "context": "radio", "track_ids": list(TRACKS)}
WIDTH = 0.2


class Clock:
    """What a handler takes for ``datetime``: it stands at an instant until it is moved."""

    def __init__(self) -> None:
        self.instant = NOW

    def now(self, zone: Any) -> datetime:
        """Return the instant."""
        return self.instant.astimezone(zone)


def price(number: int, track: str) -> float:
    """Return what a plan asks of the campaign of a track."""
    return 0.45 + 0.03 * number + 0.005 * TRACKS.index(track)


def expected_scores(number: int) -> dict[str, float]:
    """Return what each track scores by a plan."""
    return {
        track: min(1.0, max(0.0, (relevance - price(number, track)) / WIDTH))
        for track, relevance in RELEVANCE.items()
    }


def small_plan(
    number: int, tracks: tuple[str, ...] = TRACKS, *, solved_from_s: int = NOW_S, **report: Any
) -> Plan:
    """Return the plan of a number, with a campaign on each of these tracks."""
    campaigns = [
        campaign_on(
            track,
            campaign_id=f"c-{track}",
            price=price(number, track),
            ends_at_s=NOW_S + 3 * 24 * HOUR_S,
        )
        for track in tracks
    ]
    serving = plan_of(*campaigns, solved_from_s=solved_from_s).serving
    return compose_plan(serving, small_report(number, tracks, **report))


def small_report(number: int, tracks: tuple[str, ...] = TRACKS, **changes: Any) -> PlanReport:
    """Return a plan's report, with a campaign on each of these tracks."""
    planned = tuple(replace(CAMPAIGN, campaign_id=f"c-{track}") for track in tracks)
    return replace(REPORT, parent=f"number-{number}", **{"campaigns": planned, **changes})


def store(plan: Plan, number: int) -> str:
    """Store a plan as a solve does, for the request of its number; return its id."""
    activate_plan.plans.put(plan)
    activate_plan.records.note_solved(
        plan.plan_id,
        run=f"plan-{number}",
        request=number,
        gap=0.001,
        solve_s=1,
        now=NOW,
    )
    return plan.plan_id


def decide(plan_id: str, number: int) -> Activation:
    """Decide on a plan as the function does, a number of seconds from the beginning."""
    return activate(
        plan_id,
        run=f"plan-{number}",
        request=number,
        policy=open_policy(),
        most_serving_bytes=activate_plan.most_serving_bytes,
        plans=activate_plan.plans,
        records=activate_plan.records,
        requests=activate_plan.requests,
        pointer=activate_plan.pointer,
        drops=activate_plan.drops,
        events=activate_plan.events,
        now=NOW + timedelta(seconds=number),
    )


def put_row(world: World) -> None:
    """Store the listener's row."""
    names = [LISTENER] * len(RELEVANCE)
    scores = list(RELEVANCE.values())
    _, packed = pack_rows(names, list(RELEVANCE), scores, as_of=NOW, max_entries=9)
    item = {
        "audience_id": LISTENER,
        "row": packed[0],
        "order": "1",
        "producer": "models",
        "expires_at": NOW_S + 30 * 24 * HOUR_S,
    }
    world.tables.Table(world.scores_table).put_item(Item=item)


class Reader:
    """One environment of the lookup's function: its handler is imported anew for it."""

    def __init__(self, name: str, patch: pytest.MonkeyPatch) -> None:
        """Import the handler, with a clock that stands."""
        spec = importlib.util.spec_from_file_location(f"lookup_scores_of_{name}", HANDLER)
        assert spec is not None
        assert spec.loader is not None
        self.handler: ModuleType = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.handler)
        self.clock = Clock()
        patch.setattr(self.handler, "datetime", self.clock)
        self.start_anew()

    def start_anew(self) -> None:
        """Forget the plan in memory, as a cold start does."""
        self.handler.plans = anew(self.handler.plans)  # type: ignore[attr-defined]

    def ask(self, **changes: Any) -> dict[str, Any]:
        """Ask; return the response, its body read."""
        response = self.handler.handle(http_request({**QUESTION, **changes}), LambdaContext())
        return {**response, "body": json.loads(response["body"])}

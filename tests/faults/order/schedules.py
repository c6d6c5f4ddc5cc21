"""One random schedule: files and changes, carried in a random order, and held to the models."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from functions.load_scores import handler as load_scores
from functions.reconcile import handler as reconcile
from functions.solve_plan import handler as solve_plan
from functions.update_campaign import handler as update_campaign
from shared.score.hashes import id_hash
from tests.aws_world import World
from tests.faults.kept_states import empty
from tests.faults.order import models, score_rows, tables
from tests.faults.order.carrier import Carrier, UndeliverableError
from tests.faults.order.puts import (
    TRACKS,
    Puts,
    campaigns,
    catalogue,
    delivery,
    plans,
    scores,
    twins,
)
from tests.faults.order.wire import Wire
from tests.warm_functions import forget

Kind = Callable[[Puts], None]
STRETCH = os.environ.get("PROMISES") == "stretch"
Kinds = tuple[Kind, ...]
KINDS: Kinds = (scores, campaigns, catalogue, twins, delivery)
OPERATORS = (0, 0, 0, 1)  # how many campaigns an operator has silenced


@dataclass
class Schedule:
    """What was put, who was silenced, and who carries it."""

    puts: Puts
    carrier: Carrier
    operators: tuple[str, ...]

    def run(self) -> "Schedule":
        """Put everything in flight, and carry it to its end."""
        for event in self.puts.events:
            self.carrier.event(event)
        self.carrier.carry()
        return self

    def say(self, events: list[dict[str, Any]]) -> "Schedule":
        """Put events in flight of which none is lost."""
        share, self.carrier.loses = self.carrier.loses, 0.0
        for event in events:
            self.carrier.event(event)
        self.carrier.loses = share
        return self

    def look(self, patch: pytest.MonkeyPatch) -> "Schedule":
        """Let the clock come, moved on, and carry what it asks for with nothing lost."""
        self.carrier.loses = 0.0
        with patch.context() as moved:
            moved.setattr(reconcile, "settled_after", timedelta(seconds=-5))
            self.carrier.look()
            self.carrier.carry()
        return self


def made(world: World, wire: Wire, seed: int, kind: Kind, **carrier: Any) -> Schedule:
    """Return the schedule of a seed, in an empty world."""
    empty(world)
    forget()
    wire.said, wire.started = [], []
    random = Random(seed)
    puts = Puts(world, random, datetime.now(UTC).replace(microsecond=0))
    operators = ("c1",) * random.choice(OPERATORS) if kind in (campaigns, delivery) else ()
    for campaign_id in operators:
        suppress(campaign_id)
    kind(puts)
    if kind not in (campaigns, plans):  # of which each asks for plans as any other does
        carrier = {"deaf": ("request_plan",), **carrier}
    return Schedule(puts, Carrier(world, wire, random, **carrier), operators)


def ends(
    world: World,
    wire: Wire,
    patch: pytest.MonkeyPatch,
    seeds: range,
    kinds: Kinds = KINDS,
    **carrier: Any,
) -> Iterator[str]:
    """Run the schedules of some seeds, kind after kind; yield how each one ended otherwise."""
    patch.setattr(load_scores, "part_rows", 1)  # drops of three audiences are loaded by runs
    for seed in seeds:
        kind = kinds[seed % len(kinds)]
        schedule = made(world, wire, seed, kind, **carrier)
        try:
            schedule.run()
            if kind is delivery:
                schedule.look(patch)
            found = differences(schedule)
        except UndeliverableError as error:
            found = {"in flight": (str(error), "nothing")}
        yield f"{kind.__name__}, seed {seed}: {found}" if found else ""


def suppress(campaign_id: str) -> None:
    """Silence a campaign as an operator does."""
    pointer = update_campaign.pointer
    pointer.read()
    pointer.model("pointer").update(actions=pointer.changes_of({campaign_id: "operator"}))


def differences(schedule: Schedule) -> dict[str, tuple[Any, Any]]:
    """Return what stands otherwise than in the models: found and wanted."""
    world, puts = schedule.puts.world, schedule.puts
    wanted, found = _wanted(schedule), _found(world, puts)
    return {name: (found[name], wanted[name]) for name in wanted if found[name] != wanted[name]}


def _wanted(schedule: Schedule) -> dict[str, Any]:
    puts, dropped = schedule.puts, schedule.puts.dropped
    today = puts.now.date()
    totals = models.delivered(dropped, today)
    known = models.campaigns(puts.changes)
    tracks = models.newest(dropped, "tracks", "track_id")
    audiences = models.newest(dropped, "audiences", "audience_id")
    supply = models.newest(dropped, "supply", "audience_id", "context", "date")
    return {
        "scores": score_rows.written(models.score_rows(dropped)),
        "campaigns": {name: each["name"] for name, each in known.items()},
        "suppressed": models.silent(known, totals, schedule.operators, today),
        "receipts": Counter(each.version_id for each in dropped),
        "tracks": {name: row["licensor_id"] for (name,), row in tracks.items()},
        "audiences": {id_hash(a): id_hash(r["parent_id"]) for (a,), r in audiences.items()},
        "supply": {(id_hash(a), *key): row["expected_slots"] for (a, *key), row in supply.items()},
        "delivered": totals,
        "due": False,
    }


def _found(world: World, puts: Puts) -> dict[str, Any]:
    requests = solve_plan.requests.read()
    return {
        "scores": tables.score_table(world),
        "campaigns": {n: each["name"] for n, each in tables.campaign_table(world).items()},
        "suppressed": tables.suppressions(world),
        "receipts": tables.receipts(world),
        "due": requests.is_due or bool(requests.run),
        **tables.inputs(world, set(TRACKS), puts.now),
    }

"""Schedules that are disturbed: calls that fail, notifications that are lost."""

import time
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from botocore.retries.quota import RetryQuota

from functions.load_scores import handler as load_scores
from shared.table import signed_calls
from tests.aws_world import World
from tests.faults.order.faulty_calls import FaultyCalls
from tests.faults.order.schedules import KINDS, Kinds, differences, ends, made
from tests.faults.order.wire import Wire


def ends_after_losses(
    world: World,
    wire: Wire,
    patch: pytest.MonkeyPatch,
    seeds: range,
    share: float,
    kinds: Kinds = KINDS,
) -> Iterator[tuple[str, int]]:
    """Run schedules of which a share of the notifications is lost, and then the clock looks once.

    Drops, and campaigns by drop: what a publisher says is lost only where its own bus loses it.
    Yields how each ended otherwise, and how much was lost.
    """
    patch.setattr(load_scores, "part_rows", 1)  # drops of three audiences are loaded by runs
    for seed in seeds:
        kind = kinds[seed % len(kinds)]
        schedule = made(world, wire, seed, kind, loses=share)
        said = [e for e in schedule.puts.events if e["detail-type"] == "CampaignChanged"]
        schedule.puts.events = [e for e in schedule.puts.events if e not in said]
        found = differences(schedule.say(said).run().look(patch))
        yield (
            f"{kind.__name__}, seed {seed}: {found}" if found else "",
            schedule.carrier.lost,
        )


def ends_under_faults(
    world: World,
    wire: Wire,
    patch: pytest.MonkeyPatch,
    seeds: range,
    share: float,
    kinds: Kinds = KINDS,
) -> Iterator[tuple[str, Counter[str]]]:
    """Run schedules under faulty calls; nobody waits, and what fails comes again till it does not.

    Yields how each ended otherwise, and the faults that it met. Clients retry as in a new
    environment: their quota of retries counts for life, and faults of many runs would end it.
    """
    with patch.context() as no_time:
        no_time.setattr(time, "sleep", lambda _: None)
        no_time.setattr(signed_calls, "sleep", lambda _: None)
        no_time.setattr(RetryQuota, "acquire", lambda *_: True)
        for seed in seeds:
            faults = FaultyCalls(Random(seed), share)
            wire.throws = faults
            one, tries = range(seed, seed + 1), 500
            (difference,) = ends(world, wire, patch, one, kinds, most_tries=tries, faults=faults)
            yield difference, faults.thrown
    wire.throws = None

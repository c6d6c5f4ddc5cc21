"""All that a world holds: kept and put back in place, and seen without what clocks say."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
from moto.core.base_backend import BackendDict
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.s3.utils import _VersionedKeyStore
from moto.stepfunctions.models import stepfunctions_backends

from tests.aws_world import World

CLOCKED = {
    "activated_at",
    "began_at",
    "claimed_at",
    "decided_at",
    "exported_at",
    "judged_at",
    "loaded_at",
    "plan_age_s",
    "served_at",
    "server-timing",
    "solve_s",
    "timings",
}
"""What says when something was done, or how long it took; that it is there counts."""

OBJECT, RUN = "s3://", "run: "


@dataclass(frozen=True)
class Kept:
    """What stood in a world: objects as bytes, items and runs as moto has them."""

    objects: dict[tuple[str, str], bytes]
    items: dict[str, Any]
    runs: dict[str, list[Any]]


def kept(world: World) -> Kept:
    """Return all that stands there now."""
    return Kept(
        objects=_objects(world),
        items={name: deepcopy(_tables(world)[name].items) for name in tables_of(world)},
        runs={machine.arn: list(machine.executions) for machine in _machines(world)},
    )


def put_back(world: World, before: Kept) -> None:
    """Make the world hold what it held; what it still holds is not written again."""
    now = _objects(world)
    for bucket, key in now.keys() - before.objects.keys():
        world.s3.delete_object(Bucket=bucket, Key=key)
    for (bucket, key), body in before.objects.items():
        if now.get((bucket, key)) != body:
            world.s3.put_object(Bucket=bucket, Key=key, Body=body)
    for name, items in before.items.items():
        _tables(world)[name].items = deepcopy(items)
    for machine in _machines(world):
        machine.executions = list(before.runs[machine.arn])
    world.events()


def empty(world: World) -> None:
    """Make the world hold nothing, dropped files included."""
    for bucket in _of(s3_backends, world, "aws").buckets.values():
        bucket.keys = _VersionedKeyStore()
    for name in tables_of(world):
        _tables(world)[name].items.clear()
    for machine in _machines(world):
        machine.executions = []


def arrive(world: World, key: str, version_id: str, *, at: datetime) -> None:
    """Make the newest version of a dropped file one that came at an instant, under an id."""
    newest = _of(s3_backends, world, "aws").buckets[world.drop_bucket].keys.getlist(key)[-1]
    newest.last_modified, newest._version_id = at.replace(tzinfo=None), version_id


def end_run(world: World, machine: str, name: str, status: str) -> None:
    """End a run of a state machine."""
    (runs,) = (each.executions for each in _machines(world) if each.arn == machine)
    (run,) = (each for each in runs if each.name == name)
    run.status = status


def standing(world: World) -> dict[str, Any]:
    """Return every object, item and run by its name, as it stands."""
    found: dict[str, Any] = {}
    for (bucket, key), body in _objects(world).items():
        found[f"{OBJECT}{bucket}/{key}"] = body
    for name in tables_of(world):
        for key, item in _tables(world)[name].items.items():
            found[f"{name}: {key.value}"] = item.to_json()["Attributes"]
    for machine in _machines(world):
        for run in machine.executions:
            found[f"{RUN}{run.name}"] = (run.status, json.loads(run.execution_input))
    return found


def seen(stands: dict[str, Any]) -> dict[str, Any]:
    """Return what stands without instants and run times."""
    return {name: _read(name)(value) for name, value in stands.items()}


def unclocked(value: Any) -> Any:
    """Return a tree without what clocks say."""
    if isinstance(value, dict):
        return {
            name: "clocked" if name in CLOCKED and each else unclocked(each)
            for name, each in value.items()
        }
    return [unclocked(each) for each in value] if isinstance(value, list | tuple) else value


def tables_of(world: World) -> tuple[str, ...]:
    """Return the names of all tables."""
    return world.drops_table, world.scores_table, world.campaigns_table, world.plans_table


def _read(name: str) -> Callable[[Any], Any]:
    """Return how to see what stands under a name: as it is, unless instants are in it."""
    folder, _, file = name.rpartition("/")
    if not name.startswith(OBJECT):
        return _unclocked_run if name.startswith(RUN) else unclocked
    if folder.endswith("/receipts") or file == "_manifest.json":
        return lambda body: unclocked(json.loads(body))
    if file == "run.msgpack":
        return lambda body: unclocked(msgspec.msgpack.decode(body))
    return _unclocked_arrays if file == "terms.npz" else lambda body: body


def _unclocked_run(run: tuple[str, dict[str, Any]]) -> Any:
    status, asked = run
    return status, {**asked, **({"solved_from": "clocked"} if "solved_from" in asked else {})}


def _unclocked_arrays(body: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(body), allow_pickle=False) as members:
        arrays = {name: members[name] for name in members.files}
    return unclocked({name: (str(a.dtype), a.tolist()) for name, a in arrays.items()})


def _objects(world: World) -> dict[tuple[str, str], bytes]:
    buckets = _of(s3_backends, world, "aws").buckets
    return {
        (bucket, key): versions[-1].value
        for bucket in buckets
        if bucket != world.drop_bucket  # which no function may write
        for key, versions in buckets[bucket].keys.lists()
        if hasattr(versions[-1], "value")
    }


def _tables(world: World) -> dict[str, Any]:
    tables: dict[str, Any] = _of(dynamodb_backends, world, world.region).tables
    return tables


def _machines(world: World) -> list[Any]:
    machines: list[Any] = _of(stepfunctions_backends, world, world.region).state_machines
    return machines


def _of(backends: BackendDict, world: World, region: str) -> Any:
    return backends[world.account][region]

"""The lookup at each memory size: started, asked for the first time, warm, and with a new plan."""

import json
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

from bench_load.cpu_quota import Periods, cpu_of
from bench_load.environment import Environment, started
from bench_lookup.asked import event_of, scores_in
from bench_lookup.measuring import stub
from bench_sides import ROOT, DifferentAnswersError

from infra.bundling.bundles import Bundler
from infra.bundling.targets import target_named

MEMORY_MB = (128, 256, 512, 768, 1024, 1769, 3008)
STORES_DELAY_MS = 4.0
PAUSE_S = 0.025  # longer than a period: whoever asks so finds the quota whole


@dataclass
class Taken:
    """What one memory size took, over all rounds; seconds unless a name says more."""

    cold: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)  # warm, one after another
    billed: list[float] = field(default_factory=list)  # the same, until the runtime is ready
    alone: list[float] = field(default_factory=list)  # warm, with pauses
    new_plan: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # a warm lookup, a mean a round
    cold_cpu: list[float] = field(default_factory=list)
    periods: int = 0  # of the quota while busy
    stopped: int = 0  # of these, with the process stopped until they ended
    peak_bytes: int = 0


def sweep(
    folder: Path, rounds: int, busy: int, alone: int, sizes: tuple[int, ...] = MEMORY_MB
) -> Mapping[int, Taken]:
    """Return what each memory size takes, sizes in another order each round.

    Args:
        folder: a world of `bench_lookup.lookup_world`; the bundle is unpacked beside it.
        rounds: environments started of each size.
        busy: warm lookups of each, one after another.
        alone: warm lookups of each with pauses between them.
        sizes: memory sizes in MB.

    Raises:
        NoQuotaError: this host lets nobody limit a process's CPU.
        SideError: the function failed.
        DifferentAnswersError: sizes do not answer alike.
    """
    bundle = _unpacked(folder / "bundle")
    event = json.dumps(event_of(folder)).encode()
    taken = {memory_mb: Taken() for memory_mb in sizes}
    answers: set[str] = set()
    with stub(folder, STORES_DELAY_MS) as (endpoint, _):
        for turn in range(rounds):
            begin = turn % len(sizes)
            for memory_mb in sizes[begin:] + sizes[:begin]:
                plans = (_plan_id(turn, memory_mb, 0), _plan_id(turn, memory_mb, 1))
                _point_at(endpoint, folder, plans[0])
                with (
                    cpu_of(memory_mb) as quota,
                    started(bundle, endpoint, quota, memory_mb) as environment,
                ):
                    answers.add(_asked(environment, event, busy, alone, taken[memory_mb]))
                    _point_at(endpoint, folder, plans[1])
                    taken[memory_mb].new_plan.append(environment.invoke(event).answered_s)
                    peak_bytes = max(taken[memory_mb].peak_bytes, environment.peak_bytes)
                    taken[memory_mb].peak_bytes = peak_bytes
    if len(answers) != 1:
        raise DifferentAnswersError(f"{len(answers)} answers to one question")
    return taken


def _asked(environment: Environment, event: bytes, busy: int, alone: int, taken: Taken) -> str:
    """Ask for the first time, then warm, and return what was answered."""
    taken.cold.append(environment.cold_s)
    taken.cold_cpu.append(environment.cpu_s)
    first = environment.invoke(event)
    taken.first.append(first.answered_s)
    for _ in range(5):
        environment.invoke(event)
    time.sleep(PAUSE_S)
    before, cpu_before = environment.periods, environment.cpu_s
    for _ in range(busy):
        run = environment.invoke(event)
        taken.busy.append(run.answered_s)
        taken.billed.append(run.done_s)
    held: Periods = environment.periods.since(before)
    taken.cpu.append((environment.cpu_s - cpu_before) / busy)
    taken.periods += held.all
    taken.stopped += held.stopped
    for _ in range(alone):
        time.sleep(PAUSE_S)
        taken.alone.append(environment.invoke(event).answered_s)
    return json.dumps(scores_in(json.loads(first.answer)))


def _unpacked(folder: Path) -> Path:
    bundler = Bundler(root=ROOT, cache=ROOT / ".cache", on_progress=print)
    with zipfile.ZipFile(bundler.bundle("lookup_scores", target_named("local")).path) as archive:
        archive.extractall(folder)
    return folder


def _plan_id(turn: int, memory_mb: int, number: int) -> str:
    return f"{turn:08x}{memory_mb:08x}{number:016x}"


def _point_at(endpoint: str, folder: Path, plan_id: str) -> None:
    """Make the stub's pointer name a plan; it gives the same one by any name."""
    item = json.loads((folder / "items.json").read_text())["plans"]
    named = {**item, "plan_id": {"S": plan_id}}
    body = {"RequestItems": {"plans": [{"PutRequest": {"Item": named}}]}}
    headers = {"x-amz-target": "DynamoDB_20120810.BatchWriteItem"}
    with urlopen(Request(endpoint, json.dumps(body).encode(), headers)) as answer:
        assert answer.status == 200

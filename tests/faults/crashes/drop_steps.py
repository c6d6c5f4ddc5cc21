"""Every step of a drop, from the file to rows, each waiting for its function."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from functions.ingest_drop import handler as ingest_drop
from functions.load_part import handler as load_part
from functions.load_scores import handler as load_scores
from functions.reconcile import handler as reconcile
from shared.drop.load_parts import PARTS_AT_ONCE
from tests.aws_world import queue_batch
from tests.faults.crashes.crash_points import Step
from tests.integration.journeys import TODAY, Journey
from tests.integration.messages import campaign_detail, envelope

Arranged = Callable[[Journey, pytest.MonkeyPatch], Step]
Files = tuple[tuple[str, bytes], ...]

SCORES = b"audience_id,track_id,score\na,t1,0.25\na,t2,0.5\nb,t1,1\n"
PARTIAL = SCORES + b"b,t2,1.5\n"
NIGHT = f"drops/scores/ml/{TODAY}"
FOLDER = f"{NIGHT}/night.parts"
PART_ROWS = 2
LARGE = PARTS_AT_ONCE * PART_ROWS + 1  # audiences that a run of three parts loads
TWO_PARTS = (PARTIAL, b"audience_id,track_id,score\nc,t1,0.5\n")


def in_parts(*bodies: bytes, **told: Any) -> Files:
    """Return parts and their manifest."""
    named = {f"{i}.csv": body for i, body in enumerate(bodies)}
    parts = [
        {"name": name, "sha256": sha256(body).hexdigest(), "rows": body.count(b"\n") - 1}
        for name, body in named.items()
    ]
    files = ((f"{FOLDER}/{name}", body) for name, body in named.items())
    return (*files, (f"{FOLDER}/_manifest.json", json.dumps({"parts": parts, **told}).encode()))


def judging(*files: tuple[str, bytes], after: Files = ()) -> Arranged:
    """Return the judging of the last of some files, after other drops were judged."""

    def arranged(journey: Journey, _: pytest.MonkeyPatch) -> Step:
        for key, body in after:
            ingest_drop.handle(queue_batch(journey.world.drop(key, body)), journey.context)
        *_, event = [journey.world.drop(key, body) for key, body in files]
        return waiting(journey, ingest_drop.handle, event)

    return arranged


def replaying(journey: Journey, _: pytest.MonkeyPatch) -> Step:
    """Return the second judgement of a drop."""
    event = journey.world.drop(f"{NIGHT}/a.csv", SCORES)
    ingest_drop.handle(queue_batch(event), journey.context)
    version = event["detail"]["object"]["version-id"]
    asked = {"key": f"{NIGHT}/a.csv", "version_id": version, "judgement": 1}
    return waiting(journey, ingest_drop.handle, envelope("ReplayRequested", asked))


def loading(audiences: int, *, times: int = 0) -> Arranged:
    """Return the loading of a drop of so many audiences, which was loaded before."""

    def arranged(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Step:
        monkeypatch.setattr(load_scores, "part_rows", PART_ROWS)
        event = accepted(journey, f"{NIGHT}/a.csv", scores_of(audiences))
        for _ in range(times):
            load_scores.handle(queue_batch(event), journey.context)
        return waiting(journey, load_scores.handle, event)

    return arranged


def loading_part(*, is_last: bool) -> Arranged:
    """Return the loading of one of three parts, the first or the last."""

    def arranged(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Step:
        monkeypatch.setattr(load_scores, "part_rows", PART_ROWS)
        event = accepted(journey, f"{NIGHT}/a.csv", scores_of(LARGE))
        load_scores.handle(queue_batch(event), journey.context)
        (run,) = runs_of(journey, journey.world.load_state_machine_arn)
        steps = [{"drop": run["drop"], "part": part} for part in run["parts"]]
        for step in steps[:-1] if is_last else ():
            load_part.handle(step, journey.context)
        return Step(lambda: load_part.handle(steps[-1 if is_last else 0], journey.context))

    return arranged


def looking(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Step:
    """Return the look for what was left behind, where all of it is to be found."""
    monkeypatch.setattr(reconcile, "settled_after", timedelta(seconds=-5))
    accepted(journey, f"{NIGHT}/unloaded.csv", SCORES)
    body = json.dumps(campaign_detail()).encode()
    accepted(journey, "drops/campaigns/label/2026-01-05/c.jsonl", body)
    loaded = accepted(journey, f"{NIGHT}/loaded.csv", b"audience_id,track_id,score\nz,t1,1\n")
    load_scores.handle(queue_batch(loaded), journey.context)
    for name in ("lost", "lost-too"):
        journey.world.drop(f"{NIGHT}/{name}.csv", SCORES)
    return waiting(journey, reconcile.handle, envelope("Scheduled Event", {}))


def scores_of(audiences: int) -> bytes:
    """Return a file with a score for each of so many audiences."""
    rows = "".join(f"a{i:02},t1,0.{i % 9}\n" for i in range(audiences))
    return f"audience_id,track_id,score\n{rows}".encode()


def accepted(journey: Journey, key: str, body: bytes) -> dict[str, Any]:
    """Drop a file, have it judged and return what is said of its acceptance."""
    journey.world.events()
    ingest_drop.handle(queue_batch(journey.world.drop(key, body)), journey.context)
    ((name, detail),) = journey.world.events("DropAccepted")
    return envelope(name, detail, source="oasis")


def waiting(journey: Journey, handle: Callable[..., Any], event: dict[str, Any]) -> Step:
    """Return the step of a message that stands in the function's queue."""
    return Step(lambda: handle(queue_batch(event), journey.context))


def runs_of(journey: Journey, machine: str) -> list[dict[str, Any]]:
    """Return what each run of a state machine was asked."""
    states = journey.world.states
    found = states.list_executions(stateMachineArn=machine)["executions"]
    return [
        json.loads(states.describe_execution(executionArn=each["executionArn"])["input"])
        for each in found
    ]


DROP_STEPS: dict[str, Arranged] = {
    "ingest_drop, accepted": judging((f"{NIGHT}/a.csv", SCORES)),
    "ingest_drop, partial": judging((f"{NIGHT}/a.csv", PARTIAL)),
    "ingest_drop, rejected": judging((f"{NIGHT}/a.csv", b"a,t1,0.5\n")),
    "ingest_drop, a bad key": judging(("drops/a.csv", SCORES)),
    "ingest_drop, a document": judging(("drops/policy/operations/2026-01-05/a.json", b"{}")),
    "ingest_drop, in parts": judging(*in_parts(*TWO_PARTS)),
    "ingest_drop, full": judging(
        *in_parts(scores_of(1), mode="full"),
        after=((f"drops/scores/ml/{TODAY}/0.csv", scores_of(2)),),
    ),
    "ingest_drop, dry run": judging(*in_parts(*TWO_PARTS, dry_run=True)),
    "ingest_drop, a duplicate": judging(
        (f"{NIGHT}/b.csv", SCORES), after=((f"{NIGHT}/a.csv", SCORES),)
    ),
    "ingest_drop, a replay": replaying,
    "load_scores, at once": loading(PART_ROWS + 1),
    "load_scores, in a run": loading(LARGE),
    "load_scores, loaded before": loading(1, times=1),
    "load_scores, run started before": loading(LARGE, times=1),
    "load_part, the first": loading_part(is_last=False),
    "load_part, the last": loading_part(is_last=True),
    "reconcile": looking,
}

"""Large accepted drops on moto: a run writes their parts in any order, any number of times."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from functions.ingest_drop import handler as ingest_handler
from functions.load_part import handler as part_handler
from functions.load_scores import handler as load_handler
from shared.drop import load_parts
from shared.drop.load_store import LoadTable

AUDIENCES = 57


@pytest.fixture
def accepted(world: Any, context: Any, make_batch: Callable[..., Any]) -> dict[str, Any]:
    """Return the batch that says that a drop of many parts was accepted."""
    rows = "".join(f"a{i:02},t{n},0.{n}\n" for i in range(AUDIENCES) for n in range(1, 4))
    event = world.drop(
        "drops/scores/ml/2026-01-05/a.csv", f"audience_id,track_id,score\n{rows}".encode()
    )
    ingest_handler.handle(make_batch(event), context)
    ((name, detail),) = world.events("DropAccepted")
    batch: dict[str, Any] = make_batch(
        {
            "id": "1", "detail-type": name, "source": "oasis", "account": world.account,
            "detail": detail,
        }
    )  # fmt: skip
    return batch


def runs(world: Any) -> list[dict[str, Any]]:
    """Return what each run of the state machine was asked, the first first."""
    found = world.states.list_executions(stateMachineArn=world.load_state_machine_arn)
    executions = sorted(found["executions"], key=lambda each: each["name"])
    return [
        json.loads(world.states.describe_execution(executionArn=e["executionArn"])["input"])
        for e in executions
    ]


def steps(run: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the map hands to the function, an item each."""
    return [{"drop": run["drop"], "part": part} for part in run["parts"]]


def test_a_run_writes_every_row_once_and_says_so_once(
    world: Any, accepted: Any, context: Any
) -> None:
    load_handler.handle(accepted, context)
    (run,) = runs(world)
    ends = [part_handler.handle(step, context) for step in reversed(steps(run))]

    rows = {item["audience_id"] for item in world.items(world.scores_table)}
    assert rows == {f"a{i:02}" for i in range(AUDIENCES)}
    assert [end["parts_done"] for end in ends] == [1, 2, 3, 4, 5, 6]
    ((_, said),) = world.events("ScoresLoaded")
    assert (said["rows_written"], said["rows_superseded"]) == (AUDIENCES, 0)


def test_nothing_is_said_before_the_last_part(world: Any, accepted: Any, context: Any) -> None:
    load_handler.handle(accepted, context)
    (run,) = runs(world)

    for step in steps(run)[1:]:
        part_handler.handle(step, context)

    assert world.events("ScoresLoaded") == []
    progress = LoadTable(world.drops_table).find(run["drop"]["accepted_key"])
    assert (progress.parts, progress.parts_done, progress.is_complete) == (6, 5, False)


def test_a_part_that_is_written_again_changes_no_item(
    world: Any, accepted: Any, context: Any
) -> None:
    load_handler.handle(accepted, context)
    (run,) = runs(world)
    for step in steps(run):
        part_handler.handle(step, context)
    before = (world.items(world.scores_table), world.items(world.drops_table))

    part_handler.handle(steps(run)[2], context)

    assert (world.items(world.scores_table), world.items(world.drops_table)) == before


def test_a_redelivered_event_starts_no_second_run(world: Any, accepted: Any, context: Any) -> None:
    load_handler.handle(accepted, context)

    load_handler.handle(accepted, context)

    assert len(runs(world)) == 1


def test_a_run_that_failed_is_started_again(world: Any, accepted: Any, context: Any) -> None:
    load_handler.handle(accepted, context)
    (execution,) = world.states.list_executions(stateMachineArn=world.load_state_machine_arn)[
        "executions"
    ]
    world.states.stop_execution(executionArn=execution["executionArn"])

    load_handler.handle(accepted, context)

    assert len(runs(world)) == 2
    assert runs(world)[0] == runs(world)[1]


def test_parts_cover_all_rows_once_and_stay_few() -> None:
    for rows in (0, 1, 9_999, 10_000, 10_001, 89_311, 1_000_000, 1_000_001, 50_000_000):
        parts = load_parts.load_parts(rows, 10_000)

        covered = [(part.first, part.first + part.rows) for part in parts]
        assert covered[0][0] == 0
        assert covered[-1][1] == rows
        assert all(end == start for (_, end), (start, _) in pairwise(covered))
        assert len(parts) <= load_parts.MOST_PARTS


def test_a_part_reads_only_the_row_groups_that_it_stands_in(world: Any) -> None:
    from shared.drop.accepted_store import AcceptedBucket

    table = pa.table({"audience_id": [f"a{i}" for i in range(100_000)]})
    body = pa.BufferOutputStream()
    pq.write_table(table, body, row_group_size=10_000, compression="none", use_dictionary=False)
    data = body.getvalue().to_pybytes()
    world.s3.put_object(Bucket=world.accepted_bucket, Key="scores/x.parquet", Body=data)
    file = AcceptedBucket(world.accepted_bucket).open("scores/x.parquet")
    world.calls.start()

    rows = file.read_row_group(7)

    assert rows.column("audience_id").to_pylist() == [f"a{i}" for i in range(70_000, 80_000)]
    assert 1 <= len(world.calls.calls) <= 3

"""Function processes are killed while they work: what stands in the end is what models say."""

import os
from itertools import cycle, islice
from pathlib import Path

import pytest

from infra.local.processes import PROC
from tests.e2e import small_world
from tests.e2e.own_stack import own_stack
from tests.processes.killing import VISIBLE_AGAIN_S, Killer
from tests.processes.sequence import Sequence
from tests.promises import Count

POINTS = 50 if os.environ.get("PROMISES") == "stretch" else 10
PLANNING = ("RequestPlan", "PlanRunSolvePlan", "PlanRunActivatePlan")
STRUCK = POINTS // 4  # within a batch or a step: a kill may come just after it
VICTIMS = [
    *((Sequence.drop, name) for name in ("IngestDrop", "LoadScores", *PLANNING)),
    *((Sequence.change, name) for name in ("UpdateCampaign", "UpdateCampaign", *PLANNING)),
]


@pytest.mark.promise("R2")
@pytest.mark.skipif(not (PROC / "self").exists(), reason="who is at work is said by /proc")
def test_function_processes_killed_at_work_lose_nothing_and_double_nothing(
    tmp_path: Path, runs: Count
) -> None:
    with own_stack(tmp_path) as own:
        own.live.fill(small_world.files(), small_world.CAMPAIGNS)
        own.live.queues.see_again_after(VISIBLE_AGAIN_S)
        sequence, killer = Sequence(own.live, seed=POINTS), Killer(own, seed=POINTS)

        for send, function in islice(cycle(VICTIMS), 4 * POINTS):
            if len(killer.killed) >= POINTS and killer.struck() >= STRUCK:
                break
            since = killer.look()
            send(sequence)
            killer.kill(since, function)
        own.live.settle()

        runs.add(len(killer.killed))
        print(f"{len(killer.killed)} killed, {killer.struck()} of them within a batch or a step")
        assert sequence.unlike() == []
        assert len(killer.killed) >= POINTS
        assert killer.struck() >= STRUCK

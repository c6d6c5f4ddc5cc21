"""One call in five of real functions fails on its way: nothing is lost, nothing done twice."""

from pathlib import Path

import pytest

from tests.e2e import small_world
from tests.e2e.own_stack import own_stack
from tests.integration.messages import envelope
from tests.processes.faulty_wire import SHARE, faulty_wire
from tests.processes.killing import VISIBLE_AGAIN_S
from tests.processes.sequence import Sequence

CLOCK = envelope("Scheduled Event", {}, source="aws.events")
CALLS, BURST = 1000, 6


@pytest.mark.promise("R3")
def test_a_thousand_calls_of_which_one_in_five_fails_lose_nothing_and_double_nothing(
    tmp_path: Path,
) -> None:
    with own_stack(tmp_path) as own:
        own.live.fill(small_world.files(), small_world.CAMPAIGNS)
        own.live.queues.see_again_after(VISIBLE_AGAIN_S)
        with faulty_wire(own.endpoint_url, tmp_path) as wire:
            sequence = Sequence(own.live, seed=CALLS)
            own.live.settle()
            wire.throw()
            before = wire.calls()
            while wire.calls() < before + CALLS:
                for _ in range(BURST):  # functions wait before they call again, each for itself
                    sequence.drop()
                    sequence.change()
                own.live.settle()
            calls, thrown = wire.calls() - before, wire.thrown()
            wire.rest()
            own.live.deliver_again("RequestPlan", CLOCK)  # it finds what a run that failed left

            print(f"{calls} calls, of which failed {dict(thrown)}")
            assert sequence.unlike() == []
            assert thrown.total() == pytest.approx(SHARE * calls, rel=0.25)
            assert {action.partition(":")[0] for action in thrown} == {"error", "reset", "response"}

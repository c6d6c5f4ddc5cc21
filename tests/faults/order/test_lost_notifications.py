"""Promise R8: what a lost notification left behind is found in one look of the clock."""

from functools import partial

import pytest

from tests.aws_world import World
from tests.faults.halves import halved
from tests.faults.order.disturbed import ends_after_losses
from tests.faults.order.schedules import STRETCH
from tests.faults.order.wire import Wire
from tests.promises import Count

pytestmark = pytest.mark.promise("R8")
RUNS = {0.1: 60, 0.5: 40, 1.0: 40}
TIMES = 20 if STRETCH else 1


def test_one_look_of_the_clock_finds_all_that_was_lost(
    world: World, wire: Wire, monkeypatch: pytest.MonkeyPatch, runs: Count
) -> None:
    lost = 0
    for share, many in RUNS.items():
        run = partial(ends_after_losses, world, wire, monkeypatch, share=share)
        for difference, missed in halved(run, many * TIMES):
            runs.add()
            lost += missed

            assert not difference

    assert lost >= sum(RUNS.values())

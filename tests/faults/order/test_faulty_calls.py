"""Promise R3: throttles, failures, timeouts, lost answers and half answers lose nothing."""

from collections import Counter
from functools import partial

import pytest

from tests.aws_world import World
from tests.faults.halves import halved
from tests.faults.order.disturbed import ends_under_faults
from tests.faults.order.faulty_calls import EVERYWHERE, OWN
from tests.faults.order.schedules import STRETCH
from tests.faults.order.wire import Wire
from tests.promises import Count

pytestmark = pytest.mark.promise("R3")
RUNS = {0.25: 170, 0.6: 30}  # by share of faulty calls
TIMES = 20 if STRETCH else 1
LEAST_FAULTS = 4000


def test_faulty_calls_lose_nothing_and_double_nothing(
    world: World, wire: Wire, monkeypatch: pytest.MonkeyPatch, runs: Count
) -> None:
    thrown = Counter[str]()
    for share, many in RUNS.items():
        run = partial(ends_under_faults, world, wire, monkeypatch, share=share)
        for difference, faults in halved(run, many * TIMES):
            runs.add()
            thrown += faults

            assert not difference

    assert thrown.total() >= LEAST_FAULTS
    kinds = {*EVERYWHERE, *(fault for own in OWN.values() for fault in own)}
    assert thrown.keys() == {fault.__name__ for fault in kinds}

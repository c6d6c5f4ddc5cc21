"""The whole stack is killed: tables come back from its buckets and the events that were kept."""

import pytest

from tests.drills.drill import Drill, drilled
from tests.drills.restore import restore


@pytest.mark.promise("R15")
def test_a_killed_stack_is_rebuilt_from_its_buckets_and_events(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with drilled() as drill:
        restore(drill, lose=Drill.lose_stack)

    assert (
        "Tables are what they were, and the same campaigns are served." in capsys.readouterr().out
    )

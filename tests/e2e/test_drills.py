"""The drills go as the runbook says: a plan is rolled back, and lost tables are rebuilt."""

import pytest

from tests.drills.drill import drilled
from tests.drills.restore import restore
from tests.drills.rollback import roll_back

pytestmark = pytest.mark.promise("R15")


def test_a_rollback_and_a_restore_go_as_the_runbook_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with drilled() as drill:
        roll_back(drill)
        restore(drill)

    said = capsys.readouterr().out
    assert "the next lookup answers by the first." in said
    assert "Tables are what they were, and the same campaigns are served." in said

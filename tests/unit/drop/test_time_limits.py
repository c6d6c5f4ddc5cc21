"""The time in which a drop must be judged: whenever it ends, there is one whole judgement."""

from pathlib import Path

import pytest

from shared.request.budgets import TimeBudget
from tests.fuzz.memory_world import Judged
from tests.unit.drop.judging import judged

HEADER = "audience_id,track_id,score\n"
ROWS = HEADER + "".join(f"listener-{i % 50},t{i},{0.5 if i % 9 else 7}\n" for i in range(600))


class Ticks:
    """A clock that goes on by a second whenever somebody looks at it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


def test_time_may_end_at_any_moment_and_nothing_is_accepted_in_part() -> None:
    outcomes = []
    while not outcomes or outcomes[-1] != ("partial", ""):
        budget = TimeBudget(len(outcomes), Ticks())

        found = Judged("scores", "a.csv", ROWS.encode(), budget=budget)

        (receipt,) = found.receipts
        outcomes.append((receipt.status, receipt.reason))
        is_refused = receipt.status == "rejected"
        assert is_refused == (not found.accepted) == (not found.rejected_rows)
        assert len(found.said) == 1
    assert len(outcomes) > 6
    assert set(outcomes[:-1]) == {("rejected", "time_limit")}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_refusal_says_what_to_do(tmp_path: Path, form: str) -> None:
    path = tmp_path / "drop"
    path.write_text(ROWS)

    judgement = judged(path, "scores", form, budget=TimeBudget(0, Ticks()))

    assert judgement.reason == "time_limit"
    assert "Make several drops" in judgement.message


def test_without_a_budget_there_is_time(tmp_path: Path) -> None:
    path = tmp_path / "drop"
    path.write_text(ROWS)

    assert judged(path, "scores", "csv").status == "partial"

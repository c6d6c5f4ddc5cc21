"""Which constraint keeps a campaign where the plan has it."""

from typing import Any

import pytest

from shared.plan.bindings import binding_constraint

FREE: dict[str, Any] = {
    "planned": 50.0,
    "goal": 40.0,
    "cap": 100.0,
    "cap_reason": "pacing",
    "reach": 200.0,
    "licensor_price": 0.0,
    "edges": 7,
}


@pytest.mark.parametrize(
    ("changes", "binding"),
    [
        ({}, "value"),
        ({"planned": 39.0}, "contention"),
        ({"planned": 40.0 * (1 - 1e-4)}, "value"),
        ({"licensor_price": 0.1}, "licensor_cap"),
        ({"planned": 39.0, "licensor_price": 0.1}, "licensor_cap"),
        ({"planned": 100.0}, "pacing"),
        ({"planned": 100.0 * (1 - 1e-4), "cap_reason": "daily_cap"}, "daily_cap"),
        ({"planned": 100.0, "cap_reason": "cap", "licensor_price": 0.1}, "cap"),
        ({"planned": 100.0, "cap_reason": "goal", "reach": 100.0}, "goal"),
        ({"planned": 60.0, "reach": 60.0}, "reach"),
        ({"planned": 39.0, "reach": 39.0, "licensor_price": 0.1}, "reach"),
        ({"planned": 0.0, "reach": 0.0, "edges": 0}, "no_scored_track"),
        ({"planned": 0.0, "cap": 0.0, "edges": 0}, "no_scored_track"),
    ],
)
def test_the_first_constraint_that_holds_is_named(changes: dict[str, Any], binding: str) -> None:
    assert binding_constraint(**{**FREE, **changes}) == binding

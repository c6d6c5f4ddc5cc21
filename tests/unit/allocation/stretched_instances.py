"""Allocations whose numbers span many decades."""

import dataclasses

import numpy as np

from shared.allocation.problem import AllocationProblem
from tests.markets import market_instance


def stretched_instance(kind: str) -> AllocationProblem:
    """A market whose values, slots or penalties span many decades."""
    market = market_instance(4, rows=300, campaigns=50, degree=25, licensors=6)
    rng = np.random.default_rng(4)
    rows, campaigns = market.slots.size, market.cap.size
    row = np.repeat(np.arange(rows), np.diff(market.row_start))
    row_factor = 10.0 ** rng.uniform(-4, 4, rows)
    campaign_factor = 10.0 ** rng.uniform(-3, 3, campaigns)
    changes: dict[str, dict[str, np.ndarray]] = {
        "values by row": {"value": (market.value * row_factor[row]).astype(np.float32)},
        "values by campaign": {
            "value": (market.value * campaign_factor[market.campaign]).astype(np.float32)
        },
        "slots": {"slots": market.slots * row_factor},
        "minima at the caps": {"minimum": market.cap},
        "caps of one exposure": {"cap": np.ones(campaigns), "minimum": np.ones(campaigns)},
        "a thousand tracks a slot": {"track_cap": market.promoted_share / 1000},
    }
    return dataclasses.replace(market, **changes[kind])


STRETCHED = (
    "values by row",
    "values by campaign",
    "slots",
    "minima at the caps",
    "caps of one exposure",
    "a thousand tracks a slot",
)

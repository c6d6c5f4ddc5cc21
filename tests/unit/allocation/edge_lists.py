"""Allocation problems written down row by row, for tests that say what they mean."""

import dataclasses

import numpy as np

from shared.allocation.problem import AllocationProblem


def allocation(rows, caps, **changes):
    """Build a problem from rows of (slots, s, u, [(campaign, value), ...]) and campaign caps."""
    campaigns = len(caps)
    edges = [edge for *_, row in rows for edge in row]
    problem = AllocationProblem(
        row_start=np.cumsum([0] + [len(row) for *_, row in rows]).astype(np.int64),
        campaign=np.array([campaign for campaign, _ in edges], dtype=np.int32),
        value=np.array([value for _, value in edges], dtype=np.float32),
        slots=np.array([slots for slots, *_ in rows], dtype=np.float64),
        promoted_share=np.array([share for _, share, *_ in rows], dtype=np.float64),
        track_cap=np.array([track_cap for _, _, track_cap, _ in rows], dtype=np.float64),
        cap=np.array(caps, dtype=np.float64),
        minimum=np.zeros(campaigns),
        shortfall_penalty=np.full(campaigns, 3.0),
        licensor=np.zeros(campaigns, dtype=np.int32),
        licensor_cap=np.array([np.inf]),
    )
    return dataclasses.replace(problem, **{k: np.asarray(v) for k, v in changes.items()})

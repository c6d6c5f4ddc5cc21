"""Noun allocation: fill what a feasible allocation leaves free, greedily and proportionally.

Each round offers every row's free room to its best edges whose campaigns still have room; where
a campaign or licensor is offered more than it may take, all its offers are scaled alike. The
value never falls.
"""

import numpy as np

from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, Indices, RowEdges, group_sums, row_sums

ROUNDS = 4
SAFE = 1.0 - 1e-12


def refilled_share(problem: AllocationProblem, rows: RowEdges, share: Floats) -> Floats:
    """A feasible t that is at least the given feasible t: (edges) in [0, 1].

    Args:
        problem: gives caps, minima and penalties.
        rows: the edges that count.
        share: (edges) t, feasible.
    """
    campaigns, licensors = problem.cap.size, problem.licensor_cap.size
    share = np.minimum(share, 1.0)
    weight = rows.weight[rows.row]
    for _ in range(ROUNDS):
        exposures = group_sums(rows.campaign, weight * share, campaigns)
        room = np.maximum(SAFE * problem.cap - exposures, 0.0)
        by_licensor = group_sums(problem.licensor, exposures, licensors)
        licensor_room = np.maximum(SAFE * problem.licensor_cap - by_licensor, 0.0)
        is_open = (room > 0) & (licensor_room[problem.licensor] > 0)
        short = np.where(exposures < problem.minimum, problem.shortfall_penalty, 0.0)
        gain = rows.value + short[rows.campaign]
        row_room = np.maximum(rows.room * SAFE - row_sums(rows, share), 0.0)
        wanted = is_open[rows.campaign] & (share < 1) & (gain > 0) & (row_room[rows.row] > 0)
        edge = np.flatnonzero(wanted)
        if edge.size == 0:
            break
        offer = _offers(rows, edge, gain, 1.0 - share[edge], row_room)
        demand = group_sums(rows.campaign[edge], weight[edge] * offer, campaigns)
        taken = _fraction_let_in(room, demand)
        together = group_sums(problem.licensor, demand * taken, licensors)
        taken = taken * _fraction_let_in(licensor_room, together)[problem.licensor]
        share[edge] += offer * taken[rows.campaign[edge]]
    return share


def _fraction_let_in(room: Floats, demand: Floats) -> Floats:
    """The share of each demand that its room takes, at most 1."""
    over = demand > room
    return np.where(over, room, 1.0) / np.where(over, demand, 1.0)


def _offers(
    rows: RowEdges, edge: Indices, gain: Floats, missing: Floats, row_room: Floats
) -> Floats:
    """Offer each row's room to its wanted edges, by falling gain: (wanted edges)."""
    order = np.lexsort((-gain[edge], rows.row[edge]))
    row = rows.row[edge][order]
    total = np.cumsum(missing[order]) - missing[order]
    is_first = np.r_[True, row[1:] != row[:-1]]
    base = total[is_first][np.cumsum(is_first) - 1]
    answer = np.empty(edge.size)
    answer[order] = np.clip(row_room[row] - (total - base), 0.0, missing[order])
    return answer

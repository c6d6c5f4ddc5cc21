"""Noun allocation: the exact threshold of every row, all rows at once.

Problem of one row: tau = 0 if g(0) <= k, else a tau with g(tau) = k, where r = v - q is the
reduced value and g(tau) = sum_j clip((r_j - tau)/h, 0, 1). g is piecewise linear and falls, with
breakpoints r_j and r_j - h. Newton's step on a bracket lands exactly once the bracket holds one
piece; rows that are not done after a few steps have their breakpoints sorted instead.
Source: P. Brucker, "An O(n) algorithm for quadratic knapsack problems", 1984 (breakpoints);
K. Kiwiel, "Variable fixing algorithms for the continuous quadratic knapsack problem", 2008.
"""

import numpy as np

from shared.allocation.row_edges import Floats, Indices, Mask, RowEdges

PRECISION = 1e-13


def row_thresholds(
    rows: RowEdges,
    reduced: Floats,
    width: float,
    guess: Floats | None = None,
    newton_steps: int = 12,
) -> Floats:
    """The threshold tau of every row.

    Args:
        rows: the edges.
        reduced: (edges) v - q, in price units.
        width: h > 0, in price units.
        guess: (rows) thresholds nearby, to save steps; the answer is the same to rounding.
        newton_steps: after so many, sort the breakpoints of the rows that are left.

    Returns:
        (rows) tau in price units; never so low that the row's shares exceed its room.
    """
    threshold = np.zeros(rows.start.size)
    if rows.start.size == 0:
        return threshold
    share = np.clip(reduced / width, 0.0, 1.0)
    over = np.add.reduceat(share, rows.start) > rows.room
    if not over.any():
        return threshold
    edge = np.flatnonzero(over[rows.row] & (reduced > 0))
    full_row = np.flatnonzero(over)
    number = np.cumsum(over) - 1
    room = rows.room[full_row]
    start_from = np.zeros(full_row.size) if guess is None else guess[full_row]
    threshold[full_row] = _solve(
        number[rows.row[edge]], reduced[edge], room, width, start_from, newton_steps
    )
    return threshold


def _solve(
    row: Indices, reduced: Floats, room: Floats, width: float, guess: Floats, newton_steps: int
) -> Floats:
    """Thresholds of rows that are over their room at tau = 0; ``row`` rises from 0."""
    answer = np.empty(room.size)
    precision = _precision(reduced, width)
    name = np.arange(room.size)
    low = np.zeros(room.size)
    high = np.maximum.reduceat(reduced, _starts(row))
    tau = np.clip(guess, low, high)
    for _ in range(newton_steps):
        excess, free = _excess(row, reduced, room, width, tau)
        over = _is_over(excess, free, room, precision)
        low, high = np.where(over, tau, low), np.where(over, high, tau)
        done = ~over & (excess >= -precision * room)
        answer[name[done]] = tau[done]
        open_rows = ~done
        if not open_rows.any():
            return answer
        step = tau + (excess + 0.5 * precision * room) * width / np.maximum(free, 1)
        inside = (free > 0) & (step > low) & (step < high)
        tau = np.where(inside, step, 0.5 * (low + high))
        if done.any():
            kept = open_rows[row]
            row, reduced = (np.cumsum(open_rows) - 1)[row[kept]], reduced[kept]
            name, room, tau = name[open_rows], room[open_rows], tau[open_rows]
            low, high = low[open_rows], high[open_rows]
    answer[name] = _by_breakpoints(row, reduced, room, width)
    return answer


def _by_breakpoints(row: Indices, reduced: Floats, room: Floats, width: float) -> Floats:
    """The same by sorting: walk down each row's breakpoints until its room is filled."""
    point = np.concatenate((reduced, reduced - width))
    slope = np.repeat((1.0, -1.0), reduced.size)
    owner = np.concatenate((row, row))
    precision = _precision(reduced, width)
    order = np.lexsort((-point, owner))
    point, slope, owner = point[order], slope[order], owner[order]
    start = _starts(owner)
    free = np.cumsum(slope)  # every row's slopes sum to 0, so the count restarts by itself
    piece = np.zeros(point.size)
    piece[1:] = free[:-1] * (point[:-1] - point[1:]) / width
    piece[start] = 0.0
    total = np.cumsum(piece)
    filled = total - total[start][owner]
    before = filled <= room[owner]
    last = start + np.add.reduceat(before.astype(np.intp), start) - 1
    tau = point[last] - (room - filled[last]) * width / np.maximum(free[last], 1.0)
    tau = np.where(free[last] > 0, tau, point[last])
    for _ in range(4):
        excess, count = _excess(row, reduced, room, width, tau)
        over = _is_over(excess, count, room, precision)
        if not over.any():
            break
        step = (excess + precision * room) * width / np.maximum(count, 1)
        step = np.maximum(step, 2 * np.spacing(np.abs(tau)))
        tau = np.where(over, tau + step, tau)
    return np.maximum(tau, 0.0)


def _excess(
    row: Indices, reduced: Floats, room: Floats, width: float, tau: Floats
) -> tuple[Floats, Floats]:
    """How far each row is over its room at tau, and how many of its edges are free."""
    start = _starts(row)
    share = (reduced - tau[row]) / width
    free = (share > 0) & (share < 1)
    filled = np.add.reduceat(np.clip(share, 0.0, 1.0), start)
    return filled - room, np.add.reduceat(free.astype(np.float64), start)


def _is_over(excess: Floats, free: Floats, room: Floats, precision: float) -> Mask:
    """Rows that exceed their room, or might if their edges were summed in another order."""
    return (excess > 0) | ((free > 0) & (excess > -0.1 * precision * room))


def _precision(reduced: Floats, width: float) -> float:
    """Relative precision of a row's sum that float64 can promise at this width."""
    return float(PRECISION + 4 * np.finfo(np.float64).eps * np.max(np.abs(reduced)) / width)


def _starts(row: Indices) -> Indices:
    """First position of each row in a rising sequence of row numbers."""
    return np.flatnonzero(np.r_[True, row[1:] != row[:-1]])

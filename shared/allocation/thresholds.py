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
FEWER = 0.7  # rows are left out once so small a part of them is still open


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
    answer = np.zeros(rows.start.size)
    if answer.size == 0:
        return answer
    precision = _precision(reduced, width)
    row, start, room = rows.row, rows.start, rows.room
    name, low = np.arange(room.size), np.zeros(room.size)
    high = np.maximum.reduceat(reduced, start)
    tau = np.zeros(room.size) if guess is None else np.clip(guess, 0.0, np.maximum(high, 0.0))
    for _ in range(newton_steps):
        excess, free = _excess(row, start, reduced, room, width, tau)
        over = _is_over(excess, free, room, precision)
        done = ~over & ((excess >= -precision * room) | (tau == 0))
        answer[name] = tau
        left = np.flatnonzero(~done)
        if left.size == 0:
            return answer
        low, high = np.where(over, tau, low), np.where(over, high, tau)
        step = tau + (excess + 0.5 * precision * room) * width / np.maximum(free, 1)
        inside = (free > 0) & (step > low) & (step < high)
        is_perhaps_0 = ~over & (low == 0) & ((free == 0) | (step <= 0))
        tau = np.where(inside, step, np.where(is_perhaps_0, 0.0, 0.5 * (low + high)))
        if left.size <= FEWER * name.size:
            kept = np.flatnonzero(~done[row])
            row, reduced = (np.cumsum(~done) - 1)[row[kept]], reduced[kept]
            name, room, tau = name[left], room[left], tau[left]
            low, high, start = low[left], high[left], _starts(row)
        else:
            tau = np.where(done, answer[name], tau)
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
    starts = _starts(row)
    for _ in range(4):
        excess, count = _excess(row, starts, reduced, room, width, tau)
        over = _is_over(excess, count, room, precision)
        if not over.any():
            break
        step = (excess + precision * room) * width / np.maximum(count, 1)
        step = np.maximum(step, 2 * np.spacing(np.abs(tau)))
        tau = np.where(over, tau + step, tau)
    return np.maximum(tau, 0.0)


def _excess(
    row: Indices, start: Indices, reduced: Floats, room: Floats, width: float, tau: Floats
) -> tuple[Floats, Floats]:
    """How far each row is over its room at tau, and how many of its edges are free."""
    share = reduced - tau[row]
    share /= width
    free = ((share > 0) & (share < 1)).astype(np.float64)
    np.clip(share, 0.0, 1.0, out=share)
    return np.add.reduceat(share, start) - room, np.add.reduceat(free, start)


def _is_over(excess: Floats, free: Floats, room: Floats, precision: float) -> Mask:
    """Rows that exceed their room, or might if their edges were summed in another order."""
    return (excess > 0) | ((free > 0) & (excess > -0.1 * precision * room))


def _precision(reduced: Floats, width: float) -> float:
    """Relative precision of a row's sum that float64 can promise at this width."""
    return float(PRECISION + 4 * np.finfo(np.float64).eps * np.max(np.abs(reduced)) / width)


def _starts(row: Indices) -> Indices:
    """First position of each row in a rising sequence of row numbers."""
    return np.flatnonzero(np.r_[True, row[1:] != row[:-1]])

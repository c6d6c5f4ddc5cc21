"""Noun lookup: the threshold of one row, from prices alone."""


def threshold(net_values: list[float], width: float, budget: float) -> float:
    """Return the least tau >= 0 with sum_j clip((net_j - tau) / width, 0, 1) <= budget.

    ``net_values`` are values less prices; ``width`` is above 0; ``budget`` is s/u, the number of
    whole tracks that the row's promoted share holds. Exact, by a sweep over the breakpoints of
    the piecewise linear sum. Source: DESIGN.md, section 4 (the row polytope's dual).
    """
    positive = [n for n in net_values if n > 0.0]
    filled = sum(min(1.0, n / width) for n in positive)
    if filled <= budget:
        return 0.0
    # From above, going down: at tau = n an edge starts to fill, at tau = n - width it is full.
    breakpoints = sorted([(n, 1) for n in positive] + [(n - width, -1) for n in positive])
    tau, total, rising = breakpoints[-1][0], 0.0, 0
    for point, change in reversed(breakpoints):
        step = rising * (tau - point) / width
        if total + step >= budget:
            break
        total, tau, rising = total + step, point, rising + change
    return max(0.0, tau - (budget - total) * width / rising) if rising else max(0.0, tau)

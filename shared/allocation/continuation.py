"""Noun allocation: the continuation in the width: prices carried from level to level."""

from collections.abc import Iterator

import numpy as np

from shared.allocation.admission import admitted_edges
from shared.allocation.delivery import Shown, shown
from shared.allocation.directions import StepLimits
from shared.allocation.dual import smoothed_dual
from shared.allocation.newton import MARGIN, Aim, descend
from shared.allocation.prices import aimed_box, price_box
from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, Mask
from shared.allocation.sample import sampled_problem
from shared.allocation.served import StoredPrices, stored_prices
from shared.allocation.service import Service, serve
from shared.allocation.solution import Level, Prices
from shared.allocation.starts import (
    first_prices,
    price_scale,
    price_unit,
    reachable_exposures,
    wide_widths,
)

SAMPLES = ((0.3, 30, 2e-2), (0.1, 100, 1e-2))
"""Widths that see a sample: its edges a campaign, and the residual that will do."""

LARGER, NARROWER, NARROWEST = 8, 0.6, 0.04
"""Where campaigns have far more edges than the samples hold, larger samples at smaller widths come
next: all rows are dear then."""

UNIT_EDGES = 20
"""Edges a campaign of the sample that gives the price unit."""

STEPS = 60
WATCHED = 0.005


class Continuation:
    """Prices on their way down the widths, in whichever units the problem has.

    Widths are in price units here: 1 is the mean value of an exposure if prices were 0.
    """

    def __init__(
        self, problem: AllocationProblem, warm_start: Prices | None, watched: Mask | None
    ) -> None:
        """Start at 0, or at the prices given; watched campaigns (campaigns) are to be right, too.

        Raises:
            AllocationProblemError: the warm start is for other campaigns or licensors.
        """
        self._problem, self._watched = problem, watched
        self._box = price_box(problem)
        self._aimed = aimed_box(self._box)
        reach = reachable_exposures(problem, self._box)
        self._prices = first_prices(problem, self._box, reach, warm_start)
        self.unit = self._unit()
        self._scale = price_scale(self._box, reach, self.unit)
        self._stake = np.maximum(-self._box.lowest / self.unit, 1.0)
        self._seen = problem
        self._threshold: Floats | None = None

    def _unit(self) -> float:
        sample = sampled_problem(self._problem, UNIT_EDGES * self._problem.cap.size)
        free = np.zeros(self._problem.cap.size)
        best = admitted_edges(sample, free, margin=0.0, is_open=sample.is_open)
        return price_unit(self._problem, best)

    def come_near(self) -> Iterator[Level]:
        """Come near the prices on samples of the rows, from the widest width on."""
        first, edges, tolerance = SAMPLES[0]
        for wide in wide_widths(self._box, first * self.unit):
            yield self.go_down(wide / self.unit, tolerance, edges)
        for width, edges, tolerance in SAMPLES:
            yield self.go_down(width, tolerance, edges)
        width, _, tolerance = SAMPLES[-1]
        per_campaign = self._problem.campaign.size / max(self._problem.cap.size, 1)
        while (edges := edges * LARGER) * LARGER <= per_campaign:
            width = max(width * NARROWER, NARROWEST)
            yield self.go_down(width, tolerance, edges)

    def prices(self, width: float) -> StoredPrices:
        """Return the prices as a plan stores them, for service at that width."""
        campaigns = self._problem.cap.size
        return stored_prices(self._prices[:campaigns], self._prices[campaigns:], width * self.unit)

    def go_down(self, width: float, residual: float, edges: int | None = None) -> Level:
        """Descend at one width until the residual is small enough.

        The edges admitted near their row's threshold stand for all until prices have moved so far
        that others might enter; then all edges are looked at again.

        Args:
            width: h, in price units.
            residual: exposures missed over all exposures.
            edges: a campaign, where a sample of the rows is to do.
        """
        problem = self._problem
        if edges is not None:
            problem = sampled_problem(problem, edges * problem.cap.size)
        if problem.slots.size != self._seen.slots.size:
            self._threshold = None
        self._seen = problem
        h = width * self.unit
        limits = StepLimits(self._prices.size, h)
        watched = self._watched if edges is None else None
        steps = evaluations = admissions = 0
        is_stale = True
        while is_stale:
            rows = admitted_edges(
                problem,
                self._box.edge_price(self._prices),
                margin=MARGIN * h,
                threshold=self._threshold,
                is_open=problem.is_open,
            )
            guess = None if self._threshold is None else self._threshold[rows.problem_row]
            point = smoothed_dual(rows, self._aimed, self._prices, h, guess)
            stake = self._stake if edges is None else None
            aim = Aim(residual, STEPS - steps, stake, watched, WATCHED)
            descent = descend(rows, self._aimed, point, limits, aim, width=h, scale=self._scale)
            self._prices = descent.point.prices
            self._threshold = np.zeros(problem.slots.size)
            self._threshold[rows.problem_row] = descent.point.threshold
            steps, admissions = steps + descent.steps, admissions + 1
            evaluations += 1 + descent.evaluations
            is_stale = descent.is_stale
        return Level(h, steps, evaluations, admissions, descent.residual)

    def look(self, width: float) -> tuple[Shown, Service]:
        """Store the prices, and see what they show and serve."""
        prices = self.prices(width)
        is_known = self._seen is self._problem
        what = shown(self._problem, prices, self._threshold if is_known else None)
        return what, serve(self._problem, prices, what.delivery)

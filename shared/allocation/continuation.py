"""Noun allocation: the continuation in the width: prices carried from level to level."""

import numpy as np

from shared.allocation.admission import admitted_edges
from shared.allocation.delivery import Shown, shown
from shared.allocation.newton import Descent, minimise_dual
from shared.allocation.prices import aimed_box, price_box
from shared.allocation.problem import AllocationProblem
from shared.allocation.row_edges import Floats, Mask
from shared.allocation.sample import sampled_problem
from shared.allocation.served import stored_prices
from shared.allocation.service import Service, serve
from shared.allocation.solution import Prices
from shared.allocation.starts import (
    first_prices,
    price_scale,
    price_unit,
    reachable_exposures,
    wide_widths,
)

UNIT_EDGES = 20
"""Edges a campaign of the sample that gives the price unit."""

STEPS = 60
WATCHED_TOLERANCE = 0.005


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
        self._aim = aimed_box(self._box)
        reach = reachable_exposures(problem, self._box)
        self._prices = first_prices(problem, self._box, reach, warm_start)
        self.unit = self._unit()
        self._scale = price_scale(self._box, reach, self.unit)
        self._seen = problem
        self._threshold: Floats | None = None

    def _unit(self) -> float:
        sample = sampled_problem(self._problem, UNIT_EDGES * self._problem.cap.size)
        free = np.zeros(self._problem.cap.size)
        best = admitted_edges(sample, free, margin=0.0, is_open=sample.is_open)
        return price_unit(self._problem, best)

    def widths_above(self, width: float) -> list[float]:
        """Widths to begin with where penalties are far above values, falling."""
        return [each / self.unit for each in wide_widths(self._box, width * self.unit)]

    def descend(self, width: float, tolerance: float, edges: int | None = None) -> Descent:
        """Go down at one width until the residual is at most the tolerance.

        Args:
            width: h, in price units.
            tolerance: exposures missed over all exposures.
            edges: a campaign, where a sample of the rows is to do.
        """
        problem = self._problem
        if edges is not None:
            problem = sampled_problem(problem, edges * problem.cap.size)
        is_known = problem.slots.size == self._seen.slots.size
        descent = minimise_dual(
            problem,
            self._aim,
            self._prices,
            width=width * self.unit,
            scale=self._scale,
            tolerance=tolerance,
            max_steps=STEPS,
            threshold=self._threshold if is_known else None,
            watched=self._watched if edges is None else None,
            watched_tolerance=WATCHED_TOLERANCE,
        )
        self._prices, self._seen = descent.prices, problem
        self._threshold = descent.threshold
        return descent

    def look(self, width: float) -> tuple[Shown, Service]:
        """Store the prices, and see what they show and serve."""
        campaigns = self._problem.cap.size
        prices = stored_prices(
            self._prices[:campaigns], self._prices[campaigns:], width * self.unit
        )
        is_known = self._seen is self._problem
        what = shown(self._problem, prices, self._threshold if is_known else None)
        return what, serve(self._problem, prices, what.delivery)

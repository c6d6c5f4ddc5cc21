"""Noun allocation: in which direction prices go, and how far they may.

Newton's direction by conjugate gradients on the generalised Hessian plus a diagonal floor, which
keeps campaigns with few free edges from jumping. The price of an edge moves by at most its reach,
and one that overshot counts as stiffer than its curvature says.
Source: C. Kelley, "Iterative Methods for Optimization", 1999, ch. 3 (inexact Newton).
"""

import numpy as np

from shared.allocation.dual import DualPoint
from shared.allocation.prices import PriceBox
from shared.allocation.row_edges import Floats, Mask

CONJUGATE_STEPS = 60
FLOOR = 0.1
FIRST_REACH = 0.5  # widths
HARDER, EASIER, HARDEST = 10.0, 4.0, 1e8
STIFFEST = 15.0
OVERSHOT = 0.3


class StepLimits:
    """What the steps so far say of how far the next may go; reach doubles while it is used up."""

    def __init__(self, prices: int, width: float) -> None:
        """Know nothing yet."""
        self._least = FIRST_REACH * width
        self._reach = np.full(prices, self._least)
        self._stiffer = np.zeros(prices)
        self._damping = 1.0

    @property
    def is_stuck(self) -> bool:
        """Say whether no direction descends any more."""
        return self._damping > HARDEST

    def direction(
        self, box: PriceBox, point: DualPoint, slope: Floats, scale: Floats, missed: float
    ) -> tuple[Floats, Floats]:
        """The next direction, and which edges' prices were cut short on it, and where to.

        Args:
            box: licensors of the campaigns.
            point: where the prices stand.
            slope: (prices) 0 where a price is held.
            scale: (prices) curvature to expect where nothing is known: exposures over value.
            missed: the residual.
        """
        floor = FLOOR * scale * self._damping * min(1.0, missed**0.5)
        floor += self._stiffer * point.curvature.diagonal()
        wanted = newton_direction(point, slope, floor, missed)
        return _cut_short(box, wanted, self._reach, slope != 0)

    def failed(self) -> None:
        """Note that no step along the direction descended (Levenberg and Marquardt)."""
        self._damping *= HARDER

    def went(self, slope: Floats, following: Floats, cut: Floats, tried: int) -> None:
        """Note slopes before and after a step, what was cut short on it, and how often it shrank.

        A price whose slope came out as large with the other sign went twice as far as it should.
        """
        self._damping = max(1.0, self._damping / EASIER) if tried <= 2 else self._damping
        turned = slope * following < 0
        reach = np.where(turned, 0.5 * self._reach, np.where(cut != 0, 2.0 * self._reach, 0.0))
        self._reach = np.maximum(reach, self._least)
        overshot = turned & (np.abs(following) > OVERSHOT * np.abs(slope))
        harder = np.minimum(2.0 * self._stiffer + 1.0, STIFFEST)
        self._stiffer = np.where(overshot, harder, 0.5 * self._stiffer)


def newton_direction(point: DualPoint, slope: Floats, floor: Floats, missed: float) -> Floats:
    """Solve (H + floor) direction = -slope on the prices that are not held: (prices)."""
    moving = slope != 0
    curvature = point.curvature
    inverse = np.where(moving, 1.0 / np.maximum(curvature.diagonal() + floor, 1e-300), 0.0)
    answer = np.zeros(slope.size)
    rest = -slope
    scaled = inverse * rest
    search = scaled
    energy = float(rest @ scaled)
    enough = energy * min(1e-2, missed) ** 2
    for _ in range(CONJUGATE_STEPS):
        image = np.where(moving, curvature.times(search) + floor * search, 0.0)
        bend = float(search @ image)
        if bend <= 0:
            break
        length = energy / bend
        answer = answer + length * search
        rest = rest - length * image
        scaled = inverse * rest
        following = float(rest @ scaled)
        if following <= enough:
            break
        search = scaled + (following / energy) * search
        energy = following
    return answer


def _cut_short(box: PriceBox, wanted: Floats, reach: Floats, moving: Mask) -> tuple[Floats, Floats]:
    """Limit how far the price of any edge and any licensor moves; say which were cut, and where to.

    A campaign's price may move further when its licensor's moves against it.
    """
    campaigns = box.licensor.size
    by_edge = np.concatenate((box.edge_price(wanted), wanted[campaigns:]))
    limited = np.clip(by_edge, -reach, reach)
    direction = limited.copy()
    direction[:campaigns] -= limited[campaigns:][box.licensor]
    cut = np.where(np.abs(by_edge) > reach, np.sign(by_edge), 0.0)
    return np.where(moving, direction, 0.0), cut

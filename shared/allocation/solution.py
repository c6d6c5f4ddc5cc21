"""Noun allocation: what a solve answers."""

from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shared.allocation.delivery import Delivery


class Prices(Protocol):
    """Prices to start from, such as an earlier Solution's."""

    @property
    def campaign_price(self) -> NDArray[np.floating]:
        """(campaigns) lambda, in value per exposure."""

    @property
    def licensor_price(self) -> NDArray[np.floating]:
        """(licensors) mu, in value per exposure."""


@dataclass(frozen=True)
class Level:
    """One width of the continuation."""

    width: float  # h, in price units
    steps: int  # Newton steps
    evaluations: int  # of the smoothed dual
    admissions: int  # passes over all edges
    residual: float  # exposures that miss their conditions, over all exposures
    dual_bound: float = np.inf  # D_0 at the level's prices; infinite where nobody looked
    served_primal: float = -np.inf  # of the level's prices as stored
    gap: float = np.inf  # of the best served so far, against the best bound so far

    @property
    def known_figures(self) -> dict[str, float]:
        """Return all numbers but those that are infinite, which nobody looked at."""
        return {name: value for name, value in asdict(self).items() if isfinite(value)}

    def looked_at(self, dual_bound: float, served_primal: float, gap: float) -> "Level":
        """Return the level with what its prices serve."""
        return replace(self, dual_bound=dual_bound, served_primal=served_primal, gap=gap)


@dataclass(frozen=True)
class Solution:
    """Prices of a plan with their certificate; prices, throttles and width are as stored."""

    campaign_price: NDArray[np.float32]  # (campaigns) lambda, value per exposure
    licensor_price: NDArray[np.float32]  # (licensors) mu, value per exposure
    throttle: NDArray[np.float32]  # (campaigns) f in [0, 1]
    width: float  # h > 0, a float32 number
    primal: float  # after refill: the solver's own figure
    served_primal: float  # of what the stored numbers serve
    dual_bound: float  # least D_0 seen at feasible prices
    gap: float  # (dual_bound - served_primal) / sum N v x served
    primal_gap: float  # the same of primal
    max_violation: float  # of any constraint by what is served, in exposures
    exposures: NDArray[np.float64]  # (campaigns) served
    shortfall: NDArray[np.float64]  # (campaigns) max(0, m - exposures)
    delivery: Delivery  # what the stored prices deliver before any throttle
    levels: tuple[Level, ...]

    @property
    def iterations(self) -> int:
        """Newton steps over all widths."""
        return sum(level.steps for level in self.levels)

"""What an allocation breaks, computed edge by edge from the original arrays in float64."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Account:
    """Exposures and the worst excess over each kind of constraint, in exposures."""

    exposures: np.ndarray  # (campaigns)
    promoted: float  # sum N v x
    primal: float  # sum N v x - sum pi z
    campaign_excess: float
    licensor_excess: float
    row_excess: float  # of sum_j x_ij over s_i
    edge_excess: float  # of x over u, or below 0


def account(problem, exposure_share):
    """Settle an allocation x (edges) against its problem."""
    row = np.repeat(np.arange(problem.slots.size), np.diff(problem.row_start))
    exposures = np.zeros(problem.cap.size)
    np.add.at(exposures, problem.campaign, problem.slots[row] * exposure_share)
    by_licensor = np.zeros(problem.licensor_cap.size)
    np.add.at(by_licensor, problem.licensor, exposures)
    by_row = np.zeros(problem.slots.size)
    np.add.at(by_row, row, exposure_share)
    promoted = float(np.sum(problem.slots[row] * problem.value.astype(float) * exposure_share))
    short = np.maximum(problem.minimum - exposures, 0)
    return Account(
        exposures=exposures,
        promoted=promoted,
        primal=promoted - float(problem.shortfall_penalty @ short),
        campaign_excess=_worst(exposures - problem.cap),
        licensor_excess=_worst(by_licensor - problem.licensor_cap),
        row_excess=_worst(by_row - problem.promoted_share),
        edge_excess=max(_worst(exposure_share - problem.track_cap[row]), _worst(-exposure_share)),
    )


def _worst(excess):
    return float(max(0.0, np.max(excess, initial=0.0)))

"""Noun allocation: the linear program of one day over all rows and campaigns, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class AllocationProblem:
    """One day's allocation (DESIGN.md, section 4), columns only.

    Row i is an (audience, context, market); edges of row i stand at
    ``row_start[i]:row_start[i + 1]``.

        maximise   sum N_i v_ij x_ij - sum pi_j z_j
        subject to 0 <= x_ij <= u_i,  sum_j x_ij <= s_i
                   m_j - z_j <= sum_i N_i x_ij <= B_j,  z_j >= 0
                   sum over campaigns of licensor L of their exposures <= F_L
    """

    row_start: NDArray[np.int64]  # (rows + 1)
    campaign: NDArray[np.int32]  # (edges) index of the edge's campaign
    value: NDArray[np.float32]  # (edges) v_ij, value of one exposure
    slots: NDArray[np.float64]  # (rows) N_i, slots still to come
    promoted_share: NDArray[np.float64]  # (rows) s_i
    track_cap: NDArray[np.float64]  # (rows) u_i <= s_i
    cap: NDArray[np.float64]  # (campaigns) B_j in exposures, inf where there is none
    minimum: NDArray[np.float64]  # (campaigns) m_j <= B_j in exposures
    shortfall_penalty: NDArray[np.float64]  # (campaigns) pi_j, value lost per exposure short
    licensor: NDArray[np.int32]  # (campaigns) index of the campaign's licensor
    licensor_cap: NDArray[np.float64]  # (licensors) F_L in exposures, inf where there is none

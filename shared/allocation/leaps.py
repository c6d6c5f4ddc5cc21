"""Noun allocation: prices far too low leap to where their campaign's exposures would be right.

Problem of one campaign, the rows' thresholds held: the price at which sum_i W_i [r_ij > tau_i]
has fallen to what the campaign may have. Newton knows the free edges alone, and a price far below
its edges' thresholds has none; but the edges themselves say where each of them leaves.
"""

import numpy as np

from shared.allocation.dual import DualPoint
from shared.allocation.prices import PriceBox
from shared.allocation.row_edges import Floats, Mask, RowEdges


def leaps(
    rows: RowEdges, box: PriceBox, point: DualPoint, width: float, is_leaping: Mask
) -> Floats:
    """How far the price of each leaping campaign has to rise: (campaigns), at least 0.

    Args:
        rows: every edge that has a share, at least.
        box: what each campaign may have.
        point: the dual where the campaigns stand.
        width: h > 0; an edge leaves where half of its width is left.
        is_leaping: (campaigns) those whose exposures are too many.
    """
    campaigns = box.licensor.size
    own = point.prices[:campaigns]
    edge = np.flatnonzero(is_leaping[rows.campaign])
    campaign, row = rows.campaign[edge], rows.row[edge]
    rise = rows.value[edge] - box.edge_price(point.prices)[campaign] - point.threshold[row]
    rise -= 0.5 * width
    staying = np.flatnonzero(rise > 0)
    order = staying[np.lexsort((-rise[staying], campaign[staying]))]
    campaign, rise, amount = campaign[order], rise[order], rows.weight[row[order]]
    total = np.concatenate(([0.0], np.cumsum(amount)))
    first = np.searchsorted(campaign, np.arange(campaigns))
    held = total[1:] - total[first][campaign]  # exposures while the price is just below this edge
    leaves_above_0 = own[campaign] + rise >= 0
    allowed = np.where(leaves_above_0, box.cost_above[campaign], box.cost_below[campaign])
    leap = np.zeros(campaigns)
    too_many = np.flatnonzero(held > allowed)
    np.maximum.at(leap, campaign[too_many], rise[too_many])
    # Too many for the minimum below 0, not too many for the cap above it: the price rests at 0.
    bites = np.zeros(campaigns, dtype=np.bool_)
    bites[campaign[leaves_above_0 & (held > allowed)]] = True
    return np.where((own < 0) & (own + leap > 0) & ~bites, -own, leap)

"""One campaign changed: its price alone is found anew, and the certificate is of all rows."""

import dataclasses
import functools

import numpy as np
import pytest

from shared.allocation.certificate import certified_bound
from shared.allocation.reprice import reprice
from shared.allocation.served import served_exposure_share
from shared.allocation.solver import solve
from tests.markets import market_instance
from tests.unit.allocation.constraints import account

pytestmark = pytest.mark.filterwarnings("error")
PROBLEM = market_instance(3, rows=1500, campaigns=80, degree=30, licensors=8)


@functools.cache
def before():
    return solve(PROBLEM, target_gap=5e-4)


def capped_campaigns():
    """Campaigns that their cap holds, so that another cap changes what they deliver."""
    full = before().exposures > 0.999 * PROBLEM.cap
    return np.flatnonzero(full & (PROBLEM.minimum == 0))[::4].tolist()


def with_cap(campaign, factor):
    cap = PROBLEM.cap.copy()
    cap[campaign] *= factor
    return dataclasses.replace(PROBLEM, cap=cap, minimum=np.minimum(PROBLEM.minimum, cap))


@pytest.mark.parametrize("factor", [0.3, 0.8, 1.2])
@pytest.mark.parametrize("campaign", capped_campaigns())
def test_its_own_delivery_is_right_within_a_percent(campaign, factor):
    changed = with_cap(campaign, factor)
    best = solve(changed, target_gap=1e-5, warm_start=before())

    repriced = reprice(changed, before(), campaign)

    assert repriced.exposures[campaign] == pytest.approx(best.exposures[campaign], rel=0.01)


@pytest.mark.parametrize("factor", [0.0, 0.5, 3.0])
@pytest.mark.parametrize("campaign", [0, 7, 41])
def test_its_certificate_is_that_of_all_rows(campaign, factor):
    changed = with_cap(campaign, factor)

    repriced = reprice(changed, before(), campaign)

    whole = certified_bound(changed, repriced.campaign_price, repriced.licensor_price)
    served = served_exposure_share(
        changed, repriced.campaign_price, repriced.licensor_price, repriced.throttle, repriced.width
    )
    settled = account(changed, served)
    assert repriced.dual_bound == pytest.approx(whole, rel=1e-12)
    assert repriced.max_violation == 0
    assert settled.campaign_excess == settled.licensor_excess == 0
    assert settled.primal == pytest.approx(repriced.served_primal, rel=1e-9)


def test_a_campaign_without_edges_changes_nothing():
    extra = dataclasses.replace(
        PROBLEM,
        cap=np.append(PROBLEM.cap, 10.0),
        minimum=np.append(PROBLEM.minimum, 0.0),
        shortfall_penalty=np.append(PROBLEM.shortfall_penalty, 1.0),
        licensor=np.append(PROBLEM.licensor, 0).astype(np.int32),
    )
    solution = solve(extra, target_gap=1e-3)

    repriced = reprice(extra, solution, PROBLEM.cap.size)

    assert repriced.exposures == pytest.approx(solution.exposures, rel=1e-12)


def test_watched_campaigns_are_right_where_the_gap_would_not_notice():
    campaign = capped_campaigns()[-1]
    changed = with_cap(campaign, 0.6)
    watched = np.arange(PROBLEM.cap.size) == campaign
    best = solve(changed, target_gap=1e-5)

    warm = solve(changed, target_gap=5e-4, warm_start=before(), watched=watched)

    assert warm.gap <= 5e-4
    assert warm.exposures[campaign] == pytest.approx(best.exposures[campaign], rel=0.01)

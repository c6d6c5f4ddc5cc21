"""What a plan says of itself, and how far it moved from the one before."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.allocation.solver import solve
from shared.plan.compose import Outcome, report_part
from shared.plan.problems import build_problem
from shared.plan.reports import decode_report, drift_between, encode_report
from shared.plan.tallies import tally_of
from tests.unit.plan.report_specimens import BINDINGS, report_of
from tests.unit.plan.worlds import NOW, random_world

PLANNED = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1e9))


def test_a_report_comes_back_from_its_bytes() -> None:
    report = report_of({"b": 1.0, "a": 2.5})

    assert decode_report(encode_report(report)) == report


def test_equal_reports_have_equal_bytes_in_whatever_order_their_mappings_were_filled() -> None:
    report = report_of({"a": 1.0, "b": 2.0})
    reordered = report_of({"a": 1.0, "b": 2.0})
    versions = reordered.campaign_versions
    versions.update({"a": versions.pop("a")})

    assert list(reordered.campaign_versions) != list(report.campaign_versions)
    assert encode_report(reordered) == encode_report(report)


def test_a_report_without_a_field_is_refused() -> None:
    document = encode_report(report_of({"a": 1.0})).replace(b'"drift"', b'"drifted"')

    with pytest.raises(msgspec.ValidationError, match="drift"):
        decode_report(document)


def test_the_first_plan_does_not_drift() -> None:
    assert drift_between(None, {"a": 1.0}) == 0


@settings(max_examples=50, deadline=None, derandomize=True)
@given(PLANNED, st.floats(0.01, 100))
def test_equal_plans_do_not_drift_even_where_less_of_the_day_is_left(
    planned: dict[str, float], scale: float
) -> None:
    after = {campaign: scale * exposures for campaign, exposures in planned.items()}

    assert drift_between(report_of(planned), after) == pytest.approx(0, abs=1e-9)


def test_a_plan_that_moves_every_exposure_drifts_by_one() -> None:
    assert drift_between(report_of({"a": 10.0, "b": 0.0}), {"a": 0.0, "b": 4.0}) == 1


def test_a_plan_that_moves_a_quarter_drifts_by_a_quarter() -> None:
    before = report_of({"a": 50.0, "b": 50.0})

    assert drift_between(before, {"a": 75.0, "b": 25.0}) == pytest.approx(0.25)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(PLANNED, PLANNED)
def test_drift_is_the_same_both_ways_and_between_0_and_1(
    first: dict[str, float], second: dict[str, float]
) -> None:
    forth = drift_between(report_of(first), second)

    assert forth == pytest.approx(drift_between(report_of(second), first), abs=1e-12)
    assert 0 <= forth <= 1 + 1e-12


@settings(max_examples=50, deadline=None, derandomize=True)
@given(PLANNED, PLANNED, st.floats(0, 1e9))
def test_a_campaign_of_one_plan_alone_is_no_drift(
    first: dict[str, float], second: dict[str, float], exposures: float
) -> None:
    drift = drift_between(report_of(first), second)

    assert drift_between(report_of(first), {**second, "new": exposures}) == drift
    assert drift_between(report_of({**first, "gone": exposures}), second) == drift


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_the_report_of_a_solved_world_accounts_for_every_campaign(seed: int) -> None:
    inputs, campaigns, policy = random_world(seed)
    day = build_problem(inputs, campaigns, policy, NOW)
    solution = solve(day.problem, target_gap=0.0025)
    outcome = Outcome(solution, tally_of(day.problem), solution.iterations, shards=1)
    versions = {c.campaign_id for c in campaigns}

    report = report_part(day.terms, outcome, policy, parent="p", before=None, now=NOW)

    planned = {c.campaign_id: c for c in report.campaigns}
    assert planned.keys() | report.excluded_campaigns.keys() == versions
    assert report.drift == 0
    assert report.certificate.largest_violation == 0
    assert report.certificate.gap <= policy.max_gap
    assert report.solver.edges == sum(c.edges for c in planned.values())
    for campaign in planned.values():
        assert 0 <= campaign.planned_exposures <= campaign.cap_today * (1 + 1e-9)
        assert campaign.binding in BINDINGS
        assert 0 <= campaign.throttle <= 1
        short = max(0.0, campaign.goal_today - campaign.planned_exposures)
        assert campaign.shortfall == pytest.approx(short)
    again = report_part(day.terms, outcome, policy, parent="p", before=report, now=NOW)
    assert again.drift == 0

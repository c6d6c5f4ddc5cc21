"""Bills: they grow with every size, add up, and cost only what stands where nothing happens."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oasis.costs.advice import LEVERS, savings_of, verdict_of
from oasis.costs.assumptions import Assumptions
from oasis.costs.billing import DAYS_PER_MONTH, SECONDS_PER_MONTH
from oasis.costs.bills import ARROWS, Bill, bill_of, quantities_of
from oasis.costs.deployments import Deployment
from oasis.costs.limits import exceeded
from oasis.costs.meters import METERS
from oasis.costs.prices import LIST_PRICES, Tariff
from oasis.costs.sizes import NUMBERS, REFERENCE, SHARES, SMALL, SizeError, Sizes
from oasis.costs.workloads import Workload

STAGE = Deployment(
    stage="test",
    ingest_memory_mb=2048,
    load_memory_mb=2048,
    load_part_rows=10_000,
    solve_memory_mb=8192,
    most_edges=150_000_000,
    shard_memory_mb=3008,
    shard_edges=25_000_000,
    lookup_memory_mb=1024,
    log_retention_days=30,
    clock_rate_minutes=60,
    lookups_per_second=2500,
    lookup_concurrency=400,
    lookup_provisioned=0,
    lookup_snapshot=False,
    platform_lines=True,
)
NOTHING = replace(
    SMALL, **{name: 0 for name in NUMBERS if name not in ("score_rows_per_drop", "kept_days")}
)
GROWING = tuple(name for name in NUMBERS if name != "score_rows_per_drop")
LARGEST = {
    **dict.fromkeys(SHARES, 1.0),
    **{"audiences": 10**7, "tracks": 10**7, "campaigns": 10**5, "scores": 1000},
    **{"lookups_per_second": 20_000, "candidates": 1000, "audiences_per_lookup": 4},
    **{"campaign_changes_per_day": 10**5, "suppressed": 2000, "plan_runs_per_day": 1000},
    **{
        "catalogue_drops_per_day": 100,
        "delivery_drops_per_day": 100,
        "score_refreshes_per_day": 24,
        "score_ttl_days": 30,
    },
    **{"contexts": 3, "tracks_per_campaign": 100, "kept_days": 2000},
}


def billed(sizes: Sizes, stage: Deployment = STAGE, **assumed: float) -> Bill:
    """Return a bill at list prices."""
    return bill_of(Workload(sizes, replace(Assumptions(), **assumed), stage), LIST_PRICES)


def spent(bill: Bill, arrow: str, meter: str) -> float:
    """Return the quantity of an arrow's line, 0 where there is none."""
    return sum(x.quantity for x in bill.lines if (x.arrow, x.meter) == (arrow, meter))


@st.composite
def workloads(draw: st.DrawFn) -> Sizes:
    """Draw sizes from nothing to beyond the largest that is named."""
    drawn: dict[str, Any] = {}
    for name in GROWING:
        kind, largest = type(getattr(REFERENCE, name)), LARGEST[name]
        whole = st.integers(0, int(largest))
        drawn[name] = draw(whole if kind is int else st.floats(0, largest))
    return replace(REFERENCE, **drawn)


@settings(deadline=None, max_examples=60)
@given(workloads(), st.sampled_from(GROWING), st.floats(0, 1), st.sampled_from([0, 7, 40]))
def test_a_bill_never_falls_when_one_size_grows(
    sizes: Sizes, name: str, part: float, provisioned: int
) -> None:
    value = getattr(sizes, name)
    smaller = replace(sizes, **{name: type(value)(value * part)})
    stage = replace(STAGE, lookup_provisioned=provisioned)

    assert billed(smaller, stage).total <= billed(sizes, stage).total * (1 + 1e-9)


@settings(deadline=None, max_examples=60)
@given(workloads())
def test_lines_add_up_to_the_tariffs_of_all_that_is_used(sizes: Sizes) -> None:
    bill = billed(sizes)
    used: dict[str, float] = {}
    for quantity in quantities_of(bill.work):
        used[quantity.meter] = used.get(quantity.meter, 0.0) + quantity.amount
    expected = sum(LIST_PRICES.tariffs[meter].dollars(amount) for meter, amount in used.items())

    assert bill.total == pytest.approx(expected)
    assert sum(bill.by_service().values()) == pytest.approx(bill.total)


@settings(deadline=None, max_examples=60)
@given(workloads())
def test_every_quantity_is_finite_and_not_negative(sizes: Sizes) -> None:
    quantities = quantities_of(Workload(sizes, Assumptions(), STAGE))

    assert all(q.amount >= 0 and math.isfinite(q.amount) for q in quantities)


def test_where_nothing_happens_only_what_stands_and_the_clock_cost_anything() -> None:
    bill = billed(NOTHING)

    paid = {line.arrow for line in bill.lines if line.dollars}
    assert paid <= {"standing", "storage", "request_plan", "reconcile"}
    assert spent(bill, "request_plan", "lambda_requests") == 730
    assert bill.lookup_price is None
    assert bill.load_price is None


def test_provisioned_environments_cost_the_same_whether_anybody_asks() -> None:
    idle = billed(NOTHING, replace(STAGE, lookup_provisioned=3))

    ready = spent(idle, "lookup_scores", "ready_gb_seconds")

    assert ready == 3 * SECONDS_PER_MONTH
    assert idle.total - billed(NOTHING).total == pytest.approx(ready * 3.3334e-6)


def test_each_score_row_is_one_write_and_each_drop_a_few_more_in_its_record() -> None:
    sizes = replace(NOTHING, audiences=800, scores=100, score_refreshes_per_day=1)
    a_month = 800 * DAYS_PER_MONTH

    bill = billed(sizes)

    drops_record = DAYS_PER_MONTH * 2 * 2  # of 2 KB, in the table and in its index
    progress = DAYS_PER_MONTH * 2
    assert spent(bill, "load_scores", "write_units") == pytest.approx(
        a_month + drops_record + progress
    )
    assert spent(bill, "ingest_drop", "write_units") == pytest.approx(DAYS_PER_MONTH * 5 * 2)


def test_a_row_of_200_scores_is_two_writes() -> None:
    sizes = replace(NOTHING, audiences=400, scores=200, score_refreshes_per_day=1)

    bill = billed(sizes)

    expected = (400 * 2 + 2 * 2 + 2) * DAYS_PER_MONTH
    assert spent(bill, "load_scores", "write_units") == pytest.approx(expected)


def test_provisioned_environments_answer_at_their_own_price_until_there_are_too_few() -> None:
    sizes = replace(NOTHING, lookups_per_second=1000, average_share=1.0)
    busy = Workload(sizes, Assumptions(), STAGE).busy_environments
    alone = spent(billed(sizes, cold_start_share=0), "lookup_scores", "gb_seconds")

    enough = billed(sizes, replace(STAGE, lookup_provisioned=int(busy) + 1))
    too_few = billed(sizes, replace(STAGE, lookup_provisioned=1), cold_start_share=0)

    assert spent(enough, "lookup_scores", "gb_seconds") == 0
    assert spent(enough, "lookup_scores", "ready_run_gb_seconds") == pytest.approx(alone)
    assert spent(too_few, "lookup_scores", "ready_run_gb_seconds") == pytest.approx(alone / busy)
    assert spent(too_few, "lookup_scores", "gb_seconds") == pytest.approx(alone * (1 - 1 / busy))


def test_what_is_kept_twice_as_long_is_twice_as_much() -> None:
    year = replace(NOTHING, audiences=1000, scores=100, score_refreshes_per_day=1)
    two_years = replace(year, kept_days=2 * year.kept_days)

    once = spent(billed(year, object_log_bytes=0), "storage", "object_gb")
    twice = spent(billed(two_years, object_log_bytes=0), "storage", "object_gb")

    a_day = 1000 * (100 * 40 + 16 + 800 + 8) + 2 * 2000
    assert once == pytest.approx(365 * a_day / 1e9)
    assert twice == pytest.approx(2 * once)


def test_a_lookup_is_billed_for_its_request_its_time_and_its_reads() -> None:
    sizes = replace(
        NOTHING,
        **{"lookups_per_second": 10, "average_share": 0.5, "scores": 100, "candidates": 100},
        audiences_per_lookup=2,
    )

    bill = billed(sizes, lookup_base_ms=9.75, lookup_us_per_candidate=2.5, cold_start_share=0)

    lookups = 5 * SECONDS_PER_MONTH
    assert spent(bill, "lookup_scores", "http_requests") == lookups
    assert spent(bill, "lookup_scores", "lambda_requests") == lookups
    assert spent(bill, "lookup_scores", "read_units") == 2 * lookups
    assert spent(bill, "lookup_scores", "gb_seconds") == pytest.approx(lookups * 0.010)
    assert spent(bill, "lookup_scores", "traces") == pytest.approx((1 + 0.05 * 4) / 5 * lookups)


def test_a_campaign_change_is_a_transaction_of_twice_two_units() -> None:
    bill = billed(replace(NOTHING, campaign_changes_per_day=24))

    changes = 24 * DAYS_PER_MONTH
    assert spent(bill, "update_campaign", "write_units") == pytest.approx(4 * changes)
    assert spent(bill, "update_campaign", "events") == pytest.approx(2 * changes)


def test_a_plan_run_has_four_transitions_and_is_billed_to_its_timeout_at_most() -> None:
    bill = billed(replace(NOTHING, plan_runs_per_day=24), solve_base_s=5000)

    runs = 24 * DAYS_PER_MONTH
    assert spent(bill, "solve_plan", "transitions") == pytest.approx(4 * runs)
    assert spent(bill, "solve_plan", "gb_seconds") == pytest.approx(runs * 8 * 900)
    assert any("stopped after 900 s" in sentence for sentence in exceeded(bill.work))


def test_prices_of_nothing_make_a_bill_of_nothing() -> None:
    free = replace(LIST_PRICES, tariffs={m.name: Tariff(((0, 0),)) for m in METERS})

    bill = bill_of(Workload(REFERENCE, Assumptions(), STAGE), free)

    assert bill.total == 0
    assert verdict_of(bill) == "Nothing costs anything."


def test_what_would_lower_it_most_follows_from_the_numbers() -> None:
    mostly_lookups = billed(replace(REFERENCE, lookups_per_second=5000))
    mostly_scores = billed(replace(REFERENCE, lookups_per_second=0, score_refreshes_per_day=480))

    assert "API Gateway" in verdict_of(mostly_lookups)
    assert "half the score refreshes" in verdict_of(mostly_scores)
    assert len({savings_of(bill)[0].change for bill in (mostly_lookups, mostly_scores)}) == 2


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.change)
def test_no_lever_makes_the_reference_dearer_on_a_stage_with_nothing_provisioned(
    lever: Any,
) -> None:
    work = Workload(REFERENCE, Assumptions(), STAGE)

    after = bill_of(lever.after(work), LIST_PRICES)

    assert after.total <= bill_of(work, LIST_PRICES).total


def test_every_meter_is_used_by_some_workload() -> None:
    everything = replace(REFERENCE, callers_outside=0.5)
    stages = (replace(STAGE, lookup_provisioned=40), replace(STAGE, lookup_snapshot=True))

    used = {
        line.meter for stage in stages for line in billed(everything, stage).lines if line.dollars
    }

    assert used == {meter.name for meter in METERS}


def test_every_arrow_uses_something_under_its_own_name() -> None:
    work = Workload(REFERENCE, Assumptions(), STAGE)

    for arrow in ARROWS:
        assert {quantity.arrow for quantity in arrow(work)} == {arrow.__name__}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lookups_per_second": 2501}, "lets 2,500 in"),
        ({"lookups_per_second": 2000, "suppressed": 300}, "pointer"),
        ({"candidates": 2_000_000, "lookups_per_second": 1000}, "reserves 400"),
        ({"scores": 101}, "cut to 100"),
        ({"score_rows_per_drop": 100_000_000}, "policy lets 50,000,000 in"),
        ({"score_rows_per_drop": 200_000_000, "audiences": 2_000_000}, "Judging a drop of scores"),
        ({"catalogue_share_per_day": 1.0, "audiences": 10**9}, "Judging a drop of the catalogue"),
        (
            {"audiences": 100_000_000, "scores": 1, "score_rows_per_drop": 100_000_000},
            "Writing the rows",
        ),
        ({"plan_runs_per_day": 5000}, "one after another"),
    ],
)
def test_a_limit_that_is_exceeded_is_said(changes: dict[str, Any], said: str) -> None:
    work = Workload(replace(REFERENCE, **changes), Assumptions(), STAGE)

    assert any(said in sentence for sentence in exceeded(work))


def test_the_small_size_exceeds_nothing() -> None:
    assert exceeded(Workload(SMALL, Assumptions(), STAGE)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"audiences": -1},
        {"average_share": 1.1},
        {"score_rows_per_drop": 0},
        {"kept_days": math.nan},
    ],
)
def test_sizes_that_cannot_be_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SizeError):
        replace(REFERENCE, **changes)

"""What the part `load` makes of what it measured, and what it measures by."""

from dataclasses import replace

import pytest
from bench_load.advice import enough_alone, enough_busy
from bench_load.cpu_quota import PERIOD_US, Periods, quota_us
from bench_load.load_world import CANDIDATES, World
from bench_load.memory_sizes import figures_of, quantile
from bench_load.memory_sweep import Taken
from bench_load.stack_load import Load

from oasis.costs.billing import SECONDS_PER_MONTH

TAKEN = Taken(
    cold=[0.1, 0.3, 0.2],
    first=[0.05],
    busy=[0.005] * 99 + [0.050],
    billed=[0.0051, 0.0069],
    alone=[0.006],
    new_plan=[0.06],
    cpu=[0.0014],
    cold_cpu=[0.1],
    periods=50,
    stopped=10,
    peak_bytes=85 * 2**20,
)
WRK = Load("lookup", 1, 100, 2_000_000, 0, 0, 0, 0, 1, 2, 3, 4)


def test_a_memory_size_has_its_part_of_a_period():
    parts = [quota_us(memory_mb) for memory_mb in (128, 1769, 3538)]

    assert parts == [1447, PERIOD_US, 2 * PERIOD_US]


def test_periods_are_counted_from_a_look_to_the_next():
    held = Periods(70, 9).since(Periods(50, 4))

    assert held == Periods(20, 5)


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.75, 3), (0.99, 4), (0.0, 1)])
def test_a_quantile_is_one_of_the_values(share, value):
    assert quantile([4, 2, 3, 1], share) == value


def test_figures_are_medians_of_starts_and_quantiles_of_lookups():
    size = figures_of(512, TAKEN)

    assert (size.cold, size.busy_p50, size.busy_p99) == pytest.approx((200, 5, 5))
    assert (size.stopped, size.peak_mb) == (0.2, 85)


def test_a_lookup_is_billed_in_whole_milliseconds():
    size = figures_of(512, TAKEN)

    assert size.billed == 6.5  # of 6 and 7
    assert size.dollars == pytest.approx(0.2 + 0.5 * 6.5e-3 * 13.3334)
    assert size.ready_dollars == pytest.approx(0.2 + 0.5 * 6.5e-3 * 7.7778)


def test_what_is_provisioned_costs_by_the_second():
    size = figures_of(1024, TAKEN)

    assert size.standing_dollars(20) == pytest.approx(20 * SECONDS_PER_MONTH * 3.3334e-6)


def test_a_size_is_enough_where_half_of_it_is_hardly_stopped():
    told = {128: 1.0, 256: 0.9, 512: 0.04, 1024: 0.0, 1769: 0.0}
    sizes = {mb: replace(figures_of(mb, TAKEN), stopped=share) for mb, share in told.items()}

    assert enough_busy(sizes) == 1024
    assert enough_alone(sizes) == 256  # 2.9 ms in a period for twice 1.4


def test_no_size_is_enough_where_all_are_stopped():
    sizes = {mb: replace(figures_of(mb, TAKEN), cpu=50.0) for mb in (128, 1769)}

    assert enough_busy(sizes) is None
    assert enough_alone(sizes) is None


def test_an_answer_that_is_neither_ok_nor_whole_is_one_error():
    load = replace(WRK, not_ok=2, hollow=3, socket_errors=1, timeouts=4)

    assert load.errors == 8
    assert load.rate == 50


def test_a_run_without_any_answer_is_all_errors():
    load = replace(WRK, connections=8, requests=0)

    assert load.errors == 8


def test_worlds_of_as_many_listeners_ask_the_same():
    asked, again = World(5), World(5)
    again.files()

    assert asked.questions() == again.questions()
    assert asked.files() == again.files()
    assert {len(set(q["track_ids"])) for q in asked.questions()} == {CANDIDATES}


def test_campaigns_promote_tracks_of_their_licensor():
    world = World(1)
    lines = world.files()["tracks"].decode().splitlines()[1:]
    licensor_of = {line.split(",")[0]: line.split(",")[2] for line in lines}

    for each in world.campaigns():
        assert {licensor_of[track] for track in each.track_ids} == {each.licensor_id}

"""AWS's rules of counting, against examples worked out by hand."""

import pytest

from oasis.costs.billing import (
    event_chunks,
    eventual_read_units,
    gb_seconds,
    http_chunks,
    item_bytes,
    list_requests,
    message_requests,
    sampled_traces,
    scratch_gb_seconds,
    strong_read_units,
    transaction_write_units,
    write_units,
)
from oasis.costs.item_sizes import packed_row_bytes, pointer_bytes, score_item_bytes
from oasis.costs.serving import read_units_of_a_lookup
from shared.drop.verdicts import ROW_OVERHEAD_BYTES


@pytest.mark.parametrize(
    ("size", "units"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (2048, 2), (400 * 1024, 400)]
)
def test_a_write_is_one_unit_a_started_kibibyte(size: int, units: int) -> None:
    assert write_units(size) == units
    assert transaction_write_units(size) == 2 * units


@pytest.mark.parametrize(("size", "units"), [(0, 1), (4096, 1), (4097, 2), (8193, 3)])
def test_a_strong_read_is_one_unit_a_started_four_kibibytes_and_an_eventual_one_half(
    size: int, units: int
) -> None:
    assert strong_read_units(size) == units
    assert eventual_read_units(size) == units / 2


@pytest.mark.parametrize(("scores", "units"), [(1, 1), (40, 1), (100, 1), (120, 2), (200, 2)])
def test_a_score_row_is_written_for_these_units(scores: int, units: int) -> None:
    assert write_units(score_item_bytes(scores)) == units


@pytest.mark.parametrize("scores", [1, 40, 100, 1000])
def test_a_packed_row_is_a_header_and_eight_bytes_a_score(scores: int) -> None:
    assert packed_row_bytes(scores) == 16 + 8 * scores


def test_a_score_item_is_no_larger_than_what_receipts_count_with() -> None:
    assert score_item_bytes(100) - packed_row_bytes(100) <= ROW_OVERHEAD_BYTES


@pytest.mark.parametrize(
    ("scores", "audiences", "suppressed", "units"),
    [
        (100, 1, 0, 0.5 + 1),
        (100, 2, 0, 2 * 0.5 + 1),
        (200, 4, 0, 4 * 0.5 + 1),
        (1000, 2, 0, 2 * 1 + 1),
        (100, 2, 300, 2 * 0.5 + 2),
    ],
)
def test_a_lookup_reads_rows_by_halves_and_the_pointer_whole(
    scores: int, audiences: int, suppressed: int, units: float
) -> None:
    assert read_units_of_a_lookup(scores, audiences, suppressed) == units


def test_an_item_is_its_names_and_values() -> None:
    item = {
        "id": {"S": "läsk"},  # 2 + 5
        "n": {"N": "-123.45"},  # 1 + 3 + 1
        "b": {"B": b"1234"},  # 1 + 4
        "on": {"BOOL": True},  # 2 + 1
        "m": {"M": {"a": {"N": "1"}}},  # 1 + 3 + 1 + (1 + 2)
        "l": {"L": [{"S": "xy"}, {"NULL": True}]},  # 1 + 3 + (1 + 2) + (1 + 1)
    }

    assert item_bytes(item) == 7 + 5 + 5 + 3 + 8 + 9


def test_the_pointer_grows_by_the_name_and_number_of_each_suppressed_campaign() -> None:
    name, number, entry = len("campaign-123456"), 2, 1

    grown = pointer_bytes(100) - pointer_bytes(0)

    assert grown == 100 * (name + number + entry)


def test_gb_seconds_are_memory_times_time() -> None:
    assert gb_seconds(1769, 0.010) == pytest.approx(0.0172754, rel=1e-5)
    assert gb_seconds(1024, 3) == 3


def test_half_a_gb_of_scratch_space_is_free() -> None:
    assert scratch_gb_seconds(0.5, 100) == 0
    assert scratch_gb_seconds(8, 100) == 750


@pytest.mark.parametrize(
    ("size", "chunks"), [(1, 1), (64 * 1024, 1), (64 * 1024 + 1, 2), (256 * 1024, 4)]
)
def test_events_and_messages_are_billed_by_64_kibibytes(size: int, chunks: int) -> None:
    assert event_chunks(size) == chunks
    assert message_requests(size) == 2 * chunks + 1


def test_an_http_request_is_billed_by_512_kibibytes() -> None:
    assert [http_chunks(size) for size in (1, 512 * 1024, 512 * 1024 + 1)] == [1, 1, 2]


def test_a_listing_is_a_request_a_thousand_keys() -> None:
    assert [list_requests(keys) for keys in (0, 1, 1000, 1001)] == [1, 1, 1, 2]


def test_one_trace_a_second_is_recorded_and_a_share_beyond() -> None:
    assert sampled_traces(0.2, 0.05) == 0.2
    assert sampled_traces(801, 0.05) == 41

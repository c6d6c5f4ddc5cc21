"""The serving part of a plan as bytes, and the id of a plan."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.plan.serving import (
    FORMAT,
    INSTANT_BYTES,
    ServingCampaign,
    ServingContext,
    ServingLicensor,
    ServingPlan,
    ServingPlanError,
    decode_serving,
    encode_serving,
    ordered_by_track,
    pack_hashes,
    serving_key,
    solved_from_of,
    unpack_hashes,
)
from shared.plan.store import Plan, compose_plan, report_key
from shared.score.hashes import id_hash
from tests.unit.plan.report_specimens import report_of

CAMPAIGN = ServingCampaign(
    campaign_id="c1",
    version=4,
    licensor=0,
    price=-0.25,
    throttle=0.5,
    weight=2.0,
    lowest_score=13_107,
    starts_at_s=1_768_000_000,
    ends_at_s=1_769_000_000,
    holdout_share=0.1,
    contexts=("radio",),
    markets=("SE", "DE"),
    tracks=pack_hashes(sorted([id_hash("track-1"), id_hash("track-2")])),
    track_markets=((), ("SE",)),
    audiences=b"",
)
SERVING = ServingPlan(
    format=FORMAT,
    solved_from_s=1_768_176_000,
    width=0.02,
    holdout_share=0.0,
    holdout_salt="oasis",
    contexts=(ServingContext("radio", 0.2, 0.1),),
    licensors=(ServingLicensor("licensor-1", 0.125),),
    campaigns=(CAMPAIGN,),
    by_track=ordered_by_track([CAMPAIGN]),
)
REPORT = report_of({"c1": 10.0})


def test_a_serving_part_comes_back_from_its_bytes() -> None:
    assert decode_serving(encode_serving(SERVING)) == SERVING


@pytest.mark.parametrize("instant", [2**16, 1_768_176_000, 2**32 - 1])
def test_the_instant_stands_in_the_first_bytes(instant: int) -> None:
    packed = encode_serving(msgspec.structs.replace(SERVING, solved_from_s=instant))

    assert solved_from_of(packed[:INSTANT_BYTES]) == instant


@pytest.mark.parametrize("head", [b"", b"<html>!", b"\x99\x02\xce\x01"])
def test_an_instant_of_damaged_bytes_is_refused(head: bytes) -> None:
    with pytest.raises(ServingPlanError, match="damaged"):
        solved_from_of(head)


def test_prices_keep_every_bit() -> None:
    price = 0.1 + 2**-54

    plan = msgspec.structs.replace(
        SERVING, campaigns=(msgspec.structs.replace(CAMPAIGN, price=price),)
    )

    assert decode_serving(encode_serving(plan)).campaigns[0].price.hex() == price.hex()


def test_bytes_cut_anywhere_or_with_one_too_many_are_no_serving_part() -> None:
    sound = encode_serving(SERVING)

    for damaged in (*(sound[:length] for length in range(len(sound))), sound + b"\0"):
        with pytest.raises(ServingPlanError):
            decode_serving(damaged)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.data())
def test_a_changed_byte_gives_another_plan_or_no_serving_part(data: st.DataObject) -> None:
    damaged = bytearray(encode_serving(SERVING))
    position = data.draw(st.integers(0, len(damaged) - 1))
    damaged[position] ^= data.draw(st.integers(1, 255))

    try:
        plan = decode_serving(bytes(damaged))
    except ServingPlanError:
        return

    assert isinstance(plan, ServingPlan)


def test_a_plan_of_another_format_is_refused_with_both_formats() -> None:
    plan = msgspec.structs.replace(SERVING, format=FORMAT + 1)

    with pytest.raises(ServingPlanError, match=f"format {FORMAT + 1}; this code reads {FORMAT}"):
        decode_serving(encode_serving(plan))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 2**64 - 1)))
def test_hashes_take_8_bytes_each_and_come_back_in_order(hashes: list[int]) -> None:
    packed = pack_hashes(hashes)

    assert len(packed) == 8 * len(hashes)
    assert unpack_hashes(packed) == tuple(hashes)


def test_the_same_parts_give_the_same_id() -> None:
    plan = compose_plan(SERVING, REPORT)

    assert plan == compose_plan(decode_serving(encode_serving(SERVING)), replace(REPORT))
    assert plan == Plan(plan.plan_id, encode_serving(SERVING), plan.report)
    assert len(plan.plan_id) == 32


def test_any_change_of_either_part_gives_another_id() -> None:
    changed = [
        compose_plan(msgspec.structs.replace(SERVING, **change), REPORT).plan_id
        for change in (
            {"width": 0.03},
            {"solved_from_s": 1},
            {"holdout_salt": "other"},
            {"campaigns": ()},
            {"campaigns": (msgspec.structs.replace(CAMPAIGN, version=5),)},
            {"campaigns": (msgspec.structs.replace(CAMPAIGN, throttle=0.5 + 1e-16),)},
        )
    ]
    changed += [
        compose_plan(SERVING, replace(REPORT, **change)).plan_id
        for change in (
            {"parent": "p"},
            {"drift": 0.1},
            {"accepted_keys": ()},
            {"campaign_versions": {"c1": 2}},
        )
    ]

    assert len({compose_plan(SERVING, REPORT).plan_id, *changed}) == 11


def test_the_parts_of_a_plan_lie_side_by_side() -> None:
    assert serving_key("abc") == "plans/abc/serving.msgpack"
    assert report_key("abc") == "plans/abc/report.json"

"""Noun plan: its serving part, the compact form that the lookup holds in memory.

MessagePack by position (msgspec): one price and throttle a campaign, one price a licensor, one
width, and what the lookup must check again. Tracks and audiences stand as 8-byte hashes.
"""

import struct
from collections.abc import Sequence

import msgspec


class ServingContext(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Promoted share s of a context's slots, and cap u of each track."""

    name: str
    promoted_share: float
    frequency_cap: float


class ServingCampaign(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One campaign of the plan. Empty contexts, markets or audiences mean all of them."""

    campaign_id: str
    version: int
    licensor: int  # index into ServingPlan.licensors
    price: float
    throttle: float
    weight: float
    lowest_score: int  # relevance floor, quantised
    starts_at_s: int
    ends_at_s: int
    holdout_share: float
    contexts: tuple[str, ...]
    markets: tuple[str, ...]
    tracks: bytes  # 8 bytes a track, big-endian, ascending
    track_markets: tuple[tuple[str, ...], ...]  # one a track, or empty where none is limited
    audiences: bytes  # 8 bytes an audience, big-endian, ascending


class ServingLicensor(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One licensor and the price of its share cap."""

    licensor_id: str
    price: float


class ServingPlan(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that the lookup needs of a plan."""

    format: int
    solved_from_s: int  # the instant from which the plan counts, epoch seconds
    width: float
    holdout_share: float
    holdout_salt: str
    contexts: tuple[ServingContext, ...]
    licensors: tuple[ServingLicensor, ...]
    campaigns: tuple[ServingCampaign, ...]
    by_track: bytes  # as ``ordered_by_track`` packs it: lookups do not wait for sorting


FORMAT = 2
PLANS_PREFIX, SERVING_NAME = "plans/", "serving.msgpack"
HASH, PAIR = struct.Struct(">Q"), struct.Struct(">I")
INSTANT_BYTES = 7  # of a serving part, from its start: array, format, a 32-bit instant


class ServingPlanError(ValueError):
    """The bytes are no serving part of a plan."""


def ordered_by_track(campaigns: Sequence[ServingCampaign]) -> bytes:
    """Return the numbers of all pairs of campaign and track, by hash, 4 bytes each, big-endian.

    Pairs are numbered in the order of campaigns, and of the tracks of each.
    """
    hashes = unpack_hashes(b"".join(campaign.tracks for campaign in campaigns))
    return struct.pack(f">{len(hashes)}I", *sorted(range(len(hashes)), key=hashes.__getitem__))


def serving_key(plan_id: str) -> str:
    """Return where the serving part of a plan stands."""
    return f"{PLANS_PREFIX}{plan_id}/{SERVING_NAME}"


def encode_serving(plan: ServingPlan) -> bytes:
    """Return the bytes of the serving part; equal plans give equal bytes."""
    return msgspec.msgpack.encode(plan)


def decode_serving(packed: bytes) -> ServingPlan:
    """Read the serving part of a plan.

    Raises:
        ServingPlanError: the bytes are damaged or of another format.
    """
    try:
        plan = msgspec.msgpack.decode(packed, type=ServingPlan)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ServingPlanError(f"The serving part of a plan is damaged: {error}.") from error
    if plan.format != FORMAT:
        raise ServingPlanError(f"The plan has format {plan.format}; this code reads {FORMAT}.")
    return plan


def solved_from_of(head: bytes) -> int:
    """Return the instant of a plan in epoch seconds, from the first bytes of its serving part.

    Raises:
        ServingPlanError: they begin no serving part.
    """
    try:
        _, solved_from_s = msgspec.msgpack.decode(
            b"\x92" + head[1:INSTANT_BYTES], type=tuple[int, int]
        )
    except msgspec.DecodeError as error:
        raise ServingPlanError(f"The serving part of a plan is damaged: {error}.") from error
    return solved_from_s


def pack_hashes(hashes: list[int]) -> bytes:
    """Return 64-bit hashes as bytes, in the order given."""
    return struct.pack(f">{len(hashes)}Q", *hashes)


def unpack_hashes(packed: bytes) -> tuple[int, ...]:
    """Return the hashes that ``pack_hashes`` packed."""
    return struct.unpack(f">{len(packed) // HASH.size}Q", packed)

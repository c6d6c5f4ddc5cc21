"""Who is held out of promotion."""

from hashlib import blake2b

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.lookup.holdouts import is_held_out

LISTENERS = [f"listener-{i}" for i in range(10_000)]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text(st.characters(codec="utf-8")))
def test_a_share_of_0_holds_out_nobody_and_a_share_of_1_everybody(listener: str) -> None:
    assert not is_held_out(0, "oasis", listener)
    assert is_held_out(1, "oasis", listener)


@pytest.mark.parametrize("identifiers", [(), ("campaign-1",)])
def test_a_share_of_three_tenths_holds_out_about_three_tenths(
    identifiers: tuple[str, ...],
) -> None:
    held = sum(is_held_out(0.3, "oasis", a, *identifiers) for a in LISTENERS)

    # The standard deviation of a fair draw is 46.
    assert abs(held - 3_000) < 5 * 46


def test_a_listener_is_held_out_of_shares_above_its_part_of_the_hash() -> None:
    for listener in LISTENERS[:500]:
        digest = blake2b(f"salt|{listener}".encode(), digest_size=8).digest()
        part = int.from_bytes(digest, "big") % 10_000
        if 10_000 * (part / 10_000) != part:
            continue  # rounding decides here

        assert not is_held_out(part / 10_000, "salt", listener)
        assert is_held_out((part + 0.5) / 10_000, "salt", listener)


def test_who_is_held_out_of_a_share_is_held_out_of_every_larger_one() -> None:
    for listener in LISTENERS[:500]:
        held = [is_held_out(share / 10, "oasis", listener) for share in range(11)]

        assert held == sorted(held)


def test_another_salt_and_another_campaign_hold_out_others() -> None:
    groups = [
        {a for a in LISTENERS if is_held_out(0.5, salt, a, *campaign)}
        for salt, campaign in (("x", ()), ("y", ()), ("x", ("c1",)), ("x", ("c2",)))
    ]

    for first in range(4):
        for second in range(first):
            # Independent halves share a quarter; the standard deviation is 43.
            assert abs(len(groups[first] & groups[second]) - 2_500) < 5 * 43

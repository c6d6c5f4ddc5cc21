"""Claims on audiences: sorted hashes, one owner each, against a dict."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.drop.claims import NO_CLAIMS, SHARDS, by_shard, decode_claims, encode_claims

HASHES = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 9), unique=True, max_size=20)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "ab"]), HASHES), max_size=6))
def test_the_first_to_claim_has_it_and_nothing_is_lost_in_storage(
    claimed: list[tuple[str, list[int]]],
) -> None:
    claims, model = NO_CLAIMS, dict[int, str]()
    for producer, asked in claimed:
        hashes = np.array(asked, dtype=np.uint64)

        refused = claims.of_others(hashes, producer)
        claims = decode_claims(encode_claims(claims.with_more(claims.unclaimed(hashes), producer)))

        assert refused.tolist() == [model.get(each, producer) != producer for each in asked]
        for each in asked:
            model.setdefault(each, producer)
    assert (
        dict(zip(claims.hashes.tolist(), (claims.producers[i] for i in claims.owner), strict=True))
        == model
    )
    assert (np.diff(claims.hashes.astype(object)) > 0).all()


def test_every_audience_is_in_one_shard() -> None:
    hashes = np.random.default_rng(1).integers(0, 2**64, 5_000, dtype=np.uint64)

    found = list(by_shard(hashes))

    assert [shard for shard, _ in found] == list(range(SHARDS))
    assert (sum(here.astype(int) for _, here in found) == 1).all()

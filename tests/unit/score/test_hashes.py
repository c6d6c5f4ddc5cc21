"""The hash by which ids stand in rows and plans."""

from hashlib import blake2b

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.score.hashes import id_hash, narrow
from tests.unit.score.colliding_tracks import COLLIDING

TEXTS = st.text(st.characters(codec="utf-8"))


def test_the_hash_of_an_id_is_blake2b_with_8_bytes_read_big_endian() -> None:
    assert id_hash("track-1").to_bytes(8, "big") == blake2b(b"track-1", digest_size=8).digest()
    assert id_hash("Öland") == id_hash("\u00d6land") != id_hash("O\u0308land")


@settings(max_examples=50, deadline=None, derandomize=True)
@given(TEXTS)
def test_the_narrow_hash_is_the_first_6_bytes_of_the_wide_one(identifier: str) -> None:
    wide = id_hash(identifier)

    assert 0 <= wide < 2**64
    assert narrow(wide).to_bytes(6, "big") == wide.to_bytes(8, "big")[:6]


def test_ids_may_share_a_narrow_hash_and_differ_in_the_wide_one() -> None:
    first, second = map(id_hash, COLLIDING)

    assert narrow(first) == narrow(second)
    assert first != second

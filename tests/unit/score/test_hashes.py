"""The hash by which ids stand in rows and plans."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.score.hash_columns import id_hashes
from shared.score.hashes import id_hash, narrow
from tests.unit.score.colliding_tracks import COLLIDING

TEXTS = st.text(st.characters(codec="utf-8"))


def murmur64a(data: bytes, seed: int) -> int:
    """MurmurHash64A byte by byte, as its author's C++ has it."""
    multiplier, whole = 0xC6A4A7935BD1E995, 2**64

    def word(part: bytes) -> int:
        return sum(byte << 8 * place for place, byte in enumerate(part))

    value = seed ^ len(data) * multiplier % whole
    for at in range(0, len(data) - 7, 8):
        key = word(data[at : at + 8]) * multiplier % whole
        key = (key ^ key >> 47) * multiplier % whole
        value = (value ^ key) * multiplier % whole
    if len(data) % 8:
        value = (value ^ word(data[len(data) // 8 * 8 :])) * multiplier % whole
    value = (value ^ value >> 47) * multiplier % whole
    return value ^ value >> 47


def test_the_oracle_has_the_verification_value_of_the_authors_own_test_suite() -> None:
    keys = (bytes(range(length)) for length in range(256))
    hashes = (murmur64a(key, 256 - len(key)).to_bytes(8, "little") for key in keys)

    assert murmur64a(b"".join(hashes), 0) % 2**32 == 0x1F0D3804


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTS)
def test_the_hash_of_an_id_is_murmurhash64a_of_its_utf8(identifier: str) -> None:
    assert id_hash(identifier) == murmur64a(identifier.encode(), 0)


def test_the_hash_of_an_id_depends_on_its_bytes() -> None:
    assert id_hash("\u00d6land") != id_hash("O\u0308land")
    assert len({id_hash("a" * size) for size in range(40)}) == 40


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(TEXTS), st.booleans(), st.integers(0, 3))
def test_whole_columns_are_hashed_like_single_ids(
    identifiers: list[str], is_large: bool, left_out: int
) -> None:
    column = pa.array(identifiers, pa.large_string() if is_large else pa.string())

    hashes = id_hashes(column[left_out:])

    assert hashes.tolist() == [id_hash(each) for each in identifiers[left_out:]]


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 16, 21])
def test_columns_of_equal_lengths_are_hashed_like_single_ids(size: int) -> None:
    identifiers = [f"{number:021}"[21 - size :] for number in range(20_000)]

    hashes = id_hashes(pa.array(identifiers).dictionary_encode())

    assert hashes.tolist() == [id_hash(each) for each in identifiers]


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

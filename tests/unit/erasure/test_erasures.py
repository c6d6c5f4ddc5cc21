"""Who was erased is found by a keyed hash, and a list that is not what it was stops the work."""

import numpy as np
import pyarrow as pa
import pytest

from shared.erasure.columns import erased_in
from shared.erasure.erasures import (
    NOBODY,
    ErasureListError,
    Erasures,
    decode_erasures,
    encode_erasures,
    only,
)

KEY = b"k" * 64
SOME = Erasures(KEY).with_one("a").with_one("ä")
IDS = ["a", "b", None, "ä", "a", ""]
FOUND = [True, False, False, True, True, False]


@pytest.mark.parametrize("is_dictionary", [False, True])
def test_erased_audiences_are_found_in_a_column_and_no_others(is_dictionary):
    ids = pa.array(IDS, pa.string())

    found = erased_in(ids.dictionary_encode() if is_dictionary else ids, SOME)

    assert found.tolist() == FOUND


def test_a_slice_of_a_column_is_judged_like_the_column():
    found = erased_in(pa.array(IDS, pa.string())[2:], SOME)

    assert found.tolist() == FOUND[2:]


def test_one_audience_is_found_by_its_id():
    found = erased_in(pa.array(IDS, pa.string()), only("a"))

    assert np.flatnonzero(found).tolist() == [0, 4]


def test_an_empty_list_finds_nobody_and_needs_no_key():
    erasures = Erasures()

    assert not erasures
    assert not erased_in(pa.array(IDS, pa.string()), erasures).any()
    assert not erasures.has("a")


def test_a_list_that_named_the_erased_alone_does_not_come_to_mean_everybody():
    assert SOME.without(("a", "b")) == ("b",)
    assert SOME.without(("a", "ä")) == (NOBODY,)
    assert SOME.without(()) == ()


def test_a_list_is_read_as_it_was_written_and_names_nobody():
    body = encode_erasures(SOME)

    assert decode_erasures(body, KEY) == SOME
    assert b"a" * 2 not in body
    assert len(body) == 16 * 3


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (encode_erasures(SOME), b"o" * 64),
        (encode_erasures(SOME)[:-1], KEY),
        (b"", KEY),
    ],
)
def test_a_damaged_list_and_another_key_are_refused(body, key):
    with pytest.raises(ErasureListError):
        decode_erasures(body, key)

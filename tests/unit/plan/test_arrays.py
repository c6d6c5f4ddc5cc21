"""Dataclasses of arrays as bytes: all that was packed comes back, and nothing is made up."""

import io
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem
from shared.plan.arrays import pack_arrays, unpack_arrays
from shared.plan.edges import Rules
from shared.plan.labels import Labels, labels_of
from shared.plan.problems import CampaignLimits, outline_day
from shared.plan.shards import Shard, divided
from shared.plan.tallies import Tally
from shared.score.rows import unpack_rows
from tests.unit.allocation.instances import odd_instance
from tests.unit.plan.worlds import NOW, named_world


@dataclass(frozen=True)
class Inner:
    """Arrays of the kinds that plans have."""

    hashes: NDArray[np.uint64]
    table: NDArray[np.bool_]
    small: NDArray[np.float32]


@dataclass(frozen=True)
class Outer:
    """Everything that may be packed, one in the other."""

    count: int
    share: float
    names: tuple[str, ...]
    label: Labels
    first: Inner
    second: Inner


WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
INNER = st.builds(
    Inner,
    hashes=arrays(np.uint64, st.integers(0, 5)),
    table=arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=4)),
    small=arrays(np.float32, st.integers(0, 5)),
)
OUTER = st.builds(
    Outer,
    count=st.integers(-(2**63), 2**63 - 1),
    share=st.floats(),
    names=st.lists(WORD, max_size=4).map(tuple),
    label=st.lists(WORD, max_size=4).map(labels_of),
    first=INNER,
    second=INNER,
)
TALLY = Tally(3, np.array([1, 0, 2]), np.array([0.5, 0.0, 1e9]), 0.75)


def assert_same(found: Any, packed: Any) -> None:
    """Check that two dataclasses are equal to the last bit and kind."""
    assert type(found) is type(packed)
    for field in fields(packed):
        own, other = getattr(found, field.name), getattr(packed, field.name)
        if is_dataclass(other):
            assert_same(own, other)
        elif isinstance(other, np.ndarray):
            assert (own.dtype, own.shape) == (other.dtype, other.shape)
            assert own.tobytes() == other.tobytes()
        else:
            kinds = [list(map(type, v)) if isinstance(v, tuple) else type(v) for v in (own, other)]
            assert kinds[0] == kinds[1]
            assert own == other or (own != own and other != other)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(OUTER)
def test_fields_of_fields_come_back_however_few_entries_they_have(value: Outer) -> None:
    assert_same(unpack_arrays(Outer, pack_arrays(value)), value)


@pytest.mark.parametrize("seed", range(12))
def test_an_allocation_problem_comes_back(seed: int) -> None:
    problem = odd_instance(seed)

    found = unpack_arrays(AllocationProblem, pack_arrays(problem))

    assert_same(found, problem)


@pytest.mark.parametrize("seed", range(6))
def test_shards_rules_and_limits_of_a_day_come_back(seed: int) -> None:
    world = named_world(seed)
    day = outline_day(world.inputs, world.campaigns, world.policy, NOW)
    day.rules.promoted.matches(unpack_rows(pa.array([], pa.binary())))  # fills its caches
    shards = list(divided(day.rows, world.inputs.scores.places, 3))

    packed = [pack_arrays(shard) for shard in shards]
    rules, limits = pack_arrays(day.rules), pack_arrays(day.limits)

    assert packed
    for body, shard in zip(packed, shards, strict=True):
        assert_same(unpack_arrays(Shard, body), shard)
    assert_same(unpack_arrays(Rules, rules), day.rules)
    assert_same(unpack_arrays(CampaignLimits, limits), day.limits)


def test_the_same_values_give_the_same_bytes() -> None:
    assert pack_arrays(odd_instance(1)) == pack_arrays(odd_instance(1))


def test_bytes_that_are_cut_anywhere_are_noticed() -> None:
    packed = pack_arrays(TALLY)

    for length in range(len(packed)):
        with pytest.raises(ValueError):  # noqa: PT011
            unpack_arrays(Tally, packed[:length])


def flipped(packed: bytes, bit: int) -> bytes:
    """Return bytes with one bit changed."""
    damaged = bytearray(packed)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


@pytest.mark.parametrize("name", ["edges", "reach"])
def test_any_changed_bit_of_an_array_is_noticed(name: str) -> None:
    packed, column = pack_arrays(TALLY), getattr(TALLY, name).tobytes()
    first = packed.index(column)

    for bit in range(8 * first, 8 * (first + len(column))):
        with pytest.raises(ValueError, match="damaged"):
            unpack_arrays(Tally, flipped(packed, bit))


def test_a_changed_bit_anywhere_gives_no_other_values() -> None:
    packed = pack_arrays(TALLY)

    for bit in range(8 * len(packed)):
        try:
            found = unpack_arrays(Tally, flipped(packed, bit))
        except (ValueError, KeyError):
            continue
        assert_same(found, TALLY)


def test_bytes_of_something_else_are_refused() -> None:
    for other in (b"no arrays", b"", b"\x93NUMPY", b"PK\x03\x04" + bytes(40)):
        with pytest.raises(ValueError):  # noqa: PT011
            unpack_arrays(Tally, other)


def test_another_kind_of_dataclass_is_refused() -> None:
    packed = pack_arrays(labels_of(["SE", "DE"]))

    with pytest.raises(KeyError):
        unpack_arrays(Tally, packed)
    with pytest.raises(KeyError):
        unpack_arrays(Outer, packed)


class Touch:
    """An object whose pickle, when it is read, makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._path,)


def test_no_pickle_is_read(tmp_path: Path) -> None:
    trace = tmp_path / "touched"
    body = io.BytesIO()
    whole = {name: np.zeros(0, dtype=np.int64) for name in ("names", "names:lengths")}
    members = {**whole, "code": np.array([Touch(trace)], dtype=object)}
    np.savez(body, **members)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="allow_pickle"):
        unpack_arrays(Labels, body.getvalue())

    assert not trace.exists()
    with np.load(io.BytesIO(body.getvalue()), allow_pickle=True) as loaded:
        assert loaded["code"].shape == (1,)
    assert trace.exists()  # so it would have been seen

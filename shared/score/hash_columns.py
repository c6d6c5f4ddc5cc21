"""Noun score: the hash of ids over whole columns."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.score.hashes import MULTIPLIER, SHIFT

_MULTIPLIER = np.uint64(MULTIPLIER)
_SHIFT = np.uint64(SHIFT)
_WORD = 8
_AT_ONCE = 8192  # arrays of so many words stay in the cache
_ALL_BITS = np.uint64(2**64 - 1)


def id_hashes(identifiers: pa.Array) -> NDArray[np.uint64]:
    """Return `id_hash` of each string of an Arrow array without nulls, shape (identifiers)."""
    if isinstance(identifiers, pa.DictionaryArray):
        of_rows: NDArray[np.uint64] = id_hashes(identifiers.dictionary).take(
            identifiers.indices.to_numpy()
        )
        return of_rows
    hashes = np.empty(len(identifiers), dtype=np.uint64)
    for first in range(0, len(identifiers), _AT_ONCE):
        part = identifiers[first : first + _AT_ONCE]
        hashes[first : first + len(part)] = _hashes(part)
    return hashes


def _hashes(identifiers: pa.Array) -> NDArray[np.uint64]:
    bounds, data = value_layout(identifiers)
    start, size = bounds[:-1], np.diff(bounds)
    padded = np.zeros(len(data) + _WORD, dtype=np.uint8)
    padded[: len(data)] = data
    if size.min() == size.max():
        return _hashes_of_equal_lengths(padded, int(size[0]), len(size))
    words = np.ndarray(len(data) + 1, dtype="<u8", buffer=padded.data, strides=(1,))
    hashed = size.astype(np.uint64) * _MULTIPLIER
    whole = size >> 3
    for index in range(int(whole.max())):
        rows = slice(None) if index < whole.min() else np.flatnonzero(whole > index)
        word = words[start[rows] + _WORD * index]
        hashed[rows] = (hashed[rows] ^ _mixed(word)) * _MULTIPLIER
    rows = np.flatnonzero(size & 7)
    bits = np.uint64(8) * (size[rows] & 7).astype(np.uint64)
    tail = words[start[rows] + _WORD * whole[rows]] & ~(_ALL_BITS << bits)
    hashed[rows] = (hashed[rows] ^ tail) * _MULTIPLIER
    return _finished(hashed)


def _hashes_of_equal_lengths(padded: NDArray[np.uint8], size: int, many: int) -> NDArray[np.uint64]:
    hashed = np.full(many, size, dtype=np.uint64) * _MULTIPLIER
    for at in range(0, size, _WORD):
        word = np.ndarray(many, dtype="<u8", buffer=padded.data, offset=at, strides=(size,))
        left = size - at
        mixed = _mixed(word) if left >= _WORD else word & ~(_ALL_BITS << np.uint64(8 * left))
        hashed ^= mixed
        hashed *= _MULTIPLIER
    return _finished(hashed)


def _mixed(word: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = word * _MULTIPLIER
    mixed ^= mixed >> _SHIFT
    mixed *= _MULTIPLIER
    return mixed


def _finished(hashed: NDArray[np.uint64]) -> NDArray[np.uint64]:
    hashed ^= hashed >> _SHIFT
    hashed *= _MULTIPLIER
    hashed ^= hashed >> _SHIFT
    return hashed


def value_layout(values: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return where strings or bytes begin and end, shape (values + 1), and all their bytes."""
    if not len(values):
        return np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    is_large = pa.types.is_large_string(values.type) or pa.types.is_large_binary(values.type)
    _, offset_buffer, bytes_buffer = values.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64 if is_large else np.int32)
    bounds = offsets[values.offset : values.offset + len(values) + 1].astype(np.int64)
    data = np.zeros(0, dtype=np.uint8)
    if bytes_buffer is not None:
        data = np.frombuffer(bytes_buffer, dtype=np.uint8)[bounds[0] : bounds[-1]]
    return bounds - bounds[0], data

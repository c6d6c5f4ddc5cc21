"""Noun plan: dataclasses of arrays as bytes and back, without pickles.

NumPy's zip of arrays, one member a field; fields of fields are named with a point between. Texts
are the UTF-8 of all, and a member with the length of each.
"""

import io
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_origin, get_type_hints
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind")
LENGTHS = ":lengths"


def pack_arrays(value: Any) -> bytes:
    """Return the bytes of a dataclass of arrays, numbers, tuples of texts and such dataclasses."""
    body = io.BytesIO()
    np.savez(body, **dict(_members("", value)))
    return body.getvalue()


def unpack_arrays(kind: type[Kind], packed: bytes) -> Kind:
    """Return what `pack_arrays` packed.

    Raises:
        KeyError: it was another kind of dataclass, or the name of a field is damaged.
        ValueError: the bytes are damaged.
    """
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as members:
            return _read(kind, "", members)
    except (BadZipFile, EOFError, RuntimeError) as error:  # what NumPy lets through from zipfile
        raise ValueError(f"The bytes of a {kind.__name__} are damaged: {error}.") from error


def _members(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(value):
        part = getattr(value, field.name)
        if is_dataclass(part):
            yield from _members(f"{prefix}{field.name}.", part)
        elif isinstance(part, tuple):
            encoded = [text.encode() for text in part]
            yield prefix + field.name, np.frombuffer(b"".join(encoded), dtype=np.uint8)
            yield f"{prefix}{field.name}{LENGTHS}", np.array([*map(len, encoded)], dtype=np.int64)
        else:
            yield prefix + field.name, part


def _read(kind: type[Kind], prefix: str, members: Any) -> Kind:
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        hint, name = hints[field.name], prefix + field.name
        if is_dataclass(hint):
            found[field.name] = _read(hint, f"{name}.", members)  # type: ignore[arg-type]
        elif get_origin(hint) is tuple:
            found[field.name] = _texts(members[name].tobytes(), members[f"{name}{LENGTHS}"])
        elif hint in (int, float):
            found[field.name] = members[name].item()
        else:
            found[field.name] = members[name]
    return kind(**found)


def _texts(encoded: bytes, lengths: NDArray[np.int64]) -> tuple[str, ...]:
    ends = np.cumsum(lengths)
    if int(lengths.sum()) != len(encoded) or (lengths < 0).any():
        raise ValueError("Texts have other lengths than they are said to have.")
    begins = (ends - lengths).tolist()
    return tuple(
        encoded[begin:end].decode() for begin, end in zip(begins, ends.tolist(), strict=True)
    )

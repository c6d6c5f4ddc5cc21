"""Noun plan: dataclasses of arrays as bytes and back, without pickles.

NumPy's zip of arrays, one member a field; fields of fields are named with a point between.
"""

import io
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_origin, get_type_hints
from zipfile import BadZipFile

import numpy as np

Kind = TypeVar("Kind")


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
        else:
            texts = isinstance(part, tuple)
            yield prefix + field.name, np.array(part, dtype=np.str_) if texts else part


def _read(kind: type[Kind], prefix: str, members: Any) -> Kind:
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        hint, name = hints[field.name], prefix + field.name
        if is_dataclass(hint):
            found[field.name] = _read(hint, f"{name}.", members)  # type: ignore[arg-type]
        elif get_origin(hint) is tuple:
            found[field.name] = tuple(members[name].tolist())
        elif hint in (int, float):
            found[field.name] = members[name].item()
        else:
            found[field.name] = members[name]
    return kind(**found)

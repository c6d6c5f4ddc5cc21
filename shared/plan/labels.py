"""Noun plan: a column of few distinct texts, such as contexts and markets, as codes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Labels:
    """One text an entry: ``names[code[i]]``."""

    names: tuple[str, ...]
    code: NDArray[np.int32]  # (entries)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.code)

    def take(self, entries: NDArray[np.integer] | slice) -> "Labels":
        """Return some of the entries."""
        return Labels(self.names, self.code[entries])

    def texts(self) -> tuple[str, ...]:
        """Return the text of each entry."""
        return tuple(self.names[code] for code in self.code.tolist())

    def among(self, names: tuple[str, ...]) -> "Labels":
        """Return the same texts as codes of other names, which hold all of these."""
        place = {name: code for code, name in enumerate(names)}
        codes = np.array([place[name] for name in self.names], dtype=np.int32)
        return Labels(names, codes[self.code])


def labels_of(texts: Sequence[str]) -> Labels:
    """Return a column of texts; names in the order of their letters."""
    names = tuple(sorted(set(texts)))
    place = {name: code for code, name in enumerate(names)}
    return Labels(names, np.array([place[text] for text in texts], dtype=np.int32))


def joined_labels(parts: Sequence[Labels]) -> Labels:
    """Return columns one behind the other."""
    names = tuple(sorted({name for part in parts for name in part.names}))
    codes = [part.among(names).code for part in parts]
    return Labels(names, np.concatenate([np.zeros(0, dtype=np.int32), *codes]))


def all_names(*columns: Labels) -> tuple[str, ...]:
    """Return the names of all columns, in the order of their letters."""
    return tuple(sorted({name for column in columns for name in column.names}))

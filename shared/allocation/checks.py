"""Noun allocation: what an array must be before an allocation is built on it."""

import numpy as np
from numpy.typing import NDArray


class AllocationProblemError(ValueError):
    """The arrays do not describe an allocation; the message names the array and the place."""


def measure_complaint(
    name: str, amounts: NDArray[np.floating], size: int, infinite_allowed: bool
) -> str:
    """Say why ``amounts`` are not ``size`` numbers >= 0 (finite unless allowed), or nothing."""
    if amounts.shape != (size,):
        return f"{name} has shape {amounts.shape}, expected ({size},)"
    sound = amounts >= 0
    if not infinite_allowed:
        sound &= np.isfinite(amounts)
    unsound = np.flatnonzero(~sound)
    if unsound.size:
        return f"{name}[{unsound[0]}] is {amounts[unsound[0]]}: not a sound amount"
    return ""


def index_complaint(name: str, index: NDArray[np.integer], size: int, bound: int) -> str:
    """Say why ``index`` is not ``size`` integers in [0, bound), or nothing."""
    if index.shape != (size,):
        return f"{name} has shape {index.shape}, expected ({size},)"
    if not np.issubdtype(index.dtype, np.integer):
        return f"{name} holds {index.dtype}, expected integers"
    outside = np.flatnonzero((index < 0) | (index >= bound))
    if outside.size:
        return f"{name}[{outside[0]}] is {index[outside[0]]}, outside 0..{bound - 1}"
    return ""

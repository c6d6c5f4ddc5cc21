"""Noun export: what steps of one export hand on to each other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TERMS = "terms"


@dataclass(frozen=True)
class ExportTerms:
    """What every part of an export must know beside its rows."""

    state: tuple[str, ...]  # (1) of the plan
    began_at: tuple[str, ...]  # (1) ISO 8601
    track_hash: NDArray[np.uint64]  # (tracks) ascending
    track_ids: tuple[str, ...]  # (tracks)
    knows_suppressed: int  # 1 where the pointer holds who is silent in this plan
    suppressed: tuple[str, ...]  # campaigns


@dataclass(frozen=True)
class ExportInHand:
    """An export whose parts are to be written."""

    export_id: str
    plan_id: str
    parts: list[int]

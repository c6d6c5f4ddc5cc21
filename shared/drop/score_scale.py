"""Noun drop: scores that were written on another scale than [0, 1]."""

import numpy as np

from shared.drop.refusals import RefusedFileError
from shared.drop.sound_values import JudgedColumn
from shared.drop.values import OUT_OF_RANGE, Fault, read_number


class ScoreScale:
    """Counts the numeric scores of a file, and those in (1, 100], whatever else its rows have.

    Numeric is what is sound or out of range, also a number that no float holds; NaN, infinity and
    text are not.
    """

    def __init__(self) -> None:
        """Start without scores."""
        self._numbers = self._over_one = 0

    def count(self, scores: JudgedColumn) -> None:
        """Count the scores of plain rows."""
        numeric = scores.fault == 0
        if OUT_OF_RANGE in scores.faults:
            numeric |= scores.fault == scores.faults.index(OUT_OF_RANGE)
        values = scores.values.to_numpy(zero_copy_only=False)
        with np.errstate(invalid="ignore"):
            over_one = numeric & (values > 1) & (values <= 100)
        self._numbers += int(np.count_nonzero(numeric))
        self._over_one += int(np.count_nonzero(over_one))

    def count_one(self, raw: object, score: object) -> None:
        """Count a score as it is written and as it was read."""
        if isinstance(score, Fault) and score != OUT_OF_RANGE:
            return
        number = read_number(raw)
        self._numbers += 1
        self._over_one += not isinstance(number, Fault) and 1 < number <= 100

    def check(self) -> None:
        """Refuse the file where at least half of its numeric scores are in (1, 100].

        Raises:
            RefusedFileError: score_scale.
        """
        if self._numbers and 2 * self._over_one >= self._numbers:
            raise RefusedFileError(
                "score_scale",
                f"{self._over_one:,} of {self._numbers:,} scores lie between 1 and 100. Scores "
                "are numbers from 0 to 1; divide before writing, nothing is divided here.",
            )

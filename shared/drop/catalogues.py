"""Noun drop: the tracks that are known, against which scores can be judged."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.drop.refusals import RefusedFileError


class Catalogue:
    """Known tracks."""

    def __init__(self, track_ids: pa.Array) -> None:
        """Know these tracks."""
        self._tracks = track_ids.unique()

    def knows(self, identifiers: pa.Array) -> NDArray[np.bool_]:
        """Return which of these are tracks, shape (identifiers)."""
        if isinstance(identifiers, pa.DictionaryArray):
            identifiers = identifiers.cast(pa.string())
        return np.asarray(pc.is_in(identifiers, value_set=self._tracks))


class CatalogueCheck:
    """Compares the rows of one file with the catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Compare with this one."""
        self._catalogue = catalogue
        self._rows = self._unknown = self._swapped = 0

    def known(self, track_ids: pa.Array, audience_ids: pa.Array) -> NDArray[np.bool_]:
        """Return which rows hold a known track, shape (rows)."""
        known = self._catalogue.knows(track_ids)
        self._rows += len(known)
        if not known.all():
            self._unknown += int((~known).sum())
            others = audience_ids.filter(pa.array(~known))
            self._swapped += int(self._catalogue.knows(others).sum())
        return known

    def check(self) -> None:
        """Refuse a file in which tracks stand where audiences should.

        Raises:
            RefusedFileError: no track is known, and most audiences are tracks (swapped_columns).
        """
        if self._rows and self._unknown == self._rows and 2 * self._swapped > self._rows:
            raise RefusedFileError(
                "swapped_columns",
                f"{self._swapped:,} of {self._rows:,} rows have a track of the catalogue in the "
                "column audience_id, and none has one in track_id. Swap the two columns.",
            )

"""How much is measured: `full` is what the goals speak of, `small` a look while working."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Rows of files, scores written, and how often each is measured."""

    name: str
    smaller_rows: tuple[int, ...]  # of files for the growth, beside the largest
    smaller_rounds: int
    largest_rows: int
    largest_rounds: int
    counted_scores: int  # whose write units are counted
    written_scores: int  # against boto3's batch writer
    written_rounds: int
    peers_scores: int  # against all peers
    peers_rounds: int

    @property
    def files(self) -> tuple[int, ...]:
        """Return the rows of every file, rising."""
        return tuple(sorted({*self.smaller_rows, self.counted_scores, self.largest_rows}))

    @property
    def growth(self) -> tuple[int, ...]:
        """Return the rows of the files by which growth is fitted, rising."""
        return (*self.smaller_rows, self.largest_rows)


SIZES = {
    "small": Size("small", (10**4, 10**5), 3, 10**6, 3, 10**5, 30_000, 3, 3_000, 2),
    "full": Size("full", (10**4, 10**5, 10**6), 7, 10**7, 5, 10**6, 100_000, 7, 20_000, 5),
}

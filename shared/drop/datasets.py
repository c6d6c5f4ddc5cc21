"""Noun drop: the one declared schema of each dataset."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

TABLE_FORMATS = ("csv", "tsv", "jsonl", "parquet")
REASON_COLUMN = "oasis_reason"  # of files of rejected rows; ignored on reading
CONTEXTS = ("radio", "autoplay", "mixes")


class Kind(Enum):
    """What the values of a column are, and so which rules hold for them."""

    ID = "id"  # opaque, case-sensitive text
    TEXT = "text"  # for people
    UNIT = "unit"  # a number in [0, 1]
    AMOUNT = "amount"  # a finite number >= 0
    DATE = "date"  # an ISO 8601 day
    DAY_TEXT = "day_text"  # an ISO 8601 year, month or day, kept as text
    CONTEXT = "context"
    MARKET = "market"  # ISO 3166-1 alpha-2, upper case
    MARKETS = "markets"  # markets joined by |
    FLAG = "flag"


NUMBERS = (Kind.UNIT, Kind.AMOUNT)


@dataclass(frozen=True)
class Column:
    """One column of a dataset."""

    name: str
    kind: Kind
    is_needed: bool = True
    is_kept: bool = True  # in the accepted file

    def code(self, fault: str) -> str:
        """Return the reason code of a fault: ``missing``, ``invisible_char``, ``not_text``, …

        The ids of audience and track share theirs; every other column has its own.
        """
        is_id = self.kind is Kind.ID
        if is_id and (fault != "missing" or self.name in ("audience_id", "track_id")):
            return f"id_{fault}"
        return f"{self.name}_{fault}"


@dataclass(frozen=True)
class Dataset:
    """What a file of a dataset holds; ``row_key`` tells two rows of one file apart.

    Its first column is the one by which large files are partitioned. A later drop replaces rows of
    one ``row_key`` one by one, or all rows of the same ``replaced_whole_by`` at once.
    """

    name: str
    columns: tuple[Column, ...] = ()
    row_key: tuple[str, ...] = ()
    formats: tuple[str, ...] = TABLE_FORMATS
    replaced_whole_by: str = ""

    @property
    def partition_column(self) -> str:
        """Return the column whose hash says in which partition a row is."""
        return self.row_key[0]

    @property
    def accepted_suffix(self) -> str:
        """Return how the name of the accepted file ends, with its dot."""
        return ".parquet" if self.columns else f".{self.formats[0]}"


SCORES = Dataset(
    "scores",
    (
        Column("audience_id", Kind.ID),
        Column("track_id", Kind.ID),
        Column("score", Kind.UNIT),
        Column("stddev", Kind.AMOUNT, is_needed=False, is_kept=False),
    ),
    ("audience_id", "track_id"),
    replaced_whole_by="audience_id",
)
TRACKS = Dataset(
    "tracks",
    (
        Column("track_id", Kind.ID),
        Column("artist_id", Kind.ID),
        Column("licensor_id", Kind.ID),
        Column("title", Kind.TEXT, is_needed=False),
        Column("artist_name", Kind.TEXT, is_needed=False),
        Column("markets", Kind.MARKETS, is_needed=False),
        Column("release_date", Kind.DAY_TEXT, is_needed=False),
        Column("genre", Kind.TEXT, is_needed=False),
        Column("blocked", Kind.FLAG, is_needed=False),
    ),
    ("track_id",),
)
AUDIENCES = Dataset(
    "audiences",
    (
        Column("audience_id", Kind.ID),
        Column("parent_id", Kind.ID),
        Column("market", Kind.MARKET, is_needed=False),
        Column("share", Kind.UNIT, is_needed=False),
    ),
    ("audience_id",),
)
SUPPLY = Dataset(
    "supply",
    (
        Column("audience_id", Kind.ID),
        Column("context", Kind.CONTEXT),
        Column("date", Kind.DATE),
        Column("market", Kind.MARKET, is_needed=False),
        Column("expected_slots", Kind.AMOUNT),
    ),
    ("audience_id", "context", "date", "market"),
)
DELIVERY = Dataset(
    "delivery",
    (
        Column("campaign_id", Kind.ID),
        Column("date", Kind.DATE),
        Column("context", Kind.CONTEXT),
        Column("exposures", Kind.AMOUNT),
        Column("audience_id", Kind.ID, is_needed=False),
        Column("streams", Kind.AMOUNT, is_needed=False),
        Column("skips", Kind.AMOUNT, is_needed=False),
        Column("saves", Kind.AMOUNT, is_needed=False),
    ),
    ("campaign_id", "date", "context", "audience_id"),
)
# What a list of known tracks needs, though most are files of tracks with all their columns.
CATALOGUE = Dataset("catalogue", (Column("track_id", Kind.ID),), ("track_id",))
CAMPAIGNS = Dataset("campaigns", formats=("jsonl",))
POLICY = Dataset("policy", formats=("json",))

DATASETS: Mapping[str, Dataset] = MappingProxyType(
    {each.name: each for each in (SCORES, TRACKS, AUDIENCES, SUPPLY, DELIVERY, CAMPAIGNS, POLICY)}
)

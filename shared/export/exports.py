"""Noun export: what an export says of itself, and where its files stand.

A file holds the scores of one context, of the audiences of one part; contexts are partitions as
Hive names them. The manifest is written last: an export without one is not whole.
"""

from dataclasses import dataclass
from urllib.parse import quote

import msgspec
import pyarrow as pa

from shared.export.schema import EXPORT_PREFIX

FORMAT = 1
MANIFEST = "_manifest.json"

COLUMNS = pa.schema(
    [
        ("audience_id", pa.string()),
        ("market", pa.string()),
        ("track_id", pa.string()),
        ("score", pa.float32()),
        ("campaign_id", pa.string()),
        ("plan_id", pa.string()),
    ]
)
"""Of each file; its context is in its path. Scores of 0 are left out."""


@dataclass(frozen=True)
class ExportFile:
    """One file of an export."""

    key: str
    context: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class ExportContext:
    """What a score means in a context: shown with probability ``frequency_cap * score``."""

    promoted_share: float
    frequency_cap: float


@dataclass(frozen=True)
class ExportManifest:
    """What an export holds, and how to read it.

    Its scores are those of the instant ``solved_from``: how old they are is left to the reader.
    ``suppressed`` are the campaigns that were silent when it began, and are not in it; null where
    the plan was neither the current one nor the one before, of whose silent campaigns nobody keeps
    a list. Members of a cohort who are held out are not known here: (``holdout_share``,
    ``holdout_salt``) tell.
    """

    format: int
    export_id: str
    plan_id: str
    state: str  # of the plan when the export began
    solved_from: str  # ISO 8601
    began_at: str  # ISO 8601
    exported_at: str  # ISO 8601
    columns: dict[str, str]
    contexts: dict[str, ExportContext]
    holdout_share: float
    holdout_salt: str
    suppressed: tuple[str, ...] | None
    rows: int
    files: tuple[ExportFile, ...]


def export_prefix(export_id: str) -> str:
    """Return above what an export's files stand: its dataset."""
    return f"{EXPORT_PREFIX}{export_id}/"


def file_key(export_id: str, context: str, part: int) -> str:
    """Return where the scores of one context and part stand."""
    return f"{export_prefix(export_id)}context={quote(context, safe='')}/part-{part:05}.parquet"


def manifest_key(export_id: str) -> str:
    """Return where the manifest of an export stands."""
    return f"{export_prefix(export_id)}{MANIFEST}"


def encode_manifest(manifest: ExportManifest) -> bytes:
    """Return the manifest as JSON."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def decode_manifest(document: bytes) -> ExportManifest:
    """Read a manifest.

    Raises:
        msgspec.ValidationError: a field is missing or of the wrong type.
    """
    return msgspec.json.decode(document, type=ExportManifest)

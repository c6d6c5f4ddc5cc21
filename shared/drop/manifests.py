"""Noun drop: the manifest of a drop that has several parts."""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.drop.datasets import SCORES, Dataset
from shared.drop.drops import form_of
from shared.drop.refusals import RefusedFileError
from shared.id.told_paths import told_path

MOST_BYTES = 1 << 20
DELTA: Final = "delta"
FULL: Final = "full"


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ManifestPart(_Document):
    """One file of the drop, beside the manifest, and what it must be."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._=-]{0,199}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(ge=0)]


class Manifest(_Document):
    """What a drop of parts consists of.

    ``delta``: an audience's rows replace its earlier row whole. ``full``: audiences of the
    producer that no part mentions are gone, too. A dry run stores nothing.
    """

    parts: Annotated[tuple[ManifestPart, ...], Field(min_length=1, max_length=1000)]
    mode: Literal["delta", "full"] = DELTA
    dry_run: bool = False
    model: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _each_once(self) -> "Manifest":
        names = [part.name for part in self.parts]
        if len(set(names)) < len(names):
            raise ValueError("a part is named twice")
        return self

    @property
    def is_full(self) -> bool:
        """Say whether the drop replaces everything."""
        return self.mode == FULL


def read_manifest(path: Path, dataset: Dataset) -> tuple[Manifest, str]:
    """Return a manifest and the one form of its parts.

    Raises:
        RefusedFileError: bad_manifest.
    """
    if path.stat().st_size > MOST_BYTES:
        raise RefusedFileError("bad_manifest", f"The manifest is larger than {MOST_BYTES:,} bytes.")
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = told_path(first["loc"], first["type"]) or "the document"
        message = f"The manifest is wrong at {place}: {first['msg']}."
        raise RefusedFileError("bad_manifest", message) from error
    if not dataset.columns:
        message = f"A drop of {dataset.name} is one file; parts are for datasets of rows."
        raise RefusedFileError("bad_manifest", message)
    if manifest.is_full and dataset.name != SCORES.name:
        message = "The mode full is for scores: rows of other datasets are replaced one by one."
        raise RefusedFileError("bad_manifest", message)
    forms = {form_of(part.name, dataset) for part in manifest.parts}
    form = forms.pop()
    if forms or form is None:
        endings = ", ".join(f".{each}" for each in dataset.formats)
        message = f"All parts end in the same of {endings}, plain or with .gz or .zst after it."
        raise RefusedFileError("bad_manifest", message)
    return manifest, form

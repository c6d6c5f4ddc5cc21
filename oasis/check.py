"""`oasis check`: judge a file on this machine, by the function's own code, without any cloud."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from pydantic import ValidationError

from oasis.console import CommandError, console, ends_plainly, working
from shared.drop.acceptance import judge_file
from shared.drop.candidates import Candidate
from shared.drop.catalogues import Catalogue
from shared.drop.datasets import CATALOGUE, DATASETS
from shared.drop.drops import endings_sentence, form_of
from shared.drop.judgements import REJECTED, Judgement, too_large
from shared.drop.rejected_rows import write_rejected_rows
from shared.drop.sentences import sentence_of
from shared.drop.sinks import CollectedRows, CountedRows
from shared.drop.verdicts import Verdict
from shared.policy.policies import Limits, Policy

SHOWN_REASONS = 20


class UncheckedError(CommandError):
    """There is nothing to judge, or nothing to judge it by; ``reason`` says it in a word."""

    def __init__(self, reason: str, message: str) -> None:
        """Give the reason, and a sentence for people."""
        super().__init__(message)
        self.reason = reason


def tracks_of(file: Path, limits: Limits) -> Catalogue:
    """Return the catalogue that a file of tracks holds, of which its column track_id is read alone.

    Raises:
        UncheckedError: the file is refused, or names no track.
    """
    form = form_of(file.name, CATALOGUE)
    if form is None:
        raise UncheckedError("bad_catalogue", endings_sentence(CATALOGUE))
    sink = CollectedRows(CATALOGUE)
    judgement = judge_file(Candidate(file, CATALOGUE, form, limits), sink=sink)
    if judgement.reason in ("no_rows", "empty_file"):
        raise UncheckedError("bad_catalogue", f"The catalogue {file} names no track.")
    if judgement.status == REJECTED:
        message = f"The catalogue {file} is refused: {judgement.message}"
        raise UncheckedError("bad_catalogue", message)
    return Catalogue(pa.chunked_array(sink.table.column("track_id").chunks, pa.string()))


def limits_of(policy: Path) -> Limits:
    """Return the limits of a policy document.

    Raises:
        UncheckedError: it is no policy.
    """
    try:
        return Policy.model_validate_json(policy.read_bytes()).limits
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        message = f"{policy} is no policy: {place}: {first['msg']}."
        raise UncheckedError("invalid_policy", message) from error


def as_json(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement under the keys that `--json` promises."""
    return {
        "status": judgement.status,
        "reason": judgement.reason,
        "reason_line": judgement.reason_line,
        "rows_parsed": judgement.rows_parsed,
        "rows_accepted": judgement.rows_accepted,
        "rows_rejected": judgement.rows_rejected,
        "rejected": [{"line": each.line, "code": each.code} for each in judgement.rejections],
        "message": sentence_of(Verdict(judgement.status, judgement)),
    }


@ends_plainly
def check(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSONL or Parquet, plain, .gz or .zst")],
    dataset: Annotated[str, typer.Option(help=", ".join(DATASETS))],
    catalogue: Annotated[
        Path | None, typer.Option(help="A file of tracks; scores of other tracks are rejected")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="A policy document, for its limits; defaults unless given")
    ] = None,
    rejected: Annotated[
        Path | None, typer.Option(help="Write the file of rejected rows here")
    ] = None,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON")] = False,
) -> None:
    """Judge a file without dropping it; exit status 1 if it would be refused."""
    try:
        with nullcontext() if as_data else working(f"Judging {file.name}"):
            judgement = _judged(file, dataset, catalogue, policy, rejected)
    except (CommandError, OSError) as error:
        if not as_data:
            raise
        reason = error.reason if isinstance(error, UncheckedError) else "unreadable"
        said = as_json(Judgement(REJECTED, reason)) | {"message": str(error)}
        typer.echo(json.dumps(said, ensure_ascii=False))
        raise typer.Exit(1) from error
    if as_data:
        typer.echo(json.dumps(as_json(judgement), ensure_ascii=False))
    else:
        _show(judgement)
    if judgement.status == REJECTED:
        raise typer.Exit(1)


def _judged(
    file: Path, dataset: str, catalogue: Path | None, policy: Path | None, rejected: Path | None
) -> Judgement:
    declared = DATASETS.get(dataset)
    if declared is None:
        message = f"{dataset!r} is no dataset. Name one of {', '.join(DATASETS)}."
        raise UncheckedError("unknown_dataset", message)
    for read in filter(None, (file, catalogue, policy)):
        if not read.is_file():
            raise UncheckedError("unreadable", f"{read} is not a file. Name one that can be read.")
        if rejected and rejected.exists() and rejected.samefile(read):
            message = f"{rejected} is read, so no rejected rows go there. Name another file."
            raise UncheckedError("rejected_rows_over_input", message)
    limits = limits_of(policy) if policy else Limits()
    known = tracks_of(catalogue, limits) if catalogue else None
    form = form_of(file.name, declared)
    if form is None:
        return Judgement(REJECTED, "format_mismatch", None, endings_sentence(declared))
    candidate = Candidate(file, declared, form, limits)
    refused = too_large(file.stat().st_size, limits.max_bytes)
    judgement = refused or judge_file(candidate, sink=CountedRows(), catalogue=known)
    if rejected and judgement.rejections:
        write_rejected_rows(candidate, judgement.rejections, rejected)
    return judgement


def _show(judgement: Judgement) -> None:
    lines = [sentence_of(Verdict(judgement.status, judgement))]
    for each in judgement.rejections[:SHOWN_REASONS]:
        place = f", column {each.column}" if each.column else ""
        value = f": {each.value}" if each.value else ""
        lines.append(f"  line {each.line:,}{place}: {each.code}{value}")
    more = judgement.rows_rejected - SHOWN_REASONS
    if more > 0:
        lines.append(f"  and {more:,} more; --json lists all, --rejected FILE writes the rows.")
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)

"""`oasis receipts`: what became of drops, the newest first, or of one in full."""

import json
from typing import Annotated, Any

import boto3
import typer
from rich.table import Table

from oasis.connection import Connection, StackOption, connect
from oasis.console import CommandError, console, ends_plainly

PREFIX = "receipts/"


def receipt_keys(connection: Connection, drop_id: str = "") -> list[str]:
    """Return the keys of receipts, of one drop or of all, the newest first."""
    pages = (
        boto3.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=connection.receipt_bucket, Prefix=f"{PREFIX}{drop_id}")
    )
    found = [each for page in pages for each in page.get("Contents", [])]
    found.sort(key=lambda each: (each["LastModified"], each["Key"]), reverse=True)
    return [each["Key"] for each in found]


def read_receipt(connection: Connection, key: str) -> dict[str, Any]:
    """Return one receipt."""
    answer = boto3.client("s3").get_object(Bucket=connection.receipt_bucket, Key=key)
    receipt: dict[str, Any] = json.loads(answer["Body"].read())
    return receipt


@ends_plainly
def receipts(
    drop_id: Annotated[str, typer.Argument(help="A drop's id; without it, the newest")] = "",
    many: Annotated[int, typer.Option(help="How many, the newest first")] = 20,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON, one receipt a line")] = False,
    stack: StackOption = None,
) -> None:
    """Show what became of drops; with an id, of that one in full."""
    connection = connect(stack)
    keys = receipt_keys(connection, drop_id)[:many]
    if not keys:
        raise CommandError(
            f"There is no receipt of drop {drop_id}." if drop_id else "There is no receipt yet."
        )
    found = [read_receipt(connection, key) for key in keys]
    if as_data:
        for each in found:
            typer.echo(json.dumps(each, ensure_ascii=False))
    elif drop_id:
        for each in found:
            _show(each)
    else:
        console.print(_table(found))


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table("drop", "judged", "dataset", "producer", "status", "what became of it")
    table.columns[0].no_wrap = True
    for each in found:
        judged_at = each["judged_at"][:16].replace("T", " ")
        name = each["drop_id"] + (f"+{each['judgement']}" if each["judgement"] else "")
        cells = (name, judged_at, each["dataset"], each["producer"], each["status"])
        table.add_row(*cells, each["sentence"])
    return table


def _show(receipt: dict[str, Any]) -> None:
    """Print a receipt; what producers wrote is never read as markup."""
    lines = [f"{receipt['status']}  {receipt['key']}", receipt["sentence"]]
    lines += [f"  {_place(each)}" for each in receipt["first_errors"]]
    if receipt["rejected_rows_key"]:
        where = receipt["rejected_rows_key"]
        lines.append(f"Rows to correct and drop again: {where} in the bucket of receipts.")
    lines += [f"  {sentence}" for sentence in _compared(receipt["departure"])]
    cost, timings = receipt["write_cost"], receipt["timings"]
    lines.append(
        f"  Writing its rows takes {cost['write_units']:,} units at most, ${cost['dollars']:.4f}."
    )
    lines.append(
        f"  It has {receipt['size_bytes']:,} bytes: {timings['fetch_s']:.1f} s to fetch, "
        f"{timings['judge_s']:.1f} s to judge, {timings['store_s']:.1f} s to store."
    )
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)


def _place(error: dict[str, Any]) -> str:
    part = f"{error['part']}, " if error["part"] else ""
    column = f", column {error['column']}" if error["column"] else ""
    character = f", character {error['character']}" if error["character"] else ""
    value = f": {error['value']}" if error["value"] else ""
    return f"{part}line {error['line']:,}{column}{character}: {error['code']}{value}"


def _compared(departure: dict[str, Any]) -> list[str]:
    """Say how a drop compares with the one before it."""
    sentences = [*departure["held_by"], *departure["passed"]]
    if departure["compared_with"]:
        sentences.append(f"Compared with drop {departure['compared_with']}.")
    if departure["volume"] is not None:
        sentences.append(f"Its rows are {departure['volume']:.1%} of those before.")
    for column, rise in departure["null_rise"].items():
        sentences.append(f"Missing values of {column} changed by {rise:+.1%} of the rows.")
    drift = ", ".join(f"{name} {value:.3f}" for name, value in departure["drift"].items())
    if drift:
        sentences.append(f"Population stability index: {drift}.")
    return sentences

"""Noun drop: the bytes of a file, inflated where they are gzip, in bounded blocks."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.drop.refusals import RefusedFileError
from shared.policy.policies import Limits

BLOCK = 1 << 18
GZIP_MAGIC = b"\x1f\x8b"
GZIP_WITH_CRC = 31  # zlib's window bits for one gzip member, its CRC checked
RATIO_FLOOR = 1 << 20  # inflated bytes below which no ratio is judged


def inflated_blocks(path: Path, limits: Limits) -> Iterator[bytes]:
    """Yield the file's content; all members of a gzip file, whatever its name says.

    Raises:
        RefusedFileError: truncated or corrupt gzip, or a limit of inflation is passed.
    """
    with path.open("rb") as file:
        block = file.read(BLOCK)
        if not block.startswith(GZIP_MAGIC):
            while block:
                yield block
                block = file.read(BLOCK)
            return
        yield from _members(file.read, block, limits)


@contextmanager
def plain_file(path: Path, limits: Limits) -> Iterator[Path]:
    """Give the file as it is, or a copy of it inflated where it is gzip.

    Raises:
        RefusedFileError: as ``inflated_blocks``.
    """
    with path.open("rb") as file:
        is_gzip = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    if not is_gzip:
        yield path
        return
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain"
        with plain.open("wb") as file:
            file.writelines(inflated_blocks(path, limits))
        yield plain


def _members(read: Callable[[int], bytes], block: bytes, limits: Limits) -> Iterator[bytes]:
    member = zlib.decompressobj(GZIP_WITH_CRC)
    taken, given = len(block), 0
    while block:
        try:
            inflated = member.decompress(block, BLOCK)
        except zlib.error as error:
            raise RefusedFileError(
                "corrupt", f"The gzip data is damaged ({error}). Compress and send it again."
            ) from error
        given += len(inflated)
        _check(given, taken - len(member.unconsumed_tail), limits)
        if inflated:
            yield inflated
        block = member.unconsumed_tail
        if member.eof:
            block = member.unused_data.lstrip(b"\0") or read(BLOCK)
            taken += 0 if member.unused_data.strip(b"\0") else len(block)
            if block:
                member = zlib.decompressobj(GZIP_WITH_CRC)
        elif not block:
            block = read(BLOCK)
            taken += len(block)
    if not member.eof:
        raise RefusedFileError(
            "truncated", "The gzip data ends in the middle. Send the whole file again."
        )


def _check(given: int, taken: int, limits: Limits) -> None:
    if given > limits.max_inflated_bytes:
        raise RefusedFileError(
            "decompression_limit",
            f"The file inflates beyond {limits.max_inflated_bytes:,} bytes. Send it in parts.",
        )
    if given > RATIO_FLOOR and given > limits.max_gzip_ratio * taken:
        raise RefusedFileError(
            "decompression_limit",
            f"The file inflates more than {limits.max_gzip_ratio}:1. Send it uncompressed.",
        )

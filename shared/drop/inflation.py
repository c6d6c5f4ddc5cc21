"""Noun drop: the bytes of a file, inflated where they are gzip or zstd, in bounded blocks."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pyarrow as pa

from shared.drop.refusals import RefusedFileError
from shared.policy.policies import Limits

BLOCK = 1 << 18
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))
PACKED = (GZIP_MAGIC, ZSTD_MAGIC, *ZSTD_SKIPPABLE)
GZIP_WITH_CRC = 31  # zlib's window bits for one gzip member, its CRC checked
RATIO_FLOOR = 1 << 20  # inflated bytes below which no ratio is judged


class InflatedBytes:
    """Counts what the files of one drop inflate to, all its parts together."""

    def __init__(self, limits: Limits) -> None:
        """Start at nothing."""
        self._limits, self._many = limits, 0

    def add(self, many: int) -> None:
        """Count some more.

        Raises:
            RefusedFileError: they are too many (decompression_limit).
        """
        self._many += many
        if self._many > self._limits.max_inflated_bytes:
            raise RefusedFileError(
                "decompression_limit",
                f"The drop inflates beyond {self._limits.max_inflated_bytes:,} bytes. Make several "
                "drops of it.",
            )


def inflated_blocks(path: Path, limits: Limits, inflated: InflatedBytes) -> Iterator[bytes]:
    """Yield the file's content; all members of gzip, all frames of zstd, whatever its name says.

    Raises:
        RefusedFileError: truncated or corrupt data, or a limit of inflation is passed.
    """
    with path.open("rb") as file:
        block = file.read(BLOCK)
        if not block.startswith(PACKED):
            while block:
                yield block
                block = file.read(BLOCK)
            return
        if block.startswith(GZIP_MAGIC):
            yield from _members(file.read, block, limits, inflated)
        else:
            file.seek(0)
            yield from _frames(file, limits, inflated)


@contextmanager
def plain_file(
    path: Path, limits: Limits, inflated: InflatedBytes, scratch: Path | None
) -> Iterator[Path]:
    """Give the file as it is, or a copy of it below ``scratch``, inflated, where it is compressed.

    Raises:
        RefusedFileError: as ``inflated_blocks``.
    """
    with path.open("rb") as file:
        is_packed = file.read(len(ZSTD_MAGIC)).startswith(PACKED)
    if not is_packed:
        yield path
        return
    with TemporaryDirectory(dir=scratch) as folder:
        plain = Path(folder) / "plain"
        with plain.open("wb") as file:
            file.writelines(inflated_blocks(path, limits, inflated))
        yield plain


def _members(
    read: Callable[[int], bytes], block: bytes, limits: Limits, inflated_bytes: InflatedBytes
) -> Iterator[bytes]:
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
        inflated_bytes.add(len(inflated))
        _check_ratio(given, taken - len(member.unconsumed_tail), limits.max_gzip_ratio)
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


def _frames(file: BinaryIO, limits: Limits, inflated_bytes: InflatedBytes) -> Iterator[bytes]:
    given = 0
    try:
        with pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd") as stream:
            while block := stream.read(BLOCK):
                given += len(block)
                inflated_bytes.add(len(block))
                _check_ratio(given, file.tell(), limits.max_zstd_ratio)
                yield block
    except OSError as error:
        is_cut = "truncated" in str(error).lower()
        raise RefusedFileError(
            "truncated" if is_cut else "corrupt",
            "The zstd data ends in the middle. Send the whole file again."
            if is_cut
            else f"The zstd data is damaged ({error}). Compress and send it again.",
        ) from error


def _check_ratio(given: int, taken: int, max_ratio: int) -> None:
    if given > RATIO_FLOOR and given > max_ratio * taken:
        raise RefusedFileError(
            "decompression_limit",
            f"The file inflates more than {max_ratio:,}:1. Send it uncompressed.",
        )

"""Noun drop: the text of a file in blocks of whole lines, UTF-8 whatever it came in."""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shared.drop.foreign_content import refuse_foreign, refuse_unmarked
from shared.drop.refusals import RefusedFileError

PROBE = 512  # bytes that tell what a file is
BLOCK_BYTES = 8 << 20
BLOCK_LINES = 1 << 18  # of which each may be read one by one, at most a kilobyte of memory each
LF = 10
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class TextBlock:
    """Whole lines of a file: UTF-8 that decodes, each line but the file's last with its LF."""

    first_line: int  # physical, from 1
    data: bytes

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Return where each line ends, behind its LF, shape (lines)."""
        ends = np.flatnonzero(self.bytes == LF) + 1
        if self.data and not self.data.endswith(b"\n"):
            ends = np.append(ends, len(self.data))
        return ends

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Return where each line starts, shape (lines)."""
        return np.concatenate(([0], self.ends[:-1])) if len(self.ends) else self.ends

    @cached_property
    def bytes(self) -> NDArray[np.uint8]:
        """Return the data as an array."""
        return np.frombuffer(self.data, dtype=np.uint8)

    def text(self, index: int) -> str:
        """Return a line of the block with its line end."""
        return self.data[self.starts[index] : self.ends[index]].decode()

    def cut(self, most: int) -> Iterator["TextBlock"]:
        """Yield the block as blocks of at most so many lines."""
        if len(self.ends) <= most:
            yield self
            return
        for first in range(0, len(self.ends), most):
            end = self.ends[min(first + most, len(self.ends)) - 1]
            yield TextBlock(self.first_line + first, self.data[self.starts[first] : end])

    def after(self, lines: int) -> "TextBlock":
        """Return the block without its first lines."""
        begin = self.ends[lines - 1] if lines else 0
        return TextBlock(self.first_line + lines, self.data[begin:])


def text_blocks(
    blocks: Iterable[bytes], max_line_bytes: int, form: str, *, block_bytes: int = BLOCK_BYTES
) -> Iterator[TextBlock]:
    """Yield a file of that form as blocks of whole lines.

    Lines end with LF or CR LF; where the first line ends with a lone CR, with CR too, and every
    end becomes LF. Elsewhere a lone CR stays in its line: to cut there would make two ids of one.
    A byte-order mark is taken off.

    Raises:
        RefusedFileError: empty_file, format_mismatch, bad_encoding or line_too_long.
    """
    line = 1
    for data in _whole_lines(_unix_ends(_as_utf8(blocks, form)), max_line_bytes, block_bytes):
        block = TextBlock(line, data)
        _check_lines(block, max_line_bytes)
        yield from block.cut(BLOCK_LINES)
        line += len(block.ends)


def _as_utf8(blocks: Iterable[bytes], form: str) -> Iterator[bytes]:
    rest = iter(blocks)
    head = b""
    for block in rest:
        head += block
        if len(head) >= PROBE:
            break
    mark, encoding = next(((m, e) for m, e in BOMS if head.startswith(m)), (b"", "utf-8"))
    head = head[len(mark) :]
    if len(head) < PROBE and not head.strip(b"\r\n\0 "):
        raise RefusedFileError("empty_file", "The file is empty.")
    refuse_foreign(head[:PROBE], encoding, form)
    if encoding == "utf-8":
        refuse_unmarked(head)
        yield head
        yield from rest
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(head).encode()
        refuse_unmarked(text)
        yield text
        for block in rest:
            yield decoder.decode(block).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise RefusedFileError(
            "bad_encoding", f"The file says that it is UTF-16 and is not: {error}."
        ) from error


def _unix_ends(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Write LF for every line end of a file whose first line ends with a lone CR."""
    has_lone_cr: bool | None = None
    held = b""
    for block in blocks:
        held += block
        if has_lone_cr is None:
            has_lone_cr = _first_end_is_lone_cr(held)
        if not has_lone_cr:
            if has_lone_cr is False or len(held) >= BLOCK_BYTES:
                yield held
                held = b""
            continue
        is_half = held.endswith(b"\r")  # perhaps of a CR LF
        yield (held[:-1] if is_half else held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        held = b"\r" if is_half else b""
    if held:
        yield held.replace(b"\r", b"\n") if has_lone_cr or held.endswith(b"\r") else held


def _first_end_is_lone_cr(data: bytes) -> bool | None:
    """Return None while no line end has been seen whole."""
    cr, lf = data.find(b"\r"), data.find(b"\n")
    if lf >= 0 and (cr < 0 or lf <= cr + 1):
        return False
    return None if cr < 0 or cr == len(data) - 1 else True


def _whole_lines(blocks: Iterable[bytes], max_line_bytes: int, block_bytes: int) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size < block_bytes:
            continue
        joined = b"".join(parts)
        end = joined.rfind(b"\n") + 1
        if end:
            yield joined[:end]
        elif size > max_line_bytes + 1:  # perhaps the first half of its end
            yield joined  # one line, too long
            return
        parts = [joined[end:]]
        size -= end
    if size:
        yield b"".join(parts)


def _check_lines(block: TextBlock, max_line_bytes: int) -> None:
    lengths = block.ends - block.starts
    for index in np.flatnonzero(lengths > max_line_bytes).tolist():
        content = block.data[block.starts[index] : block.ends[index]].removesuffix(b"\n")
        if len(content.removesuffix(b"\r")) > max_line_bytes:
            line = block.first_line + index
            raise RefusedFileError(
                "line_too_long", f"Line {line:,} is longer than {max_line_bytes:,} bytes.", line
            )
    if block.data.isascii():
        return
    try:
        block.data.decode()
    except UnicodeDecodeError as error:
        index = int(np.searchsorted(block.ends, error.start, side="right"))
        line = block.first_line + index
        raise RefusedFileError(
            "bad_encoding",
            f"Line {line:,} is not UTF-8 (byte 0x{block.data[error.start]:02X} at position "
            f"{error.start - int(block.starts[index]) + 1}). Save the file as UTF-8.",
            line,
        ) from error

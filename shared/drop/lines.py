"""Noun drop: physical lines of a text file, UTF-8 whatever it came in."""

import codecs
import io
from collections.abc import Iterable, Iterator

from shared.drop.refusals import RefusedFileError

PROBE = 512  # bytes that tell what a file is
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
FOREIGN = (
    (b"PK\x03\x04", "an Excel or zip file"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"\x1f\x8b", "gzip inside gzip"),
)


def physical_lines(
    blocks: Iterable[bytes], max_line_bytes: int, form: str
) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, text with its line end) of a file of that form.

    Lines end with LF or CR LF; where the first line ends with a lone CR, with CR too. Elsewhere a
    lone CR stays in its line: to cut there would make two ids of one. A byte-order mark is taken
    off.

    Raises:
        RefusedFileError: empty_file, format_mismatch, bad_encoding or line_too_long.
    """
    for number, line in enumerate(_raw_lines(_as_utf8(blocks, form), max_line_bytes), 1):
        try:
            yield number, line.decode()
        except UnicodeDecodeError as error:
            raise RefusedFileError(
                "bad_encoding",
                f"Line {number:,} is not UTF-8 (byte 0x{line[error.start]:02X} at position "
                f"{error.start + 1}). Save the file as UTF-8.",
                number,
            ) from error


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
    _refuse_foreign(head, encoding, form)
    if encoding == "utf-8":
        yield head
        yield from rest
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        yield decoder.decode(head).encode()
        for block in rest:
            yield decoder.decode(block).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise RefusedFileError(
            "bad_encoding", f"The file says that it is UTF-16 and is not: {error}."
        ) from error


def _refuse_foreign(head: bytes, encoding: str, form: str) -> None:
    found = next((what for magic, what in FOREIGN if head.startswith(magic)), "")
    text = head[:PROBE].decode(encoding, "ignore").lstrip().lower()
    if text.startswith(("<!doctype", "<html", "<?xml")):
        found = "a web page or XML"
    elif form in ("csv", "tsv") and text.startswith(("{", "[{")):
        found = "JSON"
    if found:
        raise RefusedFileError(
            "format_mismatch", f"The name says {form}, and the content is {found}."
        )


def _raw_lines(blocks: Iterable[bytes], max_line_bytes: int) -> Iterator[bytes]:
    held, number = b"", 0
    has_lone_cr: bool | None = None
    for block in blocks:
        held += block
        if has_lone_cr is None:
            has_lone_cr = _first_end_is_lone_cr(held)
        lines = held.splitlines(keepends=True) if has_lone_cr else io.BytesIO(held).readlines()
        # The last line may go on in the next block, and a last CR may be half of a CR LF.
        held = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        for line in lines:
            number += 1
            _check_length(line, number, max_line_bytes)
            yield line
        _check_length(held, number + 1, max_line_bytes)
    if held:
        yield held


def _first_end_is_lone_cr(data: bytes) -> bool | None:
    """Return None while no line end has been seen whole."""
    cr, lf = data.find(b"\r"), data.find(b"\n")
    if lf >= 0 and (cr < 0 or lf <= cr + 1):
        return False
    return None if cr < 0 or cr == len(data) - 1 else True


def _check_length(line: bytes, number: int, max_line_bytes: int) -> None:
    if len(line) > max_line_bytes:
        raise RefusedFileError(
            "line_too_long",
            f"Line {number:,} is longer than {max_line_bytes:,} bytes.",
            number,
        )

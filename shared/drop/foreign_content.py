"""Noun drop: what a file is that is no text of the form which its name says, by its first bytes."""

import re

from shared.drop.refusals import RefusedFileError

BINARY = (
    (b"PK\x03\x04", "an Excel or zip file"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"PK\x07\x08", "a zip file of several volumes"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1\0", "an Arrow file"),
    (b"Obj\x01", "an Avro file"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"\xfd7zXZ\0", "xz, which is not read: use gzip or zstd"),
    (b"\x28\xb5\x2f\xfd", "zstd inside another compression"),
    (b"\x1f\x8b", "gzip inside another compression"),
)
_BZIP2 = re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)")
_ORC = re.compile(rb"ORC[\s\S]*[\0-\x08\x0e-\x1f]")  # three letters may begin a header, too
_MARKUP = re.compile(r"<(!|\?xml|/?[a-z][\w:.-]*[\s/>])")
_JSON = re.compile(r"\{|\[\s*[\[{]")
# Where the first character is ASCII. Source: RFC 4627, section 3.
_UNMARKED = re.compile(rb"[^\0]\0[^\0]\0|\0[^\0]\0[^\0]|\0\0\0[^\0]|[^\0]\0\0\0")


def refuse_foreign(head: bytes, encoding: str, form: str) -> None:
    """Refuse a file that begins as something else.

    Raises:
        RefusedFileError: format_mismatch.
    """
    found = next((what for magic, what in BINARY if head.startswith(magic)), "")
    if _BZIP2.match(head):
        found = "bzip2, which is not read: use gzip or zstd"
    elif _ORC.match(head):
        found = "an ORC file"
    text = head.decode(encoding, "ignore").lstrip().lower()
    if _MARKUP.match(text):
        found = "a web page or XML"
    elif form in ("csv", "tsv") and _JSON.match(text):
        found = "JSON"
    if found:
        raise RefusedFileError(
            "format_mismatch", f"The name says {form}, and the content is {found}."
        )


def refuse_unmarked(head: bytes) -> None:
    """Refuse text in two or four bytes a character without the mark that says so.

    Raises:
        RefusedFileError: bad_encoding.
    """
    if _UNMARKED.match(head):
        raise RefusedFileError(
            "bad_encoding",
            "The file looks like UTF-16 or UTF-32, and no byte-order mark says that it is UTF-16. "
            "Save it as UTF-8.",
            1,
        )

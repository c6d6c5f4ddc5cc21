"""Noun drop: files that are something else than the text that their name says."""

from shared.drop.refusals import RefusedFileError

FOREIGN = (
    (b"PK\x03\x04", "an Excel or zip file"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"\x28\xb5\x2f\xfd", "zstd inside another compression"),
    (b"\x1f\x8b", "gzip inside another compression"),
)


def refuse_foreign(head: bytes, encoding: str, form: str) -> None:
    """Look at the first bytes of a file.

    Raises:
        RefusedFileError: they are not those of its form (format_mismatch).
    """
    found = next((what for magic, what in FOREIGN if head.startswith(magic)), "")
    text = head.decode(encoding, "ignore").lstrip().lower()
    if text.startswith(("<!doctype", "<html", "<?xml")):
        found = "a web page or XML"
    elif form in ("csv", "tsv") and text.startswith(("{", "[{")):
        found = "JSON"
    if found:
        raise RefusedFileError(
            "format_mismatch", f"The name says {form}, and the content is {found}."
        )

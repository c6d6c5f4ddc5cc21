"""Noun drop: why a file is refused whole."""


class RefusedFileError(ValueError):
    """The file hides or may hide rows, or is not what its name says; nothing of it is used."""

    def __init__(self, reason: str, message: str, line: int | None = None) -> None:
        """Give the reason code, a sentence for people, and the physical line where there is one."""
        super().__init__(message)
        self.reason, self.message, self.line = reason, message, line

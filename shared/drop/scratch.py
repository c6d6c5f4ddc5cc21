"""Noun drop: the folder in which files stand while a drop is judged."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from shared.drop.refusals import RefusedFileError

LOCK = "lock"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def own_scratch_folder(above: Path) -> Path:
    """Return a folder of this process alone, and remove those of processes that are gone.

    A process that was killed leaves what it was judging behind. The system unlocks what a process
    locked when it ends, however it ends, so a folder that can be locked is nobody's.
    """
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (above / LOCK).open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # one process at a time looks round
        for folder in above.iterdir():
            if folder.is_dir() and _is_nobodys(folder):
                shutil.rmtree(folder, ignore_errors=True)
        own = Path(mkdtemp(dir=above))
        fcntl.flock(_opened(own), fcntl.LOCK_EX)  # never closed: held until the process ends
    return own


@contextmanager
def room_for_files() -> Iterator[None]:
    """Refuse the drop for whose files there is no room.

    Raises:
        RefusedFileError: the disk is full (out_of_scratch_space).
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise RefusedFileError(
            "out_of_scratch_space",
            "The drop and the files that judging it needs are larger than the room for them. Make "
            "several drops of it; drops whose rows stand by audience need the least room.",
        ) from error


def _opened(folder: Path) -> int:
    return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _is_nobodys(folder: Path) -> bool:
    file = _opened(folder)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True

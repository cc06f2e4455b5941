"""A folder for a file that only passes through, gone when it was read; also after a crash."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "tracker-passing-"
#: no file takes so long to read: whoever began is not there any more
LONGEST_SECONDS = 6 * 3600


@contextmanager
def passing_folder() -> Iterator[Path]:
    """Give an empty folder that only we can look into, for as long as it is needed."""
    remove_leftovers()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        yield Path(folder)


def remove_leftovers(*, older_than: float = LONGEST_SECONDS) -> int:
    """Remove what a process that was killed left behind; say how many folders those were."""
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            is_old = folder.stat().st_mtime < time.time() - older_than
        except OSError:  # somebody else removed it meanwhile
            continue
        if is_old:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed

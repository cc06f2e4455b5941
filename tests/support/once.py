"""What is dear to make and only looked at is made once, for all the workers of a run."""

import atexit
import fcntl
import functools
import os
import shutil
import tempfile
from pathlib import Path

#: A folder that all workers see, and that ends with the run; `make test` makes one and sets this.
SHARED = os.environ.get("TRACKER_TEST_SHARED")


@functools.cache
def our_folder():
    if SHARED:
        return Path(SHARED)
    folder = Path(tempfile.mkdtemp(prefix="tracker-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def once(name, make):
    """Give a folder that `make` filled: the first who asks makes it, the others wait for it."""
    folder, done = our_folder() / name, our_folder() / f"{name}.done"
    with (our_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # somebody failed half way
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def templates_are_kept():
    """Give the settings by which an app compiles a template only if none did before."""
    return {
        "jinja2.bytecode_caching": "true",
        "jinja2.bytecode_caching_directory": str(once("compiled", lambda _folder: None)),
    }

"""Runs every benchmark in turn, each in a process of its own: `python -m benchmarks`.

One alone: `python -m benchmarks.bench_pages`.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    failed = []
    for file in sorted(FOLDER.glob("bench_*.py")):
        print(f"\n== {file.stem} ==", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{file.stem}"], cwd=FOLDER.parent, check=False
        )
        if done.returncode:
            failed.append(file.stem)
    if failed:
        print(f"\nDid not finish: {', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())

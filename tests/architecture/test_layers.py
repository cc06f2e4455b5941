"""Imports run one way: the contracts in setup.cfg hold."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_layers_hold():
    program = Path(sys.executable).with_name("lint-imports")
    command = [program if program.exists() else shutil.which("lint-imports"), "--no-cache"]

    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout
    assert "0 broken" in told.stdout

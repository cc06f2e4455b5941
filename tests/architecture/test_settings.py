"""Each line that an .ini file can hold is read, refused when it is not known, and written down."""

import re
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tracker.settings import DEFAULTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/settings.md").read_text(encoding="utf-8")
OURS = ("tracker.", "directory.", "evidence.", "mail.", "oidc.", "hr.")


def test_every_setting_is_explained():
    explained = set(re.findall(r"`((?:tracker|directory|evidence|mail|oidc|hr)\.[\w.]+)`", PAGE))

    assert set(DEFAULTS) - explained == set()


def test_nothing_is_explained_that_is_not_a_setting():
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}

    assert explained - set(DEFAULTS) == {"sqlalchemy.url"}


def test_the_usual_value_is_the_one_that_is_written_down():
    written = dict(re.findall(r"^\| `([\w.]+)` \| \*(.+?)\*", PAGE, re.MULTILINE))
    written = {name: "" if value == "none" else value for name, value in written.items()}

    assert {name: DEFAULTS[name] for name in written} == written


@pytest.mark.parametrize("file", ["development.ini", "production.ini"])
def test_the_ini_files_hold_no_line_that_nobody_reads(file):
    ini = RawConfigParser(delimiters=("=",))
    ini.optionxform = str
    ini.read(ROOT / file, encoding="utf-8")
    lines = {name for name in ini["app:main"] if name.startswith(OURS)}

    assert lines - set(DEFAULTS) == set()

"""A web worker starts small: what few pages need is loaded when it is asked for."""

import subprocess
import sys

HEAVY = ("pandas", "scipy", "statsmodels", "reportlab")
START = f"""
import sys
from tracker import main
main(None, **{{
    "sqlalchemy.url": "sqlite://",
    "tracker.secret": "a secret of the tests, long enough to pass",
    "tracker.secure_cookies": "false",
    "directory.urls": "demo",
    "directory.demo_file": "nowhere.json",
}})
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def test_starting_the_service_loads_no_statistics_and_no_pdf():
    started = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START], capture_output=True, text=True, check=True
    )

    assert started.stdout.split() == []

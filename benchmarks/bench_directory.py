"""How fast the directory is compared and people sign in: `python -m benchmarks.bench_directory`.

A real slapd holds the people. Beside the comparison, in the same run, a bare paged ldap3 read of
the same attributes; beside the sign-in with a dead first server, that with a healthy one.
"""

import contextlib
import dataclasses
import logging
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import ldap3
import structlog
from sqlalchemy import Engine

from integrations.ldap.accounts import PEOPLE, READ_PAGE
from integrations.ldap.client import authenticate, forget_failures
from integrations.ldap.settings import Directory
from tests.conftest import SECRET
from tests.support.databases import migrated
from tests.support.slapd import (
    BASE,
    SERVICE_DN,
    SERVICE_PASSWORD,
    Slapd,
    black_hole_port,
    free_port,
    mute_port,
    people,
    running_slapd,
)
from tracker.db import open_engine, session_for
from tracker.jobs import sync_directory
from tracker.models import Organisation
from tracker.settings import Settings, read_settings

ENTRIES = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
TODAY, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SIGN_INS = 15
MOST_OVER = 0.2
LEAST_SHARE = 0.7
ROOM = 1 << 30


def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    crowd = ENTRIES - 446
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with running_slapd(place, people(crowd=crowd), most_bytes=ROOM) as slapd:
            directory = Directory(
                urls=(slapd.url,),
                base_dn=f"ou=people,{BASE}",
                bind_dn=SERVICE_DN,
                bind_password=SERVICE_PASSWORD,
                ca_file=slapd.ca_file,
            )
            share = compare(place, slapd, directory)
            worst = sign_in(directory)
    return 0 if share >= LEAST_SHARE and worst < MOST_OVER else 1


def compare(place: Path, slapd: Slapd, directory: Directory) -> float:
    url = f"sqlite:///{place / 'bench.sqlite'}"
    migrated(url)
    engine = open_engine(url)
    lines = {"tracker.secret": SECRET, "sqlalchemy.url": url, "directory.demo_file": "none"}
    settings = dataclasses.replace(read_settings(lines), directory=directory)
    with session_for(engine) as db:
        organisation = Organisation(code="RXD", name="Trust")
        db.add(organisation)
        db.flush()
        organisation_id = organisation.id
    first, number = timed(lambda: sync(engine, settings, organisation_id))
    print(f"first reading of {number:,} entries, all of them new: {first:.1f} s")
    shares = []
    for _ in range(3):
        bare, found = timed(lambda: bare_read(slapd, directory))
        ours, number = timed(lambda: sync(engine, settings, organisation_id))
        shares.append(bare / ours)
        print(
            f"bare ldap3 {found / bare:,.0f} entries a second, compared {number / ours:,.0f}: "
            f"{shares[-1]:.0%} of the rate"
        )
    engine.dispose()
    print(f"middle: {median(shares):.0%} (at least {LEAST_SHARE:.0%})")
    return median(shares)


def sync(engine: Engine, settings: Settings, organisation_id: int) -> int:
    counts = sync_directory.run(
        engine,
        settings,
        organisation_id,
        now=NOW,
        today=TODAY,
        choices=sync_directory.Choices(is_full=True),
    )
    return counts["accounts"]


def bare_read(slapd: Slapd, directory: Directory) -> int:
    """Read the same attributes of the same entries, with nothing around it."""
    tls = ldap3.Tls(validate=ssl.CERT_NONE)
    server = ldap3.Server(
        "127.0.0.1", slapd.secure_port, use_ssl=True, tls=tls, get_info=ldap3.NONE
    )
    line = ldap3.Connection(server, SERVICE_DN, SERVICE_PASSWORD, auto_bind=True)
    state = ["pwdAccountLockedTime", "pwdReset", "nsAccountLock", "modifyTimestamp"]
    rows = line.extend.standard.paged_search(
        directory.base_dn,
        PEOPLE[False],
        attributes=[*directory.attributes.wanted(), *state],
        paged_size=READ_PAGE,
        generator=True,
    )
    found = sum(1 for _ in rows)
    line.unbind()
    return found


def sign_in(directory: Directory) -> float:
    """Give the worst of what a dead first server adds, after the first attempt."""
    healthy = median(times(directory))
    print(f"sign-in, healthy: {1000 * healthy:.0f} ms")
    worst = 0.0
    for name, dead in dead_servers():
        with dead as port:
            both = dataclasses.replace(
                directory, urls=(f"ldaps://127.0.0.1:{port}", *directory.urls)
            )
            first, *later = times(both)
            over = median(later) - healthy
            worst = max(worst, over)
            print(
                f"sign-in, the first of two servers {name}: {1000 * first:.0f} ms at first, then "
                f"{1000 * median(later):.0f} ms: {1000 * over:+.0f} ms"
            )
    return worst


def dead_servers() -> list[tuple[str, contextlib.AbstractContextManager[int]]]:
    return [
        ("refuses", refused_port()),
        ("swallows every call", black_hole_port()),
        ("takes the call and says nothing", mute_port()),
    ]


@contextlib.contextmanager
def refused_port() -> Iterator[int]:
    yield free_port()


def times(directory: Directory) -> list[float]:
    forget_failures()
    return [
        timed(lambda: authenticate(directory, "person7", "password 7"))[0] for _ in range(SIGN_INS)
    ]


def timed(what: "Callable[[], object]") -> tuple[float, int]:
    began = time.perf_counter()
    found = what()
    return time.perf_counter() - began, found if isinstance(found, int) else 0


if __name__ == "__main__":
    sys.exit(main())

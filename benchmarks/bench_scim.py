"""How many people an identity provider can send in a second: `python -m benchmarks.bench_scim`.

Over HTTP to one worker of the app, one after the other, as Entra sends them: with an employee
number, a unit, work and a manager. On PostgreSQL where TRACKER_TEST_POSTGRESQL names a server,
else on SQLite. A large provider sends 25 a second.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from tests.support import databases
from tests.support.live import serve
from tests.support.scim import ENTERPRISE, USER, make_source
from tracker.db import session_for
from tracker.services.organisations import add_organisation, find_organisation

PEOPLE = 400
LEAST_A_SECOND = 40.0


def account(number: int, manager: str | None) -> dict[str, object]:
    work: dict[str, object] = {
        "employeeNumber": str(20_000_000 + number),
        "department": f"Ward {number % 20}",
    }
    if manager:
        work["manager"] = {"value": manager}
    mail = f"person{number}@trust.nhs.uk"
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": mail,
        "externalId": f"external-{number}",
        "active": True,
        "displayName": f"Person {number}",
        "title": "Staff nurse",
        "name": {"givenName": "Person", "familyName": str(number)},
        "emails": [{"value": mail, "type": "work", "primary": True}],
        ENTERPRISE: work,
    }


def send(http: httpx2.Client, numbers: range, manager: str | None) -> str | None:
    for number in numbers:
        answer = http.post("/scim/v2/Users", json=account(number, manager))
        if answer.status_code != httpx2.codes.CREATED:
            raise RuntimeError(f"refused: {answer.text}")
        if number % 20 == 0:
            manager = answer.json()["id"]
    return manager


def main() -> int:
    kind = databases.KINDS[-1]
    now = datetime.now(UTC)
    with (
        tempfile.TemporaryDirectory() as folder,
        databases.fresh_database(kind, Path(folder)) as url,
        serve(
            {
                "sqlalchemy.url": url,
                "tracker.secret": "a secret of the benchmark, long enough",
                "tracker.secure_cookies": "false",
                "directory.demo_file": "nowhere.json",
            },
            now=now,
        ) as site,
    ):
        with session_for(site.engine) as db:
            add_organisation(db, "RXD", "Trust")
            secret = make_source(db, find_organisation(db, "RXD"), now).secret
        headers = {"Authorization": f"Bearer {secret}"}
        with httpx2.Client(base_url=site.address, headers=headers, timeout=60) as http:
            manager = send(http, range(20), None)  # the first call loads the library
            started, worked = time.perf_counter(), time.process_time()
            send(http, range(20, 20 + PEOPLE), manager)
            took, work = time.perf_counter() - started, time.process_time() - worked
    print(
        f"SCIM creates on {kind}: {PEOPLE / took:.0f} a second by the clock, "
        f"{PEOPLE / work:.0f} by the processor (client and server together); "
        f"at least {LEAST_A_SECOND:.0f} are asked for"
    )
    return int(PEOPLE / took < LEAST_A_SECOND)


if __name__ == "__main__":
    sys.exit(main())

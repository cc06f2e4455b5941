"""The whole of SCIM over HTTP, tried by somebody else's tester against the running app."""

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from tests.support import databases
from tests.support.live import serve
from tests.support.scim import make_source
from tracker.db import session_for
from tracker.services.organisations import add_organisation, find_organisation


def lines(url):
    return {
        "directory.demo_file": "nowhere.json",
        "sqlalchemy.url": url,
        "tracker.secret": "a secret of the tests, long enough to pass",
        "tracker.secure_cookies": "false",
    }


def test_the_scim_tester_finds_nothing_wrong(tmp_path, now):
    with databases.fresh_database("sqlite", tmp_path) as url, serve(lines(url), now=now) as site:
        with session_for(site.engine) as db:
            add_organisation(db, "RXD", "Trust", vpd=None)
            secret = make_source(db, find_organisation(db, "RXD"), now).secret
        with httpx2.Client(
            base_url=f"{site.address}/scim/v2",
            headers={"Authorization": f"Bearer {secret}"},
            timeout=30,
        ) as http:
            results = check_server(SyncSCIMClient(http))
    wrong = [f"{one.title}: {one.reason}" for one in results if one.status is not Status.SUCCESS]
    assert wrong == []
    assert len(results) > 100


def test_what_is_too_big_is_answered_in_words_by_a_real_server(tmp_path, now):
    """A page for a person, SCIM for a program; never a bare error."""
    with (
        databases.fresh_database("sqlite", tmp_path) as url,
        serve(lines(url), now=now) as site,
        httpx2.Client(base_url=site.address, timeout=30) as http,
    ):
        file = http.post("/evidence/add", content=b"x" * 25_000_001)
        group = http.post("/scim/v2/Groups", content=b"x" * 2_000_001)

    assert file.status_code == group.status_code == 413
    assert "The biggest that can be taken in is 25 MB" in file.text
    assert "Send fewer members" in group.json()["detail"]

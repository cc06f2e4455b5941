"""A small demo trust in an SQLite file of its own, loaded through the importers."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.support.databases import new_sqlite_file
from tests.support.once import templates_are_kept
from tracker.db import open_engine
from tracker.demo.directory import BASE_DN, GROUPS_DN, group_dn
from tracker.demo.personas import ADMINISTRATORS, HR_OFFICERS, QUALITY_LEADS
from tracker.demo.trust import write_trust
from tracker.jobs import load_demo

SECRET = "a secret of the tests, long enough to pass"


@dataclass(frozen=True)
class DemoTrust:
    database: Path
    directory: Path

    @classmethod
    def of(cls, folder):
        """Give the trust that was built in a folder."""
        return cls(folder / "trust.sqlite", folder / "files" / "directory.json")

    def copy_to(self, database):
        """Give the same trust in another place, over whatever was there."""
        for ending in ("-wal", "-shm"):
            database.with_name(database.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self.database, database)
        return DemoTrust(database, self.directory)

    @property
    def settings(self):
        return {
            "sqlalchemy.url": f"sqlite:///{self.database}",
            "tracker.secret": SECRET,
            "tracker.secure_cookies": "false",
            "directory.urls": "demo",
            "directory.demo_file": str(self.directory),
            "directory.base_dn": BASE_DN,
            "directory.group_base_dn": GROUPS_DN,
            "directory.roles": "\n".join(
                f"{group_dn(group)} = {role}"
                for group, role in (
                    (QUALITY_LEADS, "quality_lead"),
                    (HR_OFFICERS, "hr_officer"),
                    (ADMINISTRATORS, "administrator"),
                    (ADMINISTRATORS, "trainer"),
                )
            ),
            **templates_are_kept(),
        }


def build_trust(folder, *, staff, now):
    """Write the trust's files and take them in, as the trust's own systems would send them."""
    facts = write_trust(folder / "files", seed=1, staff=staff, until=now.date())
    url = new_sqlite_file(folder / "trust.sqlite")
    engine = open_engine(url)
    for _step in load_demo.run(engine, facts, secret=SECRET, now=now, today=now.date()):
        pass
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return DemoTrust.of(folder)

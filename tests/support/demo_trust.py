"""A small demo trust in an SQLite file of its own, loaded through the importers."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.support.databases import migrated
from tracker.db import open_engine, session_for
from tracker.demo.catalogue import ORGANISATION_CODE, ORGANISATION_NAME
from tracker.demo.directory import BASE_DN, GROUPS_DN, group_dn
from tracker.demo.personas import ADMINISTRATORS, HR_OFFICERS, QUALITY_LEADS
from tracker.demo.trust import write_trust
from tracker.jobs import import_hr
from tracker.jobs.import_outcomes import (
    FileImport,
    import_alert_file,
    import_incident_file,
    import_measure_file,
)
from tracker.services.appraisals import open_due_appraisals
from tracker.services.inductions import begin_inductions
from tracker.services.organisations import add_organisation, find_organisation

SECRET = "a secret of the tests, long enough to pass"
VPD = "900"


@dataclass(frozen=True)
class DemoTrust:
    database: Path
    directory: Path

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
                )
            ),
        }


def build_trust(folder, *, staff, now):
    """Write the trust's files and take them in, as the trust's own systems would send them."""
    facts = write_trust(folder / "files", seed=7, staff=staff, until=now.date())
    database = folder / "trust.sqlite"
    url = f"sqlite:///{database}"
    migrated(url)
    engine = open_engine(url)
    with session_for(engine) as db:
        add_organisation(db, ORGANISATION_CODE, ORGANISATION_NAME, vpd=VPD)
    import_hr.run(
        engine, facts.hr_file, organisation_code=ORGANISATION_CODE, now=now, most_leavers=None
    )
    _import_outcomes(engine, facts, now)
    with session_for(engine) as db:
        trust = find_organisation(db, ORGANISATION_CODE)
        begin_inductions(db, trust, today=now.date())
        open_due_appraisals(db, trust, today=now.date())
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return DemoTrust(database, facts.directory)


def _import_outcomes(engine, facts, now):
    def asked(path):
        return FileImport(path=path, organisation_code=ORGANISATION_CODE, now=now, today=now.date())

    import_measure_file(engine, asked(facts.bed_days), measure_key="bed_days")
    import_measure_file(engine, asked(facts.training_completion), measure_key="training_completion")
    import_incident_file(engine, asked(facts.incidents))
    import_alert_file(engine, asked(facts.alerts), secret=SECRET)

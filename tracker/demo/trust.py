"""Writes the files that the systems of an invented trust would write."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.demo.activity import expected_activity
from tracker.demo.alerts import AlertFile
from tracker.demo.catalogue import VPD
from tracker.demo.directory import DirectoryFile
from tracker.demo.esr_file import EsrFile
from tracker.demo.names import SignInNames
from tracker.demo.people import people_of
from tracker.demo.personas import reserve_names
from tracker.demo.plan import TrustPlan, lay_out
from tracker.demo.register import write_systems
from tracker.demo.series import BedDaysFile, CompletionFile, IncidentFile
from tracker.demo.truth import Expected, Truth, write_truth

OLDER_HR_FILES = f"GO_{VPD}_TRK_GOF_*.DAT"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustFacts:
    """Where the files are, and what is true about the trust that they describe."""

    plan: TrustPlan
    hr_file: Path
    directory: Path
    incidents: Path
    alerts: Path
    bed_days: Path
    training_completion: Path
    systems: Path
    expected: tuple[Expected, ...]


def write_trust(folder: Path, *, seed: int, staff: int, until: date) -> TrustFacts:
    """Write every file of the trust. The same seed, staff and day write the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for older in folder.glob(OLDER_HR_FILES):
        older.unlink()
    plan = lay_out(seed=seed, staff=staff, until=until)
    truth = Truth(plan)
    names = SignInNames()
    reserve_names(names)
    with (
        EsrFile(folder, plan) as hr_file,
        DirectoryFile(folder) as directory,
        IncidentFile(folder, plan) as incidents,
        AlertFile(folder, plan) as alerts,
        BedDaysFile(folder, plan) as bed_days,
        CompletionFile(folder, plan) as completion,
    ):
        for unit in plan.units:
            if not unit.staff:
                continue
            people = list(people_of(plan, unit, names))
            for person in people:
                hr_file.add(person)
                directory.add(person)
            activity = expected_activity(plan, unit)
            alerts.add_unit(unit, activity, people)
            for file in (incidents, bed_days, completion):
                file.add_unit(unit, activity)
            truth.add(unit, activity)
    return TrustFacts(
        plan=plan,
        hr_file=hr_file.path,
        directory=directory.path,
        incidents=incidents.path,
        alerts=alerts.path,
        bed_days=bed_days.path,
        training_completion=completion.path,
        systems=write_systems(folder, plan),
        expected=tuple(write_truth(folder, truth)),
    )


def written_until(folder: Path, *, seed: int, staff: int) -> date | None:
    """Return the day of the trust that is in the folder already, if it is this very one."""
    try:
        truth = json.loads((folder / "truth.json").read_text("utf-8"))
        if (truth["seed"], truth["staff"]) == (seed, staff):
            return date.fromisoformat(truth["until"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None

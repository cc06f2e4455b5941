"""Writes the trust's people as ESR does: a full Generic Outbound file.

The private columns (birth date, National Insurance number, ethnicity, pay and so on) hold
invented values, so that dropping them at the door is put to the test.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import numpy as np

from tracker.demo import esr_layout as layout
from tracker.demo.catalogue import ORGANISATION_CODE, VPD
from tracker.demo.jobs import JOBS, jobs_of
from tracker.demo.people import FIRST_PERSON_KEY, Person, employee_number
from tracker.demo.plan import TrustPlan, UnitPlan

FIRST_ORGANISATION_ID = 700_000
FIRST_POSITION_ID = 1_000_000
POSITIONS_PER_UNIT = 20
FIRST_ASSIGNMENT_ID = 50_000_000
OPENED = "20120401"
LOCATIONS = ('The "Old" Building', "North Wing", "Riverside House", "Community Hub", "Stores")

ETHNIC_ORIGINS = (
    "A White - British", "C White - Other", "H Asian - Indian", "J Asian - Pakistani",
    "M Black - Caribbean", "N Black - African", "R Chinese", "Z Not Stated",
)  # fmt: skip
MARITAL = ("Single", "Married", "Civil Partnership", "Divorced", "Not Disclosed")
NATIONALITIES = ("British", "Irish", "Indian", "Filipino", "Nigerian", "Portuguese", "Polish")
PAY = {"2": 24_900, "3": 25_700, "4": 28_000, "5": 32_000, "6": 39_000, "7": 47_500, "8a": 55_000}
PAY_ABOVE = 68_000


class EsrFile:
    """A GO file being written: header first, then rows as people come, the trailer at the end."""

    def __init__(self, folder: Path, plan: TrustPlan) -> None:
        self.path = folder / f"GO_{VPD}_TRK_GOF_{plan.until:%Y%m%d}_00000001.DAT"
        self._plan = plan
        self._stamp = f"{plan.until:%Y%m%d} 000000"
        self._rows = 0
        self._out: TextIO

    def __enter__(self) -> Self:
        self._out = self.path.open("w", encoding=layout.ENCODING, newline="")
        header = ("HDR", self.path.name, self._stamp, VPD, "00000000 000000", self._stamp, "01")
        self._write(header)
        self._write_locations()
        for unit in self._plan.units:
            self._write_unit(unit)
        for unit in self._plan.units:
            self._write_positions(unit)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._write(("TRL", str(self._rows + 1)))
        self._out.close()

    def add(self, person: Person) -> None:
        """Write the person's rows and, straight after them, those of every assignment."""
        rng = np.random.default_rng([self._plan.seed, 2, person.number])
        self._write_person(person, rng)
        self._write_main_assignment(person, rng)
        if person.has_bank_post:
            self._write_bank_assignment(person)

    def _write_locations(self) -> None:
        for number, name in enumerate(LOCATIONS, start=1):
            self._row("LCA", layout.LOCATION, {
                "location_id": str(number), "code": f"{VPD} {name}", "description": name,
                "address_1": f"{number} Aldwater Way", "town": "Aldwater", "county": "Midshire",
                "postcode": "ZZ99 9ZZ", "country": "GB", "telephone": f"01632 96000{number}",
                "site_code": f"{ORGANISATION_CODE}0{number}",
            })  # fmt: skip

    def _write_unit(self, unit: UnitPlan) -> None:
        parent = "" if unit.parent is None else str(FIRST_ORGANISATION_ID + unit.parent)
        self._row("ORA", layout.ORGANISATION, {
            "organisation_id": str(FIRST_ORGANISATION_ID + unit.index),
            "name": f"{VPD} {unit.name}" if unit.parent is None else unit.name,
            "type": unit.kind, "effective_from": OPENED, "hierarchy_version": "1",
            "hierarchy_from": OPENED, "cost_centre": unit.code, "parent_id": parent,
            "nacs_code": ORGANISATION_CODE if unit.parent is None else "",
            "location_id": str(unit.index % len(LOCATIONS) + 1),
            "cost_centre_description": unit.name,
        })  # fmt: skip

    def _write_positions(self, unit: UnitPlan) -> None:
        if not unit.staff:
            return
        for place, key in enumerate(jobs_of(unit.template.profile)):
            job = JOBS[key]
            position = _position_id(unit, key)
            self._row("POA", layout.POSITION, {
                "position_id": position, "effective_from": OPENED,
                "effective_to": layout.END_OF_TIME, "position_number": position,
                "position_name": _position_name(unit, key), "staff_group": job.staff_group,
                "job_role": job.job_role, "occupation_code": f"Z{place}A",
                "payscale": f"NHS|{job.band}", "organisation_id": _organisation_id(unit),
                "hiring_status": "Active", "position_type": "Shared",
                "workplace_code": ORGANISATION_CODE,
            })  # fmt: skip

    def _write_person(self, person: Person, rng: np.random.Generator) -> None:
        name = person.name
        values = _private_values(person, rng) | {
            "person_id": str(person.person_key), "employee_number": person.employee_number,
            "title": name.title, "last_name": name.family, "first_name": name.given,
            "middle_name": name.middle, "preferred_name": name.preferred,
            "nhs_unique_id": f"U{person.number:09d}", "hire_date": _day(person.hired_on),
            "nhs_start_date": _day(person.hired_on), "office_email": person.email,
            "effective_from": _day(person.hired_on), "effective_to": layout.END_OF_TIME,
            "status_flag": "Y", "system_person_type": "EMP", "user_person_type": "Employee",
        }  # fmt: skip
        first_row_from = person.hired_on
        if person.renamed_on:
            before = values | {
                "last_name": name.previous_family,
                "effective_to": _day(person.renamed_on - timedelta(days=1)),
            }
            self._row("PRA", layout.PERSON, before)
            values |= {"previous_last_name": name.previous_family}
            first_row_from = person.renamed_on
        values |= {"effective_from": _day(first_row_from)}
        if person.left_on:
            values |= {
                "termination_date": _day(person.left_on), "status_flag": "N",
                "termination_reason": "Voluntary Resignation - Relocation",
            }  # fmt: skip
        self._row("PRA", layout.PERSON, values)

    def _write_main_assignment(self, person: Person, rng: np.random.Generator) -> None:
        values = self._assignment(person, "1", primary=True) | {
            "annual_salary": str(_pay(person, rng)),
            "grade_step": str(int(rng.integers(1, 5))),
            "increment_date": _day(person.hired_on.replace(day=1)),
        }
        if person.moved_on and person.moved_from:
            before = values | {
                "effective_to": _day(person.moved_on - timedelta(days=1)),
                "organisation_id": _organisation_id(person.moved_from),
                "position_id": _position_id(person.moved_from, person.job_key),
                "position_name": _position_name(person.moved_from, person.job_key),
                "supervisor_person_id": str(FIRST_PERSON_KEY + person.moved_from.first_person),
                "supervisor_assignment_number": employee_number(person.moved_from.first_person),
            }
            self._row("ASA", layout.ASSIGNMENT, before)
            values |= {"effective_from": _day(person.moved_on)}
        if person.left_on:
            values |= {
                "effective_to": _day(person.left_on), "assignment_end": _day(person.left_on),
                "last_working_day": _day(person.left_on),
            }  # fmt: skip
        self._row("ASA", layout.ASSIGNMENT, values)

    def _write_bank_assignment(self, person: Person) -> None:
        values = self._assignment(person, "2", primary=False) | {
            "assignment_category": "Bank", "fte": "0", "normal_hours": "0", "frequency": "Week",
        }  # fmt: skip
        if person.left_on:
            values |= {
                "effective_to": _day(person.left_on), "assignment_end": _day(person.left_on),
            }  # fmt: skip
        self._row("ASA", layout.ASSIGNMENT, values)

    def _assignment(self, person: Person, suffix: str, *, primary: bool) -> dict[str, str]:
        job, unit = person.job, person.unit
        number = person.employee_number if primary else f"{person.employee_number}-2"
        values = {
            "person_id": str(person.person_key),
            "assignment_id": str(FIRST_ASSIGNMENT_ID + person.number * 10 + int(suffix)),
            "effective_from": _day(person.hired_on), "effective_to": layout.END_OF_TIME,
            "earliest_start": _day(person.hired_on), "type": "E", "number": number,
            "system_status": "ACTIVE_ASSIGN", "user_status": "Active Assignment",
            "status_flag": "Y", "payroll_name": f"{VPD} Monthly", "period_type": "Calendar Month",
            "location_id": str(unit.index % len(LOCATIONS) + 1),
            "employee_category": "Full Time" if person.fte == 1 else "Part Time",
            "assignment_category": "Bank" if person.is_bank_only else "Permanent",
            "primary": "Yes" if primary else "No", "frequency": "Week",
            "normal_hours": f"{person.fte * Decimal('37.5'):.2f}", "grade_contract_hours": "37.5",
            "fte": f"{person.fte:.5f}", "organisation_id": _organisation_id(unit),
            "position_id": _position_id(unit, person.job_key),
            "position_name": _position_name(unit, person.job_key),
            "grade": f"NHS|XR{job.band}|Review Body Band {job.band}",
            "grade_start": _day(person.hired_on), "job_name": f"{job.staff_group}|{job.job_role}",
            "night_worker": "N", "afc_flag": "Y",
            "manager_flag": "Y" if person.number == unit.first_person else "N",
        }  # fmt: skip
        if person.supervisor is not None:
            values |= {
                "supervisor_flag": "Y",
                "supervisor_person_id": str(FIRST_PERSON_KEY + person.supervisor),
                "supervisor_assignment_number": employee_number(person.supervisor),
            }
        return values

    def _row(self, kind: str, columns: tuple[str, ...], values: Mapping[str, str]) -> None:
        filled = {**values, "last_update": self._stamp}
        self._write((kind, *(filled.get(column, "") for column in columns)))

    def _write(self, cells: tuple[str, ...]) -> None:
        self._out.write(layout.DELIMITER.join(cells) + "\r\n")
        self._rows += 1


def _private_values(person: Person, rng: np.random.Generator) -> dict[str, str]:
    draw = rng.integers(0, 10_000, size=8)
    return {
        "gender": person.name.gender.value,
        "date_of_birth": _day(person.born_on),
        # No real number starts with QQ.
        "ni_number": f"QQ{draw[0] % 1000:03d}{draw[1] % 1000:03d}{'ABCD'[draw[2] % 4]}",
        "ethnic_origin": ETHNIC_ORIGINS[draw[3] % len(ETHNIC_ORIGINS)],
        "marital_status": MARITAL[draw[4] % len(MARITAL)],
        "nationality": NATIONALITIES[draw[5] % len(NATIONALITIES)],
        "country_of_birth": "GB" if draw[5] % len(NATIONALITIES) == 0 else "",
        "disability_flag": "Yes" if draw[6] % 20 == 0 else "No",
        "wtr_opt_out": "N",
        "csd_3_months": _day(person.hired_on),
        "csd_12_months": _day(person.hired_on),
        "crs_uuid": f"{555_000_000_000 + person.number}",
        "legacy_payroll_number": f"L{draw[7]:04d}",
        "maiden_name": person.name.previous_family,
    }


def _pay(person: Person, rng: np.random.Generator) -> int:
    return PAY.get(person.job.band, PAY_ABOVE) + int(rng.integers(0, 30)) * 100


def _organisation_id(unit: UnitPlan) -> str:
    return str(FIRST_ORGANISATION_ID + unit.index)


def _position_id(unit: UnitPlan, job_key: str) -> str:
    place = jobs_of(unit.template.profile).index(job_key)
    return str(FIRST_POSITION_ID + unit.index * POSITIONS_PER_UNIT + place)


def _position_name(unit: UnitPlan, job_key: str) -> str:
    return f"{_position_id(unit, job_key)}|{JOBS[job_key].title}|Z0A|{unit.template.code}|"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"

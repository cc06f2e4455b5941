"""The HR file looks like one that ESR wrote."""

from collections import Counter

import pytest

from tracker.demo.esr_layout import ASSIGNMENT, PERSON

COLUMNS = {"HDR": 7, "LCA": 22, "ORA": 16, "POA": 24, "PRA": 44, "ASA": 51, "TRL": 2}
PRIVATE = ("gender", "date_of_birth", "ni_number", "ethnic_origin", "disability_flag")


def cells(row, columns):
    return dict(zip(columns, row[1:], strict=True))


@pytest.fixture(scope="module")
def people(hr_rows):
    return [cells(row, PERSON) for row in hr_rows if row[0] == "PRA"]


@pytest.fixture(scope="module")
def assignments(hr_rows):
    return [cells(row, ASSIGNMENT) for row in hr_rows if row[0] == "ASA"]


def test_every_row_has_all_its_columns(hr_rows):
    assert {row[0]: len(row) for row in hr_rows} == COLUMNS
    assert all(len(row) == COLUMNS[row[0]] for row in hr_rows)


def test_the_trailer_counts_every_row(hr_rows):
    assert hr_rows[-1] == ["TRL", str(len(hr_rows))]


def test_the_header_names_the_file_and_the_vpd(trust, hr_rows):
    assert trust.hr_file.name == "GO_900_TRK_GOF_20261122_00000001.DAT"
    assert hr_rows[0][1:4] == [trust.hr_file.name, "20261122 000000", "900"]


def test_two_thousand_people_work_here_today(people):
    left = {person["person_id"] for person in people if person["termination_date"]}
    hired = {person["person_id"] for person in people if person["hire_date"] <= "20261122"}

    assert len(hired - left) == 2_000


def test_some_have_left_some_start_soon_and_some_have_just_started(people):
    hired = {person["person_id"]: person["hire_date"] for person in people}

    assert sum(1 for person in people if person["termination_date"]) >= 20
    assert sum(1 for day in hired.values() if "20261122" < day <= "20261220") >= 5
    assert sum(1 for day in hired.values() if "20260824" <= day <= "20261122") >= 40


def test_employee_numbers_belong_to_one_person_each(people):
    owners = {(person["employee_number"], person["person_id"]) for person in people}

    assert len(owners) == len({number for number, _ in owners})
    assert len(owners) == len({key for _, key in owners})


def test_the_private_columns_are_filled_so_that_dropping_them_is_real(people):
    assert all(person[column] for person in people for column in PRIVATE)


def test_names_have_accents_apostrophes_and_two_barrels(people):
    names = " ".join(person["last_name"] + person["first_name"] for person in people)

    assert "'" in names
    assert "-" in names
    assert not names.isascii()


def test_movers_have_a_row_for_each_place_and_the_rows_do_not_overlap(assignments):
    rows = {}
    for assignment in assignments:
        rows.setdefault(assignment["assignment_id"], []).append(assignment)
    moved = [sorted(r, key=lambda a: a["effective_from"]) for r in rows.values() if len(r) > 1]

    assert len(moved) >= 20
    for before, after in moved:
        assert before["effective_from"] <= before["effective_to"] < after["effective_from"]
        assert before["organisation_id"] != after["organisation_id"]


def test_everybody_but_the_chief_executive_has_a_supervisor_who_is_in_the_file(people, assignments):
    known = {person["person_id"] for person in people}
    primary = [a for a in assignments if a["primary"] == "Yes"]

    without = {a["person_id"] for a in primary if not a["supervisor_person_id"]}

    assert len(without) == 1
    assert {a["supervisor_person_id"] for a in primary if a["supervisor_person_id"]} <= known


def test_no_supervisor_answers_to_themselves_by_any_road(assignments):
    above = {a["person_id"]: a["supervisor_person_id"] for a in assignments}

    for start in above:
        seen, at = set(), start
        while at := above.get(at):
            assert at not in seen
            seen.add(at)


def test_managers_have_between_five_and_forty_people(people, assignments):
    here = {p["person_id"] for p in people}
    here -= {p["person_id"] for p in people if p["termination_date"]}
    reports = Counter(
        a["supervisor_person_id"]
        for a in assignments
        if a["primary"] == "Yes" and a["effective_to"] == "47121231" and a["person_id"] in here
    )
    del reports[""]

    assert min(reports.values()) >= 5
    assert max(reports.values()) <= 40


def test_there_are_part_timers_and_bank_staff(assignments):
    primary = [a for a in assignments if a["primary"] == "Yes"]

    assert 0.25 < sum(1 for a in primary if 0 < float(a["fte"]) < 1) / len(primary) < 0.5
    assert any(a["assignment_category"] == "Bank" for a in primary)
    assert any(a["primary"] == "No" for a in assignments)

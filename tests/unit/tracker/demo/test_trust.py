"""The trust is the same for the same seed, and what it plants is in its files."""

import json
from collections import Counter
from datetime import date

import pytest

from tracker.demo.names import SignInNames
from tracker.demo.people import people_of
from tracker.demo.personas import PERSONAS, reserve_names
from tracker.demo.plan import TooFewStaffError, lay_out
from tracker.demo.trust import write_trust
from tracker.demo.truth import Change

UNTIL = date(2026, 11, 22)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_trust(tmp_path / name, seed=3, staff=120, until=UNTIL)

    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_writes_other_people_and_other_chances(tmp_path):
    for seed in (3, 4):
        write_trust(tmp_path / str(seed), seed=seed, staff=120, until=UNTIL)

    one, two = contents(tmp_path / "3"), contents(tmp_path / "4")
    assert all(one[name] != two[name] for name in ("directory.json", "alerts.csv"))


@pytest.mark.parametrize("staff", [50, 51, 99, 500, 2_000, 3_501, 8_000])
def test_any_number_of_staff_is_met_exactly(staff):
    plan = lay_out(seed=1, staff=staff, until=UNTIL)

    assert sum(unit.staff for unit in plan.units) == staff
    assert len({unit.code for unit in plan.units}) == len(plan.units)


def test_too_small_a_trust_is_refused_in_words():
    with pytest.raises(TooFewStaffError, match=r"at least 50 staff. You asked for 12"):
        lay_out(seed=1, staff=12, until=UNTIL)


@pytest.mark.parametrize("staff", [50, 300, 2_000, 5_000])
def test_the_demo_manager_has_exactly_twelve_people(staff):
    plan = lay_out(seed=1, staff=staff, until=UNTIL)
    names = SignInNames()
    reserve_names(names)

    people = list(people_of(plan, plan.find("2020"), names))

    manager = next(person for person in people if person.uid == "mo.manager")
    team = [
        person
        for person in people
        if person.supervisor == manager.number and person.left_on is None
    ]
    assert len(team) == 12
    assert {"sam.staff", "nia.starter"} <= {person.uid for person in team}


def test_history_ends_with_the_last_month_that_is_over():
    plan = lay_out(seed=1, staff=50, until=date(2026, 1, 3))

    assert plan.months[-1] == date(2025, 12, 1)
    assert plan.months[0] == date(2023, 1, 1)
    assert plan.change_month == date(2025, 1, 1)


def test_everybody_who_can_sign_in_is_in_the_directory_once(trust):
    entries = json.loads(trust.directory.read_text("utf-8"))["entries"]
    uids = Counter(uid for entry in entries for uid in entry["attributes"].get("uid", []))

    assert max(uids.values()) == 1
    assert {persona.uid for persona in PERSONAS} <= set(uids)


def test_each_role_has_a_group_with_its_person_in_it(trust):
    entries = json.loads(trust.directory.read_text("utf-8"))["entries"]
    members = {
        entry["attributes"]["cn"][0]: entry["attributes"]["member"]
        for entry in entries
        if "groupOfNames" in entry["attributes"]["objectClass"]
    }

    assert [m.split(",")[0] for m in members["tracker-quality-leads"]] == ["uid=quinn.quality"]
    assert len(members) == 3


def test_incidents_carry_private_columns_for_the_reader_to_drop(trust, read_csv):
    row = read_csv(trust.incidents)[0]

    assert row["what_happened"]
    assert row["nhs_number"].startswith("999")


def test_no_incident_is_reported_before_it_happened_or_after_today(trust, read_csv):
    for row in read_csv(trust.incidents):
        assert row["occurred_on"] <= row["reported_on"] <= "2026-11-22"


def test_a_response_comes_after_its_alert_and_only_an_ignored_one_has_none(trust, read_csv):
    for row in read_csv(trust.alerts):
        assert (row["responded_at"] == "") == (row["response"] == "ignored")
        assert not row["responded_at"] or row["fired_at"] < row["responded_at"]


def test_wards_have_enough_different_staff_for_a_month_to_be_shown(trust, read_csv):
    seen = {}
    for row in read_csv(trust.alerts):
        if row["unit"] == "2020" and row["true_alert"] == "yes":
            seen.setdefault(row["fired_at"][:7], set()).add(row["staff"])

    assert len(seen) == 36
    assert min(len(staff) for staff in seen.values()) >= 8


def recognition(rows, codes):
    answered = Counter(
        (row["fired_at"][:7] >= "2025-11", row["response"] == "accepted")
        for row in rows
        if row["true_alert"] == "yes" and row["unit"] in codes
    )
    return [answered[late, True] / (answered[late, True] + answered[late, False])
            for late in (False, True)]  # fmt: skip


def test_recognition_rises_where_goals_helped_and_nowhere_else(trust, read_csv):
    rows = read_csv(trust.alerts)
    codes = {row["unit"] for row in rows}

    before, after = recognition(rows, {code for code in codes if code[0] == "2"})
    elsewhere = recognition(rows, {code for code in codes if code[0] in "345"})

    assert before == pytest.approx(0.40, abs=0.04)
    assert after == pytest.approx(0.55, abs=0.04)
    assert elsewhere[1] - elsewhere[0] == pytest.approx(0, abs=0.04)


def incident_ratio(rows, divisions, **wanted):
    late = Counter(
        row["occurred_on"][:7] >= "2025-11"
        for row in rows
        if row["unit"][0] in divisions and all(row[key] == value for key, value in wanted.items())
    )
    return late[True] / 12 / (late[False] / 24)


def test_incidents_from_use_fall_where_goals_helped_and_technical_ones_never(trust, read_csv):
    rows = read_csv(trust.incidents)

    assert incident_ratio(rows, "2", cause="use_related") == pytest.approx(0.7, abs=0.1)
    assert incident_ratio(rows, "4", cause="use_related") == pytest.approx(1.5, abs=0.2)
    assert incident_ratio(rows, "12345678", cause="technical") == pytest.approx(1, abs=0.12)


def test_completion_rises_to_its_target_in_surgery_alone(trust, read_csv):
    done, asked = Counter(), Counter()
    for row in read_csv(trust.training_completion):
        if row["period"] == "2026-10" and row["unit"].endswith("000"):
            done[row["unit"][0]] += int(row["numerator"])
            asked[row["unit"][0]] += int(row["denominator"])

    shares = {division: done[division] / asked[division] for division in asked}
    assert shares["3"] == pytest.approx(0.95, abs=0.025)
    assert all(share < 0.88 for division, share in shares.items() if division not in "36")


def test_a_division_is_counted_whole_with_its_wards_and_its_office(trust, read_csv):
    people = {row["unit"]: int(row["denominator"]) for row in read_csv(trust.training_completion)}
    staff = {unit.code: unit.staff for unit in trust.plan.units if unit.code.startswith("2")}

    assert people["2000"] == sum(staff.values())
    assert people["2020"] == staff["2020"]


def test_the_truth_names_what_was_planted_and_that_technical_incidents_were_not(trust):
    planted = {
        (item.unit, item.measure): item for item in trust.expected if item.change is Change.PLANTED
    }

    assert planted["2000", "alert_recognition"].after == pytest.approx(0.55, abs=0.01)
    assert planted["2000", "use_related_incidents"].ratio == pytest.approx(0.7, abs=0.005)
    assert planted["3000", "training_completion"].direction == "up"
    assert planted["4000", "harm_share"].direction == "down"
    assert planted["4000", "incident_reporting"].direction == "up"
    assert not any(measure == "technical_incidents" for _, measure in planted)
    assert ("5000", "alert_recognition") not in planted

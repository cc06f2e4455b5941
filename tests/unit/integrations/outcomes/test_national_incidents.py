"""Exports of LFPSE and NRLS, as NHS England and trusts write them."""

from datetime import date

import pytest

from integrations.outcomes.lfpse_codes import AGENTS, RISK_THEMES
from integrations.outcomes.multi_select import read_choices
from integrations.outcomes.records import Cause, Harm, Remark, Standing
from integrations.outcomes.story_words import words_in
from integrations.tables.rows import RejectedRow

TODAY = date(2026, 11, 22)


@pytest.fixture
def read(read_export):
    return read_export


def labelled(**more):
    return {
        "Reference": "EV-1",
        "Taxonomy Version": "5",
        "Revision": "1",
        "Occurred Organisation Code": "RXD",
        "T005 - Event date": "2026-09-03",
        "Reported Date": "2026-09-05",
        "Number of patients": "1",
        "Patient no.": "1",
        "F001 - Describe what happened": "Mrs Jones, NHS number 9434765919, fell.",
        "A001 - Involved Agents": "Medications; IT Systems or Software",
        "ITSystemsInvolvementFactors": "IT systems or software were faulty/malfunctioned",
        "CL001 - Event Type": "Incident",
        "OT001 - Physical harm": "Moderate physical harm",
        "OT002 - Psychological harm": "No psychological harm",
    } | more


def raw(**more):
    return {
        "Reference": "EV-1",
        "Revision": "1",
        "TaxonomyVersion": "5",
        "EntityId": "1",
        "T005": "2026-09-03",
        "SubmissionDate": "2026-09-05 10:00:00",
        "CL001": "1",
        "A001": "4 {~@~} 9",
        "ITSystemsInvolvementFactors": "2",
        "OT001": "4",
        "OT002": "4",
        "F001": "A story.",
    } | more


@pytest.mark.parametrize(
    "row",
    [
        raw(),
        {
            "Reference": "EV-1",
            "Revision": "1",
            "EntityId": "1",
            "OccurredDate": "2026-09-03",
            "OriginalSubmissionDate": "2026-09-05",
            "CL001_Type": "1",
            "A001_InvolvedAgents": "4 {~@~} 9",
            "A099_ITSystemsInvolvementFactors": "2",
            "OT001_PhysicalHarm": "4",
            "OT002_PsychologicalHarm": "4.0",
        },
        labelled()
        | {
            "ITSystemsInvolvementFactors": (
                "IT systems or software were used in a way they were not designed to be"
            ),
            "OT001 - Physical harm": "Low physical harm",
        },
    ],
)
def test_each_dialect_says_the_same(read, row):
    (incident,) = read(row)

    assert (incident.reference, incident.standing) == ("EV-1", Standing.DIGITAL)
    assert (incident.occurred_on, incident.reported_on) == (date(2026, 9, 3), date(2026, 9, 5))
    assert (incident.cause, incident.harm) == (Cause.USE_RELATED, Harm.LOW)
    assert incident.remarks == frozenset()


def test_stories_patients_and_reporters_stay_in_the_file(read):
    (incident,) = read(labelled(**{"R010 - Reporter contact": "j.doe@example.org"}))

    for secret in ("Jones", "9434765919", "fell", "doe"):
        assert secret not in repr(incident)


def test_the_newest_revision_wins_in_any_order_and_the_first_says_when_it_was_reported(read):
    (incident,) = read(
        raw(Revision="2", A001="9", OT001="5"),
        raw(Revision="10", OT001="2", SubmissionDate="2026-10-01"),
        raw(Revision="1", OT001="1", SubmissionDate="2026-09-04"),
    )

    assert (incident.revision, incident.harm) == (10, Harm.SEVERE)
    assert incident.reported_on == date(2026, 9, 4)


def test_the_worst_harm_of_several_patients_counts_once(read):
    (incident,) = read(
        raw(EntityId="1", OT001="5", OT002="4"),
        # severe harm to the mind is as bad as severe harm to the body
        raw(EntityId="2", OT001="4", OT002="1", A001="", ITSystemsInvolvementFactors=""),
        raw(EntityId="3", OT001="", OT002=""),
    )

    assert incident.harm is Harm.SEVERE
    assert incident.cause is Cause.USE_RELATED


@pytest.mark.parametrize(
    ("changes", "harm"),
    [
        ({"OT001": "1", "OT002": "4"}, Harm.FATAL),
        ({"OT001": "5", "OT002": "4"}, Harm.NONE),
        ({"OT001": "5", "OT002": "2"}, Harm.MODERATE),
        ({"OT001": "", "OT002": "NA"}, Harm.UNCLEAR),
        ({"OT001": "8", "OT002": ""}, Harm.UNCLEAR),
        ({"OT001": "", "OT002": "", "EntityId": ""}, Harm.NO_PATIENT),
    ],
)
def test_harm_codes_are_the_wrong_way_round(read, changes, harm):
    (incident,) = read(raw(**changes))

    assert incident.harm is harm


@pytest.mark.parametrize(
    ("text", "day", "is_month_only"),
    [
        ("2026-09", date(2026, 9, 1), True),
        ("Sep-26", date(2026, 9, 1), True),
        ("09/2026", date(2026, 9, 1), True),
        ("2026-09-03T23:30:00Z", date(2026, 9, 4), False),
        ("03/09/2026 14:05", date(2026, 9, 3), False),
        ("3-Sep-2026", date(2026, 9, 3), False),
        ("46268", date(2026, 9, 3), False),
        ("03-09-2026", date(2026, 9, 3), False),
        ("03/09/26 14:05", date(2026, 9, 3), False),
        ("2026/09/03", date(2026, 9, 3), False),
        ("2026-09-XX", date(2026, 9, 1), True),
    ],
)
def test_a_date_may_be_partial_or_come_from_a_spreadsheet(read, text, day, is_month_only):
    (incident,) = read(raw(T005=text))

    assert (incident.occurred_on, incident.is_month_only) == (day, is_month_only)
    assert (Remark.MONTH_ONLY in incident.remarks) is is_month_only


@pytest.mark.parametrize("name", ["ApproximateDate", "T003 - Approximate date"])
def test_the_estimated_month_stands_in_under_its_name_or_its_number(read, name):
    (event,) = read(labelled(**{"T005 - Event date": "", name: "2026-07"}))

    assert (event.occurred_on, event.is_month_only) == (date(2026, 7, 1), True)


@pytest.mark.parametrize(
    "said",
    [
        {"Number of patients": "0"},
        {"OT001 - Physical harm": "Not applicable", "OT002 - Psychological harm": ""},
    ],
)
def test_where_nobody_was_a_patient_no_harm_is_missing(read, said):
    harms = {"OT001 - Physical harm": "", "OT002 - Psychological harm": ""}
    (event,) = read(labelled(**harms) | said)

    assert (event.harm, Remark.HARM_MISSING in event.remarks) == (Harm.NO_PATIENT, False)


def test_what_is_said_of_the_event_may_stand_on_one_patients_row(read):
    (event,) = read(
        raw(EntityId="2", T005="", CL001="", A001="", TaxonomyVersion="", OT001="2", OT002=""),
        raw(EntityId="1", OT001="5"),
    )

    assert (event.occurred_on, event.harm) == (date(2026, 9, 3), Harm.SEVERE)
    assert event.standing is Standing.DIGITAL


def test_the_harm_of_an_export_with_a_row_an_event_stands_in_two_columns(read):
    harms = {"OT001 - Physical harm": "", "OT002 - Psychological harm": "", "Patient no.": ""}
    largest = "harm (across all patients in incident)"
    body = f"Largest physical {largest}"
    (event, nobody) = read(
        labelled(**harms)
        | {body: "Low physical harm", f"Largest psychological {largest}": "Severe psychological"},
        labelled(Reference="EV-2", **harms) | {body: "Not applicable"},
    )

    assert (event.harm, nobody.harm) == (Harm.SEVERE, Harm.NO_PATIENT)


@pytest.mark.parametrize(
    ("column", "said", "counts"),
    [
        ("Status", "Submitted", True),
        ("Record status", "Withdrawn by reporter", False),
        ("IsDeleted", "0", True),
        ("IsDeleted", "1", False),
    ],
)
def test_a_record_that_was_taken_back_counts_no_more(read, column, said, counts):
    before, taken_back = raw(Revision="1"), raw(Revision="2") | {column: said}
    (event,) = read(taken_back, before)

    assert (event.standing is Standing.DIGITAL) is counts
    assert (Remark.TAKEN_BACK in event.remarks) is not counts


def test_the_words_for_how_it_was_involved_do_not_stand_for_its_codes(read):
    described = "adverse-event-problem-it-systems-6"
    (event,) = read({described: "The mouse was stuck"} | raw(TaxonomyVersion="6"))

    assert (event.cause, event.remarks) == (Cause.USE_RELATED, frozenset())


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "next week", "2027-01-01"])
def test_an_event_without_a_month_is_named_by_its_line(read, text):
    (rejected,) = read(raw(T005=text))

    assert isinstance(rejected, RejectedRow)
    assert rejected.line == 2
    assert not text or text not in rejected.reason


@pytest.mark.parametrize(
    ("text", "codes", "unknown"),
    [
        ("9", {"9"}, 0),
        ("19", set(), 1),
        ("4 {~@~} 9", {"4", "9"}, 0),
        ("4; 9.0", {"4", "9"}, 0),
        ("4,9", {"4", "9"}, 0),
        ("it systems or software;Blood", {"9", "11"}, 0),
        ("Blood products; Something new; IT Systems or Software", {"12", "9"}, 1),
        ('"IT Systems or Software";"Cables; loose"', {"9"}, 1),
        ("Devices, IT Systems or Software", {"3", "9"}, 0),
        ("NULL", set(), 0),
        ("4^9", {"4", "9"}, 0),
        ("04|09", {"4", "9"}, 0),
        ('["4", "9"]', {"4", "9"}, 0),
        ("4: Medications; 9 - IT Systems or Software", {"4", "9"}, 0),
        ("Medications|IT Systems or Software^Blood", {"4", "9", "11"}, 0),
    ],
)
def test_several_answers_in_one_cell(text, codes, unknown):
    choices = read_choices(text, AGENTS)

    assert (choices.codes, choices.unknown) == (codes, unknown)


def test_a_separator_inside_an_answer_divides_nothing():
    theme = "Medication, including supply issues"
    cell = f"{theme}; Information Technology or transfer of information"
    odd = {"1": "Screens; and keyboards", "2": "Other"}

    assert read_choices(cell, RISK_THEMES).codes == {"3", "6"}
    assert read_choices(theme, RISK_THEMES) == read_choices("3", RISK_THEMES)
    assert read_choices("Screens; and keyboards; Other", odd).codes == {"1", "2"}


def test_codes_of_a_newer_list_are_taken_in_and_count_as_unclear(read):
    (incident,) = read(
        raw(TaxonomyVersion="7", ITSystemsInvolvementFactors="12", OT001="9", OT002="")
    )

    assert (incident.cause, incident.harm) == (Cause.UNCLEAR, Harm.UNCLEAR)
    assert {Remark.NEWER_TAXONOMY, Remark.UNKNOWN_CODE} <= incident.remarks


@pytest.mark.parametrize(
    ("ticked", "cause"),
    [
        ("1 {~@~} 6", Cause.USE_RELATED),
        ("5", Cause.TECHNICAL),
        ("2 {~@~} 4", Cause.UNCLEAR),
        ("7", Cause.UNCLEAR),
        ("", Cause.UNCLEAR),
    ],
)
def test_a_persons_gap_and_a_systems_fault_are_never_one(read, ticked, cause):
    (incident,) = read(raw(ITSystemsInvolvementFactors=ticked))

    assert incident.cause is cause


def test_words_in_a_story_make_a_candidate_and_no_more(read):
    candidate, other, risk, good = read(
        raw(
            Reference="A",
            A001="4",
            ITSystemsInvolvementFactors="",
            F001="Computer froze, Mr Smith waited.",
        ),
        raw(
            Reference="B",
            A001="4",
            ITSystemsInvolvementFactors="",
            F001="Reaction of the immune system.",
        ),
        raw(Reference="C", A001="", ITSystemsInvolvementFactors="", RiskTheme="6"),
        raw(Reference="D", CL001="4"),
    )

    assert (candidate.standing, candidate.words) == (Standing.CANDIDATE, ("computer",))
    assert "Smith" not in repr(candidate)
    assert other.standing is Standing.OTHER
    assert risk.standing is Standing.DIGITAL
    assert good.standing is Standing.OTHER


@pytest.mark.parametrize(
    ("story", "word"),
    [
        ("A Laptop", "computer"),
        ("Tablets PC", "computer"),
        ("work station", "workstation"),
        ("COWs on wheels", "workstation"),
        ("Wi-Fi", "network"),
        ("wifi", "network"),
        ("down time", "network"),
        ("downtime", "network"),
        ("the App", "software"),
        ("Systems", "system"),
        ("e-prescribing", "electronic record"),
        ("EPMA", "electronic record"),
        ("digitally", "electronic record"),
        ("could not log-in", "signing in"),
        ("smart card", "signing in"),
        ("on the screen", "screen"),
        ("drop-down", "screen"),
        ("pop ups", "screen"),
        ("alerts didn't", "screen"),
        ("barcode", "printer"),
    ],
)
def test_each_way_to_say_it_is_found(story, word):
    assert word in words_in([f"Then {story}, and so on"])


def test_our_words_are_whole_words():
    assert words_in(["She was apprehensive; networking lunch; the systemic rash"]) == ()
    assert words_in(["", "Could not log in, the Wi-Fi was off"]) == ("network", "signing in")

"""Exports of NRLS, and what tells them from those of LFPSE."""

from datetime import date

import pytest

from integrations.outcomes.records import Cause, Harm, Remark, Standing


def test_nrls_is_read_with_its_own_words(read_export):
    row = {
        "RP01 Unique Incident ID": "123",
        "RP07 NHS Organisation Code": "RXD",
        "Date of Incident": "03/09/2023",
        "Date incident received by NRLS": "2023-09-20",
        "IN05 Incident Category - Lvl1": "Infrastructure (including staffing, facilities)",
        "IN05 Incident Category - Lvl2": "IT / telecommunications failure / overload",
        "IN07 Description of what happened": "A story with a computer in it",
        "PD09 Degree of harm (severity)": "Death",
    }
    fault, story, other, missing = read_export(
        row,
        row
        | {
            "RP01 Unique Incident ID": "124",
            "IN05 Incident Category - Lvl2": "Waiting with people",
            "PD09 Degree of harm (severity)": "No Harm",
        },
        row
        | {
            "RP01 Unique Incident ID": "125",
            "IN05 Incident Category - Lvl2": "Lifts",
            "IN07 Description of what happened": "Nothing much",
        },
        row | {"RP01 Unique Incident ID": "126", "PD09 Degree of harm (severity)": "Grave"},
    )

    assert (fault.standing, fault.cause, fault.harm) == (
        Standing.DIGITAL,
        Cause.TECHNICAL,
        Harm.FATAL,
    )
    assert fault.reported_on == date(2023, 9, 20)
    assert (story.standing, story.words, story.harm) == (
        Standing.CANDIDATE,
        ("computer",),
        Harm.NONE,
    )
    assert other.standing is Standing.OTHER
    assert missing.remarks == {Remark.UNKNOWN_CODE}


@pytest.mark.parametrize(
    ("said", "harm"),
    [
        ("1", Harm.NONE),
        ("05", Harm.FATAL),
        ("4 Severe", Harm.SEVERE),
        ("Low (minimal harm)", Harm.LOW),
        ("8", Harm.UNCLEAR),
    ],
)
def test_the_codes_of_nrls_rise_with_the_harm(read_export, said, harm):
    row = {"INCIDENTID": "1", "IN01": "2023-09-03", "IN05_LVL1": "10", "PD09": said}
    (incident,) = read_export(row)

    assert incident.harm is harm
    assert Remark.UNKNOWN_CODE in incident.remarks

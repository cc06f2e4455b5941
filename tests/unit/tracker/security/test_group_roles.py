import pytest

from tracker.security.group_roles import read_group_roles, roles_in
from tracker.security.identity import Role

DN = "CN=Quality Leads,OU=Groups,DC=trust,DC=test"


def roles(lines, groups, organisation="RXD"):
    return set(roles_in(organisation, groups, read_group_roles(lines)))


@pytest.mark.parametrize(
    "line",
    [
        f"{DN} = quality_lead",
        "cn=quality leads, ou=groups, dc=trust, dc=test=quality_lead",
        "Quality Leads = quality_lead",
        "  quality leads=quality_lead@RXD  ",
    ],
)
def test_a_group_is_known_by_its_whole_name_or_its_common_name(line):
    assert roles(line, [DN]) == {Role.QUALITY_LEAD}


@pytest.mark.parametrize(
    "group",
    [
        "CN=Quality Leads,OU=Elsewhere,DC=trust,DC=test",
        "OU=Quality Leads,OU=Groups,DC=trust,DC=test",
        "CN=Quality Leads and more,OU=Groups,DC=trust,DC=test",
        "CN=x\\, CN=Quality Leads,OU=Groups,DC=trust,DC=test",
        "not a name at all",
        "",
    ],
)
def test_another_group_gives_nothing(group):
    assert roles(f"{DN} = quality_lead", [group]) == set()


def test_a_common_name_is_not_found_in_the_middle():
    assert roles("Quality Leads = quality_lead", ["cn=x,CN=Quality Leads,DC=test"]) == set()


def test_a_role_may_hold_in_one_organisation_only():
    lines = f"{DN} = administrator@XX9\n\n{DN} = hr_officer"

    assert roles(lines, [DN]) == {Role.HR_OFFICER}
    assert roles(lines, [DN], "XX9") == {Role.HR_OFFICER, Role.ADMINISTRATOR}


@pytest.mark.parametrize("line", ["quality_lead", "= quality_lead", f"{DN} = boss", f"{DN} ="])
def test_a_line_that_makes_no_sense_is_refused(line):
    with pytest.raises(ValueError, match=r"directory\.roles"):
        read_group_roles(line)

"""Maps of columns through the front door: look, choose, check the whole file, save, use again."""

import pytest

from tests.conftest import NOW
from tracker.errors import NotFoundError
from tracker.models import WaitingFile
from tracker.security.identity import Role
from tracker.services import column_maps, waiting_files

CSV = b"""\xef\xbb\xbfStaff list;;;;;
Emp No;Surname;Forename;Date of birth;Department;Hire date
12;\xc3\x93 Briain;Ann;1980-01-01;Ward 1;01-MAY-2020
13;Smith;Jo;1981-01-01;Ward 1;soon
"""


@pytest.fixture
def admin(factories, sign_in):
    person = factories.StaffMember()
    sign_in(person, Role.ADMINISTRATOR)
    return person


def upload(browser, content=CSV, name="staff.csv"):
    form = next(f for f in browser.get("/maps/hr").forms.values() if "file" in f.fields)
    return browser.post(
        "/maps/hr",
        {"csrf_token": form["csrf_token"].value},
        upload_files=[("file", name, content)],
        expect_errors=True,
    )


def test_a_map_is_guessed_checked_saved_and_found_by_name(browser, db, admin):
    page = upload(browser).follow()
    assert "Ó Briain" in page
    assert "1980" not in page
    form = next(f for f in page.forms.values() if "do" in f.fields)
    assert form["column.start_date"].value == "Hire date"

    checked = form.submit("do", value="check")
    assert "1 of 2 rows can be read" in checked
    assert "line 4" in checked
    form = next(f for f in checked.forms.values() if "name" in f.fields)
    assert "Give the map a name" in form.submit("do", value="save", status=422)
    form["name"] = "ESR report"
    form["digits.employee_number"] = "8"
    looked = form.submit("do", value="save").follow()
    assert "is saved" in looked
    assert "Will be looked at" in looked

    found = column_maps.find_map(db, admin.organisation_id, "hr", "ESR report")
    assert found.columns["employee_number"] == "Emp No"
    assert found.digits == {"employee_number": 8}
    with pytest.raises(NotFoundError, match="There are: ESR report"):
        column_maps.find_map(db, admin.organisation_id, "hr", "Another")

    listed = browser.get("/maps/hr")
    remove = next(f for f in listed.forms.values() if "remove" in f.action)
    assert "There is none yet" in remove.submit().follow()


@pytest.mark.usefixtures("admin")
def test_a_column_is_chosen_once_and_what_is_needed_is_asked_for(browser):
    page = upload(browser).follow()
    form = next(f for f in page.forms.values() if "do" in f.fields)
    form["column.first_name"] = ""
    form["column.last_name"] = "Emp No"

    refused = form.submit("do", value="check", status=422)

    assert "Choose the column that holds: First name" in refused
    assert "is used twice" in refused


@pytest.mark.usefixtures("admin")
def test_what_is_no_table_is_refused_in_words(browser):
    assert "not an Excel workbook" in upload(browser, b"PK\x03\x04xx", "staff.xlsx")
    assert "Choose a file first" in browser.post(
        "/maps/hr",
        {"csrf_token": browser.get("/maps/hr").forms[1]["csrf_token"].value},
        status=422,
    )


def test_a_waiting_file_is_forgotten_when_another_comes(browser, db, admin):
    first = upload(browser).location
    upload(browser)

    assert db.query(WaitingFile).count() == 1
    browser.get(first, status=404)
    waiting_files.forget(db, organisation_id=admin.organisation_id, staff_id=admin.id, now=NOW)
    assert db.query(WaitingFile).count() == 0

"""Either kind of HR file, told apart, and anything at all thrown at both."""

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.errors import FileRefusedError, WrongOrganisationError
from integrations.hr.feed import open_feed
from integrations.hr.records import RejectedRecord
from tests.support.hr_files import assignment_row, go_text, person_row, unit_row, write_go

CSV = (
    "EMPLOYEE_NUMBER,EMPLOYING_ORG_CODE,FIRST_NAME,LAST_NAME,ASSIGNMENT_NUMBER,"
    "ORGANISATION_UNIT,START_DATE\n1,RXD,Ann,Hughes,1,Ward 1,2020-01-06\n"
)
LATIN_LETTERS = st.characters(codec="iso-8859-1", categories=["L", "N", "P", "S", "Zs"])
NAMES = (
    st.text(LATIN_LETTERS, min_size=1, max_size=40)
    .map(lambda name: name.replace("~", "").replace("\xa0", " ").strip())
    .filter(bool)
)


def open_it(path, vpd="900"):
    return open_feed(path, organisation_code="RXD", organisation_vpd=vpd)


def test_the_kind_of_file_is_known_by_what_is_in_it(tmp_path):
    listed = tmp_path / "staff.csv"
    listed.write_text(CSV)

    assert open_it(write_go(tmp_path, [unit_row()])).file.layout == "esr_full"
    assert open_it(listed).file.layout == "staff_table"


def test_an_esr_file_needs_the_organisations_vpd(tmp_path):
    with pytest.raises(WrongOrganisationError, match="has no VPD yet"):
        open_it(write_go(tmp_path, [unit_row()]), vpd=None)


@pytest.mark.parametrize("missing", ["nowhere.dat", "."])
def test_a_file_that_cannot_be_opened(tmp_path, missing):
    with pytest.raises(FileRefusedError, match="cannot be opened"):
        open_it(tmp_path / missing)


def read_bytes(data: bytes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file.dat")
        path.write_bytes(data)
        return list(open_it(path).records)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(family=NAMES, given_name=NAMES, unit=NAMES)
def test_what_is_written_is_read_back(family, given_name, unit):
    rows = [unit_row(name=unit), person_row(family=family, given=given_name), assignment_row()]
    text = go_text([*rows, person_row("2", "20000002", given="\xff")])  # surely not UTF-8

    records = read_bytes(text.encode("iso-8859-1"))

    assert records[0].name == unit
    assert (records[1].family_name, records[1].given_name) == (family, given_name)
    assert records[2].person_key == "1"


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=300).map(lambda junk: b"HDR~" + junk),
        st.binary(max_size=300).map(lambda junk: CSV.encode() + junk),
    )
)
def test_rubbish_raises_only_our_own_errors(junk):
    with contextlib.suppress(FileRefusedError):
        read_bytes(junk)


FIELDS = st.text(st.characters(codec="iso-8859-1", exclude_characters="\n"), max_size=12)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    kind=st.sampled_from(["ORA", "POA", "PRA", "ASA", "PRD", "CMA", ""]),
    fields=st.lists(FIELDS, max_size=55),
    places=st.dictionaries(st.integers(1, 43), FIELDS, max_size=6),
)
def test_a_spoilt_row_is_rejected_in_our_own_words(kind, fields, places):
    spoilt = person_row(**{f"c{place}": value for place, value in places.items()})
    text = go_text(["~".join([kind, *fields]), spoilt]).replace("\r", "")

    try:
        records = read_bytes(text.encode("iso-8859-1"))
    except FileRefusedError:
        return  # the rubbish happened to be UTF-8

    for record in records:
        if isinstance(record, RejectedRecord):
            assert record.reason.isascii()
            assert record.reason.endswith(".")
            assert (record.employee_number or "0").isdigit()


@settings(deadline=None, derandomize=True, max_examples=200)
@given(cut=st.integers(0, 5_000))
def test_a_file_cut_anywhere_is_refused_whole(cut):
    rows = [person_row(str(i), str(20000000 + i)) for i in range(10)]
    data = go_text(rows).encode("iso-8859-1").rstrip()
    cut = cut % len(data)

    with pytest.raises(FileRefusedError):
        read_bytes(data[:cut])

"""ESR's full file: what is read, what is left out, and what is refused."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integrations.errors import (
    FileRefusedError,
    TruncatedFileError,
    WrongEncodingError,
    WrongLayoutError,
    WrongOrganisationError,
)
from integrations.hr.esr import is_esr_file, open_file
from integrations.hr.records import (
    AssignmentRecord,
    OrganisationUnitRecord,
    PersonRecord,
    PostRecord,
    RejectedRecord,
)
from tests.support.hr_files import (
    assignment_row,
    go_text,
    person_row,
    post_row,
    row,
    unit_row,
    write_go,
)

WHOLE = [unit_row(), post_row(), person_row(), assignment_row()]


def read(path):
    return list(open_file(path, organisation_vpd="900").records)


def read_rows(tmp_path, *rows):
    return read(write_go(tmp_path, rows))


class TestWhatIsRead:
    def test_the_file_says_whose_it_is_and_when_it_was_made(self, tmp_path):
        file = open_file(write_go(tmp_path, WHOLE), organisation_vpd="900").file

        assert file.layout == "esr_full"
        assert file.name == "GO_900_TRK_GOF_20261101_00000001.DAT"
        assert file.organisation_vpd == "900"
        assert file.created_at == datetime(2026, 11, 1, 2, 3, 4, tzinfo=UTC)
        assert file.sequence == 1
        assert file.row_count == 6

    def test_a_file_that_does_not_say_when_it_was_made_is_read_all_the_same(self, tmp_path):
        path = write_go(tmp_path, WHOLE)
        path.write_bytes(path.read_bytes().replace(b"~20261101 020304~", b"~yesterday~"))

        assert open_file(path, organisation_vpd="900").file.created_at is None

    def test_a_unit_and_a_post_become_records(self, tmp_path):
        unit, post = read_rows(tmp_path, unit_row(parent="1"), post_row())

        assert unit == OrganisationUnitRecord(
            line=2,
            source_key="10",
            name="Ward 1",
            kind="Ward",
            code="CC10",
            parent_key="1",
            effective_from=date(2000, 1, 1),
            effective_to=None,
        )
        assert post == PostRecord(
            line=3,
            source_key="50",
            title="Staff Nurse",
            staff_group="Nursing and Midwifery Registered",
            job_role="Staff Nurse",
            unit_key="10",
            effective_from=date(2000, 1, 1),
            effective_to=None,
        )

    def test_a_person_becomes_a_record(self, tmp_path):
        (person,) = read_rows(tmp_path, person_row())

        assert person == PersonRecord(
            line=2,
            source_key="1",
            employee_number="20000001",
            title="Ms",
            family_name="Hughes",
            given_name="Ann",
            preferred_name=None,
            email="p1@aldwater.example",
            nhs_unique_id=None,
            hired_on=date(2020, 1, 6),
            left_on=None,
            effective_from=date(2020, 1, 6),
            effective_to=None,
        )

    def test_an_assignment_becomes_a_record(self, tmp_path):
        (assignment,) = read_rows(tmp_path, assignment_row(supervisor="7"))

        assert assignment == AssignmentRecord(
            line=2,
            source_key="100",
            person_key="1",
            effective_from=date(2020, 1, 6),
            effective_to=None,
            started_on=date(2020, 1, 6),
            number="20000001",
            status="Active Assignment",
            category="Permanent",
            is_primary=True,
            fte=Decimal("0.8"),
            unit_key="10",
            post_key="50",
            supervisor_person_key="7",
            staff_group="Nursing and Midwifery Registered",
            job_role="Staff Nurse",
            ended_on=None,
        )

    def test_sensitive_columns_never_leave_the_reader(self, tmp_path):
        told = repr([asdict(record) for record in read_rows(tmp_path, *WHOLE)])

        for sensitive in ("SENSITIVE", "1980", "QQ123456C", "31415"):
            assert sensitive not in told

    def test_date_tracked_rows_of_one_id_are_all_kept(self, tmp_path):
        first = assignment_row(c4="20240331", c25="1")
        then = assignment_row(c3="20240401", c25="0.5")

        records = read_rows(tmp_path, person_row(), first, then)

        assert [(r.effective_from, r.effective_to, r.fte) for r in records[1:]] == [
            (date(2020, 1, 6), date(2024, 3, 31), Decimal(1)),
            (date(2024, 4, 1), None, Decimal("0.5")),
        ]

    @pytest.mark.parametrize(
        "kind", ["LCA", "CMA", "CRA", "ELA", "ETA", "PIA", "STA", "DTA", "LOV"]
    )
    def test_other_record_types_are_passed_over(self, tmp_path, kind):
        assert read_rows(tmp_path, f"{kind}~1~anything") == []

    def test_applicants_are_not_staff(self, tmp_path):
        applicant = person_row(c33="APL", c4="", c16="")

        assert read_rows(tmp_path, applicant, assignment_row(c6="A")) == []

    @pytest.mark.parametrize("spares", [-1, 1, 2])
    def test_a_row_may_have_spare_columns_more_or_one_fewer(self, tmp_path, spares):
        rows = [
            line[:spares] if spares < 0 else line + "~" * spares
            for line in (row(("ORA", 15), {1: "1", 2: "Trust"}), post_row(), person_row())
        ]

        assert not [r for r in read_rows(tmp_path, *rows) if isinstance(r, RejectedRecord)]

    def test_a_position_name_without_bars_is_its_own_title(self, tmp_path):
        (post,) = read_rows(tmp_path, post_row(c5="Ward Clerk"))

        assert post.title == "Ward Clerk"

    def test_blank_lines_do_not_count(self, tmp_path):
        path = write_go(tmp_path, WHOLE)
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n\n \n"))

        assert len(read(path)) == 4

    @pytest.mark.parametrize(
        "name",
        [
            "O'Neill",
            "Zoë",
            'Bob "the" Builder',
            '"',
            "x" * 200,
            "<script>alert(1)</script>",
            "'; drop table staff_member; --",
            "=1+1",
        ],
    )
    def test_a_name_is_carried_as_it_is(self, tmp_path, name):
        (person,) = read_rows(tmp_path, person_row(family=name))

        assert person.family_name == name

    def test_a_bare_quote_does_not_swallow_the_rows_after_it(self, tmp_path):
        records = read_rows(tmp_path, unit_row(name='Ward "A'), *WHOLE[1:])

        assert [type(r) for r in records] == [
            OrganisationUnitRecord,
            PostRecord,
            PersonRecord,
            AssignmentRecord,
        ]

    def test_a_curly_apostrophe_from_windows_is_read_as_one(self, tmp_path):
        path = write_go(tmp_path, [person_row(family="O\u2019Neill")], encoding="cp1252")

        assert read(path)[0].family_name == "O\u2019Neill"


class TestWhatIsRejected:
    def test_a_rejected_row_tells_line_reason_and_number_only(self, tmp_path):
        (rejected,) = read_rows(tmp_path, person_row(c16="20300101", c17="20200101"))

        assert asdict(rejected) == {
            "line": 2,
            "reason": "The employment ends before it starts. Correct the dates in HR.",
            "employee_number": "20000001",
            "may_be_anybody": False,
        }

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ([person_row(c2="2020-01-06")], "not a date written as YYYYMMDD"),
            ([person_row(c2="20200230")], "not a date"),
            ([person_row(c2="²0200101")], "not a date"),
            ([person_row(c3="20190101")], "ends before it starts"),
            ([person_row(c4="")], "employee number is missing"),
            ([person_row(c16="")], "hire date is missing"),
            ([person_row(c33="")], "person type is missing"),
            ([person_row(family="")], "last name is missing"),
            ([person_row(family="x" * 301)], "longer than 300"),
            ([person_row(family="a\0b")], "not text"),
            ([person_row(family="a\x0bb")], "not text"),
            (["PRA~1"], "should have 44 columns, and this one has 2"),
            (["PRA"], "should have 44 columns"),
            ([person_row() + "~" * 5], "stray ~"),
            ([unit_row(c5="19990101")], "ends before it starts"),
            ([unit_row(name=" ")], "name is missing"),
            ([post_row(c3="19990101")], "ends before it starts"),
            ([assignment_row(c4="20200101")], "ends before it starts"),
            ([assignment_row(c48="20200101")], "ends before it starts"),
            ([assignment_row(c25="lots")], "full-time equivalent is not a number"),
            ([assignment_row(c25="99")], "full-time equivalent is not a number"),
            (["PRD~1"], "no deletions"),
            (["and the rest of a broken row"], "does not begin with a record type"),
            (["~~~"], "does not begin with a record type"),
        ],
    )
    def test_a_bad_row_says_what_to_put_right(self, tmp_path, rows, said):
        (rejected,) = read_rows(tmp_path, *rows)

        assert said in rejected.reason
        assert rejected.reason.endswith(".")

    def test_a_bad_assignment_is_known_by_its_persons_number(self, tmp_path):
        _, mine, unsaid, strangers = read_rows(
            tmp_path,
            person_row(),
            assignment_row(c25="x"),
            assignment_row(person=""),
            assignment_row(person="2", c25="x"),
        )

        assert mine.employee_number == unsaid.employee_number == "20000001"
        assert strangers.employee_number is None

    def test_shifted_columns_cannot_pass_a_name_for_a_number(self, tmp_path):
        lost_two = person_row().replace("PRA~1~20200106~", "PRA~", 1)

        (rejected,) = read_rows(tmp_path, lost_two)

        assert rejected.employee_number is None
        assert rejected.may_be_anybody

    @pytest.mark.parametrize("place", range(5, 12))
    def test_a_stray_tilde_cannot_move_a_sensitive_column_into_ours(self, tmp_path, place):
        fields = person_row().split("~")
        fields[place] += "~stray"

        (rejected,) = read_rows(tmp_path, "~".join(fields))

        assert isinstance(rejected, RejectedRecord)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("text", "error", "said"),
        [
            (go_text(WHOLE, count=7), TruncatedFileError, "says that it has 7 rows, and 6"),
            (go_text(WHOLE, count="six"), TruncatedFileError, "does not say how many"),
            (go_text(WHOLE).split("TRL")[0], TruncatedFileError, "stops before its last line"),
            (go_text(WHOLE)[:200], TruncatedFileError, "stops before its last line"),
            ("", TruncatedFileError, "is empty"),
            ("\r\n \r\n", TruncatedFileError, "is empty"),
            (go_text(WHOLE) + "PRA~1", WrongLayoutError, "goes on after its last line"),
            (go_text(WHOLE) * 2, WrongLayoutError, "goes on after its last line"),
            (go_text([*WHOLE, "HDR~x"]), WrongLayoutError, "second file begins at line 6"),
            (go_text(WHOLE, vpd="431"), WrongOrganisationError, "VPD in ESR is 900"),
            (go_text(WHOLE, kind="GDR"), WrongLayoutError, "do not say the same"),
            (go_text(WHOLE).replace("00000000 0", "20261031 0"), WrongLayoutError, "changes"),
            (go_text(WHOLE).replace(".DAT", ".XYZ"), WrongLayoutError, "first line (HDR)"),
            ("HDR~", WrongLayoutError, "first line (HDR)"),
            ("EMPLOYEE_NUMBER,FIRST_NAME\r\n", WrongLayoutError, "begin as an ESR file does"),
            (go_text(["CMA~" + "x" * 70_000]), WrongLayoutError, "Line 2 is too long"),
        ],
    )
    def test_a_file_that_is_not_whole_or_not_ours(self, tmp_path, text, error, said):
        path = tmp_path / "file.dat"
        path.write_text(text, encoding="latin-1", newline="")

        with pytest.raises(error) as refused:
            open_file(path, organisation_vpd="900")

        assert said in str(refused.value)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    def test_a_file_in_another_encoding(self, tmp_path, encoding):
        path = write_go(tmp_path, [person_row(family="Zoë")], encoding=encoding)

        assert is_esr_file(path)
        with pytest.raises(WrongEncodingError, match="names would be spoilt"):
            open_file(path, organisation_vpd="900")

    def test_one_name_that_looks_like_utf_8_does_not_condemn_the_rest(self, tmp_path):
        path = write_go(
            tmp_path, [person_row(given="Zoë"), person_row("2", "20000002", given="ZoÃ«")]
        )

        assert len(read(path)) == 2

    def test_a_refusal_quotes_nothing_of_the_file(self, tmp_path):
        path = write_go(tmp_path, [person_row(family="Featherstonehaugh")], count=9)

        with pytest.raises(FileRefusedError) as refused:
            open_file(path, organisation_vpd="900")

        assert "Featherstonehaugh" not in str(refused.value)

    @pytest.mark.parametrize("rest", [WHOLE, WHOLE[:1]])
    def test_a_file_that_changes_between_the_two_readings(self, tmp_path, rest):
        path = write_go(tmp_path, WHOLE[:2])
        feed = open_file(path, organisation_vpd="900")
        write_go(tmp_path, rest)

        with pytest.raises(TruncatedFileError, match="changed while it was being read"):
            list(feed.records)

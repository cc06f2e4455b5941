from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.errors import FileRefusedError
from integrations.outcomes.column_map import ColumnMap
from integrations.outcomes.measure_csv import MeasureFile, Shape
from integrations.outcomes.records import MeasureRow
from integrations.tables.rows import RejectedRow

TODAY = date(2026, 11, 22)
SHARE = Shape(needs_denominator=True, is_share=True)
COUNT = Shape(needs_denominator=False, is_share=False)
HEADER = "period,unit,numerator,denominator,source,extract_time,contributors\n"


def read(path, text, *, shape=SHARE, maps=(), where=(), sum_rows=False):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    file = MeasureFile(
        path=path,
        shape=shape,
        today=TODAY,
        column_map=ColumnMap.parse(maps, where),
        sum_rows=sum_rows,
    )
    return list(file.rows())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "measure.csv"


def only_reason(rows):
    (row,) = rows
    assert isinstance(row, RejectedRow)
    return row.reason


class TestGoodRows:
    def test_a_row_is_read_whole(self, path):
        rows = read(path, HEADER + "2026-09,W12,40,80,audit,2026-10-03T06:00:00+00:00,12\n")

        assert rows == [
            MeasureRow(
                line=2,
                month=date(2026, 9, 1),
                unit="W12",
                numerator=Decimal(40),
                denominator=Decimal(80),
                source="audit",
                extracted_at=datetime(2026, 10, 3, 6, 0, tzinfo=UTC),
                contributors=12,
            )
        ]

    @pytest.mark.parametrize(
        "month",
        [
            *("2026-09", "2026-9", "2026-09-01", "2026-09-30", "01/09/2026", "Sep-26", "202609"),
            *(
                "September 2026",
                "09/2026",
                "2026/09",
                "1/9/26",
                "01-Sep-2026",
                "46266",
                "30.9.2026",
            ),
        ],
    )
    def test_a_month_can_be_written_in_the_usual_ways(self, path, month):
        (row,) = read(path, f"{HEADER}{month},,1,2,,,\n")

        assert row.month == date(2026, 9, 1)

    def test_a_plain_count_needs_no_denominator(self, path):
        for number in ('"1,240"', "1 240", "1\u00a0240"):
            (row,) = read(path, HEADER + f"2026-09,W12,{number},,,,\n", shape=COUNT)

            assert (row.numerator, row.denominator) == (Decimal(1240), None)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
    def test_the_encoding_does_not_matter(self, path, encoding):
        text = HEADER + "2026-09,Résumé ward,1,2,,,\n"

        (row,) = read(path, text.encode(encoding))

        assert row.unit == "Résumé ward"

    @pytest.mark.parametrize("mark", [";", "\t"])
    def test_a_file_may_be_divided_by_something_else_than_commas(self, path, mark):
        (row,) = read(path, (HEADER + "2026-09,W12,1,2,,,\n").replace(",", mark))

        assert row.unit == "W12"

    def test_columns_that_are_not_needed_are_not_kept(self, path):
        (row,) = read(
            path, "Period,Numerator,Denominator,Comment\n2026-09,1,2,Mrs Patient fell over\n"
        )

        assert "Patient" not in repr(row)

    def test_empty_lines_are_passed_over(self, path):
        assert len(read(path, HEADER + "\n2026-09,,1,2,,,\n\n")) == 1


class TestRejectedRows:
    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("2026-09,,1,0,,,", "The denominator is 0, so there is nothing to divide by."),
            ("2026-09,,3,,,,", "The denominator is missing."),
            ("2026-12,,1,2,,,", "The period is in the future."),
            ("2026-13,,1,2,,,", "The period is not a month. Write it as 2026-09."),
            ("2026-09-14,,1,2,,,", "The period is not a month. Write it as 2026-09."),
            ("1826-09,,1,2,,,", "The period is too long ago to be right."),
            ("soon,,1,2,,,", "The period is not a month. Write it as 2026-09."),
            ("2026-09,,many,2,,,", "The numerator is not a number."),
            ("2026-09,,nan,2,,,", "The numerator is not a number."),
            ("2026-09,,1e5,2,,,", "The numerator is not a number."),
            (
                "2026-09,,50%,2,,,",
                "The numerator is a percentage. Give how many there were, out of how many.",
            ),
            ("2026-09,,*,2,,,", "The numerator was held back by whoever made the file."),
            ("2026-09,,3,<8,,,", "The denominator was held back by whoever made the file."),
            ("2025/26,,1,2,,,", "The period is not one month. Give the numbers month by month."),
            ("2026-Q1,,1,2,,,", "The period is not one month. Give the numbers month by month."),
            ("2026-09,,-1,2,,,", "The numerator is below zero."),
            ("2026-09,,,2,,,", "The numerator is missing."),
            ("2026-09,,9999999999999,2,,,", "The numerator is too large to be right."),
            (
                "2026-09,,=1+1,2,,,",
                "The numerator is a formula. Save the file with values, not formulas.",
            ),
            (
                "2026-09,=cmd|' /C calc'!A0,1,2,,,",
                "The unit looks like a formula. Write it as plain text.",
            ),
            (
                "2026-09,,1,2,@SUM(A1),,",
                "The source looks like a formula. Write it as plain text.",
            ),
            (
                "2026-09,,1,2,,yesterday,",
                "The extract time is not a date and time. Write it as 2026-09-30T14:05.",
            ),
            ("2026-09,,1,2,,,1.5", "The contributors is not a whole number."),
            ("2026-09,,1,2", "The row has 4 columns, the first line has 7."),
        ],
    )
    def test_a_bad_row_is_named_by_line_and_reason(self, path, row, reason):
        (rejected,) = read(path, HEADER + row + "\n")

        assert rejected == RejectedRow(line=2, reason=reason)

    def test_a_part_larger_than_the_whole_is_refused(self, path):
        reason = only_reason(read(path, HEADER + "2026-09,,3,2,,,\n"))

        assert reason.startswith("The numerator is larger than the denominator.")

    def test_the_second_row_of_a_month_is_refused_and_says_where_the_first_is(self, path):
        first, second, other = read(
            path, HEADER + "2026-09,W1,1,2,,,\n2026-09,W1,2,3,,,\n2026-09,W2,2,3,,,\n"
        )

        assert first.line == 2
        assert second == RejectedRow(
            line=3,
            reason=(
                "This month and unit are already on line 2. "
                "If the file has several rows for a month, add them up there, or on the command "
                "line with --sum-rows."
            ),
        )
        assert other.line == 4

    def test_the_good_rows_around_a_bad_one_are_kept(self, path):
        rows = read(path, HEADER + "2026-08,,1,2,,,\nrubbish,,1,2,,,\n2026-09,,1,2,,,\n")

        assert [type(row) for row in rows] == [MeasureRow, RejectedRow, MeasureRow]

    def test_a_reason_never_quotes_the_cell(self, path):
        rows = read(path, HEADER + "Jane Doe,Jane Doe,Jane Doe,Jane Doe,Jane Doe,Jane Doe,\n")

        assert "Jane" not in only_reason(rows)


class TestRefusedFiles:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "The file is empty"),
            (b"Jane Doe,7\n", "no column for the period"),
            (b"period,unit\n", "no column for the numerator"),
            (b"period,period,numerator\n", "same name"),
            (b"PK\x03\x04\0\0\0", "not a CSV file"),
            (b'period,numerator\n2026-09,"1\n', "quote mark"),
        ],
    )
    def test_what_is_no_measure_file_is_refused_whole(self, path, content, words):
        with pytest.raises(FileRefusedError, match=words):
            read(path, content)

    def test_a_missing_file_is_refused(self, tmp_path):
        file = MeasureFile(path=tmp_path / "none.csv", shape=SHARE, today=TODAY)

        with pytest.raises(FileRefusedError, match="cannot be opened"):
            list(file.rows())


class TestColumnMap:
    BEDS = "trust,month,open,shut,seen\nRF4,2026-08-01,10,4,20\nR1H,2026-08-01,11,5,21\n"

    def test_numbers_can_be_added_and_taken_away_and_rows_picked(self, path):
        (row,) = read(
            path,
            self.BEDS,
            maps=["period=month", "numerator=open-shut", "denominator=seen + open"],
            where=["trust=RF4"],
        )

        assert (row.numerator, row.denominator) == (Decimal(6), Decimal(30))

    def test_a_name_with_a_hyphen_is_no_subtraction(self, path):
        (row,) = read(
            path, "period,in-time,all\n2026-08,3,4\n", maps=["numerator=in-time", "denominator=all"]
        )

        assert row.numerator == Decimal(3)

    def test_a_difference_below_zero_is_refused(self, path):
        reason = only_reason(
            read(
                path,
                self.BEDS,
                maps=["period=month", "numerator=shut-open", "denominator=seen"],
                where=["trust=RF4"],
            )
        )

        assert reason == "The numerator comes out below zero."

    @pytest.mark.parametrize(
        ("maps", "words"),
        [
            (["period=when"], "no column named when"),
            (["colour=trust"], "--map does not know colour"),
            (["period"], "--map period=month"),
            (["period=month", "numerator=open*shut"], "no column named"),
            (["period=month", "numerator=open-"], "no column named nothing"),
            (["period=month+open", "numerator=open"], "only numbers can be added up"),
        ],
    )
    def test_a_map_that_does_not_fit_says_so(self, path, maps, words):
        with pytest.raises(FileRefusedError, match=words):
            read(path, self.BEDS, maps=maps)


class TestSummedRows:
    HEADER = "period,unit,numerator,denominator,contributors\n"

    def test_the_rows_of_a_month_become_one(self, path):
        (row,) = read(path, self.HEADER + "2026-08,W,1,4,9\n2026-08,W,2,6,12\n", sum_rows=True)

        assert (row.numerator, row.denominator, row.contributors) == (Decimal(3), Decimal(10), 12)

    def test_a_month_with_a_bad_row_is_left_out_whole(self, path):
        rows = read(
            path,
            self.HEADER + "2026-07,W,1,4,9\n2026-08,W,1,4,9\n2026-08,W,oops,6,12\n",
            sum_rows=True,
        )

        assert [row.month for row in rows if isinstance(row, MeasureRow)] == [date(2026, 7, 1)]
        assert [row.reason for row in rows if isinstance(row, RejectedRow)] == [
            "The numerator is not a number.",
            "Line 4 of the same month could not be used, so the sum would be too small.",
        ]

    def test_one_part_may_be_larger_as_long_as_the_sum_is_not(self, path):
        (row,) = read(path, self.HEADER + "2026-08,W,0,0,\n2026-08,W,2,6,\n", sum_rows=True)

        assert (row.numerator, row.denominator) == (Decimal(2), Decimal(6))


CELL = st.text(max_size=12)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=8), max_size=6), sum_rows=st.booleans())
def test_whatever_a_file_holds_it_is_read_or_refused_in_words(rows, sum_rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    text = HEADER + "\n".join(",".join(row) for row in rows)
    try:
        found = read(path, text.encode(errors="replace"), sum_rows=sum_rows)
    except FileRefusedError:
        return
    for row in found:
        if isinstance(row, RejectedRow):
            assert row.reason.endswith(".")
        else:
            assert 0 <= row.numerator <= row.denominator
            assert row.month <= TODAY


@settings(deadline=None, derandomize=True, max_examples=100)
@given(
    counts=st.dictionaries(
        st.tuples(st.integers(2000, 2025), st.integers(1, 12)),
        st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)),
        min_size=1,
        max_size=40,
    )
)
def test_what_was_written_is_what_is_read(counts, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    lines = [f"{year}-{month:02},W,{a},{a + b},,,\n" for (year, month), (a, b) in counts.items()]

    found = read(path, HEADER + "".join(lines))

    assert {(r.month.year, r.month.month): (r.numerator, r.denominator) for r in found} == {
        key: (Decimal(a), Decimal(a + b)) for key, (a, b) in counts.items()
    }

"""Framework files: what is written is read again, and what cannot be read is told in sentences."""

import csv
import io
import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.errors import FileRefusedError
from integrations.frameworks.csv_file import COLUMNS, guard, read_csv, unguard, write_csv
from integrations.frameworks.document import tidy, write_document
from integrations.frameworks.errors import FrameworkRefusedError
from integrations.frameworks.files import LARGEST_FILE, read_framework
from integrations.frameworks.json_file import read_json, write_json
from integrations.frameworks.records import CompetenceRecord, DomainRecord, FrameworkRecord
from integrations.frameworks.schema import UNPRINTABLE
from tests.support.frameworks import SCHEMA, SMALL, competence, domain, framework

patient = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

keys = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
texts = (
    st.text(st.sampled_from("=+-@'\"\t,;|aé語 \uff1d🙂") | st.characters(), min_size=1, max_size=30)
    .map(lambda text: tidy(UNPRINTABLE.sub("", tidy(text))))
    .filter(bool)
)


@st.composite
def frameworks(draw):
    names = iter(draw(st.lists(keys, min_size=12, max_size=12, unique=True)))
    return FrameworkRecord(
        key=draw(keys),
        name=draw(texts),
        domains=tuple(
            DomainRecord(
                key=next(names),
                name=draw(texts),
                competences=tuple(
                    CompetenceRecord(
                        key=next(names),
                        name=draw(texts),
                        description=draw(texts),
                        levels=draw(st.tuples(texts, texts, texts, texts)),
                    )
                    for _one in range(draw(st.integers(1, 3)))
                ),
            )
            for _domain in range(draw(st.integers(1, 3)))
        ),
    )


def as_json(document):
    return json.dumps(document).encode()


def refusal_of_json(content):
    with pytest.raises(FrameworkRefusedError) as refused:
        read_json(content, SCHEMA)
    return str(refused.value)


def changed(**changes):
    return as_json(write_document(SMALL) | changes)


class TestRoundTrip:
    @patient
    @given(frameworks())
    def test_json_brings_back_what_was_written(self, whole):
        assert read_json(write_json(whole, version=1, state="draft").encode(), SCHEMA) == whole

    @patient
    @given(frameworks())
    def test_csv_brings_back_what_was_written(self, tmp_path, whole):
        path = tmp_path / "framework.csv"
        path.write_bytes(write_csv(whole).encode())

        assert read_csv(path, SCHEMA) == whole

    @patient
    @given(frameworks())
    def test_no_cell_of_a_csv_begins_a_formula(self, whole):
        for row in csv.reader(io.StringIO(write_csv(whole).removeprefix("\ufeff"))):
            assert not any(
                cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")) for cell in row
            )

    @patient
    @given(st.text(st.sampled_from("=+-@'a\t\uff20")))
    def test_the_guard_comes_off_again(self, text):
        assert unguard(guard(text)) == text

    def test_an_apostrophe_that_nobody_put_there_stays(self):
        assert unguard("'Tis new") == "'Tis new"


class TestBadJson:
    @patient
    @given(st.binary(max_size=200))
    def test_any_bytes_are_refused_in_a_sentence(self, content):
        refusal_of_json(content)

    @patient
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["format", "key", "name", "domains", "competences", "levels"]),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=20,
        )
    )
    def test_any_other_json_is_refused_in_a_sentence(self, value):
        refusal_of_json(as_json(value))

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"{", "Line 1, column 2: this is not JSON."),
            (b"\xff\xfe{", "Save it as UTF-8"),
            (b"[" * 100_000, "too many brackets"),
            (b"[" * 900 + b"]" * 900, "The file: should be a group of fields"),
            (b'{"version": ' + b"9" * 5000 + b"}", "far too long"),
            (b'{"key": "a", "key": "b"}', "A field is there twice"),
            (b'{"version": NaN}', "NaN or Infinity"),
            (b"[]", 'The file: should be a group of fields in "{ }".'),
            (changed(format="other/1"), 'Format: should be "competence-tracker/framework/1".'),
            (changed(key="Our Key"), "Key: should have only small letters"),
            (changed(key="ours\n\n-x"), "Key: should have only small letters"),
            (changed(key="k" * 81), "Key: is too long. Use at most 80 characters."),
            (changed(name=" "), "Name: is empty. Write something there."),
            (changed(name="n" * 301), "Name: is too long. Use at most 300 characters."),
            (changed(name="a\x00b"), "Name: holds a character that cannot be shown."),
            (changed(name="a\ud800"), "Name: holds a character that cannot be shown."),
            (changed(name=None), "Name: should be a text in quote marks."),
            (changed(version=True), "Version: should be a whole number."),
            (changed(version=0), "Version: should be 1 or more."),
            (changed(state="live"), "State: should be one of: draft, in_review,"),
            (changed(domains=[]), "Domains: has 0, and should have at least 1."),
            (changed(owner="x"), "The file: has a field that we do not know."),
            (as_json({"key": "a"}), "Domains: is missing. Add it."),
        ],
    )
    def test_a_bad_file_is_told_what_to_do(self, content, said):
        told = refusal_of_json(content)

        assert said in told
        assert told.startswith("This file was not taken in, and nothing has changed.")

    def test_places_deep_in_the_file_are_named(self):
        document = write_document(SMALL)
        document["domains"][1]["competences"][0]["levels"][2] = ""
        document["domains"][0]["competences"][1]["levels"].pop()

        told = refusal_of_json(as_json(document))

        assert "Domain 1, competence 2, levels: has 3, and should have at least 4." in told
        assert "Domain 2, competence 1, level 3: is empty." in told

    def test_a_key_used_in_two_domains_is_told_at_both(self):
        twice = framework(domain("a", competence("same")), domain("b", competence("same")))

        told = refusal_of_json(write_json(twice, version=1, state="draft").encode())

        assert "Domain 1, competence 1, key: is used twice. Choose another." in told
        assert "Domain 2, competence 1, key: is used twice. Choose another." in told

    def test_only_so_many_problems_are_shown(self):
        told = refusal_of_json(changed(domains=[1] * 100))

        assert "and 80 more" in told
        assert len(told.splitlines()) == 22


class TestBadCsv:
    @pytest.fixture
    def refusal(self, tmp_path):
        def refusal(text):
            path = tmp_path / "framework.csv"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            with pytest.raises(FileRefusedError) as refused:
                read_framework(path, SCHEMA)
            return str(refused.value)

        return refusal

    @patient
    @given(
        st.binary(max_size=100) | st.text(st.sampled_from('a",\n='), max_size=80).map(str.encode)
    )
    def test_any_rows_are_refused_in_a_sentence(self, tmp_path, rows):
        path = tmp_path / "framework.csv"
        path.write_bytes(",".join(COLUMNS).encode() + b"\n" + rows)
        with pytest.raises(FileRefusedError):
            read_framework(path, SCHEMA)

    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            ('"find"', '"Find it"', "Line 2, competence: should have only small letters"),
            ('"Doing judge"', '""', "Line 3, competence_name: is empty."),
            ('"How to do lock."', '""', "Line 4, description: is empty."),
            ('"lock","Doing lock"', '"find","Doing"', "Line 4, competence: is used twice."),
            ('"I can."', '""', "Line 2, confident: is empty."),
            ('"data","About data"', '"data",""', "Line 2, domain_name: is empty."),
            ('"safety"', '""', "Line 4, domain: is empty."),
            ('"ours"', '"Our"', "Line 2, framework: should have only small letters"),
            ('"judge",', "", "Line 3: The row has 10 columns, the first line has 11."),
            ('"helps_others"', '"helps"', "must name these columns: helps_others"),
            ('"I help others."\r\n', '"I help\r\n', "a quote mark is left open"),
        ],
    )
    def test_a_bad_cell_is_told_by_line_and_column(self, refusal, before, after, said):
        assert said in refusal(write_csv(SMALL).replace(before, after))

    @pytest.mark.parametrize(
        ("line", "before", "after", "said"),
        [
            (2, "Our own", "Their own", "Line 3, framework_name: differs from a line above it."),
            (2, "About data", "Of data", "Line 3, domain_name: differs from a line above it."),
        ],
    )
    def test_lines_that_disagree_are_told(self, refusal, line, before, after, said):
        lines = write_csv(SMALL).splitlines()
        lines[line] = lines[line].replace(before, after)

        assert said in refusal("\n".join(lines))

    def test_a_file_without_rows_is_told(self, refusal):
        assert "no competences under its first line" in refusal(",".join(COLUMNS))

    def test_semicolons_windows_letters_blank_rows_and_more_columns_are_taken(self, tmp_path):
        rows = list(csv.reader(io.StringIO(write_csv(SMALL).removeprefix("\ufeff"))))
        rows.insert(2, [""] * len(COLUMNS))
        text = "\n".join(";".join([*row, "note"]) for row in rows)
        path = tmp_path / "framework.CSV"
        path.write_bytes(text.replace("Our own", "Our café").encode("cp1252"))

        assert read_framework(path, SCHEMA).name == "Our café"


@pytest.mark.parametrize("name", ["framework.xls", "framework", "framework.json.exe"])
def test_another_kind_of_file_is_told_what_to_do(tmp_path, name):
    with pytest.raises(FileRefusedError, match=r"ends in \.xlsx, \.csv or \.json"):
        read_framework(tmp_path / name, SCHEMA)


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "framework.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)

    with pytest.raises(FileRefusedError, match="larger than 50 MB"):
        read_framework(path, SCHEMA)

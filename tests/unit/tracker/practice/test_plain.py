import pytest

from tracker.practice import plain

#: all that a shared file can say of its parts, and marks that are meant as themselves
PARTS = [
    {
        "kind": "facts",
        "key": "board",
        "name": "Ward board #2",
        "pairs": [["May = must", "a = b"], ["! Late", "Path C:\\x"]],
        "red": ["! Late"],
    },
    {
        "kind": "table",
        "key": "trolley",
        "name": "Trolley",
        "columns": ["Name", "Made | for"],
        "rows": [["{one}", "{here}"], ["+ {two}", "1 to 2"], ["Table: x", "back\\"]],
        "red": [1, 2],
        "extra": {"from": 1, "to": 2, "rows": [["{three}", "Soup"], ["1 to 2", "x"]]},
    },
    {"kind": "table", "key": "one_wide", "name": "One wide", "columns": ["a"], "rows": [["b"]]}
    | {"extra": {"from": 0, "to": 1, "rows": [["3 to 4"]]}, "shuffle": True},
    {"kind": "lines", "key": "lines", "name": "Notes", "lines": ["! no", "Facts: a", "a\\|b"]},
    {"kind": "lines", "key": "notes", "name": "Notes", "lines": ["x"], "shuffle": True},
]


def test_a_shared_file_that_is_opened_on_the_page_loses_nothing():
    assert plain.read_parts(plain.write_parts(PARTS)) == PARTS

    choices = {"food": ["Soup; hot", "Bread"], "way": ["up", "down"]}
    words = plain.write_words({"choices": choices, "numbers": {"bed": {"from": -1, "to": 24}}})
    assert plain.read_words(words) == (choices, {"bed": {"from": -1, "to": 24}})

    cases = [{"a": "1 | 2", "b": "x"}, {"a": "3", "b": "\\"}]
    assert plain.read_cases(plain.write_cases(cases)) == cases

    (person,) = plain.read_people(plain.write_people([{"name": "p", "youngest": 70}]))
    assert (person["youngest"], person["oldest"]) == (70, 94)


@pytest.mark.parametrize("text", ["| a | b |\n| c | d |", "a | b\nc | d"])
def test_a_table_may_be_typed_with_marks_around_it(text):
    (table,) = plain.read_parts(f"Table: T\n{text}")

    assert (table["columns"], table["rows"]) == (["a", "b"], [["c", "d"]])

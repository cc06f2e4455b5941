"""Says which column of a table holds what we need, and reads the table by that."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from integrations.errors import WrongLayoutError
from integrations.tables.file import Table, plain
from integrations.tables.rows import RejectedRow, Row

#: how alike a heading and a known name must be, from 0 to 1
ALIKE = 0.88
MOST_LINES = 5
#: a column with more different words than this is no choice
MOST_WORDS = 60
LONGEST_WORD = 60


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Field:
    """Something that we want of each row."""

    key: str
    #: as the person sees it who draws the map
    label: str
    #: headings that other systems give it, any spelling
    names: tuple[str, ...] = ()
    is_needed: bool = False
    #: a number that is a name, such as an employee number: noughts at its front matter
    is_code: bool = False
    #: what it may say, by our own words; each with what a person calls it
    choices: Mapping[str, str] = field(default_factory=dict)
    #: other systems' words for them, in small letters
    words: Mapping[str, str] = field(default_factory=dict)
    #: a story: only which of our words it has may be kept aside
    is_story: bool = False
    #: of a story: words that decide what a row is, until somebody writes their own
    own_words: tuple[str, ...] = ()
    #: says who it was: never shown or kept aside
    is_person: bool = False

    @property
    def known_names(self) -> tuple[str, ...]:
        return (self.key, self.label, *self.names)


@dataclass(frozen=True, kw_only=True, slots=True)
class TableKind:
    """A kind of table that we can read: what is wanted of a row, and how rows are checked."""

    key: str
    #: what its rows are, in the plural: "members of staff"
    noun: str
    fields: tuple[Field, ...]
    #: reads every row as an import does; yields None for a good one, and each bad one with why
    check: Callable[[Iterable[Row | RejectedRow]], Iterator[RejectedRow | None]]
    #: parts of headings whose columns are dropped at the door, and never shown or kept
    never: tuple[str, ...] = ()
    #: columns that may hold a patient or a story are dropped too, whatever their heading
    is_guarded: bool = False

    @property
    def known_names(self) -> tuple[str, ...]:
        return tuple(name for field in self.fields for name in field.known_names)


@dataclass(frozen=True, kw_only=True, slots=True)
class TableMap:
    """Which column holds each field, by key; and how many digits a number has that is a name."""

    columns: Mapping[str, str]
    digits: Mapping[str, int] = field(default_factory=dict)
    #: by field: what the file's words (in small letters) mean in ours; empty: nobody knows
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: words that decide what a story is about, where the kind of table has such
    own_words: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        values = {key: dict(words) for key, words in self.values.items()}
        said = {"columns": dict(self.columns), "digits": dict(self.digits), "values": values}
        return said | ({"own_words": list(self.own_words)} if self.own_words else {})

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "TableMap":
        return cls(
            columns=dict(saved["columns"]),
            digits=dict(saved.get("digits", {})),
            values=dict(saved.get("values", {})),
            own_words=tuple(saved.get("own_words", ())),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong with rows: how many have it, and the lines of the first."""

    reason: str
    count: int
    lines: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """What reading the whole file by a map comes to."""

    good: int
    bad: int
    problems: tuple[Problem, ...]

    @property
    def rows(self) -> int:
        return self.good + self.bad


def propose(
    kind: TableKind, columns: Iterable[str], *, digits: Mapping[str, int] | None = None
) -> TableMap:
    """Guess the map from the headings. Each column is used once; a sure guess goes first."""
    left = {plain(column): column for column in reversed(list(columns))}
    found: dict[str, str] = {}
    for is_sure in (True, False):
        for one in kind.fields:
            names = [plain(name) for name in one.known_names]
            if one.key in found:
                continue
            match = _match(names, left, is_sure=is_sure)
            if match is not None:
                found[one.key] = left.pop(match)
    ordered = {one.key: found[one.key] for one in kind.fields if one.key in found}
    known = {key: number for key, number in (digits or {}).items() if key in found}
    return TableMap(columns=ordered, digits=known)


def _match(names: list[str], left: Mapping[str, str], *, is_sure: bool) -> str | None:
    if is_sure:
        return next((name for name in names if name in left), None)
    for name in names:
        if close := get_close_matches(name, left, n=1, cutoff=ALIKE):
            return close[0]
    return None


def missing_fields(kind: TableKind, table_map: TableMap) -> tuple[Field, ...]:
    return tuple(one for one in kind.fields if one.is_needed and one.key not in table_map.columns)


def read_mapped(kind: TableKind, table_map: TableMap, table: Table) -> Iterator[Row | RejectedRow]:
    """Yield each row with its cells by field; noughts that Excel took off are put back.

    :raises WrongLayoutError: for a file without a column that the map names.
    """
    places = {plain(column): column for column in reversed(table.columns)}
    missing = [name for name in table_map.columns.values() if plain(name) not in places]
    lacking = [one.label for one in missing_fields(kind, table_map)]
    if missing or lacking:
        what = ", ".join(missing or lacking)
        raise WrongLayoutError(
            f"The file has no column for: {what}. Check that it is the right file, or draw the "
            "map of its columns anew."
        )
    columns = {key: places[plain(name)] for key, name in table_map.columns.items()}
    columns |= {key: name for key, name in table_map.columns.items() if name in table.columns}
    return _read(table, columns, table_map)


def _read(
    table: Table, columns: Mapping[str, str], table_map: TableMap
) -> Iterator[Row | RejectedRow]:
    for row in table.rows():
        if isinstance(row, RejectedRow):
            yield row
            continue
        cells = {key: row.cells[column].strip() for key, column in columns.items()}
        for key, number in table_map.digits.items():
            cell = cells.get(key, "")
            if cell.isascii() and cell.isdigit():
                cells[key] = cell.zfill(number)
        for key, words in table_map.values.items():
            if key in cells:
                cells[key] = words.get(as_word(cells[key])) or cells[key]
        yield Row(line=row.line, cells=cells)


def check_table(kind: TableKind, table_map: TableMap, table: Table) -> Check:
    """Read the whole file by a map, and say what is wrong with how many rows of it."""
    good = 0
    counts: Counter[str] = Counter()
    lines: dict[str, list[int]] = {}
    for rejected in kind.check(read_mapped(kind, table_map, table)):
        if rejected is None:
            good += 1
            continue
        counts[rejected.reason] += 1
        first = lines.setdefault(rejected.reason, [])
        if len(first) < MOST_LINES:
            first.append(rejected.line)
    problems = tuple(
        Problem(reason=reason, count=count, lines=tuple(lines[reason]))
        for reason, count in counts.most_common()
    )
    return Check(good=good, bad=counts.total(), problems=problems)


def as_word(cell: str) -> str:
    """Give a word as it is compared."""
    return " ".join(cell.split()).casefold()


def words_of(kind: TableKind, table_map: TableMap, table: Table) -> dict[str, dict[str, str]]:
    """List the words in each column of a choice, and what each means; empty: not known yet."""
    wanted = {
        one: table_map.columns[one.key]
        for one in kind.fields
        if one.choices and table_map.columns.get(one.key) in table.columns
    }
    found: dict[str, dict[str, str]] = {one.key: {} for one in wanted}
    if not wanted:
        return {}
    for row in table.rows():
        if isinstance(row, RejectedRow):
            continue
        for one, column in wanted.items():
            word, known = as_word(row.cells[column]), found[one.key]
            if word and len(word) <= LONGEST_WORD and len(known) < MOST_WORDS:
                known.setdefault(word, _meaning(one, word, table_map.values.get(one.key, {})))
    return {key: dict(sorted(words.items())) for key, words in found.items()}


def _meaning(one: Field, word: str, chosen: Mapping[str, str]) -> str:
    if word in chosen:
        return chosen[word]
    own = word.replace("-", "_").replace(" ", "_")
    return own if own in one.choices else one.words.get(word, "")

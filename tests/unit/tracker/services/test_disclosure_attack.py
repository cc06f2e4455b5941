"""Attacks what anybody may read: takes all that every outlet gives, and solves for small numbers.

Each number that is given out is a known sum over wards and months. A small number is given away
where some sum of known sums, whole less parts or period less period, leaves it alone.
"""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime

import numpy as np
import pytest
from pypdf import PdfReader
from sqlalchemy import delete

from tests.support.outcomes import MONTHS, observe
from tracker.documents.outcome_csv import outcome_csv
from tracker.documents.outcome_document import outcome_document
from tracker.documents.report_pdf import report_pdf
from tracker.documents.report_workbook import report_workbook
from tracker.models import Observation
from tracker.security.identity import System
from tracker.services.outcome_data import load_data, remember_published
from tracker.services.outcome_feed import numbers_table
from tracker.services.outcome_report import outcome_report
from tracker.services.outcome_values import Audience

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
KEY = "use_related_incidents"
#: by ward: enough each month; small by the month and enough by the quarter; small; sometimes small
WARDS = {
    "Heron": [20 + n % 5 for n in range(36)],
    "Otter": [4 + n % 3 for n in range(36)],
    "Wren": [n % 3 for n in range(36)],
    "Plover": [12 if n % 7 else 3 for n in range(36)],
}
PERIODS = ((0, 35), (1, 34), (11, 23))


@pytest.fixture
def trust(db, organisation, factories):
    top = factories.OrganisationUnit(name="Division")
    wards = {name: factories.OrganisationUnit(name=name, parent_id=top.id) for name in WARDS}
    fill(db, organisation, top, wards, MONTHS)
    return top, wards


def fill(db, organisation, top, wards, months):
    first = MONTHS.index(months[0])
    for name, unit in wards.items():
        own = WARDS[name][first : first + len(months)]
        observe(db, organisation, KEY, own, unit=unit, months=months)
        observe(
            db, organisation, "incident_reporting", [n + 40 for n in own], unit=unit, months=months
        )
        observe(db, organisation, "bed_days", [700] * len(months), unit=unit, months=months)
    sums = [sum(WARDS[name][first + n] for name in WARDS) for n in range(len(months))]
    for unit in (top, None):
        observe(db, organisation, KEY, sums, unit=unit, months=months)
        whole = [number + 160 for number in sums]
        observe(db, organisation, "incident_reporting", whole, unit=unit, months=months)


def report(db, organisation, unit, period):
    return outcome_report(
        db,
        organisation,
        unit,
        first_month=MONTHS[period[0]],
        last_month=MONTHS[period[1]],
        audience=Audience.PUBLISHED,
        by=System(organisation_id=organisation.id),
        today=NOW.date(),
    )


def cells(wards, unit, top, begins, months, within=frozenset(WARDS)):
    """Give the wards and months that a number is the sum of; `within`: those of the division."""
    first = MONTHS.index(begins)
    names = list(wards)
    if unit is None:
        places = list(range(len(WARDS)))
    elif unit is top:
        places = [names.index(name) for name in within]
    else:
        places = [list(wards.values()).index(unit)]
    row = np.zeros((len(WARDS), len(MONTHS)))
    for place in places:
        row[place, first : first + months] = 1
    return row.ravel()


def known_sums(db, organisation, trust, within=frozenset(WARDS), periods=PERIODS):
    """Collect the sums that pages, JSON and the feed give, over units and periods."""
    top, wards = trust
    rows = []
    for unit in (None, top, *wards.values()):
        for period in periods:
            for chart in report(db, organisation, unit, period).charts:
                if chart.measure.key == KEY:
                    rows += [
                        cells(wards, unit, top, p.month, p.months, within) for p in chart.points
                    ]
    data = load_data(db, organisation.id)
    by_id = {one.public_id: one for one in (top, *wards.values())} | {None: None}
    for row in numbers_table(data, ({}, {})).rows:
        if row[1] == KEY and row[4] in by_id:
            rows.append(cells(wards, by_id[row[4]], top, row[6], row[7], within))
    return np.array(rows)


def given_away(known):
    """Name each ward and month with a small number that follows from what is known."""
    numbers = np.array(list(WARDS.values())).ravel()
    small = [place for place, number in enumerate(numbers) if 0 < number < 8]
    rank = np.linalg.matrix_rank(known)
    _u, _s, rows = np.linalg.svd(known, full_matrices=False)
    basis = rows[:rank]
    # A cell is known where nothing of it is left outside of what the known sums span.
    return [place for place in small if np.isclose(basis[:, place] @ basis[:, place], 1)]


def test_no_small_number_follows_from_all_that_is_given_out(db, organisation, trust):
    known = known_sums(db, organisation, trust)

    assert len(known) > 60, "or there is nothing to attack"
    assert given_away(known) == []


def test_the_attack_finds_what_a_careless_outlet_would_give_away(trust):
    """Or the test above would pass for want of an attack."""
    top, wards = trust
    careless = [
        cells(wards, unit, top, month, 1)
        for month in MONTHS
        for unit in (None, wards["Heron"], wards["Otter"], wards["Plover"])
    ]

    assert len(given_away(np.array(careless))) > 24


def test_nor_when_small_numbers_come_after_a_series_was_given_by_the_month(
    db, organisation, factories
):
    """What was read once cannot be taken from the quarters that are shown later."""
    top = factories.OrganisationUnit(name="Division")
    wards = {name: factories.OrganisationUnit(name=name, parent_id=top.id) for name in WARDS}
    trust = top, wards
    early = MONTHS[:6]  # ends amid a quarter: December is known by the month, then come small ones
    fill(db, organisation, top, wards, early)
    before = known_sums_until(db, organisation, trust, 5)
    fill(db, organisation, top, wards, MONTHS[6:])
    after = known_sums(db, organisation, trust)

    assert given_away(np.vstack([before, after])) == []


def known_sums_until(db, organisation, trust, last):
    top, wards = trust
    rows = [
        cells(wards, unit, top, point.month, point.months)
        for unit in (None, top, *wards.values())
        for chart in report(db, organisation, unit, (0, last)).charts
        if chart.measure.key == KEY
        for point in chart.points
    ]
    remember_published(db, organisation.id, load_data(db, organisation.id))
    return np.array(rows)


def test_every_outlet_gives_the_numbers_of_the_report_and_no_others(db, organisation, trust):
    found = report(db, organisation, trust[0], (0, 35))
    document = outcome_document(found, made_at=NOW)
    given = {
        round(number, 6)
        for chart in document.sections
        for figure in chart.figures
        for one in figure.charts
        for number in (
            *(p.value for p in one.points),
            *(p.lower for p in one.points),
            *(p.upper for p in one.points),
            *(n for phase in one.phases for n in (phase.mean, phase.lower, phase.upper)),
        )
        if number is not None
    }

    rows = list(csv.DictReader(io.StringIO(outcome_csv(document))))
    columns = ("value", "mean", "lower_limit", "upper_limit")
    written = {round(float(row[name]), 6) for row in rows for name in columns if row[name]}
    assert written <= given
    with zipfile.ZipFile(io.BytesIO(report_workbook(document))) as pack:
        caches = [pack.read(name).decode() for name in pack.namelist() if "charts/chart" in name]
    days = {float(n) for n in range(45_000, 47_000)}
    for cache in caches:
        remembered = re.findall(r"<c:v>(-?[\d.]+(?:[eE]-?\d+)?)</c:v>", cache)
        assert {round(float(n), 6) for n in remembered} - days <= given
    assert caches
    assert not rows_of_small(rows)


def test_the_pdf_and_the_feed_say_no_small_number_in_any_words(db, organisation, trust):
    """Every count of events that stands by itself in a sentence, a table or a row is enough."""
    top, wards = trust
    said = []
    for unit in (None, top, *wards.values()):
        document = outcome_document(report(db, organisation, unit, (0, 35)), made_at=NOW)
        text = " ".join(
            page.extract_text() for page in PdfReader(io.BytesIO(report_pdf(document))).pages
        )
        said += re.findall(r"(\d+) (?:incidents|events|alerts|reports)\b", text)
    assert not [number for number in said if 0 < int(number) < 8]

    public = 700.0  # bed days of a ward and month: anybody can look them up
    for row in numbers_table(load_data(db, organisation.id), ({}, {})).rows:
        value, numerator, denominator = row[8], row[10], row[11]
        assert numerator == 0 or numerator >= 8
        # A rate times what it is of gives the count: so it must be one that may be known.
        assert round(value * denominator / 1000, 6) == round(numerator, 6)
        assert denominator % public == 0


def test_a_ward_that_moved_gives_no_small_number_away(db, organisation, factories):
    """Under its first division and then under another: neither rest may be taken from the other."""
    first, second = (factories.OrganisationUnit(name=name) for name in ("Division", "Other"))
    wards = {name: factories.OrganisationUnit(name=name, parent_id=first.id) for name in WARDS}
    trust = first, wards
    fill(db, organisation, first, wards, MONTHS)
    whole = PERIODS[:1]
    before = known_sums(db, organisation, trust, periods=whole)
    remember_published(db, organisation.id, load_data(db, organisation.id))
    wards["Otter"].parent_id = second.id
    db.flush()
    fill_anew(db, organisation, first, {"Heron", "Wren", "Plover"})
    fill_anew(db, organisation, second, {"Otter"})
    rest = {"Heron", "Wren", "Plover"}
    after = known_sums(db, organisation, trust, within=rest, periods=whole)
    alone = known_sums(db, organisation, (second, wards), within={"Otter"}, periods=whole)

    assert given_away(np.vstack([before, after, alone])) == []


def fill_anew(db, organisation, top, names):
    """Restate what a division has, now that other wards are in it."""
    db.execute(delete(Observation).where(Observation.organisation_unit_id == top.id))
    sums = [sum(WARDS[name][n] for name in names) for n in range(len(MONTHS))]
    observe(db, organisation, KEY, sums, unit=top)
    observe(db, organisation, "incident_reporting", [n + 40 * len(names) for n in sums], unit=top)


def rows_of_small(rows):
    return [row for row in rows if row["numerator"] and 0 < float(row["numerator"]) < 8]

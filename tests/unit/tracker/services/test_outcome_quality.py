"""What a report says of its data: what stopped coming, what is absent."""

from datetime import date, datetime, timedelta

import pytest

from tests.conftest import NOW
from tests.support.outcomes import MONTHS, facts
from tracker.services.outcome_quality import silent_feeds, without_numbers
from tracker.services.outcome_series import Cell, Series, UnitFacts

TODAY = NOW.date()


def series(key, *, until: date, taken: datetime):
    cells = {month: Cell(9, 90, 20, taken) for month in MONTHS if month <= until}
    unit = UnitFacts(id=None, public_id=None, name="")
    return Series(measure=facts(key), unit=unit, cells=cells, unit_words="")


@pytest.mark.parametrize(
    ("key", "until", "taken_before", "said"),
    [
        ("harm_share", MONTHS[-1], timedelta(days=41), ()),
        ("harm_share", MONTHS[-1], timedelta(days=42), ("11 October 2026",)),
        # A file comes each night, and August is still the newest month in it.
        ("harm_share", date(2026, 9, 1), timedelta(0), ()),
        ("harm_share", date(2026, 8, 1), timedelta(0), ("31 August 2026",)),
        # Nobody practised in September and October: that is no feed that stopped.
        ("practice_hits", date(2026, 8, 1), timedelta(0), ()),
    ],
)
def test_a_feed_without_news_for_six_weeks_is_said(key, until, taken_before, said):
    one = series(key, until=until, taken=NOW - taken_before)

    sentences = silent_feeds([one], TODAY)

    assert len(sentences) == len(said)
    assert all(day in sentence for day, sentence in zip(said, sentences, strict=True))


def test_a_measure_for_which_nothing_came_is_named_as_absent():
    measures = [facts(key) for key in ("harm_share", "how_to_calls", "days_between_serious")]

    (sentence,) = without_numbers(measures, {"harm_share"})

    assert "How-to calls" in sentence
    assert "harm" not in sentence.lower()
    assert without_numbers(measures[:1], {"harm_share"}) == ()

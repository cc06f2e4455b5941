"""Two rounds beside each other, question by question, with how sure we are of a difference."""

from dataclasses import dataclass

from metrics.rates import share_difference
from tracker.services.survey_results import QuestionResult, RoundResults

#: The answers that a question's headline counts together, by the first option's key.
GOOD = {
    "yes": ("yes",),
    "strongly_agree": ("strongly_agree", "agree"),
    "leading": ("leading", "ready"),
}
SAID = {
    "yes": "can do this by themselves",
    "strongly_agree": "agree",
    "leading": "feel leading or ready",
}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One question that both rounds asked."""

    wording: str
    said: str
    before: float
    after: float
    before_people: int
    after_people: int
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Say whether the interval leaves nought out."""
        return self.low > 0 or self.high < 0

    @property
    def sentence(self) -> str:
        before, after = round(100 * self.before), round(100 * self.after)
        low, high = round(100 * self.low), round(100 * self.high)
        if not self.is_sure:
            return (
                f"{before}% then, {after}% now. Too close to tell apart: the true difference "
                f"may lie anywhere between {low:+} and {high:+} points."
            )
        which = "More" if self.low > 0 else "Fewer"
        least, most = sorted((abs(low), abs(high)))
        return (
            f"{which} {self.said}: {before}% then, {after}% now. The difference lies between "
            f"{least} and {most} points."
        )


def compare(before: RoundResults, after: RoundResults) -> list[Compared]:
    """Compare what both asked, where enough people answered both times."""
    earlier = {one.key: one for one in before.questions}
    return [
        _compared(earlier[one.key], one)
        for one in after.questions
        if one.key in earlier
        and one.options
        and one.options[0].key in GOOD
        and one.is_shown
        and earlier[one.key].is_shown
    ]


def good_of(question: QuestionResult) -> int:
    """Count those whose answer the question's headline is about."""
    good = GOOD[question.options[0].key]
    return sum(one.count for one in question.options if one.key in good)


def _compared(before: QuestionResult, after: QuestionResult) -> Compared:
    was, now = good_of(before), good_of(after)
    _grown, low, high = share_difference((was, before.people), (now, after.people))
    return Compared(
        wording=after.wording,
        said=SAID[after.options[0].key],
        before=was / before.people,
        after=now / after.people,
        before_people=before.people,
        after_people=after.people,
        low=low,
        high=high,
    )

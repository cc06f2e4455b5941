"""The words for what the report's own test says of a series."""

from tracker.documents.values import Verdict

VERDICTS = {
    Verdict.BETTER: "Better",
    Verdict.WORSE: "Worse",
    Verdict.CHANGED: "Changed",
    Verdict.NO_CHANGE: "No change seen",
    Verdict.TOO_FEW: "Too few to tell",
}

"""The URLs of outcomes: the report, and the files that it is made of."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyramid.config import Configurator

CONTEXTS = "tracker.security.contexts."


def add_routes(config: "Configurator") -> None:
    """Name the pages of the outcome report, and of files of outcome data."""
    _outcomes(config)
    _outcome_files(config)


def _outcomes(config: "Configurator") -> None:
    """Name the pages of the outcome report."""
    factory = CONTEXTS + "outcomes_from_url"
    config.add_route("outcomes", "/outcomes", factory=factory)
    config.add_route("outcomes.practice", "/outcomes/practice", factory=factory)
    config.add_route("outcomes.choose", "/outcomes/choose", factory=factory)
    config.add_route("outcomes.pdf", "/outcomes/report.pdf", factory=factory)
    config.add_route("outcomes.json", "/outcomes/report.json", factory=factory)
    config.add_route("outcomes.workbook", "/outcomes/report.xlsx", factory=factory)
    config.add_route("outcomes.csv", "/outcomes/report.csv", factory=factory)
    config.add_route("published.list", "/outcomes/published")
    config.add_route("published", "/outcomes/published/{report_id}")
    config.add_route("published.file", "/outcomes/published/{report_id}/report.{kind}")
    config.add_route("saved.list", "/outcomes/saved")
    config.add_route("saved", "/outcomes/saved/{saved_id}")
    config.add_route("feed.keys", "/outcomes/feed")
    config.add_route("feed.take_back", "/outcomes/feed/keys/{key_id}/take-back")
    config.add_route("feed.root", "/odata/v1")
    config.add_route("feed", "/odata/v1/{path:.*}")


def _outcome_files(config: "Configurator") -> None:
    """Name the pages of files of outcome data, and of the systems that send some."""
    config.add_route("outcome_file.list", "/outcome-data")
    config.add_route("candidate.list", "/outcome-data/to-check")
    config.add_route("candidate.decide", "/outcome-data/to-check/{candidate_id}")
    config.add_route("feedback_source.list", "/outcome-data/systems")
    config.add_route("feedback_source.remove", "/outcome-data/systems/{source_id}/remove")
    config.add_route("outcome_file", "/outcome-data/{import_id}")

"""Every URL of the service, in the order a person meets them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyramid.config import Configurator

CONTEXTS = "tracker.security.contexts."


def includeme(config: "Configurator") -> None:
    config.add_static_view(
        "static", "tracker:static", cache_max_age=31_536_000, content_encodings=["gzip"]
    )
    config.add_route("health", "/health")
    config.add_route("home", "/")
    config.add_route("guide", "/guide")
    _sign_in(config)
    _appraisals(config)
    _inductions(config)
    _outcomes(config)
    _oversight(config)


def _sign_in(config: "Configurator") -> None:
    config.add_route("sign_in", "/sign-in")
    config.add_route("sign_in.organisation", "/sign-in/organisation")
    config.add_route("sign_out", "/sign-out")


def _appraisals(config: "Configurator") -> None:
    """Team page, appraisals, goals, barriers."""


def _inductions(config: "Configurator") -> None:
    """Inductions, their tasks and the readiness talk."""
    one = {"factory": CONTEXTS + "induction_from_url"}
    config.add_route("induction.list", "/inductions")
    config.add_route("induction", "/inductions/{induction_id}", **one)
    config.add_route("induction.task", "/inductions/{induction_id}/tasks/{task_id}", **one)
    config.add_route("induction.missing", "/inductions/{induction_id}/missing", **one)
    config.add_route("induction.buddy", "/inductions/{induction_id}/buddy", **one)
    config.add_route("readiness", "/inductions/{induction_id}/readiness", **one)
    config.add_route("readiness.save", "/inductions/{induction_id}/readiness/save", **one)
    config.add_route("readiness.sign", "/inductions/{induction_id}/readiness/sign", **one)
    config.add_route("readiness.take_back", "/inductions/{induction_id}/readiness/take-back", **one)


def _outcomes(config: "Configurator") -> None:
    """Name the pages of the outcome report."""
    factory = CONTEXTS + "outcomes_from_url"
    config.add_route("outcomes", "/outcomes", factory=factory)
    config.add_route("outcomes.pdf", "/outcomes/report.pdf", factory=factory)
    config.add_route("outcomes.json", "/outcomes/report.json", factory=factory)


def _oversight(config: "Configurator") -> None:
    """Name the pages for HR and administrators."""
    config.add_route("dates", "/dates")
    config.add_route("import.list", "/imports")
    config.add_route("import", "/imports/{import_id}")

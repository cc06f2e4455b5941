"""Framework files for tests."""

import json
from importlib import resources

from integrations.frameworks.records import CompetenceRecord, DomainRecord, FrameworkRecord

SCHEMA = json.loads(
    resources.files("tracker.content").joinpath("framework.schema.json").read_text("utf-8")
)


def competence(key, **changes):
    texts = {
        "name": f"Doing {key}",
        "description": f"How to do {key}.",
        "levels": ("I do not yet.", "I do some.", "I can.", "I help others."),
    }
    return CompetenceRecord(key=key, **(texts | changes))


def domain(key, *competences, name=None):
    return DomainRecord(key=key, name=name or f"About {key}", competences=competences)


def framework(*domains, key="ours", name="Our own"):
    return FrameworkRecord(key=key, name=name, domains=domains)


SMALL = framework(
    domain("data", competence("find"), competence("judge")),
    domain("safety", competence("lock")),
)

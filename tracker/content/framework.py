"""The digital competences that we ship, in our own words.

The six domains are those of NHS digital literacy; professionalism, and leadership and culture,
stand beside them. Each competence has four levels, said as a person would say them: not yet,
getting there, confident, helps others.

Trusts have answers to these competences, so the keys stay. Add a competence at the end of its
domain; a change of meaning is a new key.
"""

from tracker.content.domains import (
    communication,
    creation,
    data,
    leadership,
    learning,
    professionalism,
    safety,
    technical,
)
from tracker.content.texts import FrameworkText

FRAMEWORK = FrameworkText(
    key="digital-skills",
    version=1,
    name="Digital skills for work",
    is_draft=False,
    domains=(
        data.DOMAIN,
        learning.DOMAIN,
        communication.DOMAIN,
        technical.DOMAIN,
        creation.DOMAIN,
        safety.DOMAIN,
        professionalism.DOMAIN,
        leadership.DOMAIN,
    ),
)

"""What kinds of work need, from porter to consultant and from ward clerk to budget holder.

A profile without a staff group is for everybody. One for a staff group adds to it, and one for a
job role, as ESR names it, adds to that. The most exact word on a competence wins.
"""

from tracker.content.texts import Need, ProfileText

NURSES = "Nursing and Midwifery Registered"
DOCTORS = "Medical and Dental"
OFFICES = "Administrative and Clerical"
ESTATES = "Estates and Ancillary"


def _extra(competence: str, level: int) -> Need:
    return Need(competence, level, is_essential=False)


STAFF_GROUPS = (
    ProfileText(
        "everybody",
        "All staff",
        None,
        (
            Need("stay-safe", 3),
            Need("main-system", 3),
            Need("right-channel", 2),
            _extra("learn-online", 2),
            _extra("speak-up", 2),
        ),
    ),
    ProfileText(
        "nursing",
        "Nurses and midwives",
        NURSES,
        (
            Need("spot-alerts", 3),
            Need("good-records", 3),
            Need("protect-information", 3),
            _extra("pass-it-on", 2),
        ),
    ),
    ProfileText(
        "clinical-support",
        "Health care support workers",
        "Additional Clinical Services",
        (Need("spot-alerts", 2), Need("good-records", 2), Need("protect-information", 2)),
    ),
    ProfileText(
        "allied-health",
        "Allied health professionals",
        "Allied Health Professionals",
        (Need("spot-alerts", 3), Need("good-records", 3), _extra("use-data", 2)),
    ),
    ProfileText(
        "medical",
        "Doctors and dentists",
        DOCTORS,
        (Need("spot-alerts", 3), Need("good-records", 3), _extra("use-data", 3)),
    ),
    ProfileText(
        "administration",
        "Administrative and clerical staff",
        OFFICES,
        (
            Need("find-information", 3),
            Need("work-together", 3),
            Need("protect-information", 3),
            _extra("use-data", 2),
        ),
    ),
    ProfileText(
        "estates",
        "Estates and support staff",
        ESTATES,
        (Need("right-channel", 2), _extra("fix-small-faults", 2)),
    ),
    ProfileText(
        "pharmacy",
        "Pharmacy staff",
        "Add Prof Scientific and Technic",
        (
            Need("spot-alerts", 3),
            Need("check-data", 3),
            Need("good-records", 3),
            _extra("pass-it-on", 2),
        ),
    ),
    ProfileText(
        "science",
        "Health care scientists",
        "Healthcare Scientists",
        (
            Need("check-data", 3),
            Need("good-records", 3),
            Need("protect-information", 3),
            _extra("work-when-down", 2),
        ),
    ),
)

JOB_ROLES = (
    ProfileText(
        "porter",
        "Porters",
        ESTATES,
        (Need("use-devices", 2), Need("right-channel", 2), _extra("sign-in-well", 2)),
        job_role="Porter",
    ),
    ProfileText(
        "ward-clerk",
        "Ward clerks and other clerks",
        OFFICES,
        (
            Need("good-records", 3),
            Need("protect-information", 3),
            Need("find-information", 3),
            _extra("check-data", 2),
        ),
        job_role="Clerical Worker",
    ),
    ProfileText(
        "receptionist",
        "Receptionists",
        OFFICES,
        (
            Need("protect-information", 3),
            Need("digital-with-patients", 3),
            Need("find-information", 3),
            _extra("include-everyone", 2),
        ),
        job_role="Receptionist",
    ),
    ProfileText(
        "ward-leader",
        "Ward managers and other nurse managers",
        NURSES,
        (
            Need("spot-alerts", 3),
            Need("use-data", 3),
            Need("lead-change", 2),
            _extra("make-time", 2),
            _extra("judge-results", 2),
        ),
        job_role="Nurse Manager",
    ),
    ProfileText(
        "consultant",
        "Consultants",
        DOCTORS,
        (
            Need("spot-alerts", 3),
            Need("good-records", 3),
            Need("use-data", 3),
            _extra("lead-change", 2),
            _extra("use-ai-with-care", 2),
        ),
        job_role="Consultant",
    ),
    ProfileText(
        "budget-holder",
        "Managers who hold a budget and buy systems",
        OFFICES,
        (
            Need("buy-systems", 3),
            Need("protect-information", 3),
            Need("judge-results", 3),
            _extra("lead-change", 3),
        ),
        job_role="Senior Manager",
    ),
)

PROFILES = STAFF_GROUPS + JOB_ROLES

"""The jobs in a trust, and who works in what kind of unit. In the style of the NHS's own lists."""

from dataclasses import dataclass

NURSES = "Nursing and Midwifery Registered"
CARE_SUPPORT = "Additional Clinical Services"
CLERICAL = "Administrative and Clerical"
THERAPISTS = "Allied Health Professionals"
ESTATES = "Estates and Ancillary"
SCIENTISTS = "Healthcare Scientists"
DOCTORS = "Medical and Dental"
PHARMACISTS = "Add Prof Scientific and Technic"


@dataclass(frozen=True, slots=True)
class Job:
    """A post's title, its staff group and job role, and its pay band."""

    title: str
    staff_group: str
    job_role: str
    band: str
    sees_alerts: bool = False


JOBS: dict[str, Job] = {
    "chief": Job("Chief Executive", CLERICAL, "Chief Executive", "VSM"),
    "director": Job("Divisional Director", CLERICAL, "Director", "9"),
    "general_manager": Job("General Manager", CLERICAL, "Manager", "8b"),
    "matron": Job("Matron", NURSES, "Modern Matron", "8a"),
    "ward_manager": Job("Ward Manager", NURSES, "Nurse Manager", "7", sees_alerts=True),
    "sister": Job("Sister or Charge Nurse", NURSES, "Sister/Charge Nurse", "6", sees_alerts=True),
    "nurse": Job("Staff Nurse", NURSES, "Staff Nurse", "5", sees_alerts=True),
    "specialist_nurse": Job("Clinical Nurse Specialist", NURSES, "Specialist Nurse Practitioner",
                            "6", sees_alerts=True),
    "nursing_associate": Job("Nursing Associate", CARE_SUPPORT, "Nursing Associate", "4",
                             sees_alerts=True),
    "hca": Job("Healthcare Assistant", CARE_SUPPORT, "Healthcare Assistant", "2"),
    "ward_clerk": Job("Ward Clerk", CLERICAL, "Clerical Worker", "2"),
    "midwife_lead": Job("Lead Midwife", NURSES, "Midwife - Manager", "7", sees_alerts=True),
    "midwife": Job("Midwife", NURSES, "Midwife", "6", sees_alerts=True),
    "maternity_support": Job("Maternity Support Worker", CARE_SUPPORT, "Healthcare Assistant", "3"),
    "community_lead": Job("Community Team Lead", NURSES, "Community Practitioner", "7",
                          sees_alerts=True),
    "community_nurse": Job("Community Nurse", NURSES, "Community Nurse", "5", sees_alerts=True),
    "district_nurse": Job("District Nurse", NURSES, "District Nurse", "6", sees_alerts=True),
    "theatre_lead": Job("Theatre Manager", NURSES, "Nurse Manager", "8a", sees_alerts=True),
    "odp": Job("Operating Department Practitioner", THERAPISTS,
               "Operating Department Practitioner", "5", sees_alerts=True),
    "clinical_director": Job("Clinical Director", DOCTORS, "Consultant", "Consultant",
                             sees_alerts=True),
    "consultant": Job("Consultant", DOCTORS, "Consultant", "Consultant", sees_alerts=True),
    "registrar": Job("Specialty Registrar", DOCTORS, "Specialty Registrar", "Registrar",
                     sees_alerts=True),
    "foundation": Job("Foundation Doctor", DOCTORS, "Foundation Year 1", "Foundation",
                      sees_alerts=True),
    "chief_pharmacist": Job("Chief Pharmacist", PHARMACISTS, "Pharmacist", "8d", sees_alerts=True),
    "pharmacist": Job("Clinical Pharmacist", PHARMACISTS, "Pharmacist", "7", sees_alerts=True),
    "pharmacy_technician": Job("Pharmacy Technician", PHARMACISTS, "Pharmacy Technician", "4",
                               sees_alerts=True),
    "pharmacy_assistant": Job("Pharmacy Assistant", CARE_SUPPORT, "Assistant", "2"),
    "lab_manager": Job("Laboratory Manager", SCIENTISTS, "Manager", "8a"),
    "biomedical": Job("Biomedical Scientist", SCIENTISTS, "Biomedical Scientist", "6"),
    "lab_assistant": Job("Medical Laboratory Assistant", CARE_SUPPORT,
                         "Healthcare Science Assistant", "3"),
    "imaging_lead": Job("Imaging Services Manager", THERAPISTS,
                        "Radiographer - Diagnostic, Manager", "8a"),
    "radiographer": Job("Radiographer", THERAPISTS, "Radiographer - Diagnostic", "5"),
    "therapy_lead": Job("Therapy Lead", THERAPISTS, "Physiotherapist Manager", "8a",
                        sees_alerts=True),
    "physio": Job("Physiotherapist", THERAPISTS, "Physiotherapist", "6", sees_alerts=True),
    "ot": Job("Occupational Therapist", THERAPISTS, "Occupational Therapist", "6",
              sees_alerts=True),
    "therapy_assistant": Job("Therapy Assistant", CARE_SUPPORT, "Assistant", "3"),
    "outpatient_lead": Job("Outpatient Services Manager", NURSES, "Nurse Manager", "7",
                           sees_alerts=True),
    "receptionist": Job("Receptionist", CLERICAL, "Receptionist", "2"),
    "records_lead": Job("Health Records Manager", CLERICAL, "Manager", "6"),
    "records_clerk": Job("Health Records Clerk", CLERICAL, "Clerical Worker", "2"),
    "secretary": Job("Medical Secretary", CLERICAL, "Medical Secretary", "4"),
    "facilities_lead": Job("Facilities Manager", ESTATES, "Manager", "6"),
    "supervisor": Job("Facilities Supervisor", ESTATES, "Supervisor", "4"),
    "porter": Job("Porter", ESTATES, "Porter", "2"),
    "craftsperson": Job("Estates Craftsperson", ESTATES, "Maintenance Craftsperson", "4"),
    "housekeeper": Job("Domestic Assistant", ESTATES, "Housekeeper", "2"),
    "cook": Job("Catering Assistant", ESTATES, "Support Worker", "2"),
    "security": Job("Security Officer", ESTATES, "Support Worker", "3"),
    "office_lead": Job("Head of Department", CLERICAL, "Senior Manager", "8b"),
    "officer": Job("Senior Officer", CLERICAL, "Officer", "5"),
    "analyst": Job("Analyst", CLERICAL, "Analyst", "6"),
    "administrator": Job("Administrator", CLERICAL, "Clerical Worker", "3"),
    "engineer": Job("Digital Services Engineer", CLERICAL, "Technician", "5"),
    "trainer": Job("Digital Trainer", CLERICAL, "Officer", "5"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """Who heads a kind of unit, who leads its teams, and the mix of everybody else."""

    head: str
    leader: str
    mix: tuple[tuple[str, int], ...]


WARD_MIX = (
    ("nurse", 45),
    ("hca", 34),
    ("nursing_associate", 9),
    ("ward_clerk", 6),
    ("housekeeper", 6),
)
PROFILES: dict[str, Profile] = {
    "executive": Profile("chief", "office_lead", (("officer", 50), ("administrator", 50))),
    "division": Profile("director", "general_manager", (("matron", 50), ("administrator", 50))),
    "ward": Profile("ward_manager", "sister", WARD_MIX),
    "critical": Profile("ward_manager", "sister", (("nurse", 76), ("hca", 16), ("ward_clerk", 8))),
    "emergency": Profile("ward_manager", "sister",
                         (("nurse", 48), ("specialist_nurse", 10), ("registrar", 12), ("hca", 20),
                          ("receptionist", 10))),
    "doctors": Profile("clinical_director", "consultant",
                       (("consultant", 30), ("registrar", 36), ("foundation", 26),
                        ("secretary", 8))),
    "theatres": Profile("theatre_lead", "sister", (("odp", 46), ("nurse", 34), ("hca", 20))),
    "maternity": Profile("midwife_lead", "midwife",
                         (("midwife", 66), ("maternity_support", 26), ("ward_clerk", 8))),
    "community": Profile("community_lead", "district_nurse",
                         (("community_nurse", 52), ("district_nurse", 16), ("hca", 24),
                          ("administrator", 8))),
    "therapy": Profile("therapy_lead", "physio",
                       (("physio", 42), ("ot", 32), ("therapy_assistant", 20),
                        ("administrator", 6))),
    "pharmacy": Profile("chief_pharmacist", "pharmacist",
                        (("pharmacist", 38), ("pharmacy_technician", 38),
                         ("pharmacy_assistant", 24))),
    "laboratory": Profile("lab_manager", "biomedical", (("biomedical", 60), ("lab_assistant", 40))),
    "imaging": Profile("imaging_lead", "radiographer",
                       (("radiographer", 66), ("hca", 14), ("receptionist", 20))),
    "outpatients": Profile("outpatient_lead", "sister",
                           (("nurse", 34), ("hca", 30), ("receptionist", 36))),
    "records": Profile("records_lead", "supervisor", (("records_clerk", 80), ("secretary", 20))),
    "porters": Profile("facilities_lead", "supervisor", (("porter", 100),)),
    "estates": Profile("facilities_lead", "supervisor",
                       (("craftsperson", 84), ("administrator", 16))),
    "domestic": Profile("facilities_lead", "supervisor", (("housekeeper", 100),)),
    "catering": Profile("facilities_lead", "supervisor", (("cook", 100),)),
    "security": Profile("facilities_lead", "supervisor", (("security", 100),)),
    "office": Profile("office_lead", "officer",
                      (("officer", 30), ("analyst", 26), ("administrator", 44))),
    "digital": Profile("office_lead", "analyst",
                       (("engineer", 56), ("analyst", 22), ("trainer", 22))),
}  # fmt: skip


def seats(profile_key: str, count: int, leaders: int) -> list[str]:
    """Return the job key of every seat in a unit: the head, the team leaders, then the rest."""
    profile = PROFILES[profile_key]
    rest = max(count - 1 - leaders, 0)
    jobs: list[str] = []
    given = 0
    total = sum(share for _, share in profile.mix)
    so_far = 0
    for key, share in profile.mix:
        so_far += share
        wanted = round(rest * so_far / total)
        jobs.extend([key] * (wanted - given))
        given = wanted
    return [profile.head, *[profile.leader] * leaders, *jobs][:count]


def jobs_of(profile_key: str) -> tuple[str, ...]:
    """Return every job key that a kind of unit has posts for, each once."""
    profile = PROFILES[profile_key]
    return tuple(dict.fromkeys((profile.head, profile.leader, *(key for key, _ in profile.mix))))

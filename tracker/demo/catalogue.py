"""Aldwater NHS Foundation Trust as it stands at 2,000 staff. No such trust exists.

Numbers are what the unit would have in a trust of that size: people, beds, true alerts that an
expert audits in a month, and digital incidents in a month.
"""

from dataclasses import dataclass

ORGANISATION_CODE = "RXD"
ORGANISATION_NAME = "Aldwater NHS Foundation Trust"
VPD = "900"
NOMINAL_STAFF = 2_000

DEMO_WARD = "2020"
EXECUTIVE = "8010"
QUALITY = "8050"
PEOPLE = "8030"
DIGITAL = "8040"


@dataclass(frozen=True, slots=True)
class UnitTemplate:
    """One unit. ``priority`` says which units a very small trust keeps."""

    code: str
    name: str
    kind: str
    profile: str
    staff: int
    beds: int = 0
    alerts: int = 0
    incidents: int = 0
    priority: int = 9

    @property
    def division(self) -> str:
        return f"{self.code[0]}000"


CATALOGUE: tuple[UnitTemplate, ...] = (
    UnitTemplate("1000", "Emergency and Acute Medicine", "Division", "division", 14),
    UnitTemplate("1010", "Emergency Department", "Department", "emergency", 96, 0, 70, 22, 3),
    UnitTemplate("1020", "Acute Medical Unit", "Ward", "ward", 56, 38, 110, 20, 2),
    UnitTemplate("1030", "Same Day Emergency Care", "Department", "outpatients", 22, 0, 24, 6),
    UnitTemplate("1040", "Frailty Unit", "Ward", "ward", 32, 24, 34, 10),
    UnitTemplate("1050", "Acute Medical Staff", "Department", "doctors", 34),
    UnitTemplate("2000", "Specialist Medicine", "Division", "division", 14),
    UnitTemplate("2010", "Heron Ward (heart)", "Ward", "ward", 34, 28, 40, 16, 4),
    UnitTemplate("2020", "Kestrel Ward (lungs)", "Ward", "ward", 34, 28, 40, 16, 1),
    UnitTemplate("2030", "Curlew Ward (stroke)", "Ward", "ward", 33, 26, 36, 15, 5),
    UnitTemplate("2040", "Wren Ward (stomach and liver)", "Ward", "ward", 32, 26, 36, 15, 6),
    UnitTemplate("2050", "Dunlin Ward (diabetes and kidneys)", "Ward", "ward", 32, 26, 34, 15),
    UnitTemplate("2060", "Plover Ward (older people)", "Ward", "ward", 34, 28, 36, 16),
    UnitTemplate("2070", "Lapwing Ward (older people)", "Ward", "ward", 34, 28, 36, 16),
    UnitTemplate("2080", "Specialist Medical Staff", "Department", "doctors", 40),
    UnitTemplate("3000", "Surgery and Critical Care", "Division", "division", 14),
    UnitTemplate("3010", "Theatres", "Department", "theatres", 78, 0, 0, 12),
    UnitTemplate("3020", "Critical Care Unit", "Ward", "critical", 58, 14, 56, 12),
    UnitTemplate("3030", "Day Surgery", "Department", "theatres", 32, 0, 16, 5),
    UnitTemplate("3040", "Alder Ward (general surgery)", "Ward", "ward", 34, 28, 38, 14, 4),
    UnitTemplate("3050", "Birch Ward (bones and joints)", "Ward", "ward", 34, 28, 38, 14, 6),
    UnitTemplate("3060", "Hazel Ward (urology)", "Ward", "ward", 30, 24, 32, 11),
    UnitTemplate("3070", "Surgical Medical Staff", "Department", "doctors", 48),
    UnitTemplate("4000", "Women and Children", "Division", "division", 14),
    UnitTemplate("4010", "Maternity Ward", "Ward", "maternity", 36, 28, 34, 20, 5),
    UnitTemplate("4020", "Birth Centre", "Ward", "maternity", 44, 14, 28, 18),
    UnitTemplate("4030", "Neonatal Unit", "Ward", "critical", 36, 18, 30, 12),
    UnitTemplate("4040", "Children's Ward", "Ward", "ward", 36, 26, 36, 18, 7),
    UnitTemplate("4050", "Community Midwives", "Team", "maternity", 32, 0, 0, 5),
    UnitTemplate("4060", "Women and Children Medical Staff", "Department", "doctors", 26),
    UnitTemplate("5000", "Community and Rehabilitation", "Division", "division", 14),
    UnitTemplate("5010", "Millbrook Rehabilitation Ward", "Ward", "ward", 30, 26, 36, 15, 7),
    UnitTemplate("5020", "Weirside Intermediate Care", "Ward", "ward", 30, 26, 36, 15),
    UnitTemplate("5030", "Community Nursing North", "Team", "community", 34, 0, 22, 6, 8),
    UnitTemplate("5040", "Community Nursing South", "Team", "community", 34, 0, 22, 6),
    UnitTemplate("5050", "Urgent Community Response", "Team", "community", 22, 0, 16, 5),
    UnitTemplate("5060", "Community Therapy", "Team", "therapy", 30, 0, 0, 2),
    UnitTemplate("6000", "Clinical Support", "Division", "division", 14),
    UnitTemplate("6010", "Pharmacy", "Department", "pharmacy", 50, 0, 60, 8, 4),
    UnitTemplate("6020", "Pathology", "Department", "laboratory", 58, 0, 0, 8),
    UnitTemplate("6030", "Imaging", "Department", "imaging", 52, 0, 0, 8),
    UnitTemplate("6040", "Outpatients", "Department", "outpatients", 46, 0, 20, 8, 7),
    UnitTemplate("6050", "Hospital Therapy", "Department", "therapy", 40, 0, 0, 4),
    UnitTemplate("6060", "Health Records", "Department", "records", 28, 0, 0, 2),
    UnitTemplate("7000", "Estates and Facilities", "Division", "division", 14),
    UnitTemplate("7010", "Porters", "Department", "porters", 38, priority=6),
    UnitTemplate("7020", "Estates Maintenance", "Department", "estates", 30),
    UnitTemplate("7030", "Domestic Services", "Department", "domestic", 66),
    UnitTemplate("7040", "Catering", "Department", "catering", 36),
    UnitTemplate("7050", "Security and Car Parks", "Department", "security", 16),
    UnitTemplate("8000", "Corporate Services", "Division", "division", 14),
    UnitTemplate("8010", "Executive Office", "Department", "executive", 12, priority=1),
    UnitTemplate("8020", "Finance", "Department", "office", 32, priority=5),
    UnitTemplate("8030", "People and Culture", "Department", "office", 30, priority=1),
    UnitTemplate("8040", "Digital Services", "Department", "digital", 36, 0, 0, 2, 1),
    UnitTemplate("8050", "Quality and Safety", "Department", "office", 18, priority=1),
    UnitTemplate("8060", "Education and Library", "Department", "office", 16),
)

SITE_NAMES = (
    "Aldwater Royal", "Brackenmoor General", "Coldharbour Park", "Dunmere Infirmary",
    "Eastermouth", "Fennimore", "Garside Hill", "Hollowell", "Ingleby Cross", "Kingsferry",
)  # fmt: skip

"""The few codes of the national incident taxonomy (versions 4 to 6) that we count by."""

from integrations.outcomes.records import Cause, Harm

NEWEST_TAXONOMY = 6

#: A001, what was involved
AGENTS = {
    "3": "Devices",
    "4": "Medications",
    "8": "Tissues or Organs for transplant",
    "9": "IT Systems or Software",
    "10": "None of the above",
    "11": "Blood",
    "12": "Blood products",
    "13": "Buildings or Infrastructure",
    "14": "Estates Services",
}
IT_AGENT = "9"

RISK_THEMES = {
    "1": "Staffing, workload, capacity or capability of services",
    "2": "Medical devices, including supply issues",
    "3": "Medication, including supply issues",
    "4": "Non-medical devices/equipment, including supply issues",
    "5": "Healthcare buildings, fixtures and fittings",
    "6": "Information Technology or transfer of information",
    "7": "Problems with administrative, governance or managerial systems and processes",
    "8": "Other",
}
IT_THEME = "6"

#: how IT systems and software were involved
IT_FACTORS = {
    "1": "The wrong IT system or software was used",
    "2": "IT systems or software were used in a way they were not designed to be",
    "3": "IT systems or software were not used when they should have been",
    "4": "IT systems or software were faulty/malfunctioned",
    "5": "IT systems or software was not fit for purpose/did not perform adequately",
    "6": "Other",
    "7": "I don't know",
}
CAUSES = {
    **dict.fromkeys("123", Cause.USE_RELATED),
    **dict.fromkeys("45", Cause.TECHNICAL),
    **dict.fromkeys("67", Cause.UNCLEAR),
}

EVENT_TYPES = {"1": "Incident", "2": "Risk", "3": "Outcome", "4": "Good care"}
GOOD_CARE = "4"

#: The lower the code, the worse: 1 is fatal. For the mind there is no fatal, so it starts below.
PHYSICAL_HARM = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
PSYCHOLOGICAL_HARM = {"1": 2, "2": 3, "3": 4, "4": 5}
HARM_WORDS = (
    ("fatal", 1),
    ("death", 1),
    ("severe", 2),
    ("moderate", 3),
    ("low", 4),
    ("no ", 5),
    ("none", 5),
)
HARM_OF_RANK = {1: Harm.FATAL, 2: Harm.SEVERE, 3: Harm.MODERATE, 4: Harm.LOW, 5: Harm.NONE}

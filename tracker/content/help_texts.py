"""Help in place: words to begin a sentence with, and examples by profession."""

#: Sentence starters, by the name of the box that they are for: the person's own notes.
STARTERS: dict[str, tuple[str, ...]] = {
    "went_well": (
        "Since last time, I have started to ",
        "It now takes me less time to ",
        "A colleague asked me how to ",
    ),
    "got_in_the_way": (
        "I often have to wait for ",
        "I could not get into ",
        "Nobody has shown me yet how to ",
    ),
    "would_help": (
        "It would help me to sit with somebody who ",
        "I would like some quiet time to ",
        "Please could the trust mend ",
    ),
    "wellbeing": (
        "Screen work leaves me feeling ",
        "What I enjoy most is ",
        "I would feel better if ",
    ),
    "summary": (
        "We are glad that ",
        "We agreed that the trust will ",
        "We will know that it worked when ",
    ),
    "text": ("I want to ask about ", "I do not want to forget ", "I feel unsure about "),
    "wording": ("I can ", "Without asking, I ", "Before each round, I "),
}
#: For the manager's notes about somebody else, where they differ.
MANAGER_STARTERS: dict[str, tuple[str, ...]] = {
    "went_well": (
        "I saw you ",
        "The team works better because you ",
        "Somebody told me how you helped with ",
    ),
    "got_in_the_way": (
        "I know that you had to wait for ",
        "We have not yet put right ",
        "There was too little time for ",
    ),
    "would_help": (
        "I can set aside time for ",
        "I will ask a digital champion to ",
        "I will chase up ",
    ),
}
#: Goals as people in each kind of work have put them: (profession, goal, help that went with it).
EXAMPLES: tuple[tuple[str, str, str], ...] = (
    ("Nurse", "I answer each drug alert by myself, and say why.", "Two shifts beside Ade"),
    (
        "Health care support worker",
        "I put in each set of signs at the bed, not at the end of the shift.",
        "A tablet for the bay",
    ),
    ("Doctor", "I close each result that I asked for on the day it comes.", "Half an hour set up"),
    ("Ward clerk", "I book the next visit while the person is with me.", "A card with the steps"),
    (
        "Porter",
        "I take and close my jobs on the phone.",
        "A phone that lasts a shift",
    ),
    (
        "Therapist",
        "I write up each visit before the next.",
        "A laptop for home visits",
    ),
    ("Pharmacist", "I show one ward a month what its alerts mean.", "An hour a month"),
    ("Cleaner", "I read my rota and my payslip online.", "A drop-in at the library"),
    (
        "Manager who buys systems",
        "I ask the people who will use it before I buy.",
        "A call with the digital team",
    ),
)

"""What somebody reads before day one, in our own words. It is the same for all: it names nobody."""

FIRST_DAY = (
    "Somebody meets you and shows you round.",
    "You sign in to a computer for the first time. If it does not work, that is ours to fix.",
    "You meet your buddy: a colleague close by, whom you can ask anything.",
    "You see the systems of your job. Nobody expects you to know them.",
)
BRING = (
    "A photo ID, such as a passport or a driving licence.",
    "Your phone, if you have one: some logins send it a code.",
    "Your reading glasses, if you use them. Screens can be small.",
    "Any question you have. Write it down, so that it is not lost.",
)

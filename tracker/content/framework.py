"""The digital competences that we ship, in our own words, and what each kind of work needs.

The six domains are those of NHS digital literacy; professionalism, and leadership and culture,
stand beside them. Each competence has four levels, said as a person would say them: not yet,
getting there, confident, helps others.
"""

from dataclasses import dataclass

KEY = "digital-skills"
NAME = "Digital skills for work"
VERSION = 1


@dataclass(frozen=True)
class CompetenceText:
    key: str
    name: str
    description: str
    #: the person's own words at levels 1 to 4
    levels: tuple[str, str, str, str]


@dataclass(frozen=True)
class DomainText:
    key: str
    name: str
    competences: tuple[CompetenceText, ...]


@dataclass(frozen=True)
class Need:
    """One competence that a role needs."""

    competence: str
    level: int
    is_essential: bool = True


@dataclass(frozen=True)
class ProfileText:
    key: str
    name: str
    staff_group: str | None
    needs: tuple[Need, ...]


DOMAINS = (
    DomainText(
        "data",
        "Data, information and content",
        (
            CompetenceText(
                "find-information",
                "Finding the right information",
                "Find what you need in our systems and on the web, and judge if you can trust it.",
                (
                    "I ask others to look things up for me.",
                    "I can find what I need most days, with a little help.",
                    "I can find what I need by myself and tell if I can trust it.",
                    "I show others how to search and how to judge what they find.",
                ),
            ),
            CompetenceText(
                "good-records",
                "Keeping good digital records",
                "Write the right thing in the right place, in time, so that others can rely on it.",
                (
                    "I need someone beside me to fill in digital records.",
                    "I can fill in the records I use most, and I ask about the rest.",
                    "I can fill in all the records my job needs, in the right place and in time.",
                    "I help others to keep records that the next person can rely on.",
                ),
            ),
            CompetenceText(
                "use-data",
                "Using numbers to decide",
                "Read a chart or a table about your work, and use it to make the work better.",
                (
                    "I do not look at charts or tables about our work yet.",
                    "I can read a simple chart about our work with some help.",
                    "I can read our charts and say what they mean for our work.",
                    "I help others to use our numbers when we choose what to change.",
                ),
            ),
        ),
    ),
    DomainText(
        "learning",
        "Teaching, learning and self-development",
        (
            CompetenceText(
                "learn-online",
                "Learning in digital ways",
                "Learn from videos, web pages and online sessions, at your own pace.",
                (
                    "I have not learned anything online yet.",
                    "I can follow an online session or a video with some help.",
                    "I can find and finish the online learning that I need.",
                    "I help others to find online learning that suits them.",
                ),
            ),
            CompetenceText(
                "pass-it-on",
                "Passing on what you know",
                "Show a colleague how to do something with a system, kindly and clearly.",
                (
                    "I have not shown anyone how to use a system yet.",
                    "I can show someone the steps that I use myself.",
                    "I can explain a system so that someone can do it alone next time.",
                    "I train or support others as a regular part of my work.",
                ),
            ),
        ),
    ),
    DomainText(
        "communication",
        "Communication, collaboration and participation",
        (
            CompetenceText(
                "right-channel",
                "Choosing the right way to get in touch",
                "Use email, messages, calls and video so that the right person gets it in time.",
                (
                    "I ask others to send messages for me.",
                    "I can use email and one other way to get in touch.",
                    "I can choose the best way for each message and use it safely.",
                    "I help my team to agree on how we get in touch.",
                ),
            ),
            CompetenceText(
                "work-together",
                "Working together online",
                "Join a video meeting, share a file, and work on it with others.",
                (
                    "I have not joined a video meeting or shared a file yet.",
                    "I can join a video meeting and open a shared file.",
                    "I can run a video meeting and work on a file with others.",
                    "I help others to work together online.",
                ),
            ),
        ),
    ),
    DomainText(
        "technical",
        "Technical proficiency",
        (
            CompetenceText(
                "main-system",
                "Using the main system of your job",
                "Do the everyday tasks in the system that you use most.",
                (
                    "I need someone beside me to use our main system.",
                    "I can do the tasks I do most, and I ask about the rest.",
                    "I can do all the everyday tasks of my job in our main system.",
                    "I help others with our main system and know its short cuts.",
                ),
            ),
            CompetenceText(
                "spot-alerts",
                "Noticing alerts and acting on them",
                "See an alert in a system, know what it asks, and do the safe thing in time.",
                (
                    "I am not sure which alerts matter or what to do.",
                    "I can spot the main alerts, and I ask what to do.",
                    "I can spot the alerts in my work and do the safe thing in time.",
                    "I help others to spot alerts, and I say so when an alert is no use.",
                ),
            ),
            CompetenceText(
                "fix-small-faults",
                "Sorting out small problems",
                "Deal with common faults, and know whom to call for the rest.",
                (
                    "I stop and wait when a device does not work.",
                    "I can try a few things, and I know whom to call.",
                    "I can sort out common faults and report the rest clearly.",
                    "I help others when their device or system does not work.",
                ),
            ),
        ),
    ),
    DomainText(
        "creation",
        "Creation, innovation and research",
        (
            CompetenceText(
                "make-things",
                "Making simple things with digital tools",
                "Make a notice, a list or a short set of slides that others can use.",
                (
                    "I have not made anything with a digital tool yet.",
                    "I can change something that someone else made.",
                    "I can make a clear notice, list or set of slides by myself.",
                    "I help others to make things that everyone can read.",
                ),
            ),
            CompetenceText(
                "better-ways",
                "Trying better ways of working",
                "Spot a task that a digital tool could make easier or safer, and try it with care.",
                (
                    "I have not tried a new way of working with a system yet.",
                    "I can try a new way when someone shows me.",
                    "I can suggest and test a better way, and say if it worked.",
                    "I help my team to try new ways and learn from them.",
                ),
            ),
        ),
    ),
    DomainText(
        "safety",
        "Digital identity, wellbeing, safety and security",
        (
            CompetenceText(
                "stay-safe",
                "Keeping systems and logins safe",
                "Use strong passwords, lock your screen, and spot messages that are a trick.",
                (
                    "I am not sure how to spot an unsafe message or link.",
                    "I can keep my own login safe, and I ask about odd messages.",
                    "I can spot and report unsafe messages and keep my login safe.",
                    "I help others to stay safe and to report worries early.",
                ),
            ),
            CompetenceText(
                "protect-information",
                "Protecting what people tell us",
                "Share information about people only with those who should have it.",
                (
                    "I am not sure what I may share, or how.",
                    "I can follow the main rules, and I ask when I am not sure.",
                    "I can decide what I may share, and share it safely.",
                    "I help others to share the right things in safe ways.",
                ),
            ),
            CompetenceText(
                "digital-wellbeing",
                "Feeling well with digital work",
                "Set up your screen and chair, take breaks, and switch off after work.",
                (
                    "Digital work often leaves me tired or worried.",
                    "I know what helps me, and I do it some of the time.",
                    "I can set up my work so that I feel well, and I switch off after it.",
                    "I help my team to feel well with digital work.",
                ),
            ),
        ),
    ),
    DomainText(
        "professionalism",
        "Professionalism",
        (
            CompetenceText(
                "behave-online",
                "Being professional online",
                "Act online as you would at work: kind, honest and within our rules.",
                (
                    "I am not sure what our rules say about being online.",
                    "I know the main rules, and I ask when I am not sure.",
                    "I can use online places for work with care and respect.",
                    "I help others to be professional online.",
                ),
            ),
            CompetenceText(
                "include-everyone",
                "Including people who find digital hard",
                "Make sure that no patient or colleague is left out because of a screen.",
                (
                    "I have not thought about who is left out yet.",
                    "I notice when someone finds digital things hard.",
                    "I can offer another way, or help someone to use the digital one.",
                    "I help my team to plan for people who find digital hard.",
                ),
            ),
        ),
    ),
    DomainText(
        "leadership",
        "Leadership and culture",
        (
            CompetenceText(
                "speak-up",
                "Speaking up about systems",
                "Say when a system gets in the way or is not safe, and to whom.",
                (
                    "I do not know whom to tell about a problem with a system.",
                    "I tell a colleague when a system gets in the way.",
                    "I can report what gets in the way, so that it can be put right.",
                    "I make it easy for others to speak up, and I tell them what was done.",
                ),
            ),
            CompetenceText(
                "lead-change",
                "Leading people through digital change",
                "Plan a change with the people it touches, and give them time and help.",
                (
                    "I have not led people through a digital change yet.",
                    "I can take part in planning a change.",
                    "I can plan a change with my team and give them time and help.",
                    "I help other leaders to plan change with their people.",
                ),
            ),
        ),
    ),
)

PROFILES = (
    ProfileText(
        "everybody",
        "All staff",
        None,
        (
            Need("stay-safe", 3),
            Need("main-system", 3),
            Need("right-channel", 2),
            Need("learn-online", 2, is_essential=False),
            Need("speak-up", 2, is_essential=False),
        ),
    ),
    ProfileText(
        "nursing",
        "Nurses and midwives",
        "Nursing and Midwifery Registered",
        (
            Need("spot-alerts", 3),
            Need("good-records", 3),
            Need("protect-information", 3),
            Need("pass-it-on", 2, is_essential=False),
        ),
    ),
    ProfileText(
        "clinical-support",
        "Health care support workers",
        "Additional Clinical Services",
        (
            Need("spot-alerts", 2),
            Need("good-records", 2),
            Need("protect-information", 2),
        ),
    ),
    ProfileText(
        "allied-health",
        "Allied health professionals",
        "Allied Health Professionals",
        (
            Need("spot-alerts", 3),
            Need("good-records", 3),
            Need("use-data", 2, is_essential=False),
        ),
    ),
    ProfileText(
        "medical",
        "Doctors and dentists",
        "Medical and Dental",
        (
            Need("spot-alerts", 3),
            Need("good-records", 3),
            Need("use-data", 3, is_essential=False),
        ),
    ),
    ProfileText(
        "administration",
        "Administrative and clerical staff",
        "Administrative and Clerical",
        (
            Need("find-information", 3),
            Need("work-together", 3),
            Need("protect-information", 3),
            Need("use-data", 2, is_essential=False),
        ),
    ),
    ProfileText(
        "estates",
        "Estates and support staff",
        "Estates and Ancillary",
        (
            Need("right-channel", 2),
            Need("fix-small-faults", 2, is_essential=False),
        ),
    ),
)

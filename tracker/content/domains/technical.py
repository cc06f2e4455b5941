"""Technical proficiency: what people do at work, in their own words."""

from tracker.content.texts import CompetenceText, DomainText

DOMAIN = DomainText(
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
        CompetenceText(
            "use-devices",
            "Using the devices of your job",
            "Use a computer, tablet, phone or scanner at work, and look after it.",
            (
                "I need someone to help me start or use the device.",
                "I can start the device and do the tasks I do most.",
                "I can use all the devices of my job and keep them clean and charged.",
                "I help others to use devices and to look after them.",
            ),
        ),
        CompetenceText(
            "sign-in-well",
            "Signing in and getting access",
            "Sign in to what you need, and get access or a new password when it does not work.",
            (
                "I need someone to help me sign in.",
                "I can sign in most days, and I ask when it does not work.",
                "I can sign in, change my password and ask for the access that I need.",
                "I help others to sign in and to get the right access.",
            ),
        ),
        CompetenceText(
            "work-when-down",
            "Working safely when a system is down",
            "Know what to do on paper, and how to put it back in the system later.",
            (
                "I do not know yet what to do when a system is down.",
                "I know where the paper forms are, and I ask what comes next.",
                "I can carry on safely and put the notes back in the system later.",
                "I help my team to practise for days when systems are down.",
            ),
        ),
    ),
)

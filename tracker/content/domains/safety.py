"""Digital identity, wellbeing, safety and security: what people do at work, in their own words."""

from tracker.content.texts import CompetenceText, DomainText

DOMAIN = DomainText(
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
        CompetenceText(
            "report-breach",
            "Acting when something has gone wrong",
            "Say so at once when a message, a file or a device may be in the wrong hands.",
            (
                "I am not sure what to do if I sent something to the wrong person.",
                "I would tell someone near me that something went wrong.",
                "I can act at once and report it in the right place.",
                "I help others to report early, and nobody is blamed for it.",
            ),
        ),
        CompetenceText(
            "kind-alerts",
            "Keeping calm with many messages",
            "Choose what may interrupt you, so that what matters gets your attention.",
            (
                "Messages and alarms often stop me from doing my work.",
                "I can turn off some of what interrupts me.",
                "I can choose what may interrupt me and still see what matters.",
                "I help my team to send less and to keep what matters easy to see.",
            ),
        ),
    ),
)

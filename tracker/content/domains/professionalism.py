"""Professionalism: what people do at work, in their own words."""

from tracker.content.texts import CompetenceText, DomainText

DOMAIN = DomainText(
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
                "I help others to do the right thing online.",
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
        CompetenceText(
            "keep-skills-safe",
            "Knowing the limits of your skills",
            "Say when you are not sure in a system, and get help before it matters.",
            (
                "I do not like to say when I am not sure.",
                "I can say that I am not sure when someone asks me.",
                "I can say early what I can and cannot do, and get help.",
                "I make it safe for others to say that they are not sure.",
            ),
        ),
        CompetenceText(
            "respect-choice",
            "Explaining what we do with information",
            "Tell people in plain words what we keep about them, why, and what they can choose.",
            (
                "I do not know yet what to say when people ask.",
                "I can give people our leaflet or find someone who can explain.",
                "I can explain what we keep, why, and what people can choose.",
                "I help others to explain this in a clear and kind way.",
            ),
        ),
        CompetenceText(
            "be-present",
            "Giving people your attention near a screen",
            "Look at the person, say what you are typing, and let them see it where you can.",
            (
                "The screen takes most of my attention when I am with people.",
                "I look up often, and I try to say what I am doing.",
                "I can use a screen and still give people my full attention.",
                "I help others to use screens so that people feel listened to.",
            ),
        ),
    ),
)

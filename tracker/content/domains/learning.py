"""Teaching, learning and self-development: what people do at work, in their own words."""

from tracker.content.texts import CompetenceText, DomainText

DOMAIN = DomainText(
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
        CompetenceText(
            "plan-learning",
            "Choosing what to learn next",
            "Know what you would like to be better at, and plan small steps towards it.",
            (
                "I am not sure what I would like to learn next.",
                "I can name one thing to learn, and I have made a start.",
                "I can choose what to learn, find time for it and see how far I have come.",
                "I help others to choose their next step and to keep going.",
            ),
        ),
        CompetenceText(
            "ask-for-help",
            "Getting help when you need it",
            "Know who can help with a system, and ask before a small worry becomes a big one.",
            (
                "I keep trying alone, or I leave the task for someone else.",
                "I can ask someone near me when I am stuck.",
                "I know who helps with what, and I ask in good time.",
                "People come to me for help, and I make it easy to ask.",
            ),
        ),
        CompetenceText(
            "keep-up",
            "Keeping up with changes to systems",
            "Read what is new in a system, try it early, and say how it goes.",
            (
                "I find out about a change when a screen looks new to me.",
                "I read about a change when someone points me to it.",
                "I can find out what will change and get ready for it.",
                "I tell others what will change and what it means for them.",
            ),
        ),
    ),
)

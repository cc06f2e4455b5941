"""Leadership and culture: what people do at work, in their own words."""

from tracker.content.texts import CompetenceText, DomainText

DOMAIN = DomainText(
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
        CompetenceText(
            "thank-people",
            "Noticing and thanking people who help",
            "See who helps others with systems, and thank them so that it counts.",
            (
                "I have not thought about who helps us with systems yet.",
                "I thank people who help me with a system.",
                "I can see who helps others, and I give them time and thanks.",
                "I make sure that the trust knows and rewards people who help.",
            ),
        ),
        CompetenceText(
            "make-time",
            "Making time to learn",
            "Plan the week so that people can learn and practise in working hours.",
            (
                "We do not find time to learn in working hours yet.",
                "I can find time to learn now and then.",
                "I can plan time to learn for myself and for my team.",
                "I help other teams to make time to learn.",
            ),
        ),
        CompetenceText(
            "judge-results",
            "Judging a change by what it does for people",
            "Ask what got better for patients and staff, not how many people went on a course.",
            (
                "I do not know yet how we tell if a change has worked.",
                "I can say what a change was meant to make better.",
                "I can look at what changed for people and say how sure we are.",
                "I help others to judge changes by what they do for people.",
            ),
        ),
        CompetenceText(
            "buy-systems",
            "Choosing and buying systems with care",
            "Ask who will use it, how it fits, who keeps it safe and what it will cost over time.",
            (
                "I have not taken part in choosing a system yet.",
                "I know whom to ask before we buy or sign up to anything.",
                "I can ask the right questions and involve the people who will use it.",
                "I help others to choose systems that are safe, fit well and last.",
            ),
        ),
    ),
)

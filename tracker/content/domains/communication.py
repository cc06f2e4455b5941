"""Communication, collaboration and participation: what people do at work, in their own words."""

from tracker.content.texts import CompetenceText, DomainText

DOMAIN = DomainText(
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
        CompetenceText(
            "clear-writing",
            "Writing messages that are clear",
            "Write short messages that say what you need, from whom and by when.",
            (
                "I find it hard to write a message that others can follow.",
                "I can write a short message, and I ask someone to check it.",
                "I can write a message that is clear, short and kind.",
                "I help others to write so that everyone understands.",
            ),
        ),
        CompetenceText(
            "shared-diary",
            "Sharing your diary and your tasks",
            "Keep a diary and a list of tasks that others can see and trust.",
            (
                "I keep my diary on paper, or someone else keeps it for me.",
                "I can say yes to a meeting and look at my own diary.",
                "I can plan meetings and tasks so that others know what to expect.",
                "I help my team to plan our work together online.",
            ),
        ),
        CompetenceText(
            "digital-with-patients",
            "Using digital tools with patients",
            "Help a patient, or a person who visits us, with what we offer online.",
            (
                "I do not know yet what we offer people online.",
                "I can say what we offer online and where to get help with it.",
                "I can help a person to use what we offer online, or find another way.",
                "I help my team to make what we offer online easy to use.",
            ),
        ),
        CompetenceText(
            "join-networks",
            "Sharing ideas with other teams",
            "Take part in online groups where people share ideas and solve problems.",
            (
                "I have not looked at an online group for work yet.",
                "I read what others share, and sometimes I use it.",
                "I can ask, answer and share ideas in an online group.",
                "I start or look after a group where people learn from each other.",
            ),
        ),
    ),
)

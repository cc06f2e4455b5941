"""Data, information and content: what people do at work, in their own words."""

from tracker.content.texts import CompetenceText, DomainText

DOMAIN = DomainText(
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
        CompetenceText(
            "store-files",
            "Saving files where they can be found",
            "Save work in the right place, with a clear name, so that it is safe and easy to find.",
            (
                "I save files where I can, and I often cannot find them again.",
                "I can save a file in the right place when I know where that is.",
                "I can save, name and share files so that others find the right one.",
                "I help my team to keep shared files tidy and safe.",
            ),
        ),
        CompetenceText(
            "check-data",
            "Spotting when data looks wrong",
            "Notice what is missing or does not add up, and get it put right.",
            (
                "I take what the screen shows and have not questioned it yet.",
                "I notice when something looks odd, and I ask about it.",
                "I can check if data is complete and right, and get mistakes corrected.",
                "I help my team to find out why data goes wrong and to stop it.",
            ),
        ),
    ),
)

"""Creation, innovation and research: what people do at work, in their own words."""

from tracker.content.texts import CompetenceText, DomainText

DOMAIN = DomainText(
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
        CompetenceText(
            "clear-pages",
            "Making things that everyone can read",
            "Use plain words, good contrast and large print, so that nobody is left out.",
            (
                "I have not thought yet about who can read what I make.",
                "I can make words larger and clearer when someone asks.",
                "I can make something that most people can read and understand.",
                "I help others to check that everyone can read what we make.",
            ),
        ),
        CompetenceText(
            "use-others-work",
            "Using other people's work fairly",
            "Know what you may copy or share, and say where it came from.",
            (
                "I am not sure what I may copy or share.",
                "I ask before I copy, and I say where it came from.",
                "I can tell what I may use, and I give credit for it.",
                "I help others to use and share work in a fair way.",
            ),
        ),
        CompetenceText(
            "use-ai-with-care",
            "Using smart tools with care",
            "Know what tools that write for you can do and get wrong, and what not to tell them.",
            (
                "I am not sure what these tools are or if I may use them.",
                "I know our rules, and I try the tools we are allowed to use.",
                "I can use them for the right tasks and check what they tell me.",
                "I help my team to use these tools safely and to say when they are wrong.",
            ),
        ),
        CompetenceText(
            "test-with-people",
            "Trying things out with the people who use them",
            "Ask staff and patients early, listen, and change your plan when you learn more.",
            (
                "I have not helped to try out something new yet.",
                "I can try something new and say what was hard.",
                "I can ask people what they need, and change a plan because of it.",
                "I help others to plan and run small tests of new ideas.",
            ),
        ),
    ),
)

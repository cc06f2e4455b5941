"""Twenty digital tasks of everyday work: a draft, to be checked against the published list.

The list of essential digital skills for work is somebody else's and changes. These are our own
words for what we know of it, so the framework is shipped as a draft and says so in its name.
Somebody at the trust checks it before it is used. Two figures are counted from such a list and
never mixed: at least one task in every area, and all twenty.
"""

from tracker.content.texts import CompetenceText, DomainText, FrameworkText

_LEVELS = (
    "I have not done this yet.",
    "I can do this with some help.",
    "I can do this by myself.",
    "I show others how to do this.",
)

_AREAS = (
    (
        "tasks-communicating",
        "Getting in touch",
        (
            ("message", "Sending messages at work", "Send a message to the people you work with."),
            ("share-work", "Working on one file", "Share a file and change it with others."),
            ("work-profile", "A work profile online", "Keep a page about your work up to date."),
        ),
    ),
    (
        "tasks-information",
        "Handling information",
        (
            ("follow-policy", "Sharing by the rules", "Follow our rules when you share something."),
            ("all-devices", "Your work on any device", "Reach your work safely on each device."),
        ),
    ),
    (
        "tasks-transacting",
        "Doing things online",
        (
            ("work-forms", "Filling in forms for work", "Ask for leave or fill in hours online."),
            ("see-pay", "Seeing your pay online", "Look at your pay slip or claim costs online."),
        ),
    ),
    (
        "tasks-solving",
        "Solving problems",
        (
            ("look-up", "Finding an answer", "Look up how to solve a problem, or ask for help."),
            ("job-software", "The software of your job", "Use the software that your job needs."),
            ("learn-from", "Learning from guides", "Learn a new thing from a video or a guide."),
            ("work-better", "Saving time with tools", "Use a tool to do a task in less time."),
        ),
    ),
    (
        "tasks-safety",
        "Being safe and within the law",
        (
            ("weigh-risks", "Knowing the risks", "Think of what could go wrong before you act."),
            ("privacy", "Choosing who sees you", "Set who may see you and who may write to you."),
            ("passwords", "Strong passwords", "Use a strong password that is not used elsewhere."),
            ("prove-it", "Proving who you are", "Answer when a system asks for a second proof."),
            ("safe-sites", "Telling safe sites", "Check that a site is safe before you use it."),
            ("odd-links", "Spotting odd links", "Notice a link or a file that could be a trick."),
            ("safe-wifi", "Choosing safe Wi-Fi", "Tell which Wi-Fi is safe to use for work."),
            ("updates", "Keeping devices up to date", "Let your devices take in their updates."),
            ("what-stays", "Minding what stays online", "Think before you post: it may stay."),
        ),
    ),
)

FRAMEWORK = FrameworkText(
    key="work-tasks",
    version=1,
    name="Twenty digital tasks for work (draft: to be checked against the published list)",
    is_draft=True,
    domains=tuple(
        DomainText(
            key,
            name,
            tuple(
                CompetenceText(f"task-{task}", title, description, _LEVELS)
                for task, title, description in tasks
            ),
        )
        for key, name, tasks in _AREAS
    ),
)

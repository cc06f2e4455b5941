"""The weekly mail and the reminders in it, in our own words."""

from tracker.content.mail_shape import MailContent

MEETINGS: dict[str, MailContent] = {
    "appointment.set": MailContent(
        name="A meeting in the calendar",
        when="when two people set a time to meet, or change it; and for the next talk, when both "
        "have signed",
        subject="{title}: {when}",
        body=(
            "Hello {first_name},\n\n"
            "{title} with {other}: {when}. {place}\n\n"
            "This mail puts it into your calendar. Either of you can change it on the page."
        ),
        link_text="Change the time or the place",
        words={
            "title": "Appraisal talk",
            "other": "Mo",
            "when": "Thursday 3 December 2026, 10am",
            "place": "In the ward office.",
        },
    ),
    "appointment.cancelled": MailContent(
        name="A meeting is off",
        when="when a meeting is taken out of the calendar",
        subject="Off: {title}, {when}",
        body=(
            "Hello {first_name},\n\n"
            "{title} with {other} is off: {when}. This mail takes it out of your calendar."
        ),
        words={"title": "Appraisal talk", "other": "Mo", "when": "Thursday 3 December 2026, 10am"},
    ),
    "induction.hello": MailContent(
        name="Welcome to a new starter",
        when="on the first day, or once the work address is there",
        subject="Welcome, {first_name}",
        body=(
            "Hello {first_name},\n\n"
            "Welcome to {trust}. It is good that you are here.\n\n"
            "Your page shows two or three things to do now, and who can help. Take one step at a "
            "time. Nobody expects you to know it all. You can ask {helper} anything.\n\n"
            "If something is missing, such as a login or a card, say so on the page with one tap. "
            "It is our job to fix it, not yours."
        ),
        link_text="Open your page",
        words={"helper": "Robin"},
    ),
}

WEEKLY: dict[str, MailContent] = {
    "weekly": MailContent(
        name="The weekly mail",
        when="once a week, to everybody for whom something waits",
        subject="What waits for you this week",
        body="Hello {first_name},\n\nHere is what waits for you. Each link takes you there.",
    ),
    "remind.prepare": MailContent(
        name="A talk is near, notes not shared",
        when="in the weekly mail, until the person shares notes or the talk is held",
        body="Your talk with {manager} should be held by {due}. A few notes first can help.",
        link_text="Get ready for the talk",
        is_weekly=True,
        words={"manager": "Mo", "due": "3 December 2026"},
    ),
    "remind.hold": MailContent(
        name="A talk is near, and has not been held",
        when="in the manager's weekly mail, until the talk is held",
        body="Your talk with {person} should be held by {due}.",
        link_text="Set a time or open it",
        is_weekly=True,
        words={"person": "Sam", "due": "3 December 2026"},
    ),
    "remind.sign": MailContent(
        name="A signature waits",
        when="in the weekly mail, until both have signed",
        body="{other} has signed the appraisal. It waits for you.",
        link_text="Read and sign",
        is_weekly=True,
        words={"other": "Mo"},
    ),
    "remind.barrier": MailContent(
        name="Something in the way is past its date",
        when="in the weekly mail of the one who said they would sort it out, until it is sorted",
        body="You planned to sort something out for {person} by {due}.",
        link_text="Say how it stands",
        is_weekly=True,
        words={"person": "Sam", "due": "3 December 2026"},
    ),
    "remind.induction": MailContent(
        name="A new starter waits for something",
        when="in the manager's or buddy's weekly mail, until it is done",
        body="{person} is new, and waits for something that was due by {due}.",
        link_text="See what it is",
        is_weekly=True,
        words={"person": "Nia", "due": "3 December 2026"},
    ),
}

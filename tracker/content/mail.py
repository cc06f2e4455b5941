"""The mails that the service ships with, in our own words. A trust changes them to its ways.

No text holds anything of an appraisal or an induction but a first name: it leads to the page.
"""

from tracker.content.mail_champions import CHAMPIONS
from tracker.content.mail_shape import MailContent
from tracker.content.mail_weekly import MEETINGS, WEEKLY

__all__ = ["MAIL", "MailContent"]

MAIL: dict[str, MailContent] = {
    "report.published": MailContent(
        name="An outcome report is out",
        when="when a saved report is published, to its readers",
        subject="An outcome report is out",
        body=(
            "Hello {first_name},\n\n"
            "A new outcome report for {trust} is out. It goes up to {until}. It says first what "
            "changed, and how sure we are."
        ),
        link_text="Read the report",
        words={"until": "October 2026"},
    ),
    "survey.reminder": MailContent(
        name="A survey is still open",
        when="when a quality lead reminds those who have not begun a survey round",
        body="A short survey on digital work is still open. Taking part is your choice.",
        link_text="Open it",
        is_weekly=True,
    ),
    "appraisal.opened": MailContent(
        name="Your appraisal is open",
        when="when an appraisal opens, to the person whose appraisal it is",
        subject="Your appraisal is open",
        body=(
            "Hello {first_name},\n\n"
            "It is time for your next talk with {manager}. It is about you and the digital tools "
            "at work: what helps, and what gets in the way. Aim to meet by {due}.\n\n"
            "You can write a few notes first if you like. Nobody sees them until you share them."
        ),
        link_text="Get ready for the talk",
        words={"manager": "Mo", "due": "3 December 2026"},
    ),
    "appraisal.to_hold": MailContent(
        name="A talk to hold",
        when="when an appraisal opens, to the manager",
        body="{person}'s appraisal is open. Aim to meet by {due}.",
        link_text="Open it",
        is_weekly=True,
        words={"person": "Sam", "due": "3 December 2026"},
    ),
    "appraisal.to_sign": MailContent(
        name="Your turn to sign",
        when="when one of the two has signed an appraisal, to the other",
        subject="Your appraisal waits for you to sign",
        body=(
            "Hello {first_name},\n\n"
            "{other} has signed the appraisal that you talked about. Please read it. Sign it if "
            "it says what you both agreed. If it does not, talk to {other} first."
        ),
        link_text="Read and sign",
        words={"other": "Mo"},
    ),
    "appraisal.sealed": MailContent(
        name="Both have signed",
        when="when both have signed an appraisal, to both",
        subject="Your appraisal is signed",
        body=(
            "Hello {first_name},\n\n"
            "You and {other} have both signed. You can read what you agreed at any time, and "
            "keep a copy. Nobody can change it now."
        ),
        link_text="Read what you agreed",
        words={"other": "Mo"},
    ),
    "appraisal.added_to": MailContent(
        name="Something was added to a signed record",
        when="when one of the two adds to a signed appraisal, to the other",
        subject="Something was added to your appraisal",
        body=(
            "Hello {first_name},\n\n"
            "{other} has added something to the appraisal that you both signed. What you signed "
            "stays as it was. You can add to it too."
        ),
        link_text="Read what was added",
        words={"other": "Mo"},
    ),
    "appraisal.second_proposed": MailContent(
        name="A second appraiser is named",
        when="when a manager names a second appraiser, to the person whose appraisal it is",
        subject="Somebody would like to join your appraisal",
        body=(
            "Hello {first_name},\n\n"
            "{manager} asks if {second} may join your talk. They would see your appraisal, and "
            "what is shared in it, until both of you have signed. You choose: yes or no. You "
            "need not say why."
        ),
        link_text="Say yes or no",
        words={"manager": "Mo", "second": "Robin"},
    ),
    "appraisal.second_agreed": MailContent(
        name="You can join an appraisal",
        when="when the person has agreed to a second appraiser, to that one",
        body="{person} agreed that you join their appraisal.",
        link_text="Open it",
        is_weekly=True,
        words={"person": "Sam"},
    ),
    "stand_in.named": MailContent(
        name="You stand in for a manager",
        when="when somebody is named to stand in for a manager, to that one",
        subject="You stand in for {manager}",
        body=(
            "Hello {first_name},\n\n"
            "You hold the open appraisals of {manager} from {from_day} to {until_day}. You see "
            "those and nothing else. It starts and ends by itself."
        ),
        link_text="See what there is to do",
        words={"manager": "Mo", "from_day": "3 December 2026", "until_day": "17 December 2026"},
    ),
    "stand_in.for_you": MailContent(
        name="Somebody stands in for you",
        when="when HR names somebody to stand in for a manager, to the manager",
        subject="{person} stands in for you",
        body=(
            "Hello {first_name},\n\n"
            "{person} holds your open appraisals from {from_day} to {until_day}. It starts and "
            "ends by itself. Is that not right? You can end it on the page below."
        ),
        link_text="See who stands in for you",
        words={"person": "Ade", "from_day": "3 December 2026", "until_day": "17 December 2026"},
    ),
    "induction.welcome": MailContent(
        name="A welcome before day one",
        when="when a manager asks us to write to a new starter's private address",
        subject="Welcome: a look at your first day",
        body=(
            "Hello,\n\n"
            "Good to have you with us soon at {trust}. You need not learn anything first.\n\n"
            "If you like, have a look at what the first day is like and what to bring. You can "
            "also try a few made-up screens. You need no account.\n\n"
            "We forget this address on the day you start."
        ),
        link_text="See the welcome",
    ),
    "induction.buddy_left": MailContent(
        name="A buddy has left",
        when="when the buddy of a starter leaves the trust, to the manager",
        subject="A new starter needs another buddy",
        body=(
            "Hello {first_name},\n\n"
            "The buddy of {person} has left the trust. Please choose another one. A person close "
            "by still helps most."
        ),
        link_text="Choose a buddy",
        words={"person": "Nia"},
    ),
    "induction.without_buddy": MailContent(
        name="Your buddy cannot go on",
        when="when the buddy of a starter has left, stopped or is away for long, to the starter",
        subject="You will have another buddy",
        body=(
            "Hello {first_name},\n\n"
            "Your buddy can no longer help you. It has nothing to do with you. Somebody else "
            "will be chosen soon. Until then, you can ask {manager} anything."
        ),
        link_text="Open your page",
        words={"manager": "Mo"},
    ),
    "barrier.raised": MailContent(
        name="Something is missing",
        when="when somebody says that something is missing or in their way, to who can mend it",
        subject="Something stands in the way of {person}",
        body=(
            "Hello {first_name},\n\n"
            "{person} told us that something is missing, or stands in the way at work. You are "
            "the one who can mend it. Please have a look, and say what you do and by when."
        ),
        link_text="See what it is",
        words={"person": "Nia"},
    ),
    "framework.to_read": MailContent(
        name="A framework to read",
        when="when a framework is sent to its readers, to each of them",
        subject="Would you read this and say what you think?",
        body=(
            "Hello {first_name},\n\n"
            "You are asked to read “{framework}”. It says what people do with digital tools at "
            "work. It comes into use when all who read it agree.\n\n"
            "You can comment on any line. Then say that you agree, or what should change first."
        ),
        link_text="Read it",
        words={"framework": "Digital skills for work"},
    ),
    **MEETINGS,
    **CHAMPIONS,
    **WEEKLY,
}

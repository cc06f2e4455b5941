"""The mails about champions and buddies, in our own words."""

from tracker.content.mail_shape import MailContent

CHAMPIONS: dict[str, MailContent] = {
    "champion.asked": MailContent(
        name="A champion is asked",
        when="when somebody asks a champion for help, or to be a starter's buddy",
        subject="Could you help a colleague?",
        body=(
            "Hello {first_name},\n\n"
            "Somebody near you would be glad of your help. Have a look, and say yes or not this "
            "time. Both are fine, and you need give no reason."
        ),
        link_text="See who asks",
    ),
    "champion.accepted": MailContent(
        name="A champion said yes",
        when="when a champion says yes, to the person who asked",
        subject="Your champion said yes",
        body=(
            "Hello {first_name},\n\n"
            "The champion you asked said yes. Say hello soon, and agree when you meet first."
        ),
        link_text="See who it is",
    ),
    "champion.declined": MailContent(
        name="A champion cannot this time",
        when="when a champion says not this time, to the person who asked",
        subject="Not this time: there are others to ask",
        body=(
            "Hello {first_name},\n\n"
            "The champion you asked cannot help this time. There are others close by who "
            "would like to. Choose another one."
        ),
        link_text="See what you asked",
    ),
    "champion.thanked": MailContent(
        name="Thanks to a champion",
        when="when somebody thanks a champion",
        body="Somebody you helped has sent you their thanks.",
        link_text="Read it",
        is_weekly=True,
    ),
    "champion.lost": MailContent(
        name="A starter needs another buddy",
        when="when a buddy has left, stopped or is away for long, to the starter's manager",
        subject="A starter in your team needs another buddy",
        body=(
            "Hello {first_name},\n\n"
            "A buddy in your team can no longer help. Choose another one who works close by, so "
            "that nobody is left alone."
        ),
        link_text="Choose another buddy",
    ),
}

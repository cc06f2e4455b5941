"""A colleague offers help, a manager asks them to be the buddy of a starter, and they say yes."""


def test_somebody_becomes_a_champion_and_then_a_starters_buddy(open_browser):
    sam, mo = open_browser("phone"), open_browser("desktop")

    sam.sign_in("sam.staff")
    sam.follow("Ask a champion")
    sam.follow("Become a champion, or see whom you asked")
    sam.type_in("What can you help with?", "The drug chart")
    sam.page.get_by_label("Days", exact=True).check()
    sam.press("I offer my help")
    sam.is_told("Colleagues near you can now find you")

    mo.sign_in("mo.manager")
    mo.follow("New starters")
    mo.follow("Nia Prosser")
    mo.follow("Ask a champion close by to be the buddy")
    mo.press("Ask Sam Whitfield")
    mo.is_told("You will get a mail when they answer")

    sam.follow("Back to champions")
    sam.follow("Your page as a champion")
    sam.sees("is new and needs a buddy")
    sam.press("Yes, gladly")
    sam.is_told("We have told them")

    mo.follow("Back to the first months")
    mo.sees("Sam Whitfield")

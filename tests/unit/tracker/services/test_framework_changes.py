"""The preview of a framework file: added, changed, moved, left out."""

from tests.support.frameworks import SMALL, competence, domain, framework
from tracker.services.framework_changes import compare


def keys(changes):
    return [one.key for one in changes]


def test_all_of_a_new_framework_is_added():
    changes = compare(None, SMALL)

    assert keys(changes.added) == ["find", "judge", "lock"]
    assert changes.added[0].what == "in “About data”"
    assert changes.unchanged == 0


def test_nothing_differs_from_itself():
    assert compare(SMALL, SMALL).is_nothing
    assert compare(SMALL, SMALL).unchanged == 3


def test_each_kind_of_change_is_told():
    new = framework(
        domain("data", competence("judge", levels=("I.", "I do some.", "I can.", "Me."))),
        domain("safety", competence("find"), competence("report")),
    )

    changes = compare(SMALL, new)

    assert keys(changes.added) == ["report"]
    assert [(one.key, one.what) for one in changes.changed] == [
        ("judge", "words of “not yet”, words of “helps others”")
    ]
    assert [(one.key, one.what) for one in changes.moved] == [
        ("find", "from “About data” to “About safety”")
    ]
    assert keys(changes.left_out) == ["lock"]
    assert changes.unchanged == 0


def test_one_that_moves_and_changes_is_told_twice():
    new = framework(
        domain("data", competence("judge")),
        domain("safety", competence("lock"), competence("find", name="Seeking")),
    )

    changes = compare(SMALL, new)

    assert keys(changes.changed) == keys(changes.moved) == ["find"]
    assert changes.changed[0].what == "name (was “Doing find”)"


def test_other_names_and_another_order_are_changes_too():
    new = framework(
        domain("safety", competence("lock")),
        domain("data", competence("judge"), competence("find"), name="Facts"),
        name="Theirs",
    )

    told = {one.what for one in compare(SMALL, new).changed}

    assert told == {
        "name (was “Our own”)",
        "name of the domain (was “About data”), order of its competences",
        "order of the domains",
    }


def test_what_is_put_in_between_is_no_change_of_order():
    new = framework(
        domain("data", competence("find"), competence("ask"), competence("judge")),
        domain("safety", competence("lock")),
    )

    changes = compare(SMALL, new)

    assert keys(changes.added) == ["ask"]
    assert changes.changed == ()

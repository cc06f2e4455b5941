"""A small demo directory, and how a person meets the sign-in page."""

from datetime import timedelta

BASE = "dc=trust,dc=test"


def entry(username, **attributes):
    plain = {"objectClass": ["inetOrgPerson"], "uid": [username], "userPassword": ["demo"]}
    return {"dn": f"uid={username},ou=people,{BASE}", "attributes": plain | attributes}


DIRECTORY = [
    entry("mo.manager", employeeNumber=["10000001"], mail=["mo@trust.test"]),
    entry("mail.only", mail=["Mail.Only@trust.test"]),
    entry("stranger", employeeNumber=["99999999"], mail=["nobody@elsewhere.test"]),
    entry("bare"),
    {
        "dn": f"cn=quality,ou=groups,{BASE}",
        "attributes": {
            "objectClass": ["groupOfNames"],
            "cn": ["quality"],
            "member": [f"uid=mo.manager,ou=people,{BASE}"],
        },
    },
]


def sign_in(browser, username="mo.manager", password="demo", *, status=303, start="/sign-in"):  # noqa: S107
    form = browser.get(start).forms[0]
    form["username"], form["password"] = username, password
    return form.submit(status=status)


def later(browser, **how_long):
    browser.extra_environ["tracker.now"] += timedelta(**how_long)


def with_cookie(browser, cookie):
    browser.reset()
    browser.set_cookie("tracker", cookie)
    return browser


def form_token(browser):
    """Read the token that every form carries: signed in or not, a page has at least one form."""
    page = browser.get("/guide")
    return (page if page.forms else browser.get("/sign-in")).forms[0]["csrf_token"].value


def without_token(page):
    return page.text.replace(page.forms[0]["csrf_token"].value, "")

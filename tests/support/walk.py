"""Walks through the service as each of the demo people, from page to page along the links."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import webtest
from pyramid.interfaces import IRoutesMapper

PERSONAS = ("sam.staff", "nia.starter", "mo.manager", "quinn.quality", "harri.hr", "ada.admin")
#: how many pages of one kind each person looks at
ENOUGH = 3
HTML = "text/html"


@dataclass(frozen=True)
class Seen:
    """One page as one person saw it."""

    who: str | None
    route: str
    path: str
    #: which page linked here; None for where the walk began
    came_from: str | None
    answer: object = field(repr=False)

    @property
    def is_page(self):
        return self.answer.content_type == HTML

    @cached_property
    def soup(self):
        return self.answer.html

    def __str__(self):
        return f"{self.path} as {self.who or 'a stranger'}"


class Walk:
    """What was seen, and the browsers of those who saw it: they are still signed in."""

    def __init__(self, app, now):
        self._app, self._now = app, now
        self.seen = []
        #: what gave a file and not a page: one of each kind is enough, and some are slow to print
        self.files = set()
        self.browsers = {}

    def browser_of(self, who):
        if who not in self.browsers:
            self.browsers[who] = browser = webtest.TestApp(
                self._app,
                extra_environ={"tracker.now": self._now, "REMOTE_ADDR": "127.0.0.1"},
            )
            if who is not None:
                form = browser.get("/sign-in").forms[0]
                form["username"], form["password"] = who, "demo"
                form.submit(status=303)
        return self.browsers[who]

    @property
    def pages(self):
        return [seen for seen in self.seen if seen.is_page]

    def through_all(self):
        for who in (None, *PERSONAS):
            self.through_pages_of(who)
        return self

    def through_pages_of(self, who):
        """Follow links from the first page; then try the other addresses that need no id."""
        met, count = set(), Counter()
        self._follow(who, ("/" if who else "/sign-in"), met, count)
        for path in self._plain_addresses():
            if path not in met and self.route_at(path) not in self.files:
                self._follow(who, path, met, count)

    def _plain_addresses(self):
        mapper = self._app.registry.getUtility(IRoutesMapper)
        return [
            route.path
            for route in mapper.get_routes()
            if not set("{*") & set(route.path) and route.name != "sign_out"
        ]

    def _follow(self, who, first, met, count):
        """Go on from a page; from nowhere if this person has none at the first address."""
        browser = self.browser_of(who)
        waiting = [(first, None)]
        while waiting:
            path, came_from = waiting.pop(0)
            route = self.route_at(path)
            if path in met or route in {None, *self.files} or count[route] >= ENOUGH:
                continue
            answer = browser.get(path, status=None if came_from else "*")
            if came_from is None and answer.status_int != HTTPStatus.OK:
                continue
            met.add(path)
            count[route] += 1
            self.seen.append(Seen(who, route, path, came_from, answer))
            if answer.content_type == HTML:
                waiting.extend((link, path) for link in links_of(path, self.seen[-1].soup))
            elif answer.status_int == HTTPStatus.OK:
                self.files.add(route)

    def route_at(self, path):
        """Give the name of the route behind an address; none for files and other sites."""
        mapper = self._app.registry.getUtility(IRoutesMapper)
        environ = {"PATH_INFO": urlsplit(path).path, "REQUEST_METHOD": "GET"}
        request = webtest.TestRequest(environ)
        route = mapper(request)["route"]
        return None if route is None or route.name.startswith("__static") else route.name


def links_of(path, soup):
    for link in soup.select("a[href]"):
        parts = urlsplit(urljoin(path, link["href"]))
        if not parts.netloc:
            yield parts.path + (f"?{parts.query}" if parts.query else "")

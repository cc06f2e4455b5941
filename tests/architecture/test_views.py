"""Rules about the whole app that no single test file could hold."""

import ast
from collections import Counter
from pathlib import Path

from tracker.security import permissions


def test_every_view_names_a_permission(app):
    """A view without one is refused to all (see tracker.security): say so early."""
    unnamed = [
        view["introspectable"]["callable"].__qualname__
        for view in app.registry.introspector.get_category("views")
        if view["introspectable"]["route_name"]
        and not view["introspectable"]["route_name"].startswith("__static/")
        and not any(r.category_name == "permissions" for r in view["related"])
    ]

    assert unnamed == []


def test_every_route_has_a_view(app):
    introspector = app.registry.introspector
    routes = {r["introspectable"]["name"] for r in introspector.get_category("routes")}
    viewed = {v["introspectable"]["route_name"] for v in introspector.get_category("views")}

    assert routes - viewed == set()


def test_no_permission_is_granted_in_two_places():
    """The later line would win, and nobody would see it."""
    grants = next(
        node.value
        for node in ast.parse(Path(permissions.__file__).read_text()).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict)
    )
    names = Counter(ast.unparse(key) for key in grants.keys)

    assert len(names) > 1
    assert [name for name, number in names.items() if number > 1] == []

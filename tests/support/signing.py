"""People whom the tests' directory knows, so that they can prove who they are."""

BASE = "dc=people,dc=test"
PASSWORD = "right"
NUMBERS = [f"9000000{n}" for n in range(1, 10)]

#: the second is in the first by way of a group in it
GROUPS = {"helpers": [f"uid=user{NUMBERS[0]},{BASE}", f"cn=inner,{BASE}"]}
GROUPS["inner"] = [f"uid=user{NUMBERS[1]},{BASE}", f"cn=helpers,{BASE}", f"uid=gone,{BASE}"]
#: What the directory of the tests' app holds.
ENTRIES = [
    {
        "dn": f"cn={name},{BASE}",
        "attributes": {"objectClass": ["groupOfNames"], "cn": [name], "member": members},
    }
    for name, members in GROUPS.items()
] + [
    {
        "dn": f"uid=user{number},{BASE}",
        "attributes": {
            "objectClass": ["inetOrgPerson"],
            "uid": [f"user{number}"],
            "cn": [f"user{number}"],
            "sn": [number],
            "employeeNumber": [number],
            "userPassword": [PASSWORD],
        },
    }
    for number in NUMBERS
]


class KnownPeople:
    """Makes staff members known to the directory, one after the other."""

    def __init__(self, db):
        self._db = db
        self._left = list(NUMBERS)

    def add(self, person):
        """Give the user name and password with which this person can now sign."""
        person.employee_number = self._left.pop(0)
        self._db.flush()
        return f"user{person.employee_number}", PASSWORD


def sign_with(page, who, *, status=303):
    """Fill in the form that asks for a signature on a page, and send it."""
    form = next(form for form in page.forms.values() if form.action.endswith("/sign"))
    form["username"], form["password"] = who
    return form.submit(status=status)

"""An identity provider that sends what Entra sends."""

from tracker.models import TokenPurpose
from tracker.security.identity import System
from tracker.services import access_tokens

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def make_source(db, organisation, now, name="Entra"):
    """Make a source; gives its token and the secret."""
    by = System(organisation_id=organisation.id)
    return access_tokens.issue(db, TokenPurpose.SCIM, name, by=by, now=now)


class Provider:
    """Speaks SCIM to the app with one key."""

    def __init__(self, browser, secret):
        self._browser = browser
        self.headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/scim+json",
        }

    def ask(self, method, path, body=None, status="*"):
        send = getattr(self._browser, f"{method.lower()}_json" if body is not None else method)
        more = {"headers": self.headers, "status": status}
        return (
            send(f"/scim/v2{path}", body, **more)
            if body is not None
            else send(f"/scim/v2{path}", **more)
        )

    def add_user(self, name, number=None, *, status=201, **more):
        work = {"employeeNumber": number} if number else {}
        for key in ("department", "manager", "costCenter"):
            if key in more:
                work[key] = more.pop(key)
        body = {
            "schemas": [USER, ENTERPRISE],
            "userName": f"{name}@trust.nhs.uk",
            "externalId": f"external-{name}",
            "active": True,
            "displayName": f"{name.title()} Person",
            "name": {"givenName": name.title(), "familyName": "Person"},
            "emails": [{"value": f"{name}@trust.nhs.uk", "type": "work", "primary": True}],
            ENTERPRISE: work,
            **more,
        }
        return self.ask("post", "/Users", body, status=status).json

    def patch(self, path, *operations, status="*"):
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return self.ask("patch", path, body, status=status)

"""The SCIM 2.0 protocol as we speak it: what there is to ask for, and how strict we are.

Built when it is first needed: the models weigh some 30 MB, and most workers never meet SCIM.
"""

from functools import cache
from typing import TYPE_CHECKING

import email_validator
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    EnterpriseUser,
    ETag,
    Filter,
    Group,
    Patch,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    User,
)
from scim2_server.service import ScimService

if TYPE_CHECKING:
    from typing import Any

    from scim2_models import Resource

#: the most that one page of a list holds
LONGEST_PAGE = 200
#: A trust's own network often ends so, and its identity provider sends what it has.
OWN_NETWORKS = ("local", "test", "localhost")

for _name in OWN_NETWORKS:
    if _name in email_validator.SPECIAL_USE_DOMAIN_NAMES:
        email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(_name)

#: Entra sends attributes and removals that RFC 7644 does not know; it is not for us to teach it.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


@cache
def service() -> ScimService:
    """Give the protocol's side of the service: it holds nothing of any request."""
    config = ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=LONGEST_PAGE),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer key",
                description="A key that an administrator makes for each identity provider.",
                primary=True,
            )
        ],
    )
    kinds = [
        ResourceType.from_resource(User[EnterpriseUser]),
        ResourceType.from_resource(Group),
    ]
    return ScimService(ScimProvider([User, EnterpriseUser, Group], kinds, config, POLICY))


@cache
def model_of(name: str) -> "type[Resource[Any]]":
    """Give the class of User or Group, with its extension."""
    kinds = service().provider.resource_types
    return service().get_model(next(kind for kind in kinds if kind.name == name))

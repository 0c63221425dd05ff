"""Officers' accounts in the words of SCIM 2.0 (RFC 7643), and what of it we serve."""

from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field
from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Filter,
    Meta,
    Patch,
    Required,
    Resource,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from tinhso.people import types as roles
from tinhso.security.types import Posting, Provisioned

BASE = "/api/scim/v2"
MOST = 200
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"


@lru_cache(maxsize=4)
def provider(organizations: tuple[str, ...]) -> ScimProvider:
    """Describe the service; posts are at the organizations of today, by their keys."""

    class Role(ComplexAttribute):
        """A post: as what, where, and how it is called."""

        value: Annotated[str | None, Required.true, CaseExact.true] = Field(
            None, description="What the post allows.", examples=[*map(str, roles.Role)]
        )
        type: Annotated[str | None, Required.true, CaseExact.true] = Field(
            None, description="Key of the organization.", examples=[*organizations]
        )
        display: Annotated[str | None, Required.true] = Field(
            None, description="How the post is called."
        )

    class User(Resource[AnyExtension]):
        """The account of an officer, of the core schema only what is kept here."""

        __schema__ = URN(CORE)

        user_name: Annotated[
            str | None, Required.true, Uniqueness.server, CaseExact.true
        ] = Field(None, description="What the officer signs in with.")
        display_name: Annotated[str | None, Required.true] = Field(
            None, description="Full name, as one field."
        )
        active: Annotated[bool | None, Required.true] = Field(
            None, description="Whether the account signs in."
        )
        roles: list[Role] | None = Field(
            None, description="All posts of today; what is left out ends."
        )

    return ScimProvider([User], config=_config())


def _config() -> ServiceProviderConfig:
    return ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer",
                description="A key of an account that keeps accounts.",
                primary=True,
            )
        ],
        meta=Meta(
            resource_type="ServiceProviderConfig",
            location=f"{BASE}/ServiceProviderConfig",
        ),
    )


def user(one: Provisioned, model: type[Resource[Any]], origin: str) -> Resource[Any]:
    """Write an account as a resource."""
    told: dict[str, Any] = {
        "id": str(one.id),
        "externalId": one.external_id or None,
        "userName": one.username,
        "displayName": one.full_name,
        "active": one.is_active,
        "meta": {
            "resourceType": "User",
            "created": one.created_at,
            "lastModified": one.changed_at,
            "location": f"{origin}{BASE}/Users/{one.id}",
        },
    }
    if one.postings:
        told["roles"] = [_told(posting) for posting in one.postings]
    return model.model_validate({"schemas": [CORE], **told})


def _told(one: Posting) -> dict[str, str]:
    return {"value": one.role, "type": one.organization, "display": one.title}


def wanted(given: Resource[Any]) -> dict[str, Any]:
    """Read what a resource says an account shall be."""
    told = given.model_dump()
    return {
        "username": str(told["userName"]),
        "full_name": str(told["displayName"]),
        "is_active": told.get("active") is not False,
        "external_id": str(told.get("externalId") or ""),
        "postings": [
            Posting(
                str(post.get("type", "")),
                str(post.get("value", "")),
                str(post.get("display", "")),
            )
            for post in told.get("roles") or []
        ],
    }

"""Applications that administrators created, as those see them who ask for tokens.

`sso-admin` keeps what is said here (`services/sso_admin/application_access.py` and its neighbours);
it is read anew at every call, so what an administrator takes away is gone at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, literal, or_, select, update

from sekisho.center.directory.kept import Kept
from sekisho.center.storage.tables import kept, memberships, sign_ins

__all__ = [
    "ACCOUNT_ACCESS",
    "AUTHORIZATION_CODE",
    "DEFAULT_SCOPES",
    "IDENTITY_CONTEXT",
    "JWT_BEARER",
    "OPENID",
    "TOKEN_EXCHANGE",
    "Application",
    "TokenIssuer",
    "application_of",
    "end_sign_ins_of",
    "is_arn",
    "may_use",
    "token_issuer_at",
]

AUTHORIZATION_CODE = "authorization_code"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"

ACCOUNT_ACCESS = "sso:account:access"
"""Opens the access portal's API."""
OPENID = "openid"
IDENTITY_CONTEXT = "sts:identity_context"
DEFAULT_SCOPES = (OPENID, "aws", IDENTITY_CONTEXT)
"""What every application may have (`spec/identity-center.md` §1.14)."""

_OF_AN_APPLICATION = (Kept.ACCESS_SCOPE, Kept.AUTHENTICATION_METHOD, Kept.GRANT)


@dataclass(frozen=True, slots=True)
class Application:
    """What counts of an application when somebody asks for its tokens."""

    arn: str
    name: str
    """An administrator chose it."""
    enabled: bool
    grants: Mapping[str, Mapping[str, Any]]
    """By grant type: what was put, such as `{"RedirectUris": [...]}`."""
    targets: Mapping[str, tuple[str, ...]]
    """By access scope: the ARNs that a token with the scope may be shown to."""
    actor_policy: object
    """The IAM policy that says who may ask; `None` where there is none."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """Everything that its tokens may be for."""
        return tuple(dict.fromkeys((*DEFAULT_SCOPES, *sorted(self.targets))))

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        """Where a browser may be sent with an authorization code."""
        return tuple(self.grants.get(AUTHORIZATION_CODE, {}).get("RedirectUris", ()))

    def audiences_of(self) -> dict[str, tuple[str, ...]]:
        """By the ARN of a trusted token issuer: the audiences that its assertions may have."""
        listed = self.grants.get(JWT_BEARER, {}).get("AuthorizedTokenIssuers", ())
        return {
            each["TrustedTokenIssuerArn"]: tuple(each.get("AuthorizedAudiences", ()))
            for each in listed
            if "TrustedTokenIssuerArn" in each
        }


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """A trusted token issuer: whose assertions count, and how they name a person."""

    arn: str
    url: str
    claim: str
    """The claim that names the person; full stops lead into a structure."""
    attribute: str
    """What it is compared with: `userName`, `emails.value`, `externalId`."""


def is_arn(client_id: str) -> bool:
    """Return whether a client id is an application's, and not one that was registered."""
    return client_id.startswith("arn:")


def application_of(connection: Connection, arn: str) -> Application | None:
    """Return the application `arn` with all that belongs to it; `None` when there is none."""
    query = select(kept.c.kind, kept.c.data).where(
        or_(
            (kept.c.kind == Kept.APPLICATION) & (kept.c.key == arn),
            kept.c.kind.in_(_OF_AN_APPLICATION) & (kept.c.of == arn),
        )
    )
    rows = connection.execute(query).all()
    (found,) = _of_kind(rows, Kept.APPLICATION) or (None,)
    if found is None:
        return None
    return Application(
        arn=arn,
        name=found["Name"],
        enabled=found["Status"] == "ENABLED",
        grants={
            each["GrantType"]: next(iter(each["Grant"].values()))
            for each in _of_kind(rows, Kept.GRANT)
        },
        targets={
            each["Scope"]: tuple(each.get("AuthorizedTargets", ()))
            for each in _of_kind(rows, Kept.ACCESS_SCOPE)
        },
        actor_policy=next(
            (
                each["AuthenticationMethod"]["Iam"]["ActorPolicy"]
                for each in _of_kind(rows, Kept.AUTHENTICATION_METHOD)
            ),
            None,
        ),
    )


def may_use(connection: Connection, arn: str, user_id: str) -> bool:
    """Return whether the application is there, enabled, and open to that person.

    It is when no assignment is required, or they or one of their groups have one.
    """
    application = connection.execute(
        select(kept.c.data).where(kept.c.kind == Kept.APPLICATION, kept.c.key == arn)
    ).scalar_one_or_none()
    if application is None or application["Status"] != "ENABLED":
        return False
    if not application["AssignmentRequired"]:
        return True
    through_groups = select(
        literal(f"{arn} ").concat(memberships.c.group_id).concat(" GROUP")
    ).where(memberships.c.user_id == user_id)
    assigned = select(kept.c.key).where(
        kept.c.kind == Kept.APPLICATION_ASSIGNMENT,
        or_(kept.c.key == f"{arn} {user_id} USER", kept.c.key.in_(through_groups)),
    )
    return connection.execute(assigned.limit(1)).one_or_none() is not None


def token_issuer_at(connection: Connection, url: str, arns: Collection[str]) -> TokenIssuer | None:
    """Return the trusted token issuer with the URL, spelt just so, if it is one of `arns`."""
    query = select(kept.c.key, kept.c.data).where(
        kept.c.kind == Kept.TOKEN_ISSUER, kept.c.key.in_(arns)
    )
    for row in connection.execute(query):
        said = row.data["TrustedTokenIssuerConfiguration"]["OidcJwtConfiguration"]
        if said["IssuerUrl"] == url:
            return TokenIssuer(
                row.key, url, said["ClaimAttributePath"], said["IdentityStoreAttributePath"]
            )
    return None


def end_sign_ins_of(connection: Connection, arn: str, now: int) -> None:
    """End every sign-in that yielded tokens for an application."""
    connection.execute(
        update(sign_ins)
        .where(sign_ins.c.application == arn, sign_ins.c.ended_at.is_(None))
        .values(ended_at=now)
    )


def _of_kind(rows: Sequence[Row[Any, Any]], kind: Kept) -> list[dict[str, Any]]:
    return [row.data for row in rows if row.kind == kind]

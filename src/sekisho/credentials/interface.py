"""What a source of role credentials is, and what it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sekisho.aws.endpoint import Endpoint
from sekisho.awsconfig.chain import RoleLink
from sekisho.errors import login_command
from sekisho.model import ProfileName, Role, RoleCredentials, SignInTarget
from sekisho.secret import Secret

__all__ = ["AskCode", "ChainRoute", "CredentialSource", "Issued", "Issuer", "Route"]

AskCode = Callable[[RoleLink], Secret]
"""Asks the person for the current code of a link's MFA device; raises `MfaCodeNeeded` where
nobody can be asked."""


@dataclass(frozen=True, slots=True)
class Route:
    """Everything that one profile's credentials are fetched with, resolved."""

    target: SignInTarget
    role: Role
    profile: ProfileName
    """A label, for messages; nothing is looked up by it."""
    oidc: Endpoint
    portal: Endpoint

    @property
    def login(self) -> str:
        """The command that signs in for this profile."""
        return login_command(profile=self.profile)

    @property
    def overridden(self) -> bool:
        """Whether one of the endpoints is not AWS's own."""
        return self.oidc.overridden or self.portal.overridden


@dataclass(frozen=True, slots=True)
class ChainRoute:
    """The same for a role chain, which begins at a route of its own."""

    source: Route
    """That of the SSO profile; its endpoints are those that the chained profile configures."""
    links: tuple[RoleLink, ...]
    """In the order in which the roles are assumed."""
    sts: Endpoint

    @property
    def login(self) -> str:
        """The command that signs in for this profile: to where the chain begins."""
        return self.source.login


@dataclass(frozen=True, slots=True)
class Issued:
    """Role credentials fresh from the portal, and the sign-in that they were issued to."""

    credentials: RoleCredentials
    token_sha256: str
    """Hex digest of the access token that fetched them."""


class CredentialSource(Protocol):
    """Yields role credentials; where from is its own business."""

    def fetch(self) -> RoleCredentials:
        """Return credentials that are good now; block for the service where it must be asked.

        Never opens a browser, and asks no question but for the MFA code of a role chain, where
        somebody has said how (`AskCode`). Raises `errors.SignInNeeded`,
        `errors.Refused`, `errors.ServiceError` and `errors.FileError`, each in all its kinds.
        """


class Issuer(Protocol):
    """Has role credentials issued, each time anew."""

    def issue(self) -> Issued:
        """Return new credentials. Blocks and raises as `CredentialSource.fetch` does."""

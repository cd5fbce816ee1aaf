"""What a source of role credentials is, and what it is asked for."""

from collections.abc import Callable
from typing import Protocol

from sekisho.aws.endpoint import Endpoint
from sekisho.awsconfig.chain import RoleLink
from sekisho.errors import login_command
from sekisho.model import ProfileName, Role, RoleCredentials, SignInTarget
from sekisho.secret import Secret
from sekisho.values import dataclass, replace

__all__ = ["AskCode", "Assumption", "ChainRoute", "CredentialSource", "Issued", "Issuer", "Route"]

AskCode = Callable[[RoleLink, ProfileName], Secret]
"""Asks the person for the current code of a link's MFA device, for the sake of the chained profile
of that name; raises `MfaCodeNeeded` where nobody can be asked."""


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
    def profile(self) -> ProfileName:
        """The chained profile: a label, for messages."""
        return self.links[-1].profile

    @property
    def login(self) -> str:
        """The command that signs in for this profile: to where the chain begins."""
        return self.source.login

    def up_to(self, link: RoleLink) -> "ChainRoute":
        """The part of the chain that ends in `link`, as this profile goes through it."""
        return replace(self, links=self.links[: self.links.index(link) + 1])


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


class Assumption(Protocol):
    """Assumes one role, each time anew."""

    def code(self) -> Secret | None:
        """Ask for the MFA code, where the link has `mfa_serial`. Raises what `AskCode` raises."""

    def call(self, credentials: RoleCredentials, code: Secret | None) -> RoleCredentials:
        """Assume the role with `credentials`, those of the link before; block for the service.

        Raises `errors.RoleNotTrusting`, `errors.PlainHttpRefused` and `errors.ServiceError` in all
        its kinds.
        """

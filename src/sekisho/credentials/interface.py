"""What a source of role credentials is, and what it is asked for."""

from dataclasses import dataclass
from typing import Protocol

from sekisho.aws.endpoint import Endpoint
from sekisho.errors import login_command
from sekisho.model import ProfileName, Role, RoleCredentials, SignInTarget

__all__ = ["CredentialSource", "Issued", "Issuer", "Route"]


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
class Issued:
    """Role credentials fresh from the portal, and the sign-in that they were issued to."""

    credentials: RoleCredentials
    token_sha256: str
    """Hex digest of the access token that fetched them."""


class CredentialSource(Protocol):
    """Yields role credentials; where from is its own business."""

    def fetch(self) -> RoleCredentials:
        """Return credentials that are good now; block for the service where it must be asked.

        Never opens a browser and never asks a question. Raises `errors.SignInNeeded`,
        `errors.Refused`, `errors.ServiceError` and `errors.FileError`, each in all its kinds.
        """


class Issuer(Protocol):
    """Has role credentials issued, each time anew."""

    def issue(self) -> Issued:
        """Return new credentials. Blocks and raises as `CredentialSource.fetch` does."""

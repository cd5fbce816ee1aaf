"""Frozen values and ids that every floor uses, under the names that AWS gives them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NewType

from sekisho.secret import Secret
from sekisho.values import dataclass

__all__ = [
    "AccountId",
    "CallerIdentity",
    "Delivery",
    "Environ",
    "Form",
    "ProfileName",
    "Region",
    "Role",
    "RoleCredentials",
    "RoleName",
    "SessionName",
    "SignInTarget",
    "StartUrl",
    "TokenKey",
]

ProfileName = NewType("ProfileName", str)
"""A profile's name as the AWS config spells it, after unquoting: `dev` of `[profile dev]`."""
SessionName = NewType("SessionName", str)
"""The name of an `[sso-session NAME]` or a `[sekisho-session NAME]` section."""
StartUrl = NewType("StartUrl", str)
"""An access portal's URL exactly as configured: it keys caches, so it is never normalised."""
Region = NewType("Region", str)
"""An AWS Region, such as `us-east-1`."""
AccountId = NewType("AccountId", str)
"""An AWS account id. Real ones have 12 digits; nothing below `lint` insists on it."""
RoleName = NewType("RoleName", str)
"""A permission set's name, as `sso_role_name` has it; not the IAM role's name.

For credentials that a role chain ends in, it is the name of the IAM role that was assumed."""

Environ = Mapping[str, str]
"""The process environment, handed down from the entry point."""


class Form(StrEnum):
    """The two forms of SSO configuration (the AWS CLI's user guide; `spec/aws-cli.md` §1.5)."""

    LEGACY = "legacy"
    SSO_SESSION = "sso-session"


class Delivery(StrEnum):
    """Where a profile's tokens lie, and so who gets them (design §1)."""

    NATIVE = "native"
    """In `~/.aws/sso/cache`, as the AWS CLI keeps them."""
    SEALED = "sealed"
    """In sekisho's own store, encrypted."""
    GUARDED = "guarded"
    """In the memory of the agent alone."""


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Which cached token a profile uses. Profiles with one key are opened by one login."""

    form: Form
    value: str
    """The start URL (legacy form) or the session's name."""
    delivery: Delivery = Delivery.NATIVE
    """In which store the token lies: a session of one name may have a token in each."""


@dataclass(frozen=True, slots=True)
class SignInTarget:
    """What a sign-in is made to: one portal, in one Region, under one token key."""

    start_url: StartUrl
    region: Region
    """`sso_region`: where the portal and its sign-in service are."""
    session: SessionName | None
    """The sso-session's name; `None` in the legacy form."""
    scopes: tuple[str, ...] | None
    """`sso_registration_scopes`, split; `None` when the key is not configured."""
    delivery: Delivery = Delivery.NATIVE
    """In which store its token is kept."""

    @property
    def form(self) -> Form:
        """The form of configuration that this target was read from."""
        return Form.LEGACY if self.session is None else Form.SSO_SESSION

    @property
    def token_key(self) -> TokenKey:
        """The key of the cached token that this sign-in yields."""
        value = self.start_url if self.session is None else self.session
        return TokenKey(self.form, value, self.delivery)


@dataclass(frozen=True, slots=True)
class Role:
    """One permission set in one account."""

    account_id: AccountId
    role_name: RoleName


@dataclass(frozen=True, slots=True)
class RoleCredentials:
    """Temporary keys of one role (portal operation GetRoleCredentials)."""

    access_key_id: str
    """Not a secret: AWS logs it, and it names the credentials in every audit trail."""
    secret_access_key: Secret
    session_token: Secret
    expires_at: datetime
    """Aware, UTC."""
    role: Role
    """What they were issued for."""


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """What STS says of the holder of credentials (operation GetCallerIdentity)."""

    user_id: str
    """`AROA…:session-name` for a role."""
    account: AccountId
    arn: str

    @property
    def person(self) -> str:
        """The role session name: for an Identity Center role, the name of who signed in."""
        return self.user_id.partition(":")[2]

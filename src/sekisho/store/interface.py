"""What a store keeps: cached tokens, client registrations, and what binds a token."""

from datetime import datetime
from typing import Protocol

from sekisho.errors import login_command
from sekisho.model import Form, Region, Role, RoleCredentials, SignInTarget, StartUrl, TokenKey
from sekisho.secret import Secret
from sekisho.values import dataclass

__all__ = ["AssumedRole", "CachedToken", "Registration", "Store", "TokenRecord", "login_of"]


@dataclass(frozen=True, slots=True)
class CachedToken:
    """A token file of the AWS CLI (`spec/aws-cli.md` §2.3)."""

    start_url: StartUrl | None
    """As written by whoever signed in; other tools may leave it out."""
    region: Region | None
    access_token: Secret
    expires_at: datetime
    """Aware, UTC."""
    client_id: str | None
    client_secret: Secret | None
    registration_expires_at: datetime | None
    refresh_token: Secret | None


@dataclass(frozen=True, slots=True)
class Registration:
    """A client registration (RegisterClient), as the AWS CLI caches it (§2.4)."""

    client_id: str
    client_secret: Secret
    expires_at: datetime
    """Aware, UTC; from `clientSecretExpiresAt`."""
    scopes: tuple[str, ...] | None
    grant_types: tuple[str, ...] | None
    """`None` for the device flow: its registration names none."""


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """What sekisho knows of a token that it wrote, and the AWS CLI's file has no room for.

    Kept in the state folder beside each token; it binds the token (design §3, "Binding").
    """

    token_sha256: str
    """Hex digest of the access token in UTF-8."""
    start_url: StartUrl
    region: Region
    oidc_endpoint: str
    """The URL that the sign-in was made at; the refresh token goes nowhere else."""
    portal_endpoint: str
    """The URL that the access token may be sent to."""
    person: str | None
    """Role session name of who signed in; `None` where it could not be learnt."""
    issued: tuple[str, ...]
    """`store.keys.issued_digest` of each of the role credentials fetched with this sign-in, and
    `store.keys.assumed_digest` of each role that was assumed with those."""
    refused: str | None = None
    """`store.keys.refresh_digest` of the refresh token that the service has refused for good;
    `None` where it refused none. It speaks of that one alone, whatever token lies there now."""


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """Credentials that STS gave for a role, and all that they were asked for with.

    They count while the record of the token on disk lists them (`TokenRecord.issued`).
    """

    asked: str
    """Canonical JSON of everything that makes two role chains different
    (`credentials.assumed.asked_of`)."""
    person: str | None
    """Who was signed in, as the record had it."""
    kept_at: datetime
    """Aware, UTC; by this machine's clock. Before it they do not count: the clock was set back."""
    credentials: RoleCredentials


def login_of(key: TokenKey) -> str:
    """Return the command that signs in under `key`; a start URL alone names no profile."""
    return login_command(session=key.value if key.form is Form.SSO_SESSION else None)


class Store(Protocol):
    """Keeps tokens, registrations, role credentials and records for one person's machine.

    Reading gives `None` for what is absent. Every method may raise `errors.FileError`.
    """

    def token(self, key: TokenKey) -> CachedToken | None:
        """Read a token. Raises `errors.TokenInvalid` when the file stays torn or is no token."""

    def put_token(
        self,
        key: TokenKey,
        token: CachedToken,
        record: TokenRecord,
        *,
        outdated: tuple[Role, ...] = (),
    ) -> None:
        """Write a token and its record; remove the role credentials of the `outdated` roles first.

        Those were fetched with the token that this one replaces, perhaps for somebody else. So
        were the assumed roles of `key`, which are removed, too.

        Wherever a crash interrupts it, no token is left beside a record that would send it
        somewhere else than where it was issued.
        """

    def put_refreshed(
        self, key: TokenKey, token: CachedToken, record: TokenRecord, *, replaces: str
    ) -> bool:
        """Write a refreshed token as `put_token` does, in the place of the one it came from.

        `replaces` is the SHA-256 of that one. Returns `False`, and writes nothing, when another
        token, or none, is on disk by now: somebody has signed in anew, or out.
        """

    def put_refused(self, key: TokenKey, digest: str) -> None:
        """Note in the record that the service has refused the refresh token of that digest.

        Nothing is noted where there is no record: one would bind a token that nobody took over.
        """

    def record(self, key: TokenKey) -> TokenRecord | None:
        """Read the record of a token; a record that cannot be read counts as absent."""

    def put_record(self, key: TokenKey, record: TokenRecord) -> None:
        """Write the record alone (`--adopt`), and remove the assumed roles of `key`."""

    def put_issued(self, key: TokenKey, token_sha256: str, credentials: RoleCredentials) -> bool:
        """Write role credentials, and list them in the record of the token they came from.

        A record of an earlier token, which another tool has replaced since, is bound to this
        one from now on: its start URL, Region and endpoints stand, its person is unknown, and
        nothing else counts as issued. Returns `False`, and writes nothing, when there is no
        record, or when the token on disk is another one by now.
        """

    def registration(self, target: SignInTarget) -> Registration | None:
        """Read a client registration; one that cannot be read counts as absent."""

    def put_registration(self, target: SignInTarget, registration: Registration) -> None:
        """Write a client registration."""

    def role_credentials(self, key: TokenKey, role: Role) -> RoleCredentials | None:
        """Read cached role credentials; a file that cannot be read counts as absent."""

    def put_role_credentials(self, key: TokenKey, credentials: RoleCredentials) -> None:
        """Write role credentials as the AWS CLI caches them (§6.1)."""

    def assumed_role(self, key: TokenKey, asked: str) -> AssumedRole | None:
        """Read the role that was assumed for `asked`.

        Raises `errors.FileUnreadable` for a file that is torn, or that came to lie there and was
        assumed for something else; it is left alone until `put_assumed` replaces it.
        """

    def assumed_roles(self, key: TokenKey) -> tuple[AssumedRole, ...]:
        """Read every role that was assumed under `key`; what cannot be read is passed over."""

    def put_assumed(
        self,
        key: TokenKey,
        asked: str,
        credentials: RoleCredentials,
        *,
        source: str,
        kept_at: datetime,
    ) -> bool:
        """Write an assumed role, and list it in the record of the sign-in that it came from.

        `source` is the digest of the credentials that it was assumed with. Returns `False`, and
        writes nothing, where the record of the token on disk does not list those: they were
        another sign-in's, or nobody knows whose.
        """

    def forget_assumed(self, key: TokenKey) -> None:
        """Remove every role that was assumed under `key`."""

    def forget(self, key: TokenKey, roles: tuple[Role, ...], *, keep_token: bool = False) -> None:
        """Remove the token, its record, the role credentials of `roles` and all assumed roles.

        With `keep_token` the token's file is left alone: it is torn, so somebody may be writing.
        """

"""What the center is started with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

__all__ = ["CenterSettings", "Lifetimes", "PasswordCost", "Revocation", "TlsFiles"]

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class Revocation(StrEnum):
    """What becomes of role credentials when what they came from ends."""

    AWS = "aws"
    """They live until they expire, as AWS's do (`spec/identity-center.md` §7.5, §7.7)."""
    STRICT = "strict"
    """They die with the session, the assignment and the user."""


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """The work of one Argon2id hash; the default is RFC 9106's second recommended choice."""

    rounds: int = 3
    memory_kib: int = 65536
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things live, in seconds."""

    registration: int = 90 * _DAY
    """A client registration (`spec/identity-center.md` §1.6)."""
    access_token: int = _HOUR
    """An access token that comes with a refresh token; cut at the session's end."""
    legacy_access_token: int = 8 * _HOUR
    """An access token without one (§1.11)."""
    refresh_grace: int = _MINUTE
    """How long a refresh token still answers after it was used, with the same successor."""
    device_code: int = 10 * _MINUTE
    authorization_request: int = 10 * _MINUTE
    """How long the person may take to sign in and consent."""
    authorization_code: int = _MINUTE


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What the center shows who it is with, over https."""

    certificate: Path
    """PEM: the certificate, and those that lead to a known authority."""
    key: Path
    """PEM: its private key, without a passphrase."""


@dataclass(frozen=True, slots=True)
class CenterSettings:
    """Everything that one center is started with. No secret is in it."""

    database: str
    """An SQLAlchemy URL; `sqlite:///FILE`, or `sqlite://` for one in memory."""
    keys: Path
    """The file of signing keys; made with mode 0600 at first use. Replicas share one."""
    directory: Path | None = None
    """The directory file that is applied at the start."""
    public_url: str | None = None
    """Where people and tools reach the center; `None`: wherever a request says it came to."""
    token_issuer_keys: Mapping[str, Path] = field(default_factory=dict)
    """By the URL of a trusted token issuer: the file of its public keys, a JSON Web Key Set."""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Whose word counts for where a request comes from (`forwarded`)."""
    limits: bool = True
    """Whether too many tries have to wait: sign-in lock-outs, and `SlowDownException`."""
    revocation: Revocation = Revocation.AWS
    audit_days: int = 400
    """How long the audit trail is kept; 0: what happens is logged, and kept nowhere else."""
    password_cost: PasswordCost = field(default_factory=PasswordCost)
    lifetimes: Lifetimes = field(default_factory=Lifetimes)

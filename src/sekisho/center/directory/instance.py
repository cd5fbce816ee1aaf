"""The instance: its start URLs, its Region, and how long a person stays signed in."""

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import Connection, insert, select

from sekisho.center.storage import tables
from sekisho.wire.start_url import is_aws_owned, normalised, parted

__all__ = [
    "DEFAULT_START_URL",
    "OWNER_ACCOUNT",
    "Instance",
    "Mfa",
    "could_be_anothers",
    "is_awss",
    "is_https",
    "is_portals",
    "load_instance",
    "normal_start_url",
]

DEFAULT_START_URL = "https://d-sekisho0.awsapps.com/start"
"""What an instance without a start URL of its own answers to. The AWS CLI takes it for AWS's,
and AWS can give it to nobody (`spec/identity-center.md` §0.8)."""

OWNER_ACCOUNT = "000000000000"
"""The account that the instance and its identity store are of; the center has none of its own."""

_EIGHT_HOURS = 8 * 3600
_DIRECTORY_ID = re.compile(r"d-[0-9a-f]{10}\.awsapps\.(?:com|cn)")
_ISSUER = "https://identitycenter.amazonaws.com/"


class Mfa(StrEnum):
    """Whether people are asked for a second factor, as the directory file calls it."""

    OFF = "off"
    """Nobody is."""
    OPTIONAL = "optional"
    """Whoever has one is."""
    REQUIRED = "required"
    """Everybody is; who has none gets one before they are signed in."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One IAM Identity Center instance."""

    id: str
    """`ssoins-` and 16 hex digits."""
    start_urls: tuple[str, ...]
    """As configured; at least one. The first is the one to show."""
    region: str
    session_seconds: int
    """How long a session of the access portal lasts."""
    any_account_ids: bool
    """Whether account ids may have other lengths than 12 digits."""
    identity_store_id: str
    """`d-` and ten hex digits: where its people and groups are."""
    mfa: Mfa

    @property
    def arn(self) -> str:
        """How `sso-admin` names it."""
        return f"arn:aws:sso:::instance/{self.id}"

    @property
    def identity_store_arn(self) -> str:
        """How `identitystore` names its people and groups."""
        return f"arn:aws:identitystore::{OWNER_ACCOUNT}:identitystore/{self.identity_store_id}"

    @property
    def issuer(self) -> str:
        """Who issues its tokens, as AWS spells it (`spec/identity-center.md` §1.6)."""
        return f"{_ISSUER}{self.id}"

    @property
    def alias(self) -> str:
        """The start URL that the AWS CLI takes for AWS's, so that it asks nobody (§0.3).

        The first of the configured ones that is; without one, the default.
        """
        ours = (url for url in self.start_urls if is_awss(url))
        return next(ours, DEFAULT_START_URL)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of our own start URLs: names that requests may come to us under."""
        found = (parted(url) for url in self.start_urls if not is_awss(url))
        return frozenset(parts.hostname for parts in found if parts and parts.hostname)

    def start_url_at(self, origin: str) -> str:
        """Return the start URL to tell people who reach us at `origin`.

        By https that is our own, since a HEAD there leads the AWS CLI on to the alias (§0.7);
        of plain http the AWS CLI would hear nothing, so they get the alias.
        """
        return f"{origin}/start" if origin.startswith("https://") else self.alias

    def is_named_by(self, url: str, *, origin: str) -> bool:
        """Return whether `url` is one of the start URLs, our own at `origin`, or the issuer."""
        wanted = normal_start_url(url)
        ours = (*self.start_urls, self.alias, f"{origin}/start", self.issuer)
        return wanted is not None and wanted in map(normal_start_url, ours)


def normal_start_url(url: str) -> str | None:
    """Bring a start URL into the form in which two of them compare; `None` for no URL at all.

    People paste `…/start`, `…/start/`, `…/start#` and `…/start/#/` (§0.9): scheme and host are
    lower-cased; default port, query, fragment and trailing slash are dropped.
    """
    text = url.strip()
    parts = parted(text)
    if parts is None or not parts.scheme or not parts.hostname or parts.username is not None:
        return None
    return normalised(text)


def is_https(url: str) -> bool:
    """Return whether a start URL is one that the AWS CLI takes at all."""
    parts = parted(url.strip())
    return parts is not None and parts.scheme == "https"


def is_portals(url: str) -> bool:
    """Return whether a start URL of our own leads to the page that serves it."""
    return urlsplit(normal_start_url(url) or "").path == "/start"


def could_be_anothers(url: str) -> bool:
    """Return whether AWS may have given a start URL to an organisation (§0.8).

    `d-` and ten hex digits is how AWS names directories, and it hands those out: without the
    endpoint override, a tool would send a person to a stranger's sign-in page.
    """
    parts = parted(url.strip())
    return parts is not None and bool(_DIRECTORY_ID.fullmatch(parts.hostname or ""))


def is_awss(url: str) -> bool:
    """Return whether a start URL is on a host of AWS's, which no tool asks."""
    parts = parted(url)
    return parts is not None and is_aws_owned(parts.hostname or "")


def load_instance(connection: Connection) -> Instance:
    """Read the instance; an empty database gets one with the default start URL."""
    row = connection.execute(select(tables.instance)).one_or_none()
    if row is None:
        connection.execute(
            insert(tables.instance).values(
                id=f"ssoins-{secrets.token_hex(8)}",
                start_urls=[DEFAULT_START_URL],
                region="us-east-1",
                session_seconds=_EIGHT_HOURS,
                any_account_ids=False,
                identity_store_id=f"d-{secrets.token_hex(5)}",
            )
        )
        row = connection.execute(select(tables.instance)).one()
    return Instance(
        row.id,
        tuple(row.start_urls),
        row.region,
        row.session_seconds,
        row.any_account_ids,
        row.identity_store_id,
        Mfa(row.mfa),
    )

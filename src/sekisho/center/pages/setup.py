"""The way in from the command line, as the portal shows it: what to paste into a config file."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sekisho.center.env import endpoint_variables
from sekisho.center.pages.visit import Visit

__all__ = ["Setup", "setup_for"]


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that a profile for one account and role needs, for this center."""

    session_name: str
    start_url: str
    region: str
    endpoint: str
    """Our origin: one serves every service."""
    profile: str
    account_id: str
    role_name: str
    variables: Mapping[str, str]
    """The environment variables that do what the section of endpoints does."""
    tls: bool
    """Whether the tools have to trust a certificate of ours."""


def setup_for(visit: Visit, account_id: str, role_name: str) -> Setup:
    """Return the setup of a profile for that account and role, named as AWS's portal does."""
    instance = visit.center.instance
    return Setup(
        session_name=(urlsplit(instance.alias).hostname or "").partition(".")[0],
        start_url=instance.start_url_at(visit.origin),
        region=instance.region,
        endpoint=visit.origin,
        profile=f"{account_id}_{role_name}",
        account_id=account_id,
        role_name=role_name,
        variables=endpoint_variables(visit.origin),
        tls=visit.origin.startswith("https://"),
    )

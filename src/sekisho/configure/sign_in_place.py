"""The wizard's first questions: which sso-session, or which start URL, the profile signs in to."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sekisho.aws.start_url import region_of_host, resolve_start_url
from sekisho.awsconfig.profiles import AwsConfig, Profile, SsoSession
from sekisho.configure.moves import ACCOUNT_ACCESS
from sekisho.configure.questions import OPTIONS, Asker
from sekisho.errors import StartUrlRefused, UsageError
from sekisho.model import Region, SessionName, SignInTarget, StartUrl
from sekisho.ports import Http
from sekisho.wire.start_url import is_aws_owned

__all__ = ["Place", "ask_place", "ask_region"]

_LEGACY_WARNING = (
    "WARNING: Configuring using legacy format (e.g. without an SSO session).\n"
    'Consider re-running "configure sso" command and providing a session name.'
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to sign in."""

    target: SignInTarget
    scopes: str
    """As the file has them, or is to have them; empty where it has none."""
    is_new: bool
    """Whether the session is named for the first time, so that no earlier sign-in counts."""

    @classmethod
    def of(cls, start_url: str, region: str, session: str, scopes: str, *, is_new: bool) -> "Place":
        """Make one of what was answered; without a `session` it is the legacy form."""
        split = tuple(scope.strip() for scope in scopes.split(",") if scope.strip())
        target = SignInTarget(
            StartUrl(start_url),
            Region(region),
            SessionName(session) if session else None,
            split if session and scopes else None,
        )
        return cls(target, scopes if session else "", is_new)


def ask_place(config: AwsConfig, current: Profile | None, asker: Asker, http: Http) -> Place:
    """Ask for the session, and for what it does not say yet.

    `current` is the profile as it is, whose values are the defaults. Blocks for a call where a
    company's own start URL may say its Region. Raises `UsageError` for an option that contradicts
    the session, and what an `Asker` raises.
    """
    text = current.text if current is not None else (lambda _key: None)
    name = asker.session_name(text("sso_session"), tuple(config.sessions), required=False)
    known = config.sessions.get(SessionName(name)) if name else None
    if known is not None:
        _refuse_contradiction(known, asker)
    if not name:
        asker.interview.warn(_LEGACY_WARNING)
    said = known.text if known is not None else (lambda _key: None)
    start_url = said("sso_start_url") or asker.start_url(text("sso_start_url"))
    region = said("sso_region") or ask_region(start_url, text("sso_region"), asker, http)
    scopes = said("sso_registration_scopes") or ""
    if name and known is None:
        scopes = asker.scopes(ACCOUNT_ACCESS)
    return Place.of(start_url, region, name, scopes, is_new=bool(name) and known is None)


def _refuse_contradiction(session: SsoSession, asker: Asker) -> None:
    for key in ("sso_start_url", "sso_region", "sso_registration_scopes"):
        said, given = session.text(key), getattr(asker.given, key)
        if said and given and given != said:
            raise UsageError(
                f"{session.place}: [sso-session {session.name}] has {key} = {said}, and "
                f"{OPTIONS[key]} says {given}",
                do=f"leave {OPTIONS[key]} out, or name another --sso-session",
            )


def ask_region(start_url: str, current: str | None, asker: Asker, http: Http) -> str:
    """Ask for the portal's Region, unless a company's own start URL leads to it.

    A host of AWS's that names its Region proposes it. Blocks for a call where the host is not
    AWS's and no option answers. Raises what an `Asker` raises.
    """
    if asker.given.sso_region is not None:
        return asker.sso_region(current)
    parts = urlsplit(start_url)
    host = parts.hostname or ""
    if is_aws_owned(host) or parts.scheme != "https":
        return asker.sso_region(current or region_of_host(host))
    try:
        portal = resolve_start_url(StartUrl(start_url), Region(""), http)
    except StartUrlRefused as error:
        asker.interview.warn(error.what)
        return asker.sso_region(current)
    return portal.region or asker.sso_region(current)

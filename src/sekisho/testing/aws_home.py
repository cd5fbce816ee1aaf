"""A scratch home folder for AWS tools, whose endpoints are a test's own center."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sekisho import files
from sekisho.model import Environ, Region, SessionName, SignInTarget, StartUrl
from sekisho.ports import Clock
from sekisho.store.native import NativeStore

__all__ = ["AwsHome", "environ_of"]

_SCOPES = "sso:account:access"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_TIMES = ("expiresAt", "registrationExpiresAt", "Expiration")
_CHANGES_WHAT_IS_TESTED = ("AWS_", "XDG_", "BOTO")


def environ_of(home: Path, endpoints: Mapping[str, str], inherited: Environ) -> dict[str, str]:
    """Return the environment of a process that lives in `home` and calls `endpoints`.

    The rest is `inherited`, but for every AWS and XDG variable. The loopback needs no proxy.
    """
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.upper().startswith(_CHANGES_WHAT_IS_TESTED)
    }
    direct = [kept[name] for name in ("NO_PROXY", "no_proxy") if kept.get(name)][:1]
    without_proxy = ",".join([*direct, "127.0.0.1", "localhost"])
    return {
        **kept,
        "HOME": str(home),
        "AWS_CONFIG_FILE": str(home / ".aws" / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / ".aws" / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "NO_PROXY": without_proxy,
        "no_proxy": without_proxy,
        **endpoints,
    }


class AwsHome:
    """A home folder with an AWS config, and the environment of whoever lives in it."""

    def __init__(
        self, path: Path, environ: Mapping[str, str], *, start_url: str, region: str
    ) -> None:
        """Make `path/.aws/config`, with one `[sso-session test]` and no profile yet."""
        self.path = path
        """The home folder itself."""
        self.environ = dict(environ)
        """For `subprocess.run(…, env=aws_home.environ)`: all variables, `PATH` and the like too."""
        self.config = path / ".aws" / "config"
        self.credentials = path / ".aws" / "credentials"
        """Not there, unless the test writes it."""
        self.token_cache = path / ".aws" / "sso" / "cache"
        """Where the AWS CLI and the SDKs keep tokens."""
        self._start_url = start_url
        self._region = region
        self.config.parent.mkdir(parents=True)
        self.write_config(
            f"[sso-session test]\nsso_start_url = {start_url}\nsso_region = {region}\n"
            f"sso_registration_scopes = {_SCOPES}\n"
        )

    def write_config(self, text: str) -> None:
        """Replace the whole config file."""
        self.config.write_text(text, encoding="utf-8")

    def add_profile(
        self,
        name: str,
        *,
        account_id: str,
        role_name: str,
        region: str = "us-east-1",
        session: str | None = "test",
    ) -> str:
        """Add a profile for one account and role to the config; return its `name`.

        `session` names its `[sso-session]`; with `None` it is in the legacy form.
        """
        sign_in = (
            f"sso_start_url = {self._start_url}\nsso_region = {self._region}\n"
            if session is None
            else f"sso_session = {session}\n"
        )
        section = "[default]" if name == "default" else f"[profile {name}]"
        with self.config.open("a", encoding="utf-8") as config:
            config.write(
                f"\n{section}\n{sign_in}sso_account_id = {account_id}\n"
                f"sso_role_name = {role_name}\nregion = {region}\n"
            )
        return name

    def target(self, session: str | None = "test") -> SignInTarget:
        """Say what is signed in to: under an sso-session's name, or in the legacy form."""
        return SignInTarget(
            StartUrl(self._start_url),
            Region(self._region),
            None if session is None else SessionName(session),
            None if session is None else (_SCOPES,),
        )

    def store(self, clock: Clock) -> NativeStore:
        """Return sekisho's view of the caches."""
        state = Path(self.environ["XDG_STATE_HOME"]) / "sekisho"
        return NativeStore(home=self.path, state=state, clock=clock)

    def age(self, seconds: float) -> None:
        """Let what lies in the caches of the AWS CLI and the SDKs expire `seconds` earlier.

        The fixture does it whenever the center's clock is advanced.
        """
        for folder in (self.token_cache, self.path / ".aws" / "cli" / "cache"):
            for path in folder.glob("*.json"):
                aged = _aged(json.loads(path.read_bytes()), timedelta(seconds=seconds))
                files.write_private(path, json.dumps(aged).encode())


def _aged(value: object, by: timedelta) -> object:
    if not isinstance(value, dict):
        return value
    return {
        key: _earlier(part, by) if key in _TIMES and isinstance(part, str) else _aged(part, by)
        for key, part in value.items()
    }


def _earlier(text: str, by: timedelta) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text  # what is no time does not age
    return (at - by).strftime(_TIME)

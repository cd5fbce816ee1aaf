"""An IAM Identity Center of a test's own: in this process, at a real port of the loopback."""

import contextlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from sekisho.adapters.clock import SystemClock
from sekisho.center.app import build_app
from sekisho.center.background import serving
from sekisho.center.center import Center
from sekisho.center.controls import Controls, RecordedCall
from sekisho.center.directory import assignments, document
from sekisho.center.directory.document import UserEntry
from sekisho.center.env import endpoint_variables, sign_in_settings
from sekisho.center.factors import totp
from sekisho.center.settings import CenterSettings, PasswordCost, Revocation
from sekisho.center.storage import tables
from sekisho.secret import Secret
from sekisho.testing.authenticator_app import AuthenticatorApp
from sekisho.testing.faults import Faults

if TYPE_CHECKING:
    from sekisho.testing.person import Person

__all__ = ["DIRECTORY", "CenterClock", "IdentityCenter", "open_identity_center"]

DIRECTORY: Mapping[str, object] = {
    "instance": {"start_urls": ["https://example.awsapps.com/start"], "region": "us-east-1"},
    "accounts": [{"id": "111111111111", "name": "dev"}, {"id": "222222222222", "name": "prod"}],
    "permission_sets": [{"name": "AdministratorAccess"}, {"name": "ReadOnlyAccess"}],
    "groups": [{"name": "engineers"}],
    "users": [
        {"name": "you@example.com", "password": "not a real password", "groups": ["engineers"]}
    ],
    "assignments": [
        {"group": "engineers", "accounts": ["dev"], "permission_set": "AdministratorAccess"},
        {"group": "engineers", "accounts": ["dev", "prod"], "permission_set": "ReadOnlyAccess"},
    ],
}
"""The organisation of a test that names no other."""

_CHEAP = PasswordCost(rounds=1, memory_kib=8, lanes=1)
"""Passwords of tests guard nothing, and a hash that is worth its name takes a tenth of a second."""


class CenterClock:
    """The center's clock, which a test puts forward.

    Tokens, codes, sessions and lock-outs age alike, and so does what lies in the caches of an
    `aws_home`. What a client holds in memory does not: make a new session, as a new process would.
    """

    def __init__(self, controls: Controls) -> None:
        """Turn the clock of `controls`."""
        self._controls = controls
        self._ageing: list[Callable[[float], None]] = []

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once. Raises `ValueError` for a negative number."""
        self._controls.clock.advance(seconds)
        for age in self._ageing:
            age(seconds)

    def ages(self, age: Callable[[float], None]) -> None:
        """Call `age` with the seconds of each later `advance`."""
        self._ageing.append(age)


class IdentityCenter:
    """A running center, and what a test may do to it."""

    def __init__(self, url: str, center: Center, controls: Controls, folder: Path) -> None:
        """Stand for the `center` that is served at `url`; `folder` has its directory file."""
        self._center = center
        self._controls = controls
        self._apps: dict[str, AuthenticatorApp] = {}
        self._users = document.read(folder / _DIRECTORY_FILE).users
        self.url = url
        """Where it is reached: `http://127.0.0.1:PORT`."""
        settings = sign_in_settings(center.instance)
        self.start_url = settings["sso_start_url"]
        """What `sso_start_url` has to be."""
        self.region = settings["sso_region"]
        """What `sso_region` has to be."""
        self.environ: Mapping[str, str] = endpoint_variables(url)
        """The variables that send AWS tools here, instead of to AWS."""
        self.clock = CenterClock(controls)
        self.faults = Faults(controls)

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """Every call of an operation so far, in order. Visits to pages are not among them."""
        return self._controls.calls

    def count(self, operation: str) -> int:
        """Return how often `operation` was called so far."""
        return self._controls.counts().get(operation, 0)

    @property
    def control_token(self) -> Secret:
        """The bearer token of the test controls over HTTP, at `url`, for tests in other languages."""
        return self._controls.token or Secret("")

    def person(self, name: str | None = None, *, password: str | None = None) -> "Person":
        """Return a person of the directory: the first one, or the one of that `name`.

        Their password is the directory's; one that is there only as a hash has to be given.
        Raises `LookupError` where there is no such person or no such password.
        """
        from sekisho.testing.person import Person  # the client's half: a center starts without it

        user = self._named(name)
        known = user.password if password is None else Secret(password)
        if known is None:
            raise LookupError(f"the directory has no password of {user.name}; hand it in")
        return Person(user.name, known, url=self.url, app=self._apps.get(user.name))

    def add_authenticator_app(self, name: str | None = None) -> Secret:
        """Give a person, the first one or the one of that `name`, an authenticator app.

        From then on the sign-in asks for its code, and a `person` that is asked for later shows it.
        Returns its secret key, for other tools. Raises `LookupError` where there is no such person.
        """
        center, secret = self._center, totp.new_secret()
        users = tables.users
        query = select(users.c.id, users.c.name).where(users.c.name == self._named(name).name)
        with center.database.writing() as connection:
            row = connection.execute(query).one()
            totp.add(connection, center.keys, row.id, "a test's", secret, 0, center.now())
        self._apps[row.name] = AuthenticatorApp(secret, center.clock.now)
        return secret

    def _named(self, name: str | None) -> UserEntry:
        named = [user for user in self._users if name in (None, user.name)]
        if not named:
            raise LookupError(f"nobody in the directory is called {name!r}")
        return named[0]

    def remove_assignment(self, *, account_id: str, permission_set: str) -> None:
        """Take a permission set in an account away from everybody who has it.

        Raises `LookupError` when nobody has.
        """
        if not assignments.remove(self._center, account_id, permission_set):
            raise LookupError(f"nobody has {permission_set} in {account_id}")


@contextlib.contextmanager
def open_identity_center(
    folder: Path,
    *,
    directory: str | Path | Mapping[str, object] = DIRECTORY,
    revocation: str = "aws",
    limits: bool = False,
) -> Iterator[IdentityCenter]:
    """Run a center while the block runs: the fixture `identity_center`, for other test runners.

    `directory` is the contents of a directory file: as a mapping, as YAML text, or the `Path` of
    the file itself. `folder` has to be there, and is where it keeps things. `revocation` and
    `limits` are the options of `sekisho center serve`; without limits a suite may sign in as often
    as it likes, and nobody is locked out. Raises `errors.DirectoryInvalid`, and
    `ValueError` for a `revocation` that there is not.
    """
    (folder / _DIRECTORY_FILE).write_bytes(_contents(directory))
    settings = CenterSettings(
        database="sqlite://",
        keys=folder / "keys.json",
        directory=folder / _DIRECTORY_FILE,
        limits=limits,
        revocation=Revocation(revocation),
        password_cost=_CHEAP,
    )
    clock = SystemClock()
    controls = Controls(clock, Secret(secrets.token_urlsafe()))
    app = build_app(settings, clock=clock, controls=controls)
    with serving(app, controls) as url:
        yield IdentityCenter(url, app.state.center, controls, folder)


_DIRECTORY_FILE = "directory.yaml"


def _contents(directory: str | Path | Mapping[str, object]) -> bytes:
    if isinstance(directory, Path):
        return directory.read_bytes()
    return (directory if isinstance(directory, str) else json.dumps(directory)).encode()

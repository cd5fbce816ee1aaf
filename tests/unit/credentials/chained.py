"""A chain that begins at a profile that is signed in, and an STS that follows a script."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sekisho.aws.endpoint import Endpoint
from sekisho.awsconfig.chain import RoleLink
from sekisho.credentials.interface import ChainRoute, Route
from sekisho.credentials.plan import plan
from sekisho.model import ProfileName, Region, RoleCredentials
from sekisho.secret import Secret
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import ScriptedHttp
from sekisho.wire.http import Headers, Response

__all__ = ["DEPLOYER", "RELEASER", "SERIAL", "STS", "Chain", "link", "refused"]

DEPLOYER = "arn:aws:iam::1234567891012:role/deployer"
RELEASER = "arn:aws:iam::1234567891012:role/releaser"
SERIAL = "arn:aws:iam::111122223333:mfa/me"

STS = Endpoint("https://sts.eu-west-1.amazonaws.com", Region("eu-west-1"), False, "AWS")


def link(name: str = "deploy", role_arn: str = DEPLOYER, **more: Any) -> RoleLink:
    unsaid: dict[str, Any] = dict.fromkeys(
        ("session_name", "external_id", "duration_seconds", "mfa_serial", "source_identity")
    )
    return RoleLink(ProfileName(name), role_arn, **{**unsaid, **more}, place="~/.aws/config:9")


def xml(status: int, body: str) -> Response:
    return Response(status, Headers({"Content-Type": "text/xml"}), body.encode())


def refused(code: str, message: str = "No.") -> Response:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return xml(403, f"<ErrorResponse>{error}</ErrorResponse>")


class Chain:
    """A chain that begins at the profile `dev`, signed in, its role credentials cached."""

    def __init__(self, route: Route, store: NativeStore, clock: FakeClock, folder: Path) -> None:
        self._route, self._store, self._clock, self._folder = route, store, clock, folder
        self.asked: list[RoleLink] = []
        self.http = ScriptedHttp()
        self.told: list[str] = []

    def assumed(self, key_id: str = "ASIAASSUMED1", *, minutes: float = 60) -> Response:
        until = self._clock.now() + timedelta(minutes=minutes)
        return xml(
            200,
            "<R><AssumeRoleResult><AssumedRoleUser>"
            "<Arn>arn:aws:sts::1234567891012:assumed-role/deployer/s</Arn></AssumedRoleUser>"
            f"<Credentials><AccessKeyId>{key_id}</AccessKeyId>"
            "<SecretAccessKey>fake</SecretAccessKey>"
            f"<SessionToken>FAKESESSION-{key_id}</SessionToken>"
            f"<Expiration>{until.isoformat()}</Expiration></Credentials></AssumeRoleResult></R>",
        )

    def fetch(
        self,
        *answers: Response,
        links: tuple[RoleLink, ...] = (link(),),
        route: Route | None = None,
        sts: Endpoint = STS,
    ) -> RoleCredentials:
        """Take the credentials of the chain; each of the `answers` has to be asked for."""
        self.http = ScriptedHttp(*answers)
        credentials = plan(
            ChainRoute(route or self._route, links, sts),
            store=self._store,
            http=self.http,
            clock=self._clock,
            lock_folder=self._folder / "locks",
            notice=self.told.append,
            ask_code=self._ask,
        ).fetch()
        assert len(self.http.requests) == len(answers)
        return credentials

    def _ask(self, asking: RoleLink, _profile: ProfileName) -> Secret:
        self.asked.append(asking)
        return Secret("987654")

"""A machine on which much is signed in to, and services that know whom each secret is of.

Whatever reaches a service is judged there: a token that was issued anywhere else is a failure.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sekisho.aws.endpoint import Endpoint, Service, resolve
from sekisho.awsconfig.chain import RoleLink
from sekisho.credentials.assumed import asked_of
from sekisho.credentials.plan import ChainRoute, Route, plan
from sekisho.login.refresh import fresh_token
from sekisho.model import (
    AccountId,
    ProfileName,
    Region,
    Role,
    RoleCredentials,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)
from sekisho.secret import Secret
from sekisho.store import cachefile, keys
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import success
from sekisho.wire.http import Request, Response
from sekisho.wire.portal import TOKEN_HEADER

__all__ = ["Asked", "BoundWorld"]


@dataclass(frozen=True)
class Asked:
    """All that makes two requests different, but for the person."""

    session: str | None
    """`None`: the legacy form."""
    start_url: str
    region: str
    account: str
    role: str
    override: str
    """The value of AWS_ENDPOINT_URL; empty: AWS's own endpoints."""
    chain: tuple[RoleLink, ...] = ()
    """The roles that are assumed on the way; none for a profile that is no chain."""
    sts_region: str = "us-east-1"
    """Where they are assumed."""

    @property
    def target(self) -> SignInTarget:
        session = None if self.session is None else SessionName(self.session)
        return SignInTarget(StartUrl(self.start_url), Region(self.region), session, None)

    @property
    def route(self) -> Route:
        role = Role(AccountId(self.account), RoleName(self.role))
        endpoints = (self._endpoint(Service.SSO_OIDC), self._endpoint(Service.SSO))
        return Route(self.target, role, ProfileName("dev"), *endpoints)

    @property
    def whole_route(self) -> Route | ChainRoute:
        if not self.chain:
            return self.route
        return ChainRoute(self.route, self.chain, self._endpoint(Service.STS, self.sts_region))

    @property
    def steps(self) -> tuple["Step", ...]:
        """What STS has to be asked for, on the way to these credentials."""
        route = self.whole_route
        if isinstance(route, Route):
            return ()
        place = (route.sts.url, route.sts.region)
        return tuple(
            (
                *place,
                link.role_arn,
                link.session_name,
                link.external_id,
                None if link.duration_seconds is None else str(link.duration_seconds),
                link.mfa_serial,
                link.source_identity,
            )
            for link in self.chain
        )

    def _endpoint(self, service: Service, region: str | None = None) -> Endpoint:
        environ = {"AWS_ENDPOINT_URL": self.override} if self.override else {}
        return resolve(service, Region(region or self.region), environ=environ, overrides={})


Step = tuple[str | None, ...]
"""One AssumeRole, as STS saw it: endpoint, Region, and the parameters that do not change."""

_PARAMETERS = ("ExternalId", "DurationSeconds", "SerialNumber", "SourceIdentity")


@dataclass(frozen=True)
class Origin:
    """What a token was issued for. Its endpoints are those that it may be sent to."""

    target: SignInTarget
    oidc: str
    portal: str
    person: str


@dataclass
class BoundWorld:
    """The caches in `folder`; it is also the services, and so satisfies `ports.Http`."""

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    origins: dict[str, Origin] = field(default_factory=dict)
    """By the token's text."""
    issued: dict[str, tuple[Origin, Role, tuple[Step, ...]]] = field(default_factory=dict)
    """By access key id: who fetched the role credentials, of which role, and what was assumed with
    them since."""
    serial: "count[int]" = field(default_factory=count)

    @property
    def store(self) -> NativeStore:
        return NativeStore(self.folder / "home", self.folder / "state", self.clock)

    def sign_in(self, asked: Asked, person: str) -> None:
        """Sign in with sekisho."""
        route = asked.route
        token = self._new_token(Origin(asked.target, route.oidc.url, route.portal.url, person))
        record = TokenRecord(
            keys.sha256_hex(token.access_token.reveal()),
            asked.target.start_url,
            asked.target.region,
            route.oidc.url,
            route.portal.url,
            person,
            (),
        )
        self.store.put_token(asked.target.token_key, token, record)

    def another_tool_signs_in(self, asked: Asked, person: str) -> None:
        """Leave the file that the AWS CLI leaves, whatever was there; it writes no record."""
        own = replace(asked, override="").route
        record = self.store.record(asked.target.token_key)
        places = (own.oidc.url, own.portal.url)
        if record is not None:  # its endpoint cannot be told: it is taken to be the same
            places = (record.oidc_endpoint, record.portal_endpoint)
        token = self._new_token(Origin(asked.target, *places, person))
        path = keys.token_file(self.store.home, asked.target.token_key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cachefile.render_token(token))

    def another_tool_caches(self, asked: Asked) -> None:
        """Leave role credentials that nobody knows the origin of."""
        credentials = RoleCredentials(
            f"ASIAFOREIGN{next(self.serial)}",
            Secret("FAKE"),
            Secret("FAKE"),
            self.clock.now() + timedelta(hours=1),
            asked.route.role,
        )
        self.store.put_role_credentials(asked.target.token_key, credentials)

    def signs_out(self, asked: Asked) -> None:
        """Sign out with sekisho."""
        self.store.forget(asked.target.token_key, (asked.route.role,))

    def credentials_file_is_copied(self, one: Asked, other: Asked) -> None:
        """Put the credentials of `one` where those of `other` belong, and their source's too."""
        for source, target in zip(self._files(one), self._files(other), strict=True):
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())

    def _files(self, asked: Asked) -> tuple[Path, Path]:
        """Where the role credentials lie, and what a chain ends in, or else the same again."""
        store, key, route = self.store, asked.target.token_key, asked.whole_route
        role = keys.role_file(store.home, key, asked.route.role)
        if isinstance(route, Route):
            return role, role
        return role, keys.assumed_file(store.state, store.home, key, asked_of(route))

    def token(self, asked: Asked) -> CachedToken:
        """Take a token, as commands do."""
        route = asked.route
        token, _ = fresh_token(
            target=route.target,
            oidc=route.oidc,
            portal=route.portal,
            store=self.store,
            http=self,
            clock=self.clock,
            lock_folder=self.folder / "locks",
            login=route.login,
        )
        return token

    def credentials(self, asked: Asked) -> RoleCredentials:
        """Fetch credentials, as commands do."""
        locks = self.folder / "locks"
        source = plan(
            asked.whole_route,
            store=self.store,
            http=self,
            clock=self.clock,
            lock_folder=locks,
            ask_code=lambda _link, _profile: Secret("000000"),
        )
        return source.fetch()

    def send(self, request: Request) -> Response:
        """Be the service: refuse nothing, and fail where a secret came to the wrong one."""
        url = urlsplit(request.url)
        place = f"{url.scheme}://{url.netloc}"
        if url.path == "/token":
            origin = self.origins[json.loads(request.body)["refreshToken"]]
            assert place == origin.oidc, (place, origin)
            token = self._new_token(origin)
            assert token.refresh_token is not None
            said = {"accessToken": token.access_token.reveal(), "expiresIn": 3600}
            return success({**said, "refreshToken": token.refresh_token.reveal()})
        if request.method == "POST":
            return self._assume(place, request)
        origin = self.origins[request.headers[TOKEN_HEADER]]
        assert place == origin.portal, (place, origin)
        query = parse_qs(url.query)
        role = Role(AccountId(query["account_id"][0]), RoleName(query["role_name"][0]))
        key_id = f"ASIAFAKE{next(self.serial)}"
        self.issued[key_id] = (origin, role, ())
        until = int((self.clock.now() + timedelta(hours=1)).timestamp() * 1000)
        fake = {"accessKeyId": key_id, "secretAccessKey": "FAKE", "sessionToken": "FAKE"}
        return success({"roleCredentials": {**fake, "expiration": until}})

    def _assume(self, place: str, request: Request) -> Response:
        """Be STS: whoever asks is the one whose key signs."""
        signed = request.headers["Authorization"].partition("Credential=")[2].split("/")
        form = {name: each[0] for name, each in parse_qs(request.body.decode()).items()}
        name = form["RoleSessionName"]
        origin, role, steps = self.issued[signed[0]]
        step = (
            *(place, signed[2], form["RoleArn"]),
            *(None if name.startswith("botocore-session-") else name,),
            *(form.get(parameter) for parameter in _PARAMETERS),
        )
        key_id = f"ASIAFAKE{next(self.serial)}"
        self.issued[key_id] = (origin, role, (*steps, step))
        until = (self.clock.now() + timedelta(hours=1)).isoformat()
        return Response(
            200,
            body=(
                "<R><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn>"
                f"</AssumedRoleUser><Credentials><AccessKeyId>{key_id}</AccessKeyId>"
                "<SecretAccessKey>FAKE</SecretAccessKey><SessionToken>FAKE</SessionToken>"
                f"<Expiration>{until}</Expiration></Credentials></AssumeRoleResult></R>"
            ).encode(),
        )

    def _new_token(self, origin: Origin) -> CachedToken:
        text, hour = f"FAKETOKEN{next(self.serial)}", timedelta(hours=1)
        self.origins[text] = self.origins[f"{text}-refresh"] = origin
        return CachedToken(
            origin.target.start_url,
            origin.target.region,
            Secret(text),
            self.clock.now() + hour,
            "FAKECLIENT",
            Secret("FAKE"),
            self.clock.now() + 24 * 90 * hour,
            Secret(f"{text}-refresh"),
        )

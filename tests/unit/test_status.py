"""What the disk says of sign-ins and profiles. All secrets are obviously fake."""

from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.awsconfig.chain import role_chain
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, interpret
from sekisho.credentials.assumed import asked_of
from sekisho.credentials.interface import ChainRoute, Route
from sekisho.errors import (
    EndpointInvalid,
    FileUnreadable,
    Mismatch,
    ProfileNotFound,
    SessionNotFound,
    TokenInvalid,
    TokenNotAdopted,
)
from sekisho.model import (
    AccountId,
    Form,
    ProfileName,
    Region,
    Role,
    RoleCredentials,
    RoleName,
    StartUrl,
    TokenKey,
)
from sekisho.secret import Secret
from sekisho.status import ProfileStatus, SessionStatus, State, Status, profile_status, status
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import issued_digest, refresh_digest, sha256_hex, token_file
from sekisho.store.native import NativeStore
from sekisho.testing.clock import START, FakeClock

URL = StartUrl("https://hoge.awsapps.com/start")
US_EAST_1 = Region("us-east-1")
DEV = TokenKey(Form.SSO_SESSION, "hoge-dev")
STG = TokenKey(Form.SSO_SESSION, "hoge-stg")
LEGACY = TokenKey(Form.LEGACY, URL)
ROLE = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))
HOUR = timedelta(hours=1)
CONFIG = """\
[profile deployer]
role_arn = arn:aws:iam::123456789011:role/deployer
source_profile = dev
[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789011
sso_role_name = AdministratorAccess
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
[sso-session hoge-stg]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
[profile old]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789011
sso_role_name = AdministratorAccess
[profile ci]
region = us-east-1
[profile broken]
sso_session = nowhere
sso_account_id = 123456789011
sso_role_name = AdministratorAccess
"""


def aws_endpoints(_name: ProfileName | None, region: Region) -> tuple[Endpoint, Endpoint]:
    oidc, portal = (f"https://{name}.{region}.amazonaws.com" for name in ("oidc", "portal.sso"))
    return Endpoint(oidc, region, False, "AWS"), Endpoint(portal, region, False, "AWS")


STS = Endpoint("https://sts.us-east-1.amazonaws.com", US_EAST_1, False, "AWS")


def route_of(name: ProfileName) -> ChainRoute:
    """The only profile here with a route that is looked at: the chain."""
    chain = role_chain(config_of(), name)
    assert chain is not None
    assert chain.source.role is not None
    endpoints = aws_endpoints(name, chain.source.target.region)
    source = Route(chain.source.target, chain.source.role, chain.source.name, *endpoints)
    return ChainRoute(source, chain.links, STS)


def config_of(text: str = CONFIG) -> AwsConfig:
    return interpret(text.encode(), None, ConfigFiles(Path("config"), Path("credentials")))


class Disk:
    """A home with caches, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.home = folder
        self.store = NativeStore(folder, folder / "state", self.clock)

    def put(
        self,
        key: TokenKey = DEV,
        *,
        left: timedelta = HOUR,
        refreshes: bool = False,
        region: Region = US_EAST_1,
        recorded: bool = True,
    ) -> None:
        """Sign in."""
        token = CachedToken(
            start_url=URL,
            region=region,
            access_token=Secret("FAKETOKEN"),
            expires_at=START + left,
            client_id="client" if refreshes else None,
            client_secret=Secret("fake") if refreshes else None,
            registration_expires_at=START + timedelta(days=90) if refreshes else None,
            refresh_token=Secret("fake") if refreshes else None,
        )
        oidc, portal = aws_endpoints(None, region)
        digest = sha256_hex("FAKETOKEN")
        self.store.put_token(
            key,
            token,
            TokenRecord(digest, URL, region, oidc.url, portal.url, "hoge@hoge.com", ()),
        )
        if not recorded:
            for record in (self.home / "state/records").iterdir():
                record.unlink()

    def cache(self, key: TokenKey = DEV, *, left: timedelta = HOUR) -> None:
        """Fetch role credentials."""
        issued = RoleCredentials("ASIAFAKE", Secret("x"), Secret("y"), START + left, ROLE)
        self.store.put_issued(key, sha256_hex("FAKETOKEN"), issued)

    def assume(self, *, left: timedelta = HOUR) -> None:
        """Assume the role of the chain with the role credentials that are cached."""
        source = self.store.role_credentials(DEV, ROLE)
        assert source is not None
        assumed = RoleCredentials("ASIAFAKE2", Secret("x"), Secret("y"), START + left, ROLE)
        chain = route_of(ProfileName("deployer"))
        digest = issued_digest(source)
        assert self.store.put_assumed(
            DEV, asked_of(chain), assumed, source=digest, kept_at=START - HOUR
        )

    def look(self, text: str = CONFIG) -> Status:
        return status(
            config_of(text),
            stores=lambda _: self.store,
            clock=self.clock,
            endpoints=aws_endpoints,
            route=route_of,
        )

    def session(self, key: TokenKey = DEV) -> SessionStatus:
        return next(each for each in self.look().sessions if each.target.token_key == key)

    def profile(self, name: str = "dev") -> ProfileStatus:
        return next(each for each in self.look().profiles if each.profile == name)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def test_every_sign_in_and_every_profile_is_there_once(disk: Disk) -> None:
    found = disk.look()

    assert [each.target.token_key for each in found.sessions] == [DEV, LEGACY, STG]
    assert [each.profile for each in found.profiles] == ["deployer", "dev", "old", "ci", "broken"]
    assert {each.state for each in found.sessions} == {State.ABSENT}
    assert not any(each.open for each in found.profiles)


def test_a_sign_in_says_who_and_until_when(disk: Disk) -> None:
    disk.put(refreshes=True)

    session = disk.session()

    assert session.state is State.OPEN
    assert session.person == "hoge@hoge.com"
    assert session.access_expires == START + HOUR
    assert session.refreshable
    assert session.registration_expires == START + timedelta(days=90)
    assert session.login == "sekisho login --sso-session hoge-dev"


def test_a_sign_in_opens_its_profiles_and_the_chains_on_them_alone(disk: Disk) -> None:
    disk.put()

    assert [each.profile for each in disk.look().profiles if each.open] == ["deployer", "dev"]


def test_the_legacy_form_never_refreshes(disk: Disk) -> None:
    disk.put(LEGACY, left=-HOUR, refreshes=True)

    assert disk.session(LEGACY).state is State.EXPIRED
    assert not disk.session(LEGACY).refreshable
    assert disk.session(LEGACY).login == "sekisho login --profile old"
    assert not disk.profile("old").open


def test_an_expired_token_that_refreshes_still_opens_its_profiles(disk: Disk) -> None:
    disk.put(left=-HOUR, refreshes=True)

    assert disk.session().state is State.EXPIRED
    assert disk.profile().open


def test_a_refresh_token_that_was_refused_opens_nothing_more(disk: Disk) -> None:
    disk.put(left=-HOUR, refreshes=True)
    disk.store.put_refused(DEV, refresh_digest("client", Secret("fake")))

    assert disk.session().state is State.EXPIRED
    assert not disk.session().refreshable
    assert not disk.profile().open


def test_cached_credentials_that_outlive_the_token_keep_their_profile_open(disk: Disk) -> None:
    disk.put(left=-HOUR)
    disk.cache()

    assert disk.profile().open
    assert disk.profile().credentials_expire == START + HOUR
    assert not disk.profile("deployer").open


def test_a_chain_says_until_when_its_role_lives(disk: Disk) -> None:
    disk.put()
    disk.cache()
    disk.assume(left=HOUR / 2)

    assert disk.profile("deployer").open
    assert disk.profile("deployer").credentials_expire == START + HOUR / 2
    assert disk.profile("dev").credentials_expire == START + HOUR


def test_an_assumed_role_that_outlives_the_token_keeps_its_chain_open(disk: Disk) -> None:
    disk.put(left=-HOUR)
    disk.cache(left=timedelta(minutes=1))
    disk.assume()

    assert not disk.profile("dev").open
    assert disk.profile("deployer").open


def test_an_assumed_role_that_has_expired_is_none(disk: Disk) -> None:
    disk.put()
    disk.cache()
    disk.assume(left=-HOUR / 2)

    assert disk.profile("deployer") == ProfileStatus(ProfileName("deployer"), DEV, open=True)


def test_an_assumed_role_is_none_once_somebody_else_signed_in(disk: Disk) -> None:
    disk.put()
    disk.cache()
    disk.assume()
    disk.put(refreshes=True)

    assert disk.profile("deployer").credentials_expire is None


def test_credentials_that_have_expired_are_none(disk: Disk) -> None:
    disk.put()
    disk.cache(left=-HOUR)

    assert disk.profile() == ProfileStatus(ProfileName("dev"), DEV, open=True)


def test_who_signed_in_is_unknown_for_another_tools_token(disk: Disk) -> None:
    disk.put(recorded=False)

    assert disk.session().state is State.OPEN
    assert disk.session().person is None


def test_a_token_for_another_region_is_a_mismatch_that_opens_nothing(disk: Disk) -> None:
    disk.put(region=Region("eu-west-1"), refreshes=True)

    session = disk.session()

    assert session.state is State.MISMATCH
    assert session.person is None
    assert isinstance(session.trouble, Mismatch)
    assert "eu-west-1" in session.trouble.what
    assert not disk.profile().open


def test_another_tools_token_is_not_for_an_endpoint_that_is_not_awss(disk: Disk) -> None:
    disk.put(recorded=False)
    elsewhere = Endpoint("http://127.0.0.1:8765", US_EAST_1, True, "AWS_ENDPOINT_URL")

    found = status(
        config_of(),
        stores=lambda _: disk.store,
        clock=disk.clock,
        endpoints=lambda _name, _region: (elsewhere, elsewhere),
        route=route_of,
    )

    assert found.sessions[0].state is State.MISMATCH
    assert isinstance(found.sessions[0].trouble, TokenNotAdopted)


def test_a_torn_file_is_named_and_the_others_are_shown(disk: Disk) -> None:
    disk.put(LEGACY)
    torn = token_file(disk.home, DEV)
    torn.write_bytes(b'{"accessTok')

    trouble = disk.session().trouble

    assert disk.session().state is State.ABSENT
    assert isinstance(trouble, TokenInvalid)
    assert str(torn) in trouble.what
    assert trouble.do == "sekisho login --sso-session hoge-dev"
    assert disk.session(LEGACY).state is State.OPEN
    assert torn.read_bytes() == b'{"accessTok'


def test_a_token_file_that_cannot_be_read_is_named(disk: Disk) -> None:
    path = token_file(disk.home, DEV)
    path.mkdir(parents=True)

    assert disk.session().state is State.ABSENT
    assert isinstance(disk.session().trouble, FileUnreadable)


def test_a_profile_that_cannot_sign_in_says_why(disk: Disk) -> None:
    assert isinstance(disk.profile("broken").problem, SessionNotFound)
    assert disk.profile("ci") == ProfileStatus(ProfileName("ci"), None, open=False)


def test_trouble_of_one_profile_alone_is_said_there(disk: Disk) -> None:
    disk.put()
    second = f"{CONFIG}[profile dev2]\nsso_session = hoge-dev\n"
    second += "sso_account_id = 123456789011\nsso_role_name = AdministratorAccess\n"

    def endpoints(name: ProfileName | None, region: Region) -> tuple[Endpoint, Endpoint]:
        if name == "dev2":
            raise EndpointInvalid("nonsense", "it is no URL", source="endpoint_url")
        return aws_endpoints(name, region)

    found = status(
        config_of(second),
        stores=lambda _: disk.store,
        clock=disk.clock,
        endpoints=endpoints,
        route=route_of,
    )
    by_name = {each.profile: each for each in found.profiles}

    assert found.sessions[0].state is State.OPEN
    assert by_name[ProfileName("dev")].open
    assert not by_name[ProfileName("dev2")].open
    assert isinstance(by_name[ProfileName("dev2")].problem, EndpointInvalid)


@pytest.mark.parametrize(
    "name, key", [("dev", DEV), ("deployer", DEV), ("old", LEGACY), ("ci", None)]
)
def test_one_profile_shows_as_it_does_among_all(disk: Disk, name: str, key: TokenKey) -> None:
    disk.put()
    disk.cache()

    session, profile = profile_status(
        config_of(),
        ProfileName(name),
        stores=lambda _: disk.store,
        clock=disk.clock,
        endpoints=aws_endpoints,
        route=route_of,
    )

    assert profile == disk.profile(name)
    assert (None if session is None else session.target.token_key) == key
    assert session is None or session == disk.session(key)


def test_an_unknown_profile_is_refused(disk: Disk) -> None:
    with pytest.raises(ProfileNotFound):
        profile_status(
            config_of(),
            ProfileName("nobody"),
            stores=lambda _: disk.store,
            clock=disk.clock,
            endpoints=aws_endpoints,
            route=route_of,
        )

"""What opens what."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, interpret
from sekisho.model import Form, ProfileName, TokenKey
from sekisho.reach.graph import Basis, Reach, opened_by, reach, sharing
from tests.work import growth

LEGACY = """\
[profile {name}]
sso_start_url = {url}
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
"""
IN_SESSION = """\
[profile {name}]
sso_session = {session}
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
"""
SESSION = """\
[sso-session {name}]
sso_start_url = {url}
sso_region = us-east-1
"""
URL = "https://hoge.awsapps.com/start"


def config(*sections: str) -> AwsConfig:
    files = ConfigFiles(Path("config"), Path("credentials"))
    return interpret("".join(sections).encode(), None, files)


def row(name: str, key: TokenKey | None, opens: str, could_open: str) -> Reach:
    """What is expected of a profile, lists of names written as words."""

    def names(words: str) -> tuple[ProfileName, ...]:
        return tuple(map(ProfileName, words.split()))

    return Reach(ProfileName(name), key, names(opens), names(could_open), Basis.ASSUMED)


def of(name: str, read: AwsConfig) -> Reach:
    return next(found for found in reach(read) if found.profile == name)


@pytest.fixture
def two_legacy() -> AwsConfig:
    return config(LEGACY.format(name="dev", url=URL), LEGACY.format(name="stg", url=URL))


@pytest.fixture
def two_sessions() -> AwsConfig:
    return config(
        IN_SESSION.format(name="dev", session="hoge-dev"),
        SESSION.format(name="hoge-dev", url=URL),
        IN_SESSION.format(name="stg", session="hoge-stg"),
        SESSION.format(name="hoge-stg", url=URL),
    )


def test_legacy_profiles_of_one_start_url_open_each_other(two_legacy: AwsConfig) -> None:
    key = TokenKey(Form.LEGACY, URL)

    assert reach(two_legacy) == (
        row("dev", key, "dev stg", "dev stg"),
        row("stg", key, "dev stg", "dev stg"),
    )


def test_a_session_of_its_own_opens_one_profile_and_its_token_could_open_both(
    two_sessions: AwsConfig,
) -> None:
    assert reach(two_sessions) == (
        row("dev", TokenKey(Form.SSO_SESSION, "hoge-dev"), "dev", "dev stg"),
        row("stg", TokenKey(Form.SSO_SESSION, "hoge-stg"), "stg", "dev stg"),
    )


def test_a_shared_session_opens_all_its_profiles() -> None:
    shared = config(
        SESSION.format(name="hoge", url=URL),
        IN_SESSION.format(name="dev", session="hoge"),
        IN_SESSION.format(name="stg", session="hoge"),
    )

    assert of("stg", shared).opens == ("dev", "stg")


def test_a_session_is_not_the_start_url_of_the_same_letters() -> None:
    mixed = config(
        LEGACY.format(name="dev", url=URL),
        IN_SESSION.format(name="stg", session=URL),
        SESSION.format(name=URL, url=URL),
    )

    assert of("dev", mixed).opens == ("dev",)
    assert of("stg", mixed).opens == ("stg",)


@pytest.mark.parametrize(
    "spelling",
    [f"{URL}/", f"{URL}#/", "HTTPS://hoge.awsapps.com/start", "https://HOGE.awsapps.com/start"],
)
def test_another_spelling_of_the_start_url_is_another_token_of_the_same_person(
    spelling: str,
) -> None:
    both = config(LEGACY.format(name="dev", url=URL), LEGACY.format(name="stg", url=spelling))

    assert of("dev", both).opens == ("dev",)
    assert of("dev", both).could_open == ("dev", "stg")


def test_another_portal_is_neither_opened_nor_could_be() -> None:
    both = config(
        LEGACY.format(name="work", url=URL),
        LEGACY.format(name="club", url="https://fuga.awsapps.com/start"),
    )

    assert of("work", both).could_open == ("work",)


def test_a_profile_without_sso_has_no_token_and_opens_itself_only() -> None:
    keys = config(
        "[profile keys]\naws_access_key_id = AKIAFAKE\n", LEGACY.format(name="a", url=URL)
    )

    assert of("keys", keys) == row("keys", None, "keys", "")
    assert of("a", keys).could_open == ("a",)


def test_a_role_chain_is_opened_with_the_profile_it_starts_at() -> None:
    chained = config(
        "[profile deploy]\nrole_arn = arn:aws:iam::1:role/d\nsource_profile = middle\n",
        "[profile middle]\nrole_arn = arn:aws:iam::1:role/m\nsource_profile = dev\n",
        LEGACY.format(name="dev", url=URL),
    )

    names = "deploy middle dev"
    assert of("deploy", chained) == row("deploy", TokenKey(Form.LEGACY, URL), names, names)


def test_a_profile_that_assumes_a_role_is_opened_where_its_chain_starts_whatever_else_it_has() -> (
    None
):
    both = IN_SESSION.format(name="both", session="other")
    read = config(
        f"{both}role_arn = arn:aws:iam::1:role/d\nsource_profile = dev\n",
        SESSION.format(name="other", url=URL),
        LEGACY.format(name="dev", url=URL),
    )

    assert of("dev", read).opens == ("both", "dev")
    assert opened_by(read, TokenKey(Form.SSO_SESSION, "other")) == ()


@pytest.mark.parametrize(
    "chain",
    [
        "role_arn = arn:aws:iam::1:role/d\nsource_profile = dev\nmfa_serial = arn:aws:iam::1:mfa/x\n",
        "role_arn = arn:aws:iam::1:role/d\nsource_profile = nobody\n",
        "role_arn = arn:aws:iam::1:role/d\nsource_profile = deploy\n",
        "role_arn = arn:aws:iam::1:role/d\nsource_profile = back\n",
        "role_arn = arn:aws:iam::1:role/d\ncredential_source = Environment\n",
        "source_profile = dev\n",
    ],
)
def test_a_chain_that_asks_for_a_code_or_starts_elsewhere_is_not_opened(chain: str) -> None:
    read = config(
        f"[profile deploy]\n{chain}",
        "[profile back]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = deploy\n",
        LEGACY.format(name="dev", url=URL),
    )

    assert of("deploy", read) == row("deploy", None, "deploy", "")
    assert of("dev", read).opens == ("dev",)


def test_a_profile_without_a_role_can_sign_in_and_is_opened_by_nobody_else() -> None:
    read = config(
        "[profile bearer]\nsso_session = hoge\n",
        "[profile on-top]\nrole_arn = arn:aws:iam::1:role/d\nsource_profile = bearer\n",
        IN_SESSION.format(name="dev", session="hoge"),
        SESSION.format(name="hoge", url=URL),
    )

    assert of("bearer", read).opens == ("bearer", "dev")
    assert of("dev", read).opens == ("dev",)
    assert of("on-top", read).token_key is None


def test_profiles_that_do_not_resolve_have_no_token() -> None:
    read = config(
        IN_SESSION.format(name="dangling", session="nope"), LEGACY.format(name="dev", url=URL)
    )

    assert of("dangling", read) == row("dangling", None, "dangling", "")


def test_what_a_key_opens_can_be_asked_without_a_profile(two_sessions: AwsConfig) -> None:
    assert opened_by(two_sessions, TokenKey(Form.SSO_SESSION, "hoge-stg")) == ("stg",)
    assert opened_by(two_sessions, TokenKey(Form.LEGACY, URL)) == ()


def test_ten_thousand_profiles_of_one_token_share_one_tuple_of_names() -> None:
    read = config(*(LEGACY.format(name=f"p{number}", url=URL) for number in range(10_000)))

    found = reach(read)

    assert len(found[0].opens) == 10_000
    assert {id(one.opens) for one in found} == {id(found[0].opens)}
    assert {id(one.could_open) for one in found} == {id(found[0].could_open)}


def test_a_chain_of_ten_thousand_links_is_followed_to_its_start() -> None:
    link = "[profile p{}]\nrole_arn = arn:aws:iam::1:role/d\nsource_profile = p{}\n"
    links = (link.format(number, number + 1) for number in range(10_000))
    read = config(*links, LEGACY.format(name="p10000", url=URL))

    assert len(of("p0", read).opens) == 10_001


def test_a_role_chain_shares_no_token_that_could_be_its_own() -> None:
    chain = "[profile deploy]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = dev\n"
    one = config(
        IN_SESSION.format(name="dev", session="hoge"), chain, SESSION.format(name="hoge", url=URL)
    )
    key = TokenKey(Form.SSO_SESSION, "hoge")

    assert opened_by(one, key) == ("dev", "deploy")
    assert sharing(one, key) == ("dev",)


@pytest.mark.parametrize("sessions", [1, 1_000])
def test_twice_the_profiles_are_twice_the_work(sessions: int) -> None:
    def reaching(size: int) -> Callable[[], object]:
        read = config(
            *(SESSION.format(name=f"s{number}", url=URL) for number in range(sessions)),
            *(IN_SESSION.format(name=f"p{n}", session=f"s{n % sessions}") for n in range(size)),
        )
        return lambda: reach(read)

    assert growth(reaching, 50) < 2.2

"""What the portals say of the tokens that are there."""

from pathlib import Path

from sekisho.aws.portal import Account
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, SsoProfile, interpret
from sekisho.errors import TokenMissing, Unreachable
from sekisho.login.assignments import AssignedAccount, Assignments
from sekisho.model import AccountId, ProfileName, Role, RoleName
from sekisho.reach.graph import Basis, Reach, reach
from sekisho.reach.live import Found, ask_portals, assigned_in

SECTIONS = """\
[profile {name}]
sso_session = {session}
sso_account_id = {account}
sso_role_name = Admin
"""
SESSION = """\
[sso-session {name}]
sso_start_url = https://{portal}.awsapps.com/start
sso_region = us-east-1
"""
DEV, STG, PROD = AccountId("111111111111"), AccountId("222222222222"), AccountId("333333333333")


def config(text: str) -> AwsConfig:
    return interpret(text.encode(), None, ConfigFiles(Path("config"), Path("credentials")))


TWO = config(
    SECTIONS.format(name="dev", session="a", account=DEV)
    + SECTIONS.format(name="stg", session="b", account=STG)
    + SECTIONS.format(name="gone", session="a", account=PROD)
    + SESSION.format(name="a", portal="hoge")
    + SESSION.format(name="b", portal="hoge")
)


def has(*roles: tuple[AccountId, str], person: str = "hoge@hoge.com") -> Assignments:
    accounts = dict.fromkeys(account for account, _ in roles)
    return Assignments(
        person,
        tuple(
            AssignedAccount(
                Account(account, f"name-{account[0]}", None),
                tuple(RoleName(name) for of, name in roles if of == account),
            )
            for account in accounts
        ),
    )


def of(name: str, reaches: tuple[Reach, ...]) -> Reach:
    return next(each for each in reaches if each.profile == name)


def answering(profile: SsoProfile) -> Assignments:
    if profile.target.session == "a":
        return has((DEV, "Admin"), (STG, "Admin"), (DEV, "ReadOnly"))
    raise TokenMissing("b", login="sekisho login --profile stg")


def test_what_the_portal_named_is_what_could_be_opened() -> None:
    reaches = reach(TWO, assigned_in(ask_portals(TWO, answering)))

    dev = of("dev", reaches)
    assert (dev.opens, dev.could_open, dev.basis) == (("dev",), ("dev", "stg"), Basis.LIVE)


def test_a_sign_in_that_is_not_there_stays_assumed_and_the_rest_goes_on() -> None:
    asked = ask_portals(TWO, answering)

    stg = of("stg", reach(TWO, assigned_in(asked)))
    assert (stg.could_open, stg.basis) == (("dev", "stg", "gone"), Basis.ASSUMED)
    assert [type(each.answer) for each in asked] == [Found, TokenMissing]


def test_a_profile_whose_role_is_not_assigned_is_opened_by_nothing_else() -> None:
    asked = ask_portals(TWO, answering)
    found = asked[0].answer

    assert isinstance(found, Found)
    assert found.not_assigned == ("gone",)
    assert of("gone", reach(TWO, assigned_in(asked))).opens == ("gone", "dev")


def test_roles_that_no_profile_names_are_marked() -> None:
    found = ask_portals(TWO, answering)[0].answer

    assert isinstance(found, Found)
    assert found.unnamed == (Role(DEV, RoleName("ReadOnly")),)
    assert found.accounts[DEV] == "name-1"


def test_a_service_that_is_down_is_asked_once_a_portal() -> None:
    three = config(
        SECTIONS.format(name="dev", session="a", account=DEV)
        + SECTIONS.format(name="stg", session="b", account=STG)
        + SECTIONS.format(name="other", session="c", account=PROD)
        + SESSION.format(name="a", portal="hoge")
        + SESSION.format(name="b", portal="hoge")
        + SESSION.format(name="c", portal="other")
    )
    asked: list[str] = []

    def down(profile: SsoProfile) -> Assignments:
        asked.append(profile.name)
        if profile.name == "other":
            return has((PROD, "Admin"))
        raise Unreachable("https://portal.sso.us-east-1.amazonaws.com", "refused")

    answers = ask_portals(three, down)

    assert asked == ["dev", "other"]
    assert [type(each.answer) for each in answers] == [Unreachable, Unreachable, Found]


def test_of_one_profile_only_its_own_sign_in_is_asked_about() -> None:
    asked = ask_portals(TWO, answering, only=ProfileName("gone"))

    assert [each.key.value for each in asked] == ["a"]


def test_a_role_chain_goes_where_its_source_goes() -> None:
    chained = config(
        SECTIONS.format(name="dev", session="a", account=DEV)
        + SECTIONS.format(name="gone", session="a", account=PROD)
        + SESSION.format(name="a", portal="hoge")
        + "[profile x]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = dev\n"
        + "[profile y]\nrole_arn = arn:aws:iam::1:role/y\nsource_profile = gone\n"
    )

    asked = ask_portals(chained, answering)

    assert of("dev", reach(chained, assigned_in(asked))).opens == ("dev", "x")
    found = asked[0].answer
    assert isinstance(found, Found)
    assert found.not_assigned == ("gone", "y")

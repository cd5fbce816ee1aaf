"""What guarded profiles have left on the disk; botocore says what a role chain asks for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import botocore.session
import pytest
from botocore.credentials import AssumeRoleProvider

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, interpret
from sekisho.configure.elsewhere import Elsewhere
from sekisho.configure.guard import guard
from sekisho.configure.retired import retired_roles, retired_sign_ins
from sekisho.model import AccountId, Delivery, Role, RoleName
from sekisho.store.keys import aws_cli_assumed_file

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
NOWHERE = Elsewhere(())
SESSION = """\
[sso-session hoge]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
"""


def sso(name: str, account: str = "123456789012", role: str = "Admin") -> str:
    return f"[profile {name}]\nsso_session = hoge\nsso_account_id = {account}\nsso_role_name = {role}\n"


def chain(name: str, source: str, more: str = "", arn: str = "arn:aws:iam::1:role/r") -> str:
    return f"[profile {name}]\nrole_arn = {arn}\nsource_profile = {source}\n{more}"


def read(text: str) -> AwsConfig:
    return interpret(text.encode(), None, FILES)


def both(text: str, *names: str) -> tuple[AwsConfig, AwsConfig]:
    """The config, and what it is once `names` are guarded."""
    plan = guard(
        text.encode(), None, FILES, delivery=Delivery.GUARDED, program="sekisho", names=names
    )
    return read(text), interpret(plan.after, None, FILES)


# --- sign-ins -------------------------------------------------------------------------------------


def test_a_sign_in_that_nobody_uses_any_more_is_retired_with_its_roles() -> None:
    (retired,) = retired_sign_ins(*both(sso("dev", "1") + sso("prod", "2") + SESSION))

    assert retired.target.session == "hoge"
    assert retired.profiles == ("dev", "prod")
    assert retired.roles == tuple(Role(AccountId(each), RoleName("Admin")) for each in "12")
    assert retired.users == ()


def test_native_profiles_that_go_on_using_it_are_named_and_keep_their_roles() -> None:
    config = sso("dev", "1") + sso("prod", "2") + sso("twin", "1") + SESSION

    (retired,) = retired_sign_ins(*both(config, "prod", "twin"))

    assert retired.users == ("dev",)
    assert retired.roles == (Role(AccountId("2"), RoleName("Admin")),)


def test_a_native_profile_that_is_broken_uses_it_too() -> None:
    config = sso("prod") + "[profile half]\nsso_session = hoge\nsso_role_name = R\n" + SESSION

    (retired,) = retired_sign_ins(*both(config))

    assert retired.users == ("half",)


def test_what_was_guarded_before_has_nothing_to_retire() -> None:
    _, guarded = both(sso("prod") + SESSION)

    assert retired_sign_ins(guarded, guarded) == ()


# --- roles that were assumed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        "",
        "role_session_name = me\nexternal_id = x:y\n",
        "mfa_serial = arn:aws:iam::1:mfa/me\nduration_seconds = 7200\n",
        "duration_seconds = an hour\nrole_session_name =\nexternal_id =\n",
    ],
)
def test_it_is_named_as_botocore_names_its_file(tmp_path: Path, more: str) -> None:
    text = sso("prod") + chain("deploy", "prod", more) + SESSION
    (asked,) = retired_roles(*both(text), NOWHERE)
    keys = "[profile prod]\naws_access_key_id = AKIAFAKE\naws_secret_access_key = fake\n"

    name = _botocores(tmp_path, text.replace(sso("prod"), keys), "deploy")

    assert aws_cli_assumed_file(tmp_path, dict(asked)).stem == name


class _Sts:
    """STS, as far as botocore asks it."""

    def assume_role(self, **_: object) -> dict[str, dict[str, object]]:
        until = datetime.now(UTC) + timedelta(hours=1)
        keys = {"AccessKeyId": "ASIAFAKE", "SecretAccessKey": "fake", "SessionToken": "fake"}
        return {"Credentials": {**keys, "Expiration": until}}


def _botocores(folder: Path, text: str, name: str) -> str:
    """The name that botocore caches by what it assumes for the profile `name`."""
    config = folder / "config"
    config.write_text(text)
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(config))
    session.set_config_variable("credentials_file", str(folder / "none"))
    cache: dict[str, object] = {}
    provider = AssumeRoleProvider(
        load_config=lambda: session.full_config,
        client_creator=lambda *_, **__: _Sts(),
        cache=cache,
        profile_name=name,
        prompter=lambda _: "123456",
    )
    provider.load().get_frozen_credentials()
    (key,) = cache
    return key


def test_every_chain_that_begins_at_a_guarded_profile_is_found() -> None:
    text = (
        sso("dev")
        + sso("prod")
        + chain("a", "prod", arn="arn:1")
        + chain("b", "a", arn="arn:2")
        + chain("of-dev", "dev", arn="arn:3")
        + SESSION
    )

    found = retired_roles(*both(text, "prod"), NOWHERE)

    assert {dict(asked)["RoleArn"]: names for asked, names in found.items()} == {
        "arn:1": ("a",),
        "arn:2": ("b",),
    }


def test_what_another_chain_assumes_in_the_same_way_is_left_to_that() -> None:
    text = sso("dev") + sso("prod") + chain("a", "prod") + chain("b", "dev") + SESSION

    assert retired_roles(*both(text, "prod"), NOWHERE) == {}


def test_what_a_chain_of_another_file_assumes_in_the_same_way_is_left_to_that() -> None:
    text = sso("prod") + chain("a", "prod") + SESSION
    other = read("[profile keys]\naws_access_key_id = AKIAFAKE\n" + chain("x", "keys"))

    assert retired_roles(*both(text), Elsewhere((other,))) == {}

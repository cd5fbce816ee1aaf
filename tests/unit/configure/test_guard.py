"""Which lines guarding changes, what it refuses, and which sessions are left."""

from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.configure.guard import Guarding, guard
from sekisho.errors import NotGuarded, NotSso, ProfileNotFound, SessionNotFound
from sekisho.model import Delivery

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
PROGRAM = "/home/you/.local/bin/sekisho"
PORTAL = "sso_region = us-east-1\nsso_start_url = https://hoge.awsapps.com/start\n"
SESSION = f"[sso-session hoge]\n{PORTAL}"
ROLE = "sso_account_id = 123456789012\nsso_role_name = ReadOnlyAccess\n"
PROD = f"[profile prod]\nsso_session = hoge\n{ROLE}region = ap-northeast-1\n"
DEV = PROD.replace("prod", "dev")
OLD = f"[profile old]\n{PORTAL}{ROLE}"
GUARDED = """\
[profile prod]
credential_process = "/home/you/.local/bin/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
region = ap-northeast-1
"""
WAS = (
    "# was [sso-session hoge]; renamed when no native profile needs it, so that habit cannot write "
    "its token to disk\n"
)
OURS = f"[sekisho-session hoge]\n{PORTAL}"


def guarding(
    config: str,
    *names: str,
    credentials: str | None = None,
    delivery: Delivery = Delivery.GUARDED,
    program: str = PROGRAM,
) -> Guarding:
    return guard(
        config.encode(),
        None if credentials is None else credentials.encode(),
        FILES,
        delivery=delivery,
        program=program,
        names=names,
    )


def after(config: str, *names: str, delivery: Delivery = Delivery.GUARDED) -> str:
    return guarding(config, *names, delivery=delivery).after.decode()


def refusal(config: str, *names: str, credentials: str | None = None) -> NotGuarded:
    with pytest.raises(NotGuarded) as refused:
        guarding(config, *names, credentials=credentials)
    return refused.value


# --- the lines ------------------------------------------------------------------------------------


def test_sso_keys_become_sekishos_and_the_session_is_renamed() -> None:
    assert after(f"{PROD}\n{SESSION}") == f"{GUARDED}\n{WAS}{OURS}"


def test_a_sealed_profile_says_so() -> None:
    sealed = GUARDED.replace("sekisho_sso", "sekisho_delivery = sealed\nsekisho_sso")

    assert after(PROD + SESSION, delivery=Delivery.SEALED) == f"{sealed}{WAS}{OURS}"


def test_order_comments_blanks_delimiters_and_endings_stay() -> None:
    config = (
        "# mine\r\n[profile prod]\r\n  region=x\r\n  ; the role\r\n  SSO_Role_Name : R\r\n\r\n"
        "  sso_account_id=1\r\n  sso_session= hoge\r\n" + SESSION.replace("\n", "\r\n")
    )

    assert after(config).splitlines()[:9] == [
        "# mine",
        "[profile prod]",
        "  region=x",
        "  ; the role",
        f'  credential_process = "{PROGRAM}" credential-process --profile prod',
        "  sekisho_role_name : R",
        "",
        "  sekisho_account_id=1",
        "  sekisho_sso_session= hoge",
    ]
    assert after(config).count("\r\n") == after(config).count("\n")


def test_the_legacy_form_gets_a_session_named_after_its_portal() -> None:
    config = after(OLD)

    assert config == (
        f'[profile old]\ncredential_process = "{PROGRAM}" credential-process --profile old\n'
        "sekisho_sso_session = hoge\nsekisho_account_id = 123456789012\n"
        "sekisho_role_name = ReadOnlyAccess\n\n"
        f"{OURS}sso_registration_scopes = sso:account:access\n"
    )


def test_legacy_profiles_of_one_portal_share_a_session() -> None:
    config = after(OLD + OLD.replace("old", "older"))

    assert config.count("sekisho_sso_session = hoge\n") == 2
    assert config.count("[sekisho-session") == 1


def test_a_legacy_profile_takes_a_session_that_says_the_same() -> None:
    config = after(f"{OLD}{PROD}{SESSION}")

    assert config.count("sekisho_sso_session = hoge\n") == 2
    assert config.count("[sekisho-session hoge]") == 1


def test_a_legacy_profile_of_another_portal_takes_another_name() -> None:
    config = after(f"{OLD.replace('us-east-1', 'eu-west-1')}{PROD}{SESSION}")

    assert "[sekisho-session hoge-2]\nsso_region = eu-west-1\n" in config


def test_a_portal_without_a_name_gets_one() -> None:
    assert "[sekisho-session sso]" in after(OLD.replace("hoge.awsapps.com", "127.0.0.1:8765"))


def test_half_of_the_form_that_is_there_already_is_written_over() -> None:
    half = (
        "credential_process = sekisho credential-process --profile prod\n"
        "sekisho_account_id = 1\nsekisho_delivery = sealed\n"
    )

    config = after(f"{PROD}{half}{SESSION}")

    assert config.count("credential_process") == 1
    assert f'"{PROGRAM}" credential-process --profile prod' in config
    assert "sekisho_account_id = 1\n" not in config
    assert "sealed" not in config


# --- sessions -------------------------------------------------------------------------------------


def test_a_session_stays_aws_own_while_a_native_profile_needs_it() -> None:
    config = after(PROD + DEV + SESSION, "prod")

    assert config == GUARDED + DEV + SESSION


def test_it_is_renamed_with_the_last_native_profile() -> None:
    config = after(GUARDED + DEV + SESSION)

    assert config.endswith(WAS + OURS)


def test_a_session_that_a_broken_profile_names_stays_aws_own() -> None:
    broken = "[profile half]\nsso_session = hoge\nsso_role_name = R\n"

    assert after(PROD + broken + SESSION).endswith(broken + SESSION)


def test_a_session_of_aws_goes_where_sekishos_own_says_the_same() -> None:
    config = after(GUARDED + DEV + OURS + SESSION)

    assert "[sso-session" not in config
    assert config.count("[sekisho-session hoge]") == 1


def test_a_profile_does_not_take_a_session_of_its_name_that_says_something_else() -> None:
    other = OURS.replace("hoge.awsapps", "fuga.awsapps")

    config = after(PROD + SESSION + other)

    assert "sekisho_sso_session = hoge-2\n" in config
    assert f"[sekisho-session hoge-2]\n{PORTAL}" in config


def test_a_name_that_a_profile_mentions_is_not_taken() -> None:
    waiting = "[profile waiting]\nsso_session = hoge\n"

    assert "[sekisho-session hoge-2]" in after(OLD + waiting)


# --- which profiles -------------------------------------------------------------------------------


def test_without_names_every_sso_profile_is_guarded() -> None:
    plan = guarding(f"{DEV}{OLD}[profile keys]\nregion = x\n{PROD}{SESSION}")

    assert plan.profiles == ("dev", "old", "prod")
    assert plan.notes == ()


def test_what_cannot_be_guarded_is_left_and_said() -> None:
    config = (
        f"{PROD}[profile bearer]\nsso_session = hoge\n"
        f"[profile lost]\nsso_session = gone\n{ROLE}{SESSION}"
    )

    plan = guarding(config)

    assert plan.profiles == ("prod",)
    assert [note.partition(":")[0] for note in plan.notes] == [
        "The profile bearer was left as it is",
        "The profile lost was left as it is",
    ]
    assert plan.after.decode().endswith(SESSION)


def test_a_config_without_sso_profiles_does_not_change() -> None:
    assert not guarding("[default]\nregion = x\n").changed
    assert not guard(None, None, FILES, delivery=Delivery.GUARDED, program=PROGRAM).changed


def test_a_guarded_profile_that_is_named_gets_this_delivery_and_program() -> None:
    sealed = guarding(GUARDED + OURS, "prod", delivery=Delivery.SEALED, program="sekisho")
    back = guarding(sealed.after.decode(), "prod")

    assert sealed.profiles == ("prod",)
    assert "credential_process = sekisho credential-process --profile prod\n" in str(sealed.diff)
    assert "sekisho_delivery = sealed\n" in sealed.after.decode()
    assert back.after.decode() == GUARDED + OURS


def test_a_guarded_profile_that_is_not_named_keeps_its_own() -> None:
    assert not guarding(GUARDED + OURS, delivery=Delivery.SEALED, program="sekisho").changed


@pytest.mark.parametrize(
    ("name", "error"),
    [("pord", ProfileNotFound), ("keys", NotSso), ("lost", SessionNotFound)],
)
def test_a_profile_that_is_named_has_to_resolve(name: str, error: type[Exception]) -> None:
    config = f"{PROD}[profile keys]\nregion = x\n[profile lost]\nsso_session = gone\n{SESSION}"
    with pytest.raises(error):
        guarding(config, name)


def test_a_profile_without_a_role_that_is_named_is_refused() -> None:
    refused = refusal(f"[profile bearer]\nsso_session = hoge\n{SESSION}", "bearer")

    assert f"{FILES.config}:1: it names no account and role" in refused.what


# --- what stands in the way -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "aws_access_key_id = AKIAFAKE",
        "aws_secret_access_key = fake",
        "aws_session_token = fake",
        "role_arn = arn:aws:iam::1:role/x",
        "source_profile = dev",
        "credential_source = Environment",
        "web_identity_token_file = /x",
        "login_session = x",
        "credential_process = /bin/other",
        "credential_process = sekisho credential-process --profile dev",
    ],
)
def test_whatever_some_sdk_would_take_first_is_refused_with_its_line(line: str) -> None:
    refused = refusal(f"{PROD}{line}\n{SESSION}")

    assert f"{FILES.config}:6: {line.partition(' ')[0]}: " in refused.what
    assert f"take line 6 out of {FILES.config}" in refused.do
    assert "fake" not in refused.what


@pytest.mark.parametrize("name", ["prod", "default"])
def test_static_keys_of_that_name_in_the_credentials_file_are_refused(name: str) -> None:
    config = PROD.replace("profile prod", "default" if name == "default" else "profile prod")

    refused = refusal(config + SESSION, credentials=f"[{name}]\naws_access_key_id = AKIAFAKE\n")

    assert f"{FILES.credentials}:2: aws_access_key_id" in refused.what


def test_static_keys_of_another_name_are_in_nobodys_way() -> None:
    keys = "[default]\naws_access_key_id = AKIAFAKE\naws_secret_access_key = fake\n"

    assert guarding(PROD + SESSION, credentials=keys).profiles == ("prod",)


def test_what_stands_in_the_way_of_a_profile_that_is_not_meant_does_not_matter() -> None:
    config = f"{DEV}role_arn = arn:aws:iam::1:role/x\n{PROD}{SESSION}"

    assert guarding(config, "prod").profiles == ("prod",)


def test_an_sso_key_that_comes_from_the_credentials_file_is_refused() -> None:
    refused = refusal(PROD + SESSION, credentials="[prod]\nsso_role_name = Other\n")

    assert f"its sso_role_name comes from {FILES.credentials}:2" in refused.what
    assert f"move that line to [profile prod] in {FILES.config}" in refused.do


def test_an_sso_key_that_every_profile_inherits_is_refused() -> None:
    refused = refusal(f"[DEFAULT]\nsso_region = us-east-1\n{PROD}{SESSION}")

    assert f"its sso_region comes from {FILES.config}:2" in refused.what


def test_a_profile_that_is_there_twice_is_refused_with_both_lines() -> None:
    refused = refusal(f'[profile "prod"]\nregion = y\n{PROD}{SESSION}')

    assert f'{FILES.config}:1: [profile "prod"] is the same profile' in refused.what
    assert "at line 1 or 3" in refused.do

"""`sekisho explain`: what wins, from which line, and what would be used."""

import json
from pathlib import Path
from typing import Any

import pytest

from sekisho.model import AccountId, Role, RoleName
from tests.unit.cli.conftest import CONFIG, CommandLine

LINES = {
    "sso_session": ("hoge-dev", 2),
    "sso_account_id": ("123456789011", 3),
    "sso_role_name": ("AdministratorAccess", 4),
    "region": ("ap-northeast-1", 5),
    "sso_region": ("us-east-1", 8),
    "sso_start_url": ("https://hoge.awsapps.com/start", 9),
    "sso_registration_scopes": ("sso:account:access", 10),
}
STATIC = "[dev]\naws_access_key_id = AKIAFAKE\naws_secret_access_key = fake-secret\n"


def _document(sekisho: CommandLine, *arguments: str) -> dict[str, Any]:
    run = sekisho("explain", "--json", *arguments)
    assert run.status == 0, run.err
    found: dict[str, Any] = json.loads(run.out)
    return found


def _credentials(sekisho: CommandLine, text: str) -> Path:
    path = sekisho.home / ".aws" / "credentials"
    path.write_text(text, encoding="utf-8")
    return path


def _flat(text: str) -> str:
    return " ".join(text.split())


# --- for programs ----------------------------------------------------------------------------------


def test_the_document_has_every_value_with_its_line(sekisho: CommandLine) -> None:
    document = _document(sekisho, "--profile", "dev")

    cache_file = document["token_key"].pop("cache_file")
    assert document == {
        "version": 1,
        "profile": "dev",
        "form": "sso-session",
        "settings": {
            **{
                key: {"value": value, "from": {"file": str(sekisho.config), "line": line}}
                for key, (value, line) in LINES.items()
            },
            "output": {"value": "json", "from": {"default": True}},
        },
        "token_key": {"form": "sso-session", "value": "hoge-dev"},
        "account_id": "123456789011",
        "role_name": "AdministratorAccess",
        "others_would_use": None,
    }
    assert Path(cache_file).parent == sekisho.home / ".aws/sso/cache"


_LEGACY = """\
sso_start_url = https://h.awsapps.com/start
sso_region = us-east-1
sso_account_id = 1
sso_role_name = r
"""
_GUARDED = """\
credential_process = sekisho credential-process --profile p
sekisho_sso_session = hoge
sekisho_account_id = 2
sekisho_role_name = q
"""
_CHAIN = """\
role_arn = arn:aws:iam::123456789012:role/team/Deployer
source_profile = dev
"""


@pytest.mark.parametrize(
    ("settings", "form", "account", "role"),
    [
        (_LEGACY, "legacy", "1", "r"),
        (_GUARDED, "guarded", "2", "q"),
        (_CHAIN, "chain", "123456789012", "Deployer"),
        ("credential_process = /bin/false\n", "other", None, None),
        ("region = us-east-1\n", "other", None, None),
    ],
)
def test_the_form_of_a_profile_is_told(
    sekisho: CommandLine, settings: str, form: str, account: str | None, role: str | None
) -> None:
    sekisho.write_config(f"[profile p]\n{settings}\n{CONFIG}")

    document = _document(sekisho, "--profile", "p")

    assert (document["form"], document["account_id"], document["role_name"]) == (
        form,
        account,
        role,
    )


def test_a_guarded_profile_has_the_keys_of_its_session_and_no_token(sekisho: CommandLine) -> None:
    sekisho.write_config(f"[profile p]\n{_GUARDED}\n[sekisho-session hoge]\nsso_region = x\n")

    document = _document(sekisho, "--profile", "p")

    assert document["settings"]["sso_region"] == {
        "value": "x",
        "from": {"file": str(sekisho.config), "line": 8},
    }
    assert document["token_key"] is None


def test_what_a_guarded_profile_lacks_is_a_problem(sekisho: CommandLine) -> None:
    sekisho.write_config(f"[profile p]\n{_GUARDED}\n")

    assert (
        "The specified sekisho-session does not exist" in sekisho("explain", "--profile", "p").out
    )


def test_a_chain_uses_the_token_of_the_profile_that_it_begins_at(sekisho: CommandLine) -> None:
    sekisho.write_config(
        f"{CONFIG}\n[profile b]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = dev\n"
        "[profile a]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = b\n"
    )

    assert (
        _document(sekisho, "--profile", "a")["token_key"]
        == (_document(sekisho, "--profile", "dev")["token_key"])
    )
    assert "credentials of dev, by way of b" in sekisho("explain", "--profile", "a").out


def test_a_legacy_token_is_kept_under_the_start_url(sekisho: CommandLine) -> None:
    url = "https://h.awsapps.com/start"
    sekisho.write_config(f"[default]\nsso_start_url = {url}\nsso_region = us-east-1\n")

    token_key = _document(sekisho)["token_key"]

    assert (token_key["form"], token_key["value"]) == ("legacy", url)


def test_unknown_keys_and_nested_blocks_are_shown(sekisho: CommandLine) -> None:
    sekisho.write_config("[default]\nMy_Key = x\ns3 =\n  addressing_style = path\n")

    settings = _document(sekisho)["settings"]

    assert settings["my_key"] == {
        "value": "x",
        "from": {"file": str(sekisho.config), "line": 2},
    }
    assert settings["s3"]["value"] == {"addressing_style": "path"}


def test_what_the_credentials_file_says_wins_over_the_config_file(sekisho: CommandLine) -> None:
    path = _credentials(sekisho, "[dev]\nregion = us-west-1\n")

    run = sekisho("explain", "--profile", "dev")

    assert _document(sekisho, "--profile", "dev")["settings"]["region"] == {
        "value": "us-west-1",
        "from": {"file": str(path), "line": 2},
    }
    assert "ap-northeast-1 overruled: ~/.aws/config:5" in _flat(run.out)


@pytest.mark.parametrize(
    ("environ", "winner"),
    [
        ({"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-1"}, "AWS_REGION"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-west-1"}, "AWS_DEFAULT_REGION"),
    ],
)
def test_the_region_of_the_environment_wins(
    sekisho: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    winner: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    region = _document(sekisho, "--profile", "dev")["settings"]["region"]

    assert region == {"value": environ[winner], "from": {"env": winner}}


def test_the_region_of_the_command_line_wins_over_all(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")

    document = _document(sekisho, "--profile", "dev", "--region", "eu-west-1")

    assert document["settings"]["region"] == {
        "value": "eu-west-1",
        "from": {"option": "--region"},
    }


# --- secrets ---------------------------------------------------------------------------------------


def test_no_secret_is_shown(sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    _credentials(sekisho, f"{STATIC}aws_session_token = fake-secret\nmy_password = fake-secret\n")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAFAKE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "fake-secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://me:fake-secret@127.0.0.1:1")
    runs = [sekisho("explain", "--profile", "dev", *more) for more in ((), ("--json",))]

    assert not [run for run in runs if "fake-secret" in run.out + run.err]
    settings = json.loads(runs[1].out)["settings"]
    assert [settings[key]["value"] for key in ("aws_session_token", "my_password")] == ["****"] * 2
    assert settings["endpoint_url"]["value"] == "http://****@127.0.0.1:1"


def test_nothing_of_the_config_steers_the_terminal(sekisho: CommandLine) -> None:
    sekisho.write_config("[default]\nx\x1b = a\x1b[2Jb\n")

    out = sekisho("explain", "--color", "never").out

    assert "\x1b" not in out
    assert r"a\x1b[2Jb" in out


def test_a_name_that_steers_the_terminal_is_spelt_out(sekisho: CommandLine) -> None:
    _credentials(sekisho, "[a\x1bb]\nsso_session = hoge-dev\n")

    out = sekisho("explain", "--profile", "a\x1bb", "--color", "never").out

    assert "\x1b" not in out
    assert r"profile a\x1bb" in out


def test_a_value_that_is_nothing_is_told_from_none(sekisho: CommandLine) -> None:
    sekisho.write_config("[default]\nregion =\n")

    assert "region (empty) ~/.aws/config:2" in _flat(sekisho("explain").out)


# --- what other tools would use --------------------------------------------------------------------


def test_static_keys_of_the_environment_are_what_others_would_use(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAFAKE")

    others = _document(sekisho, "--profile", "dev")["others_would_use"]

    assert {tool: use["credentials"] for tool, use in others.items()} == {
        "aws-cli-v2": "env",
        "botocore": "env",
    }
    assert "AWS_ACCESS_KEY_ID" in others["botocore"]["because"][0]


def test_the_two_profile_variables_are_read_in_another_order_by_botocore(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sekisho.write_config(f"{CONFIG}[profile stg]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_PROFILE", "dev")
    monkeypatch.setenv("AWS_DEFAULT_PROFILE", "stg")

    document = _document(sekisho)

    assert document["profile"] == "dev"
    assert set(document["others_would_use"]) == {"botocore"}
    assert document["others_would_use"]["botocore"]["profile"] == "stg"


def test_aws_region_is_nothing_to_botocore(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")

    others = _document(sekisho, "--profile", "dev")["others_would_use"]

    assert others == {
        "botocore": {
            "profile": "dev",
            "region": "ap-northeast-1",
            "credentials": "sso",
            "because": [
                f"AWS_REGION is not read; the Region comes from {sekisho.config}:5",
            ],
        }
    }


def test_a_profile_without_sso_is_left_to_the_others(sekisho: CommandLine) -> None:
    _credentials(sekisho, STATIC.replace("dev", "keys"))

    document = _document(sekisho, "--profile", "keys")

    assert document["others_would_use"]["aws-cli-v2"]["credentials"] == "shared-credentials-file"
    assert "sekisho has no credentials for it" in sekisho("explain", "--profile", "keys").out


def test_sso_wins_over_static_keys_of_the_same_name(sekisho: CommandLine) -> None:
    _credentials(sekisho, STATIC)

    run = sekisho("explain", "--profile", "dev")

    assert "passed over aws_access_key_id (~/.aws/credentials:2)" in _flat(run.out)
    assert _document(sekisho, "--profile", "dev")["others_would_use"] is None


# --- where it lies ---------------------------------------------------------------------------------


def test_the_text_says_where_token_and_keys_lie_and_how_to_sign_in(sekisho: CommandLine) -> None:
    out = _flat(sekisho("explain", "--profile", "dev").out)

    assert "token in ~/.aws/sso/cache/" in out
    assert "keys in ~/.aws/cli/cache/" in out
    assert "to sign in sekisho login --profile dev" in out


def test_the_text_says_until_when_they_are_good(sekisho: CommandLine) -> None:
    sekisho.sign_in("hoge-dev", "https://oidc.us-east-1.amazonaws.com")
    role = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))
    sekisho.cache_credentials("hoge-dev", role)

    out = sekisho("explain", "--profile", "dev").out

    assert out.count("good until 20") == 2
    assert "to sign in" not in out


def test_an_expired_token_is_told(sekisho: CommandLine) -> None:
    sekisho.sign_in("hoge-dev", "https://oidc.us-east-1.amazonaws.com", minutes=-1)

    assert "expired 20" in sekisho("explain", "--profile", "dev").out


def test_every_endpoint_that_is_configured_is_shown_the_winner_first(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "services = local\nendpoint_url = http://127.0.0.1:4\n"
    section = "[services local]\nsso =\n  endpoint_url = http://127.0.0.1:3\n"
    sekisho.write_config(CONFIG.replace("region = ap", f"{own}region = ap") + section)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:2")

    out = _flat(sekisho("explain", "--profile", "dev").out)

    assert (
        "sso http://127.0.0.1:1 AWS_ENDPOINT_URL_SSO "
        "http://127.0.0.1:2 overruled: AWS_ENDPOINT_URL "
        "http://127.0.0.1:3 overruled: ~/.aws/config:14 [services local] "
        "http://127.0.0.1:4 overruled: ~/.aws/config:6 "
        "sts http://127.0.0.1:2 AWS_ENDPOINT_URL"
    ) in out


def test_configured_endpoints_that_are_ignored_are_shown_as_overruled(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")

    out = _flat(sekisho("explain", "--profile", "dev").out)

    assert (
        "sso https://portal.sso.us-east-1.amazonaws.com AWS's own for us-east-1 "
        "http://127.0.0.1:1 overruled: AWS_ENDPOINT_URL"
    ) in out

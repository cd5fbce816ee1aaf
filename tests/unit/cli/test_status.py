"""`sekisho status`: for people, for programs, and for a prompt."""

import json
import re
import subprocess
import sys

import pytest

from sekisho.model import AccountId, Form, Role, RoleName, TokenKey
from sekisho.store.keys import token_file
from tests.unit.cli.conftest import CONFIG, CommandLine

ROLE = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))
DEV = TokenKey(Form.SSO_SESSION, "hoge-dev")
PORTAL = "https://portal.sso.us-east-1.amazonaws.com"
OTHERS = """
[profile ci]
region = us-east-1

[profile stg]
sso_session = hoge-stg
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-stg]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
"""


@pytest.fixture
def signed_in(sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line, signed in to hoge-dev for an hour less a moment; nobody is to be asked."""
    for name in ("SSO", "SSO_OIDC"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", PORTAL)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    sekisho.sign_in("hoge-dev", PORTAL)
    return sekisho


def test_json_has_the_fixed_shape(signed_in: CommandLine) -> None:
    signed_in.write_config(CONFIG + OTHERS)
    signed_in.cache_credentials("hoge-dev", ROLE)

    run = signed_in("status", "--json")

    assert (run.status, run.err) == (0, "")
    answer = json.loads(run.out)
    dev, stg = answer["sessions"]
    assert dev.pop("access_expires").endswith("Z")
    assert dev == {
        "token_key": {"form": "sso-session", "value": "hoge-dev"},
        "start_url": "https://hoge.awsapps.com/start",
        "region": "us-east-1",
        "person": "hoge@hoge.com",
        "delivery": "native",
        "refreshable": False,
        "registration_expires": None,
        "state": "open",
    }
    assert (stg["state"], stg["person"], stg["access_expires"]) == ("absent", None, None)
    assert answer["version"] == 1
    assert answer["profiles"][0].pop("credentials_expire").endswith("Z")
    assert answer["profiles"] == [
        {"profile": "dev", "open": True},
        {"profile": "ci", "open": False, "credentials_expire": None},
        {"profile": "stg", "open": False, "credentials_expire": None},
    ]


def test_a_person_sees_each_sign_in_with_its_profiles(signed_in: CommandLine) -> None:
    signed_in.write_config(CONFIG + OTHERS)
    signed_in.cache_credentials("hoge-dev", ROLE)
    file = token_file(signed_in.home, DEV).name

    run = signed_in("status")

    assert (run.status, run.err) == (0, "")
    assert (
        re.sub(r"\b5\d min", "59 min", run.out)
        == f"""\
hoge-dev  open
  person    hoge@hoge.com
  token     59 min left
  portal    https://hoge.awsapps.com/start in us-east-1
  file      ~/.aws/sso/cache/{file}
  profiles  dev  open    credentials: 59 min left

hoge-stg  not signed in
  portal    https://hoge.awsapps.com/start in us-east-1
  profiles  stg  closed
  do:       sekisho login --sso-session hoge-stg

no SSO: ci
"""
    )


def test_a_torn_file_is_named_and_not_fatal(signed_in: CommandLine) -> None:
    torn = token_file(signed_in.home, DEV)
    torn.write_bytes(b"{")

    text, answer = signed_in("status"), signed_in("status", "--json")

    assert (text.status, answer.status) == (0, 0)
    assert f"{torn}: it is not JSON" in text.out
    assert f"{torn}: it is not JSON" in answer.err
    assert json.loads(answer.out)["sessions"][0]["state"] == "absent"


def test_a_mismatch_shows_both_values(signed_in: CommandLine) -> None:
    signed_in.write_config(CONFIG.replace("us-east-1", "eu-west-1"))

    run = signed_in("status")

    assert "hoge-dev  not for what the config asks for\n" in run.out
    assert "issued for us-east-1, and the config asks for eu-west-1" in run.out


def test_with_a_profile_only_its_sign_in_is_shown(signed_in: CommandLine) -> None:
    signed_in.write_config(CONFIG + OTHERS)

    answer = json.loads(signed_in("status", "--profile", "stg", "--json").out)

    assert [each["token_key"]["value"] for each in answer["sessions"]] == ["hoge-stg"]
    assert [each["profile"] for each in answer["profiles"]] == ["stg"]
    assert signed_in("status", "--profile", "ci").out == "no SSO: ci\n"
    assert signed_in("status", "--profile", "nobody").status == 2


def test_without_a_config_it_says_so(sekisho: CommandLine) -> None:
    sekisho.config.unlink()

    run = sekisho("status")

    assert (run.status, run.out) == (0, "")
    assert run.err == f"There is no profile in {sekisho.config}.\n"


ALL = "{profile} {session} {state} {person} {minutes} {account} {role} {{}}"


def test_a_prompt_names_what_is_open(signed_in: CommandLine) -> None:
    run = signed_in("status", "--prompt", ALL, "--profile", "dev")

    assert (run.status, run.err) == (0, "")
    assert re.sub(r" 5\d ", " 59 ", run.out) == (
        "dev hoge-dev open hoge@hoge.com 59 123456789011 AdministratorAccess {}\n"
    )


@pytest.mark.parametrize(
    "profile, line",
    [
        ("stg", "stg hoge-stg absent   123456789012 AdministratorAccess {}\n"),
        ("ci", "ci  none     {}\n"),
        ("nobody", "nobody  none     {}\n"),
        ("\x1b[2Jx", "�[2Jx  none     {}\n"),
    ],
)
def test_a_prompt_leaves_empty_what_is_not_known(
    signed_in: CommandLine, profile: str, line: str
) -> None:
    signed_in.write_config(CONFIG + OTHERS)

    assert signed_in("status", "--prompt", ALL, "--profile", profile).out == line


def test_a_prompt_is_quiet_about_a_config_that_cannot_be_read(sekisho: CommandLine) -> None:
    sekisho.write_config("nonsense")

    run = sekisho("status", "--prompt", "{profile} {state}", "--profile", "dev")

    assert (run.status, run.out, run.err) == (0, "dev none\n", "")


@pytest.mark.parametrize("form", ["{nobody}", "{", "{profile.__class__}", "{}"])
def test_a_place_that_there_is_not_is_refused(sekisho: CommandLine, form: str) -> None:
    run = sekisho("status", "--prompt", form, "--profile", "dev")

    assert (run.status, run.out) == (2, "")
    assert "{minutes}" in run.err


def test_a_prompt_is_no_json(sekisho: CommandLine) -> None:
    assert sekisho("status", "--prompt", "{state}", "--json").status == 2


def test_a_prompt_loads_nothing_that_draws_or_connects(signed_in: CommandLine) -> None:
    program = (
        "import sys\nfrom sekisho.cli.main import main\n"
        "main(['status', '--prompt', '{state}', '--profile', 'dev'])\n"
        "print([name for name in ('rich', 'urllib3', 'ssl', 'questionary', 'jmespath')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={
            "HOME": str(signed_in.home),
            "XDG_STATE_HOME": str(signed_in.home / "state"),
            "AWS_ENDPOINT_URL": PORTAL,
            "PYTHONPATH": ":".join(sys.path),
        },
    )

    assert done.stdout == "open\n[]\n"

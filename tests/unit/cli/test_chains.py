"""Role chains on the command line: whose endpoints, who signs in, and who is asked for a code."""

import json
import os
import pty
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.model import AccountId, Role, RoleName
from tests.unit.cli.conftest import CONFIG, CommandLine, Service

SOURCE = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))
CHAIN = (
    CONFIG
    + """
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = dev
region = eu-west-1
"""
)
MFA = CHAIN + "mfa_serial = arn:aws:iam::123456789012:mfa/me\n"


def _answers() -> bytes:
    """One answer that suits AssumeRole and GetCallerIdentity."""
    until = (datetime.now(UTC) + timedelta(minutes=60)).isoformat()
    arn = "arn:aws:sts::123456789012:assumed-role/deployer/s"
    return (
        f"<R><AssumeRoleResult><AssumedRoleUser><Arn>{arn}</Arn></AssumedRoleUser><Credentials>"
        "<AccessKeyId>ASIAFAKEASSUMED</AccessKeyId><SecretAccessKey>fake</SecretAccessKey>"
        f"<SessionToken>fake</SessionToken><Expiration>{until}</Expiration></Credentials>"
        f"</AssumeRoleResult><GetCallerIdentityResult><Arn>{arn}</Arn><Account>123456789012"
        "</Account><UserId>AROAFAKE:s</UserId></GetCallerIdentityResult></R>"
    ).encode()


@pytest.fixture
def chained(sekisho: CommandLine, service: Service) -> CommandLine:
    """Signed in at the source, its role credentials cached, and an STS that says yes."""
    sekisho.write_config(CHAIN)
    sekisho.sign_in("hoge-dev", service.url)
    sekisho.cache_credentials("hoge-dev", SOURCE)
    service.status, service.body = 200, _answers()
    return sekisho


def test_whoami_is_the_role_that_the_chain_ends_in(chained: CommandLine, service: Service) -> None:
    run = chained("whoami", "--profile", "deploy")

    assert run.status == 0, run.err
    assert json.loads(run.out)["Arn"].endswith("assumed-role/deployer/s")
    assert service.asked == ["POST /", "POST /"]


def test_credential_process_and_export_give_the_assumed_role(chained: CommandLine) -> None:
    process = chained("credential-process", "--profile", "deploy")
    export = chained("export", "--profile", "deploy")

    assert json.loads(process.out)["AccessKeyId"] == "ASIAFAKEASSUMED"
    assert json.loads(process.out)["AccountId"] == "123456789012"
    assert "ASIAFAKEASSUMED" in export.out


def test_a_role_is_assumed_once_and_then_served_from_the_cache(
    chained: CommandLine, service: Service
) -> None:
    runs = [chained("credential-process", "--profile", "deploy") for _ in range(2)]
    export = chained("export", "--profile", "deploy")

    assert runs[0].out == runs[1].out
    assert "ASIAFAKEASSUMED" in export.out
    assert service.asked == ["POST /"]


def test_without_a_sign_in_the_source_is_named(sekisho: CommandLine, service: Service) -> None:
    sekisho.write_config(CHAIN)

    run = sekisho("whoami", "--profile", "deploy")

    assert run.status == 3
    assert "sekisho login --profile dev" in run.err
    assert service.asked == []


def test_where_the_endpoints_differ_the_login_is_to_the_chain(
    sekisho: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSO", "SSO_OIDC", "STS"):
        monkeypatch.delenv(f"AWS_ENDPOINT_URL_{name}")
    sekisho.write_config(f"{CHAIN}endpoint_url = {service.url}\n")

    run = sekisho("whoami", "--profile", "deploy")

    assert run.status == 3
    assert "sekisho login --profile deploy" in run.err


def test_the_endpoints_of_the_outer_profile_serve_all_of_the_chain(
    chained: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSO", "SSO_OIDC", "STS"):
        monkeypatch.delenv(f"AWS_ENDPOINT_URL_{name}")
    elsewhere = "endpoint_url = http://127.0.0.1:1\n"
    config = CHAIN.replace("[profile dev]\n", f"[profile dev]\n{elsewhere}")
    chained.write_config(f"{config}endpoint_url = {service.url}\n")

    run = chained("whoami", "--profile", "deploy")

    assert run.status == 0, run.err
    assert service.asked == ["POST /", "POST /"]


def test_an_endpoint_for_the_command_s_own_call_does_not_serve_the_chain(
    chained: CommandLine, service: Service
) -> None:
    run = chained(
        *("sts", "get-caller-identity", "--profile", "deploy"),
        *("--endpoint-url", "http://127.0.0.1:1"),
    )

    assert run.status == 5
    assert service.asked == ["POST /"]


def test_a_chain_without_a_region_says_so(chained: CommandLine, service: Service) -> None:
    chained.write_config(CHAIN.replace("region = eu-west-1\n", ""))

    run = chained("credential-process", "--profile", "deploy")

    assert run.status == 2
    assert "You must specify a region" in run.err
    assert service.asked == []


@pytest.mark.parametrize(
    "command",
    [
        ("credential-process",),
        ("whoami", "--no-input"),
        ("whoami",),  # the tests have no terminal
        ("export",),
    ],
)
def test_where_nobody_can_be_asked_for_a_code_that_is_said(
    chained: CommandLine, service: Service, command: tuple[str, ...]
) -> None:
    chained.write_config(MFA)

    run = chained(*command, "--profile", "deploy")

    assert run.status == 4
    assert "mfa_serial = arn:aws:iam::123456789012:mfa/me" in run.err
    assert service.asked == []


@pytest.fixture
def keyboard() -> Iterator[int]:
    """A terminal for stdin; what is written to it is typed."""
    typed, read = pty.openpty()
    before = sys.stdin
    with os.fdopen(read) as sys.stdin:
        yield typed
    sys.stdin = before
    os.close(typed)


def test_a_person_at_a_terminal_is_asked_for_the_code(
    chained: CommandLine, service: Service, keyboard: int
) -> None:
    chained.write_config(MFA)
    os.write(keyboard, b"123456\n")

    run = chained("whoami", "--profile", "deploy")

    assert run.status == 0, run.err
    assert "Enter MFA code for arn:aws:iam::123456789012:mfa/me:" in run.err
    assert service.asked == ["POST /", "POST /"]


def test_a_code_is_asked_for_once_and_serves_the_commands_that_cannot_ask(
    chained: CommandLine, service: Service, keyboard: int
) -> None:
    chained.write_config(MFA)
    os.write(keyboard, b"123456\n")

    runs = [
        chained(*command, "--profile", "deploy")
        for command in (("export",), ("export", "--no-input"), ("credential-process",))
    ]

    assert [run.status for run in runs] == [0, 0, 0]
    assert ["Enter MFA code" in run.err for run in runs] == [True, False, False]
    assert service.asked == ["POST /"]


def test_status_says_until_when_the_role_of_a_chain_lives(chained: CommandLine) -> None:
    chained("export", "--profile", "deploy")

    text = chained("status")
    rows = json.loads(chained("status", "--json").out)["profiles"]

    assert re.search(r"deploy\s+open\s+credentials: (1 h 0|59) min left", text.out)
    assert {row["profile"] for row in rows if row["credentials_expire"]} == {"dev", "deploy"}


@pytest.mark.parametrize("command", [("--profile", "deploy", "--local"), ("--all",)])
def test_logout_drops_the_assumed_role_and_says_until_when_it_lives(
    chained: CommandLine, command: tuple[str, ...]
) -> None:
    chained("export", "--profile", "deploy")

    run = chained("logout", *command)

    assert run.status == 0, run.err
    assert re.search(r"already handed out live until \d{4}-\d\d-\d\d \d\d:\d\d", run.err)
    assert not [path for path in chained.store.state.rglob("assumed/*/*") if path.is_file()]
    assert chained("credential-process", "--profile", "deploy").status == 3


def test_credential_process_asks_nobody_even_at_a_terminal(
    chained: CommandLine, service: Service, keyboard: int
) -> None:
    chained.write_config(MFA)
    os.write(keyboard, b"123456\n")

    run = chained("credential-process", "--profile", "deploy")

    assert run.status == 4
    assert "Enter MFA code" not in run.err
    assert service.asked == []


def test_login_to_a_chain_signs_in_to_where_it_begins(
    chained: CommandLine, service: Service
) -> None:
    run = chained("login", "--profile", "deploy", "--if-needed")

    assert run.status == 0, run.err
    assert "Still signed in to hoge-dev." in run.err
    assert service.asked == []


def test_isolate_is_not_recommended_for_a_chain_which_it_cannot_part(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.write_config(CHAIN)
    run = sekisho("login", "--profile", "dev")

    assert "This login opens: dev, deploy" in run.err
    assert "isolate" not in run.err


def test_a_chain_that_begins_elsewhere_is_the_aws_cli_s(sekisho: CommandLine) -> None:
    sekisho.write_config(
        CHAIN.replace("source_profile = dev", "source_profile = ci")
        + "[profile ci]\naws_access_key_id = AKIAFAKE\naws_secret_access_key = fake\n"
    )

    for verb in ("whoami", "login", "credential-process"):
        run = sekisho(verb, "--profile", "deploy")

        assert run.status == 2
        assert re.search(r"begins at the profile\s+\"ci\"", run.err)
        assert "aws --profile deploy" in run.err


def test_logout_of_a_chain_ends_the_sign_in_that_it_begins_at(chained: CommandLine) -> None:
    run = chained("logout", "--profile", "deploy", "--local")

    assert run.status == 0, run.err
    assert "hoge-dev" in run.err
    assert chained("whoami", "--profile", "deploy").status == 3

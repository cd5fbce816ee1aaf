"""The AWS CLI's own options, on the commands that bear its names."""

import pytest

from tests.unit.cli.conftest import CommandLine, Service

XML = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>a</Arn><UserId>u:hoge@hoge.com</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


@pytest.mark.parametrize(
    "options",
    [
        ("--no-cli-pager",),
        ("--no-paginate", "--no-cli-auto-prompt"),
        ("--cli-error-format", "legacy"),
        ("--cli-read-timeout", "5", "--cli-connect-timeout", "0"),
        ("--color", "off"),
        ("--output", "json", "--query", "Account"),
    ],
)
def test_a_script_of_the_aws_cli_need_not_be_rewritten(
    sekisho: CommandLine, service: Service, options: tuple[str, ...]
) -> None:
    sekisho.sign_in("hoge-dev", service.url)

    run = sekisho("sts", "get-caller-identity", "--profile", "dev", *options)

    assert run.status == 5  # the service is in trouble; the options are none
    assert "GET /federation/credentials" in service.asked


@pytest.mark.parametrize("name", ["--no-cli-pager", "--endpoint-url=http://127.0.0.1:1"])
def test_sekishos_own_names_do_not_take_them(sekisho: CommandLine, name: str) -> None:
    run = sekisho("whoami", "--profile", "dev", name)

    assert run.status == 2
    assert name.partition("=")[0] in run.err


def test_verification_is_never_turned_off(sekisho: CommandLine) -> None:
    run = sekisho("sso", "login", "--profile", "dev", "--no-verify-ssl")

    assert run.status == 2
    assert "--ca-bundle" in run.err


def test_the_aws_clis_words_for_colour_are_taken(sekisho: CommandLine) -> None:
    sekisho.write_config("nonsense")

    assert "\x1b[" in sekisho("lint", "--color", "on").out
    assert "\x1b[" not in sekisho("lint", "--color", "off").out


def test_an_endpoint_url_is_that_of_sts_alone(
    sekisho: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    key = '{"accessKeyId": "ASIAFAKEFAKEFAKEFAKE", "secretAccessKey": "f", "sessionToken": "f", '
    role = f'{{"roleCredentials": {key}"expiration": 4000000000000}}}}'
    service.status, service.body = 200, role.encode()
    assert sekisho("credential-process", "--profile", "dev").status == 0  # cached from here on
    service.body = XML

    run = sekisho("sts", "get-caller-identity", "--profile", "dev", "--endpoint-url", service.url)

    assert run.status == 0, run.err
    assert '"Account": "123456789012"' in run.out

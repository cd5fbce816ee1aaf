"""Ctrl-C while a person is waited for: the process ends, and nothing is left half-written."""

import signal

import pytest

from tests.e2e.conftest import START_URL, Home

LOGIN = ("login", "--profile", "dev")
WIZARD = (
    *("configure", "sso", "--no-input", "--profile=new", "--sso-session=new"),
    *(f"--sso-start-url={START_URL}", "--sso-region=us-east-1"),
    *("--sso-registration-scopes=sso:account:access", "--region=eu-west-1", "--output-format=json"),
)


@pytest.mark.parametrize("command", [LOGIN, WIZARD])
@pytest.mark.parametrize("flow", [(), ("--use-device-code",)])
def test_an_interrupted_sign_in_leaves_config_and_tokens_as_they_were(
    home: Home, command: tuple[str, ...], flow: tuple[str, ...]
) -> None:
    before = home.config.read_bytes()
    running = home.start(*command, "--no-browser", *flow)
    running.wait_for_url(home.environ["AWS_ENDPOINT_URL_SSO_OIDC"])
    running.process.send_signal(signal.SIGINT)
    done = running.finish()

    assert done.status == 130, done.stderr
    assert "interrupted; nothing was left half-written" in done.stderr
    assert done.stdout == ""
    assert home.config.read_bytes() == before
    assert list(home.path.rglob("*.json")) == []

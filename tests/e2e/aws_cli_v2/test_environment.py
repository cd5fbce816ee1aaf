"""Which profile, Region and endpoint win, beside what the AWS CLI v2 really does."""

import json

import pytest

from tests.e2e.aws_cli_v2.conftest import Machine
from tests.unit.adapters.peers import OK, answering, peer

CONFIG = """\
[default]
region = eu-west-1

[profile keys]
region = eu-central-1
aws_access_key_id = AKIAFAKE
aws_secret_access_key = fake

[profile bare]
"""
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAFAKE", "AWS_SECRET_ACCESS_KEY": "fake"}
CHOICES: list[dict[str, str]] = [
    {},
    {"AWS_PROFILE": "keys"},
    {"AWS_DEFAULT_PROFILE": "keys"},
    {"AWS_PROFILE": "keys", "AWS_DEFAULT_PROFILE": "bare"},
    {"AWS_PROFILE": "bare", "AWS_DEFAULT_PROFILE": "keys", "AWS_REGION": "us-east-2"},
    {"AWS_REGION": "us-east-2", "AWS_DEFAULT_REGION": "us-west-2"},
    {"AWS_DEFAULT_REGION": "us-west-2", "AWS_PROFILE": "keys"},
    {"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-west-2"},
    {"AWS_REGION": "", "AWS_PROFILE": "keys"},
    {"AWS_PROFILE": "keys", **KEYS},
    KEYS,
]


def listed(table: str) -> tuple[str | None, str | None]:
    """Profile and Region of `aws configure list`; what is not set, or set to nothing, is `None`."""
    rows = [line.split(" : ") for line in table.splitlines() if " : " in line]
    values = {row[0].strip(): row[1].strip() for row in rows}
    return tuple(  # type: ignore[return-value]
        values[name] if values[name] not in {"", "<not set>"} else None
        for name in ("profile", "region")
    )


@pytest.mark.parametrize("environ", CHOICES, ids=lambda environ: " ".join(environ) or "nothing")
def test_explain_says_which_profile_region_and_credentials_the_aws_cli_uses(
    machine: Machine, environ: dict[str, str]
) -> None:
    machine.home.write_config(CONFIG)
    shown = machine.aws("configure", "list", **environ)
    said = json.loads(machine.sekisho("explain", "--json", **environ).stdout)

    assert shown.status == 0, shown.stderr
    profile, region = listed(shown.stdout)
    ours = said["settings"].get("region", {}).get("value")
    others = (said["others_would_use"] or {}).get("aws-cli-v2", {"region": ours})
    assert said["profile"] == (profile or "default")
    assert (others["region"] or None) == region
    if environ.get("AWS_REGION") != "":  # sekisho takes a variable that says nothing for nothing
        assert ours == region


SERVICES = """
[services local]
sso =
    endpoint_url = {0}
sso_oidc =
    endpoint_url = {0}
sts =
    endpoint_url = {0}
"""
ENDPOINTS = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS")


@pytest.mark.parametrize("winner", ["service-variable", "variable", "services", "profile"])
def test_both_go_to_the_endpoint_that_wins_and_to_no_other(machine: Machine, winner: str) -> None:
    with peer(answering(OK)) as loser:
        config = machine.home.config.read_text(encoding="utf-8")
        for name in ENDPOINTS:
            machine.home.environ.pop(name)
        here, away = machine.center.url, loser.url
        match winner:
            case "service-variable":
                machine.home.environ.update(dict.fromkeys(ENDPOINTS, here), AWS_ENDPOINT_URL=away)
                where, services = f"endpoint_url = {away}\nservices = local\n", away
            case "variable":
                machine.home.environ.update(AWS_ENDPOINT_URL=here)
                where, services = f"endpoint_url = {away}\nservices = local\n", away
            case "services":
                machine.home.environ.update(AWS_ENDPOINT_URL="")
                where, services = f"endpoint_url = {away}\nservices = local\n", here
            case _:
                where, services = f"endpoint_url = {here}\n", away
        profile = "[profile dev]\n"
        config = config.replace(profile, profile + where) + SERVICES.format(services)
        machine.home.write_config(config)
        ours = machine.sekisho_login("--profile", "dev")
        theirs = machine.aws("sts", "get-caller-identity", "--profile", "dev")
        again = machine.aws_login("--profile", "dev")

    assert [each.status for each in (ours, theirs, again)] == [0, 0, 0], (ours, theirs, again)
    assert loser.connections == 0


def test_endpoints_that_are_to_be_ignored_are_by_both(machine: Machine) -> None:
    refusing = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with peer(answering(refusing, close=True)) as proxy:
        environ = {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "HTTPS_PROXY": proxy.url}
        login = ("sso", "login", "--profile", "dev", "--use-device-code", "--no-browser")
        theirs = machine.aws(*login, **environ)
        asked = set(proxy.heads())
        proxy.requests.clear()
        ours = machine.sekisho(*login, **environ)

    assert theirs.status != 0
    assert ours.status != 0
    assert set(proxy.heads()) == asked
    assert {head.split()[1] for head in asked} == {"oidc.us-east-1.amazonaws.com:443"}
    assert machine.center.calls == []

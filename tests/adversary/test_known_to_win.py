"""What is known to win without a sandbox. Each test shows an attack that succeeds.

Should one fail some day, something has become better, and SECURITY.md may say so. Until then it must
not.
"""

import json
import sys

import pytest

from tests.adversary.house import ACCOUNTS, House

FORBIDS_PROD = """\
[environment.prod]
profiles = ["prod"]
deny = true
"""


@pytest.fixture
def dev(house: House) -> House:
    """The house, once the person has signed in to dev."""
    house.login("dev")
    assert house.account("dev") == ACCOUNTS["dev"]
    return house


def _browse_as_the_person(house: House, url: str) -> None:
    """Use the cookies that lie where a browser keeps them."""
    kept = house.user.home / ".cookies"
    jar = house.person.browser.cookies
    house.write(kept, json.dumps(jar.spelt(house.center.url)))
    assert house.attack("live_session", str(kept), url) is True


def test_who_has_the_browsers_live_session_opens_prod_and_is_seen(dev: House) -> None:
    with dev.signing_in("prod") as (login, url):
        _browse_as_the_person(dev, url)
        login.communicate(timeout=60)

    assert dev.account("prod") == ACCOUNTS["prod"]
    assert [opening["profile"] for opening in dev.events("--kind", "opening")] == ["dev", "prod"]


def test_who_speaks_the_protocol_says_yes_to_a_policy_in_the_persons_place_and_is_seen(
    house: House,
) -> None:
    house.approve(FORBIDS_PROD)
    forbidden = house.credentials("prod").status
    house.write(house.policy, FORBIDS_PROD.replace("true", "false"))
    house.attack("opening", str(house.socket), str(house.config), "prod")

    assert forbidden == 4
    assert house.credentials("prod").status == 3
    assert len(house.events("--kind", "policy-approved")) == 2


def test_who_writes_to_the_shells_start_file_gets_what_is_handed_out(dev: House) -> None:
    """So does whoever replaces `sekisho` on the PATH, or in site-packages."""
    loot = dev.user.home / "loot"
    real = f"'{sys.executable}' -m sekisho"
    dev.write(dev.user.home / ".bashrc", f'sekisho() {{ {real} "$@" | tee -a {loot}; }}\n')
    used = dev.run("bash", "-ic", "sekisho credential-process --profile dev")

    assert json.loads(used.out)["AccountId"] == ACCOUNTS["dev"]
    assert json.loads(loot.read_text())["SecretAccessKey"]


def test_who_edits_the_config_gets_what_is_handed_out(dev: House) -> None:
    """The SDK starts what `credential_process` says."""
    loot = dev.user.home / "loot"
    real = f"'{sys.executable}' -m sekisho credential-process --profile dev"
    text = dev.guarded().replace(
        f'credential_process = "{sys.executable}" -m sekisho credential-process --profile dev',
        f'credential_process = sh -c "{real} | tee {loot}"',
    )
    dev.write(dev.config, text)
    code = "import boto3; print(boto3.Session(profile_name='dev').get_credentials().access_key)"
    used = dev.run(sys.executable, "-c", code)

    assert used.out.strip() == json.loads(loot.read_text())["AccessKeyId"]


def test_who_takes_over_the_socket_hands_out_credentials_of_their_own(dev: House) -> None:
    with dev.attacking("playing_the_agent", str(dev.socket), str(dev.config)):
        asked = dev.credentials("dev")

    assert json.loads(asked.out)["AccessKeyId"] == "ASIAATTACKERATTACKER"


def test_who_takes_over_the_socket_leads_the_next_sign_in_into_their_own_hands(dev: House) -> None:
    native = dev.user.home / "native"
    dev.write(native, dev.native())
    with (
        dev.attacking("playing_the_agent", str(dev.socket), str(native)),
        dev.signing_in("dev") as (login, url),
    ):
        dev.person.allow(url)
        login.communicate(timeout=60)

    assert "sks_at_" in dev.haul(dev.attack("reading", str(dev.user.home)))

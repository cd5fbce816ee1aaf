"""`sekisho explain` of a profile that is broken: as far as it goes, and what is wrong."""

import json

import pytest

from tests.unit.cli.conftest import CONFIG, CommandLine


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sso_session = hoge-dev", "sso_session = nope", "~/.aws/config:2: sso_session = nope"),
        ("sso_session =", "sso_sssion =", "config:2: AWS knows no key sso_sssion"),
        ("region = ap", "sso_region = eu-west-1\n#", "~/.aws/config:5: sso_region = eu-west-1"),
        ("region = ap", "regoin = ap", "config:5: AWS knows no key regoin"),
        ("region = ap", "services = none\n#", '"none" services configuration does not exist'),
        ("region = ap", "endpoint_url = nowhere\n#", "Invalid endpoint: nowhere"),
        ("region = ap", "endpoint_url = http://h.example/\n#", "http://h.example"),
    ],
)
def test_a_broken_profile_is_explained_as_far_as_it_goes(
    sekisho: CommandLine, old: str, new: str, said: str
) -> None:
    sekisho.write_config(CONFIG.replace(old, new, 1))

    text, document = (sekisho("explain", "--profile", "dev", *more) for more in ((), ("--json",)))

    assert (text.status, document.status) == (0, 0)
    assert said in text.out.partition("Problems")[2]
    assert said in document.err
    assert json.loads(document.out)["account_id"] == "123456789011"


def test_a_chain_that_cannot_be_followed_is_explained_all_the_same(sekisho: CommandLine) -> None:
    sekisho.write_config("[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = nope\n")

    run = sekisho("explain")

    assert run.status == 0
    assert "nope" in run.out.partition("Problems")[2]


def test_a_file_that_botocore_refuses_cannot_be_explained(sekisho: CommandLine) -> None:
    sekisho.write_config(f"{CONFIG}nonsense\n")

    run = sekisho("explain", "--profile", "dev")

    assert run.status == 2
    assert f"{sekisho.config}:11" in run.err


def test_a_profile_that_is_not_there_cannot_be_explained(sekisho: CommandLine) -> None:
    assert sekisho("explain", "--profile", "dve").status == 2

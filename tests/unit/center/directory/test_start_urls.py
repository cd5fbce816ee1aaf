import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.center.directory.instance import (
    DEFAULT_START_URL,
    Instance,
    Mfa,
    could_be_anothers,
    normal_start_url,
)
from tests.unit.center.scene import Build

OWN = "https://sso.hoge.example:8443/start"
AWSS = "https://hoge.awsapps.com/start"


def instance(*start_urls: str) -> Instance:
    return Instance(
        "ssoins-0123456789abcdef",
        start_urls,
        "us-east-1",
        3600,
        False,
        "d-0123456789",
        Mfa.OPTIONAL,
    )


@pytest.mark.parametrize(
    "urls, alias",
    [((OWN, AWSS), AWSS), ((AWSS, OWN), AWSS), ((OWN,), DEFAULT_START_URL)],
)
def test_the_alias_is_the_first_that_the_aws_cli_takes_for_awss(
    urls: tuple[str, ...], alias: str
) -> None:
    assert instance(*urls).alias == alias
    assert instance(*urls).is_named_by(alias, origin="http://127.0.0.1:1")


def test_people_get_our_own_over_https_and_the_alias_over_http() -> None:
    assert instance(AWSS).start_url_at("https://127.0.0.1:8443") == "https://127.0.0.1:8443/start"
    assert instance(AWSS).start_url_at("http://127.0.0.1:8765") == AWSS


SPELLINGS = st.tuples(
    st.sampled_from(["https://", "HTTPS://"]),
    st.sampled_from(["hoge.awsapps.com", "HOGE.AwsApps.com", "hoge.awsapps.com:443"]),
    st.sampled_from(["/start", "/start/"]),
    st.sampled_from(["", "?a=b"]),
    st.sampled_from(["", "#", "#/", "#/saml/start"]),
).map("".join)


@given(SPELLINGS)
def test_every_way_to_paste_a_start_url_names_the_instance(pasted: str) -> None:
    assert instance(AWSS).is_named_by(f" {pasted} ", origin="http://127.0.0.1:1")
    assert normal_start_url(pasted) == AWSS


@given(SPELLINGS)
def test_spelling_it_again_changes_nothing(pasted: str) -> None:
    once = normal_start_url(pasted)

    assert once is not None
    assert normal_start_url(once) == once


@pytest.mark.parametrize(
    "url, could",
    [
        ("https://d-1234567890.awsapps.com/start", True),
        ("https://D-12345ABCDE.awsapps.com/start", True),
        (DEFAULT_START_URL, False),
        ("https://d-123456789.awsapps.com/start", False),
        (AWSS, False),
    ],
)
def test_a_directory_id_could_be_a_real_organisations(url: str, could: bool) -> None:
    assert could_be_anothers(url) is could


def test_requests_may_come_under_the_name_of_our_own_start_url(build: Build) -> None:
    world = build(directory=f'instance: {{start_urls: ["{OWN}", "{AWSS}"]}}')

    statuses = [
        world.send("GET", "/signin", Host=host).status
        for host in (
            "sso.hoge.example:8443",
            "SSO.hoge.example",
            "hoge.awsapps.com",
            "evil.example",
        )
    ]
    assert statuses == [200, 200, 421, 421]

"""The front of the network: which way a request goes, and what the environment says to both."""

from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from sekisho.adapters.http import NetworkHttp
from sekisho.adapters.http_plain import place
from sekisho.adapters.http_rules import USER_AGENT
from sekisho.errors import FileUnreadable
from sekisho.wire.http import Request
from tests.unit.adapters.peers import CERTIFICATE, OK, answering, peer
from tests.unit.adapters.refusal import QUERY, refused


def test_the_user_agent_has_the_version_of_the_package() -> None:
    assert f"sekisho/{metadata.version('sekisho')}" == USER_AGENT


@given(
    st.one_of(
        st.from_regex(
            r"https?://[a-z0-9.-]{1,9}(:[0-9]{0,6})?(/[!-~]{0,6})?(\\?[!-~]{0,6})?", fullmatch=True
        ),
        st.builds("https://{}{}".format, st.text(max_size=5), st.text(max_size=8)),
    )
)
def test_what_goes_straight_is_what_urllib3_would_ask_for(url: str) -> None:
    found = place(url)
    if found is None:
        return
    (scheme, host, port), target = found
    theirs = parse_url(url)

    assert (theirs.scheme, theirs.host, theirs.request_uri) == (scheme, host, target)
    assert (theirs.auth, theirs.fragment) == (None, None)
    assert port == (theirs.port or {"http": 80, "https": 443}[scheme])


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.sso.us-east-1.amazonaws.com/federation/credentials?role_name=a%2Fb&x=~",
        "http://127.0.0.1:8765/",
        "https://oidc.us-east-1.amazonaws.com",
    ],
)
def test_the_urls_of_the_services_go_straight(url: str) -> None:
    assert place(url) is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://me:pw@host/",
        "https://host/a/../b",
        "https://host//b",
        "https://HOST/",
        "https://host/%7e",
        "https://host/a b",
        "https://host/#f",
        "https://[::1]/",
        "https://host:70000/",
        "https://host:/",
        "https://h\u00f6st/",
        "https://host./",
    ],
)
def test_a_url_that_has_to_be_put_in_order_first_is_urllib3_s(url: str) -> None:
    assert place(url) is None


def test_a_url_out_of_the_ordinary_is_answered_too() -> None:
    with peer(answering(OK)) as there:
        response = NetworkHttp({}).send(Request("GET", there.url + "/a/../b c"))

    assert response.body == b"ok"
    assert there.heads() == ["GET /b%20c HTTP/1.1"]


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", None])
def test_a_ca_bundle_is_trusted_wherever_it_comes_from(variable: str | None) -> None:
    environ = {} if variable is None else {variable: str(CERTIFICATE)}
    bundle = CERTIFICATE if variable is None else None
    with peer(answering(OK), tls=True) as there:
        response = NetworkHttp(environ, bundle).send(Request("GET", there.https))

    assert response.status == 200


def test_the_option_goes_before_the_variables_and_aws_s_before_the_other() -> None:
    environ = {"AWS_CA_BUNDLE": str(CERTIFICATE), "REQUESTS_CA_BUNDLE": "/nowhere/other.pem"}
    with peer(answering(OK), tls=True) as there:
        NetworkHttp(environ).send(Request("GET", there.https))
        with pytest.raises(FileUnreadable) as raised:
            NetworkHttp(environ, Path("/nowhere/option.pem")).send(Request("GET", there.https))

    assert "/nowhere/option.pem" in str(raised.value)


@pytest.mark.parametrize("url", ["http://", "http://[::1", "gopher://127.0.0.1/", "nonsense"])
def test_what_is_no_url_is_no_endpoint(url: str) -> None:
    refused(Request("GET", url + QUERY), NetworkHttp({}))

"""Start URLs, as the AWS CLI resolves them (`spec/aws-cli.md` §3.2)."""

import pytest

from sekisho.aws.start_url import (
    Portal,
    region_of_host,
    resolve_start_url,
)
from sekisho.errors import StartUrlRefused, TlsNotVerified, Unreachable
from sekisho.model import Region, StartUrl
from sekisho.testing.http import ScriptedHttp
from sekisho.wire.http import Headers, Response

VANITY = StartUrl("https://login.hoge.example/start?from=us#top")
REGION = Region("us-east-1")


def redirect(location: str, status: int = 302) -> Response:
    return Response(status, Headers({"Location": location}))


def refusal(start_url: str, *script: Response | Exception) -> str:
    with pytest.raises(StartUrlRefused) as refused:
        resolve_start_url(StartUrl(start_url), REGION, ScriptedHttp(*script))
    return refused.value.what.splitlines()[0]


@pytest.mark.parametrize(
    "start_url",
    [
        "https://hoge.awsapps.com/start#/",
        "https://ssoins-7223.portal.eu-west-1.app.aws",
        "https://start.home.awsapps.com/directory/login",
        "https://awsapps.com",
        "https://HOGE.AWSAPPS.COM./start",
        "https://start.us-gov-home.awsapps.com/directory/hoge",
        "https://identitycenter.amazonaws.com/ssoins-7223",
        "https://hoge.awsapps.cn/start",
    ],
)
def test_one_of_awss_is_taken_as_it_is_and_nobody_is_asked(start_url: str) -> None:
    http = ScriptedHttp()

    assert resolve_start_url(StartUrl(start_url), REGION, http) == Portal(
        StartUrl(start_url), REGION
    )
    assert http.requests == []


@pytest.mark.parametrize(
    "start_url", ["http://127.0.0.1:8765/start", "hoge.awsapps.com/start", "ftp://x", "https://[x"]
)
def test_one_without_https_is_refused_in_awss_words(start_url: str) -> None:
    assert refusal(start_url) == "The sso_start_url must use the https scheme."


def test_one_without_a_host_is_refused() -> None:
    assert refusal("https:///start") == "Invalid sso_start_url: 'https:///start'"


def test_a_companys_own_is_asked_once_and_leads_to_awss() -> None:
    http = ScriptedHttp(redirect("https://ssoins-7223.portal.eu-west-1.app.aws:443/?a=b#c"))

    portal = resolve_start_url(VANITY, REGION, http)

    assert portal == Portal(
        StartUrl("https://ssoins-7223.portal.eu-west-1.app.aws"), Region("eu-west-1")
    )
    assert [request.method for request in http.requests] == ["HEAD"]
    assert http.requests[0].url == "https://login.hoge.example/start?from=us"


def test_the_request_has_neither_headers_nor_a_body() -> None:
    http = ScriptedHttp(redirect("https://hoge.awsapps.com/start"))
    resolve_start_url(VANITY, REGION, http)
    (request,) = http.requests

    assert not request.headers.pairs
    assert request.body == b""


@pytest.mark.parametrize("status", [405, 501])
def test_where_head_is_not_understood_it_is_a_get(status: int) -> None:
    http = ScriptedHttp(Response(status), redirect("https://hoge.awsapps.com/start/"))

    portal = resolve_start_url(VANITY, REGION, http)

    assert portal == Portal(StartUrl("https://hoge.awsapps.com/start"), REGION)
    assert [request.method for request in http.requests] == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirect_counts(status: int) -> None:
    http = ScriptedHttp(redirect("https://hoge.awsapps.com/start", status))

    assert resolve_start_url(VANITY, REGION, http).url == "https://hoge.awsapps.com/start"


def test_a_redirect_to_somewhere_else_is_not_followed() -> None:
    said = refusal(VANITY, redirect("//evil.example/x\x1b[2J"))

    assert said == (
        f"Could not resolve start URL '{VANITY}' to an AWS-owned endpoint. "
        "Final URL: 'https://evil.example/x?[2J'"
    )


def test_a_page_that_leads_nowhere_is_refused() -> None:
    said = refusal("https://login.hoge.example/start/", Response(200))

    assert said.endswith("AWS-owned endpoint. Final URL: 'https://login.hoge.example/start'")


def test_a_redirect_to_plain_http_is_refused() -> None:
    said = refusal(VANITY, redirect("http://hoge.awsapps.com/start"))

    assert said == "Resolved URL must use https. Got: 'http://hoge.awsapps.com/start'"


@pytest.mark.parametrize(
    "answer, said",
    [
        (Response(302), "Redirect response missing Location header."),
        (Response(404), "Failed to resolve start URL: HTTP 404"),
        (
            Unreachable("https://login.hoge.example/start", "the name cannot be resolved"),
            (
                "Failed to resolve start URL: Could not connect to the endpoint URL: "
                '"https://login.hoge.example/start": the name cannot be resolved'
            ),
        ),
        (
            TlsNotVerified("https://login.hoge.example/start", "it is self-signed"),
            (
                "Failed to resolve start URL: SSL validation failed for "
                '"https://login.hoge.example/start": it is self-signed'
            ),
        ),
    ],
)
def test_what_went_wrong_is_said_in_awss_words(answer: Response | Exception, said: str) -> None:
    assert refusal(VANITY, answer) == said


def test_where_nobody_answered_it_says_what_to_do_about_that() -> None:
    unreachable = Unreachable("https://login.hoge.example/start", "the name cannot be resolved")

    with pytest.raises(StartUrlRefused) as refused:
        resolve_start_url(VANITY, REGION, ScriptedHttp(unreachable))

    assert refused.value.do == unreachable.do


@pytest.mark.parametrize(
    "host, region",
    [
        ("ssoins-7223.portal.eu-west-1.app.aws", "eu-west-1"),
        ("ssoins-7223.portal.cn-north-1.app.amazonwebservices.com.cn", "cn-north-1"),
        ("ssoins-7223.eu-west-1.portal.amazonaws.com", "eu-west-1"),
        ("SSOINS-7223.CN-NORTH-1.portal.amazonaws.com.cn.", "cn-north-1"),
        ("ssoins-7223.eusc-de-east-1.portal.amazonaws.eu", "eusc-de-east-1"),
        ("hoge.awsapps.com", None),
        ("a.b.portal.eu-west-1.app.aws", None),
        ("identitycenter.amazonaws.com", None),
    ],
)
def test_the_region_is_read_out_of_the_host(host: str, region: str | None) -> None:
    assert region_of_host(host) == region

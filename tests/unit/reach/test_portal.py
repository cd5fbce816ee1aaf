"""Which start URLs are one portal, and what the portal is called."""

import pytest

from sekisho.model import StartUrl
from sekisho.reach.portal import portal_label, portal_of

URL = StartUrl("https://hoge.awsapps.com/start")


@pytest.mark.parametrize(
    "spelling",
    [
        "https://hoge.awsapps.com/start/",
        "https://hoge.awsapps.com/start#",
        "https://hoge.awsapps.com/start/#/",
        "https://Hoge.AWSapps.com/start",
        "HTTPS://hoge.awsapps.com/start",
        " https://hoge.awsapps.com/start ",
    ],
)
def test_spellings_that_differ_in_nothing_but_form_are_one_portal(spelling: str) -> None:
    assert portal_of(StartUrl(spelling)) == portal_of(URL)


@pytest.mark.parametrize(
    "other",
    [
        "https://fuga.awsapps.com/start",
        "http://hoge.awsapps.com/start",
        "https://hoge.awsapps.com/Start",
        "https://hoge.awsapps.com:8443/start",
        "https://hoge.awsapps.com/start?x=1",
        "hoge",
        "https://[",
        "",
    ],
)
def test_another_scheme_host_port_path_or_query_is_another_portal(other: str) -> None:
    assert portal_of(StartUrl(other)) != portal_of(URL)


@pytest.mark.parametrize(
    "url, label",
    [
        ("https://hoge.awsapps.com/start", "hoge"),
        ("https://HOGE.awsapps.com/start#/", "hoge"),
        ("https://d-92670a1b2c.awsapps.com/start", "d-92670a1b2c"),
        ("https://ssoins-1234.portal.us-east-1.app.aws", "ssoins-1234"),
        ("https://start.us-gov-home.awsapps.com/directory/hoge", "hoge"),
        ("https://start.home.awsapps.cn/directory/hoge/", "hoge"),
        ("https://start.hoge.example/", "start"),
        ("http://localhost:8765/start", "localhost"),
        ("http://127.0.0.1:8765/start", ""),
        ("http://[::1]:8765/start", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_a_portal_is_called_by_the_first_label_of_its_host(url: str, label: str) -> None:
    assert portal_label(StartUrl(url)) == label

"""Which proxy, with Python's own reading of the environment as the oracle."""

import urllib.request
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.adapters.proxy import Proxy, proxy_for
from sekisho.errors import EndpointInvalid
from sekisho.secret import Secret

URL = "https://portal.sso.us-east-1.amazonaws.com/x?y=z"
PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_the_variable_for_the_scheme_counts_in_either_case(variable: str) -> None:
    assert proxy_for(URL, {variable: PROXY}) == Proxy(PROXY)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_other_variables_do_not_count_for_https(variable: str) -> None:
    assert proxy_for(URL, {variable: PROXY}) is None


def test_the_lower_case_goes_first_even_when_it_is_empty() -> None:
    assert proxy_for(URL, {"https_proxy": "", "HTTPS_PROXY": PROXY}) is None


def test_in_a_cgi_program_http_proxy_is_a_stranger_s_header() -> None:
    environ = {"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}

    assert proxy_for("http://center.example/", environ) is None
    assert proxy_for("http://center.example/", environ | {"http_proxy": PROXY}) == Proxy(PROXY)


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("//proxy.example:3128", "http://proxy.example:3128"),
        ("http://proxy.example", "http://proxy.example"),
        ("https://proxy.example:443/", "https://proxy.example:443"),
        ("http://[::1]:3128", "http://[::1]:3128"),
    ],
)
def test_a_proxy_is_spelt_with_scheme_host_and_port(value: str, url: str) -> None:
    assert proxy_for(URL, {"HTTPS_PROXY": value}) == Proxy(url)


@pytest.mark.parametrize(
    ("value", "login"),
    [
        ("http://me:p%40ss@proxy.example:3128", "me:p@ss"),
        ("me:pass@proxy.example:3128", "me:pass"),
        ("http://me@proxy.example:3128", "me:"),
    ],
)
def test_the_login_is_taken_out_of_the_url(value: str, login: str) -> None:
    assert proxy_for(URL, {"HTTPS_PROXY": value}) == Proxy(PROXY, Secret(login))


@pytest.mark.parametrize(
    "value", ["socks5://a:not-a-real@h:1", "http://", "http://a:not-a-real@h:port", "http://[::1"]
)
def test_a_value_that_is_no_proxy_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(EndpointInvalid) as refused:
        proxy_for(URL, {"HTTPS_PROXY": value})

    assert refused.value.do == "correct HTTPS_PROXY"
    assert "not-a-real" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8765/", "http://localhost:8765/", "http://[::1]:8765/"]
)
def test_loopback_is_never_sent_to_a_proxy(url: str) -> None:
    assert proxy_for(url, {"HTTP_PROXY": PROXY}) is None


hosts = st.sampled_from(
    ["a.example", "b.a.example", "xa.example", "A.Example:8443", "10.0.0.1", "10.0.0.1:80", "com"]
)
exceptions = st.lists(
    st.sampled_from(
        ["a.example", ".a.example", "..a.example", "A.EXAMPLE", "a.example:8443", "*", "10.0.0.1",
         "10.0.0.0/8", "example", "", " ", "b.a.example ", "0.1", "*.example"]
    ),
    max_size=3,
).map(",".join)  # fmt: skip


@given(hosts, exceptions)
def test_no_proxy_means_what_it_means_to_python(host: str, no_proxy: str) -> None:
    url = f"https://{host}/"
    direct = proxy_for(url, {"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy}) is None

    assert direct is bool(
        urllib.request.proxy_bypass_environment(  # type: ignore[attr-defined]
            urlsplit(url).netloc, {"no": no_proxy}
        )
    )

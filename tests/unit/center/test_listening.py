import pytest

from sekisho.center.listening import address_of, check_reach, network, origin
from sekisho.errors import UsageError


def check(host: str, *, encrypted: bool = True, limits: bool = True, test: bool = False) -> None:
    check_reach(address_of(host), encrypted=encrypted, limits=limits, under_test=test)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_on_loopback_everything_goes(host: str) -> None:
    check(host, encrypted=False, limits=False, test=True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"])
class TestOffLoopback:
    def test_tls_or_a_proxy_suffices(self, host: str) -> None:
        check(host)

    def test_plain_http_is_refused_and_said_how_it_goes(self, host: str) -> None:
        with pytest.raises(UsageError, match="plain http") as raised:
            check(host, encrypted=False)

        assert "--tls-cert FILE --tls-key FILE, or --trusted-proxy CIDR" in (raised.value.do or "")

    def test_limits_stay_on(self, host: str) -> None:
        with pytest.raises(UsageError, match="--limits off is not served on"):
            check(host, limits=False)

    def test_test_controls_stay_off(self, host: str) -> None:
        with pytest.raises(UsageError, match="the test controls are not served on") as raised:
            check(host, test=True)

        assert raised.value.do == "leave --host or --test-controls out"


@pytest.mark.parametrize("host", ["example.com", "", "127.0.0.1:80", "127.1", "[::1]"])
def test_a_host_that_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="is no IP address"):
        address_of(host)


@pytest.mark.parametrize("text", ["10.0.0.0/24", "192.0.2.1", "2001:db8::/32", "::1"])
def test_proxies_are_addresses_and_networks(text: str) -> None:
    assert str(network(text)).startswith(text)


@pytest.mark.parametrize("text", ["", "proxy", "10.0.0.1/24", "10.0.0.0/33", "0.0.0.0/0", "::/0"])
def test_what_is_no_network_or_everybody_is_no_proxy(text: str) -> None:
    with pytest.raises(UsageError, match="--trusted-proxy"):
        network(text)


@pytest.mark.parametrize(
    "url, expected",
    [
        ("https://sso.example.com", "https://sso.example.com"),
        ("https://SSO.example.com/", "https://sso.example.com"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://[::1]:8765", "http://[::1]:8765"),
    ],
)
def test_a_public_url_is_an_origin(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "sso.example.com",
        "ftp://sso.example.com",
        "https://",
        "https://sso.example.com/start",
        "https://sso.example.com?x",
        "https://sso.example.com#x",
        "https://me@sso.example.com",
        "https://sso.example.com:port",
        "https://[::1",
    ],
)
def test_what_is_no_origin_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="is no origin"):
        origin(url)


def test_a_public_url_of_plain_http_is_refused() -> None:
    with pytest.raises(UsageError, match="is plain http") as raised:
        origin("http://sso.example.com:8080")

    assert raised.value.do == "give it as https://sso.example.com:8080"

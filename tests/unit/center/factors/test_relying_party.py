import pytest

from sekisho.center.factors.relying_party import RelyingParty, localhost_instead, relying_party


@pytest.mark.parametrize(
    "origin, domain",
    [
        ("http://localhost:8765", "localhost"),
        ("https://localhost", "localhost"),
        ("http://center.localhost:8765", "center.localhost"),
        ("https://sso.example.com", "sso.example.com"),
        ("https://sso.example.com:8443", "sso.example.com"),
        ("https://center", "center"),
    ],
)
def test_the_domain_of_a_secure_origin_is_who_we_are(origin: str, domain: str) -> None:
    assert relying_party(origin) == RelyingParty(domain, origin)


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:8765",
        "https://127.0.0.1:8765",
        "http://[::1]:8765",
        "https://10.0.0.11",
        "http://sso.example.com",
        "http://notlocalhost",
    ],
)
def test_at_an_address_and_over_plain_http_no_browser_lets_a_key_work(origin: str) -> None:
    assert relying_party(origin) is None


@pytest.mark.parametrize(
    "origin, instead",
    [
        ("http://127.0.0.1:8765", "http://localhost:8765"),
        ("https://[::1]:8765", "https://localhost:8765"),
        ("http://127.0.0.1", "http://localhost"),
        ("https://10.0.0.11", ""),
        ("https://sso.example.com", ""),
    ],
)
def test_this_machine_has_a_name_that_is_a_domain(origin: str, instead: str) -> None:
    assert localhost_instead(origin) == instead

import pytest

from sekisho.testing.cookies import CookieJar

HTTPS = "https://center.example/signin"
LOOPBACK = "http://127.0.0.1:8765/signin"


def _kept(url: str, *headers: str) -> CookieJar:
    jar = CookieJar()
    for header in headers:
        jar.take(url, header)
    return jar


def test_a_cookie_goes_back_to_its_host() -> None:
    jar = _kept(HTTPS, "session=abc; Path=/; HttpOnly; SameSite=lax")

    assert jar.header("https://center.example/device") == "session=abc"
    assert jar.header("https://other.example/") == ""


def test_ports_do_not_tell_cookies_apart() -> None:
    jar = _kept(LOOPBACK, "session=abc; Path=/")

    assert jar.header("http://127.0.0.1:9999/") == "session=abc"


@pytest.mark.parametrize(
    ("path", "sent"), [("/admin", True), ("/admin/users", True), ("/administrator", False)]
)
def test_a_path_covers_what_is_below_it(path: str, sent: bool) -> None:
    jar = _kept(HTTPS, "a=1; Path=/admin")

    assert bool(jar.header(f"https://center.example{path}")) is sent


def test_a_new_value_replaces_the_old_and_a_life_of_nothing_ends_it() -> None:
    jar = _kept(HTTPS, "a=1; Path=/", "a=2; Path=/")
    replaced = jar.header(HTTPS)
    jar.take(HTTPS, 'a=""; Max-Age=0; Path=/')

    assert replaced == "a=2"
    assert jar.header(HTTPS) == ""


def test_a_secure_cookie_is_for_https_and_this_machine() -> None:
    jar = _kept(HTTPS, "a=1; Secure; Path=/")

    assert jar.header("http://center.example/") == ""
    assert _kept("http://center.example/", "a=1; Secure").header(HTTPS) == ""
    assert _kept(LOOPBACK, "a=1; Secure").header(LOOPBACK) == "a=1"


@pytest.mark.parametrize(
    "header",
    ["__Host-a=1; Path=/", "__Host-a=1; Secure; Path=/sub", "__Host-a=1; Secure; Domain=example"],
)
def test_a_host_cookie_that_breaks_its_rules_is_not_kept(header: str) -> None:
    assert _kept(HTTPS, header).header("https://center.example/sub/x") == ""


def test_nonsense_is_passed_over() -> None:
    assert _kept(HTTPS, "@@@", "").header(HTTPS) == ""


def test_cookies_can_be_given_to_another_jar() -> None:
    jar = _kept(LOOPBACK, "session=abc; Path=/; Secure", "seen=1; Path=/admin")
    jar.take(HTTPS, "other=1; Path=/")
    copy = _kept(LOOPBACK)
    for url, cookie in jar.spelt(LOOPBACK):
        copy.take(url, cookie)

    assert copy.header("http://127.0.0.1:8765/admin") == "session=abc; seen=1"
    assert copy.header(HTTPS) == ""

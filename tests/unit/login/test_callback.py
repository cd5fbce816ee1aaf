import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.errors import ServiceRejected, SignInDenied
from sekisho.login.callback import (
    Authorized,
    Callback,
    Expected,
    Failed,
    NotOurs,
    issuers_of,
    judge,
)
from sekisho.login.page import Page
from sekisho.secret import Secret
from sekisho.testing.loopback import visit
from sekisho.wire.http import Headers, Request
from tests.unit.login.scene import OIDC, SESSION, US_EAST_1

PORT = 49152
EXPECTED = Expected(Secret("the-state"), PORT, issuers_of(OIDC, SESSION))
HERE = f"http://127.0.0.1:{PORT}/oauth/callback"


def _judge(query: str) -> Authorized | Failed | NotOurs:
    return judge(visit(f"{HERE}?{query}"), EXPECTED)


def _reason(verdict: Authorized | Failed | NotOurs) -> str:
    assert isinstance(verdict, NotOurs)
    return verdict.reason


def _error(verdict: Authorized | Failed | NotOurs) -> Exception:
    assert isinstance(verdict, Failed)
    return verdict.error


def test_the_right_state_and_a_code_are_accepted() -> None:
    assert _judge("code=abc&state=the-state") == Authorized(Secret("abc"))


@pytest.mark.parametrize(
    "query",
    [
        "code=abc&state=another",
        "code=abc&state=",
        "code=abc",
        "code=abc&state=the-state&state=the-state",
        "code=abc&state=the-state%00",
        "code=abc&state=%ff%fe",
        "code=abc&state=the-stat%C3%A9",
    ],
)
def test_a_wrong_missing_or_repeated_state_is_not_ours(query: str) -> None:
    assert _reason(_judge(query)) == "an answer with a wrong state was refused"


def test_an_error_without_the_right_state_does_not_end_the_wait() -> None:
    assert isinstance(_judge("error=access_denied&state=another"), NotOurs)
    assert isinstance(_judge("error=access_denied"), NotOurs)


def test_an_error_with_the_right_state_ends_the_wait() -> None:
    error = _error(_judge("error=access_denied&state=the-state"))

    assert isinstance(error, SignInDenied)
    assert "access_denied" in str(error)


def test_an_error_that_nobody_chose_is_quoted_as_the_services() -> None:
    error = _error(_judge("error=invalid_scope&error_description=No%20such&state=the-state"))

    assert isinstance(error, ServiceRejected)
    assert "(invalid_scope)" in str(error)
    assert "No such" in str(error)


def test_an_error_beside_a_code_counts_as_an_error() -> None:
    assert isinstance(_judge("code=abc&error=access_denied&state=the-state"), Failed)


def test_what_an_error_says_cannot_steer_the_terminal() -> None:
    described = "error=access_denied&error_description=%1b%5B2J%0Afaked&state=the-state"

    assert "\x1b" not in str(_error(_judge(described)))
    assert "\nfaked" not in str(_error(_judge(described)))


def test_the_right_state_without_a_code_is_not_an_answer() -> None:
    assert _reason(_judge("state=the-state")) == "an answer without a code was refused"


def test_a_flood_of_parameters_is_not_read() -> None:
    assert isinstance(_judge("state=the-state&code=abc" + "&a=b" * 100), NotOurs)


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/oauth/callback/", "/OAUTH/callback"])
def test_another_path_is_not_found_and_not_worth_a_word(path: str) -> None:
    request = visit(f"http://127.0.0.1:{PORT}{path}?code=abc&state=the-state")

    assert judge(request, EXPECTED) == NotOurs(Page.NOT_FOUND, "")


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS"])
def test_another_method_is_not_allowed(method: str) -> None:
    request = Request(
        method, f"{HERE}?code=abc&state=the-state", Headers({"Host": f"127.0.0.1:{PORT}"})
    )

    assert judge(request, EXPECTED) == NotOurs(Page.NOT_ALLOWED, "")


@pytest.mark.parametrize(
    "host", ["rebound.example.com", f"rebound.example.com:{PORT}", "127.0.0.1", "127.0.0.1:1", "["]
)
def test_a_visit_under_another_host_is_refused_even_with_the_right_state(host: str) -> None:
    request = Request("GET", f"{HERE}?code=abc&state=the-state", Headers({"Host": host}))

    assert _reason(judge(request, EXPECTED)) == "a visit under another host name was refused"


def test_localhost_is_this_machine_as_well() -> None:
    request = visit(f"http://localhost:{PORT}/oauth/callback?code=abc&state=the-state")

    assert judge(request, EXPECTED) == Authorized(Secret("abc"))


def test_an_address_that_is_none_is_not_found() -> None:
    assert judge(Request("GET", "http://[nonsense/oauth/callback"), EXPECTED) == NotOurs(
        Page.NOT_FOUND, ""
    )


@pytest.mark.parametrize(
    "issuer",
    [
        "https://oidc.us-east-1.amazonaws.com",
        "https://OIDC.us-east-1.amazonaws.com:443/",
        "https://hoge.awsapps.com/start",
        "https://identitycenter.amazonaws.com/ssoins-0123456789abcdef",
    ],
)
def test_an_issuer_that_is_the_service_asked_is_accepted(issuer: str) -> None:
    assert isinstance(_judge(f"code=abc&state=the-state&iss={issuer}"), Authorized)


@pytest.mark.parametrize(
    "issuer",
    [
        "https://evil.example.com",
        "http://oidc.us-east-1.amazonaws.com",
        "https://oidc.us-east-1.amazonaws.com:8443",
        "https://oidc.us-east-1.amazonaws.com.evil.example.com",
        "https://[nonsense",
        "",
    ],
)
def test_another_issuer_ends_the_sign_in_and_is_named(issuer: str) -> None:
    error = _error(_judge(f"code=abc&state=the-state&iss={issuer}"))

    assert isinstance(error, ServiceRejected)
    assert f"comes from {issuer}," in str(error)
    assert OIDC.url in str(error)


def test_at_an_overridden_endpoint_awss_own_issuer_is_another() -> None:
    center = Endpoint("http://127.0.0.1:8765", US_EAST_1, overridden=True, source="a variable")
    issuers = issuers_of(center, SESSION)

    assert issuers == {"http://127.0.0.1:8765", "https://hoge.awsapps.com"}


def test_every_name_of_the_loopback_is_one_issuer() -> None:
    center = Endpoint("http://localhost:8765", US_EAST_1, overridden=True, source="a variable")
    expected = Expected(Secret("the-state"), PORT, issuers_of(center, SESSION))
    query = "code=abc&state=the-state&iss=http%3A%2F%2F127.0.0.1%3A8765"

    assert isinstance(judge(visit(f"{HERE}?{query}"), expected), Authorized)


def test_a_wrong_state_is_answered_by_a_refusal_and_the_right_one_still_counts() -> None:
    told: list[str] = []
    callback = Callback(EXPECTED, refused=told.append)

    refused = callback.answer(visit(f"{HERE}?code=planted&state=wrong"))
    waiting_still = not callback.is_over()
    accepted = callback.answer(visit(f"{HERE}?code=abc&state=the-state"))

    assert (refused.status, waiting_still, accepted.status) == (400, True, 200)
    assert callback.outcome == Authorized(Secret("abc"))
    assert told == ["an answer with a wrong state was refused"]


def test_an_answer_is_accepted_once() -> None:
    callback = Callback(EXPECTED, refused=lambda _reason: None)

    callback.answer(visit(f"{HERE}?code=first&state=the-state"))
    second = callback.answer(visit(f"{HERE}?code=second&state=the-state"))

    assert callback.outcome == Authorized(Secret("first"))
    assert second.status == 400


def test_no_secret_of_the_redirect_shows_in_what_is_kept_of_it() -> None:
    callback = Callback(EXPECTED, refused=lambda _reason: None)
    callback.answer(visit(f"{HERE}?code=abcdef&state=the-state"))

    assert "abcdef" not in repr(callback.outcome)
    assert "the-state" not in repr(EXPECTED)

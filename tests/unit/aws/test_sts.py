"""GetCallerIdentity: signed as botocore signs it, and XML that is not trusted."""

from datetime import datetime

import pytest

from sekisho.aws.endpoint import Endpoint, Service
from sekisho.aws.sts import Sts
from sekisho.errors import PlainHttpRefused, ServiceFailed, Throttled
from sekisho.model import AccountId, CallerIdentity, Region, Role, RoleCredentials, RoleName
from sekisho.secret import Secret
from sekisho.testing.clock import START, FakeClock
from sekisho.testing.http import ScriptedHttp
from sekisho.wire.http import Headers, Response
from sekisho.wire.rejection import Rejection
from sekisho.wire.sigv4 import claim_of
from tests.unit.aws.oracle import ENDPOINT, comparable, sent_by_botocore

CREDENTIALS = RoleCredentials(
    "ASIAFAKEFAKEFAKEFAKE",
    Secret("not-a-real-secret-key"),
    Secret("not-a-real-session-token"),
    START,
    Role(AccountId("1234567891011"), RoleName("AdministratorAccess")),
)
NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
ARN = (
    "arn:aws:sts::1234567891011:assumed-role/"
    "AWSReservedSSO_AdministratorAccess_0123456789abcdef/hoge@hoge.com"
)
ANSWER = f"""<GetCallerIdentityResponse xmlns="{NAMESPACE}">
  <GetCallerIdentityResult>
    <Arn>{ARN}</Arn>
    <UserId>AROAFAKE:hoge@hoge.com</UserId>
    <Account>1234567891011</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>
"""
REFUSAL = f"""<ErrorResponse xmlns="{NAMESPACE}">
  <Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>It is over.</Message></Error>
  <RequestId>0</RequestId>
</ErrorResponse>
"""


def ask(
    body: str | bytes, status: int = 200, *, url: str = ENDPOINT, at: datetime = START
) -> tuple[CallerIdentity | Rejection, ScriptedHttp]:
    data = body.encode() if isinstance(body, str) else body
    http = ScriptedHttp(Response(status, Headers({"Content-Type": "text/xml"}), data))
    endpoint = Endpoint(url, Region("us-east-1"), overridden=True, source="test")
    return Sts(http, endpoint, FakeClock(at)).get_caller_identity(CREDENTIALS), http


@pytest.mark.parametrize("url", [ENDPOINT, f"{ENDPOINT}/prefix", "https://sts.example"])
def test_the_request_and_its_signature_are_botocore_s(url: str) -> None:
    theirs = sent_by_botocore(
        Service.STS, "get_caller_identity", {}, endpoint=url, credentials=CREDENTIALS
    )
    signed_at = datetime.fromisoformat(claim_of(theirs.headers).amz_date)
    _, http = ask(ANSWER, url=url, at=signed_at)
    ours = http.requests[0]

    assert comparable(ours) == comparable(theirs)
    assert ours.headers["Authorization"] == theirs.headers["Authorization"]
    assert ours.headers["X-Amz-Security-Token"] == theirs.headers["X-Amz-Security-Token"]


def test_the_identity_is_read() -> None:
    identity, _ = ask(ANSWER)

    assert identity == CallerIdentity("AROAFAKE:hoge@hoge.com", AccountId("1234567891011"), ARN)


@pytest.mark.parametrize("declared", ["", "utf-8", "UTF-8", "iso-8859-1", "utf-7", "nonsense"])
def test_an_answer_is_utf_8_whatever_it_declares(declared: str) -> None:
    prolog = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    identity, _ = ask(prolog + ANSWER.replace("hoge@hoge.com", "hogé@hoge.com"))

    assert isinstance(identity, CallerIdentity)
    assert identity.person == "hogé@hoge.com"


@pytest.mark.parametrize("status", [400, 403])
def test_a_rejection_has_aws_s_code_and_message(status: int) -> None:
    rejection, _ = ask(REFUSAL, status)

    assert rejection == Rejection(status, "ExpiredToken", "It is over.")


def test_a_rejection_without_a_message_has_an_empty_one() -> None:
    rejection, _ = ask("<E><Error><Code>AccessDenied</Code></Error></E>", 403)

    assert rejection == Rejection(403, "AccessDenied", "")


@pytest.mark.parametrize(
    "body", ["", "{}", "<html>", "<E/>", "<E><Error/></E>", "<E><Error><Code/></Error></E>"]
)
def test_a_rejection_that_is_no_error_of_sts_has_its_status_for_a_name(body: str) -> None:
    rejection, _ = ask(body, 403)

    assert rejection == Rejection(403, "403", "")


def test_throttling_is_told_from_a_rejection() -> None:
    with pytest.raises(Throttled):
        ask("<E><Error><Code>Throttling</Code></Error></E>", 400)


def test_a_failure_of_sts_is_named() -> None:
    with pytest.raises(ServiceFailed) as failed:
        ask("<E><Error><Code>ServiceUnavailable</Code><Message>Later.</Message></Error></E>", 503)

    assert "ServiceUnavailable: Later." in str(failed.value)


DECLARED = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prolog", [DECLARED, EXTERNAL, "<!DOCTYPE r>"])
def test_a_document_type_is_refused_before_anything_is_read_of_it(prolog: str) -> None:
    body = prolog + ANSWER.replace("AROAFAKE", "&a;" if "ENTITY" in prolog else "AROAFAKE")

    with pytest.raises(ServiceFailed) as failed:
        ask(body)

    assert "declares a document type" in str(failed.value)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "<html>",
        "<r/>",
        ANSWER[:-5],
        ANSWER.replace("<Arn>", "<Arm>").replace("</Arn>", "</Arm>"),
        ANSWER.replace("AROAFAKE:hoge@hoge.com", " "),
        ANSWER.replace("<Arn>", "<Account>2</Account><Arn>"),
        ANSWER.replace("AROAFAKE", "AROA\u0085"),
        ANSWER.replace("AROAFAKE", "&undeclared;"),
        "<r>" * 100_000,
        b"\xff\xfe\x00",
        (DECLARED + ANSWER).encode("utf-16"),
    ],
)
def test_a_success_that_is_no_identity_is_the_service_s_failure(body: str | bytes) -> None:
    with pytest.raises(ServiceFailed):
        ask(body)


def test_no_session_token_goes_over_plain_http_to_another_machine() -> None:
    with pytest.raises(PlainHttpRefused):
        ask(ANSWER, url="http://sts.example")


def test_no_text_of_the_request_shows_a_secret() -> None:
    _, http = ask(ANSWER)

    assert "not-a-real" not in repr(http.requests)

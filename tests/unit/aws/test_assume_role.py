"""AssumeRole: sent as botocore sends it, and read as credentials of the role it names."""

from datetime import UTC, datetime

import pytest

from sekisho.aws.endpoint import Endpoint, Service
from sekisho.aws.sts import Sts
from sekisho.errors import PlainHttpRefused, ServiceFailed
from sekisho.model import AccountId, Region, Role, RoleCredentials, RoleName
from sekisho.secret import Secret
from sekisho.testing.clock import START, FakeClock
from sekisho.testing.http import ScriptedHttp
from sekisho.wire.http import Headers, Response
from sekisho.wire.rejection import Rejection
from sekisho.wire.sigv4 import claim_of
from sekisho.wire.sts import WantedRole
from tests.unit.aws.oracle import ENDPOINT, comparable, sent_by_botocore

CREDENTIALS = RoleCredentials(
    "ASIAFAKEFAKEFAKEFAKE",
    Secret("not-a-real-secret-key"),
    Secret("not-a-real-session-token"),
    START,
    Role(AccountId("1234567891011"), RoleName("AdministratorAccess")),
)
ROLE_ARN = "arn:aws:iam::123456789012:role/path/deployer"
PLAIN = WantedRole(ROLE_ARN, "me@example.com")
FULL = WantedRole(
    ROLE_ARN,
    "me=+,.@-",
    external_id="x:/-1",
    serial_number="arn:aws:iam::123456789012:mfa/me",
    duration_seconds=900,
    source_identity="me@example.com",
    token_code=Secret("123456"),
)
PARAMETERS = {
    "RoleArn": ROLE_ARN,
    "RoleSessionName": "me=+,.@-",
    "ExternalId": "x:/-1",
    "SerialNumber": "arn:aws:iam::123456789012:mfa/me",
    "DurationSeconds": 900,
    "SourceIdentity": "me@example.com",
    "TokenCode": "123456",
}
ANSWER = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <SourceIdentity>me@example.com</SourceIdentity>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::123456789012:assumed-role/deployer/me@example.com</Arn>
      <AssumedRoleId>AROAFAKE:me@example.com</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIAFAKEASSUMED</AccessKeyId>
      <SecretAccessKey>not/a+real/key</SecretAccessKey>
      <SessionToken>not-a-real+token==</SessionToken>
      <Expiration>2026-11-22T10:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>
</AssumeRoleResponse>
"""


def ask(
    wanted: WantedRole,
    body: str = ANSWER,
    status: int = 200,
    *,
    url: str = ENDPOINT,
    at: datetime = START,
) -> tuple[RoleCredentials | Rejection, ScriptedHttp]:
    http = ScriptedHttp(Response(status, Headers({"Content-Type": "text/xml"}), body.encode()))
    endpoint = Endpoint(url, Region("us-east-1"), overridden=True, source="test")
    return Sts(http, endpoint, FakeClock(at)).assume_role(CREDENTIALS, wanted), http


@pytest.mark.parametrize(
    "wanted, parameters",
    [
        (PLAIN, {"RoleArn": ROLE_ARN, "RoleSessionName": "me@example.com"}),
        (FULL, PARAMETERS),
    ],
)
def test_the_request_and_its_signature_are_botocore_s(
    wanted: WantedRole, parameters: dict[str, object]
) -> None:
    theirs = sent_by_botocore(Service.STS, "assume_role", parameters, credentials=CREDENTIALS)
    signed_at = datetime.fromisoformat(claim_of(theirs.headers).amz_date)
    _, http = ask(wanted, at=signed_at)
    ours = http.requests[0]

    assert comparable(ours) == comparable(theirs)
    assert ours.headers["Authorization"] == theirs.headers["Authorization"]


def test_the_answer_is_credentials_of_the_role_that_was_assumed() -> None:
    assert ask(PLAIN)[0] == RoleCredentials(
        "ASIAFAKEASSUMED",
        Secret("not/a+real/key"),
        Secret("not-a-real+token=="),
        datetime(2026, 11, 22, 10, tzinfo=UTC),
        Role(AccountId("123456789012"), RoleName("deployer")),
    )


@pytest.mark.parametrize("spelt", ["2026-11-22T10:00:00.000Z", "2026-11-22T11:00:00+01:00"])
def test_an_expiry_may_have_milliseconds_or_an_offset(spelt: str) -> None:
    answer, _ = ask(PLAIN, ANSWER.replace("2026-11-22T10:00:00Z", spelt))

    assert isinstance(answer, RoleCredentials)
    assert answer.expires_at == datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "was, then",
    [
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00"),
        ("2026-11-22T10:00:00Z", "soon"),
        ("assumed-role/deployer/me@example.com", "federated-user/me@example.com"),
        ("arn:aws:sts::123456789012:assumed-role/deployer/me@example.com", "me"),
        ("not-a-real+token==", "not a real token"),
        ("not-a-real+token==", "nicht-échtes"),
        ("not-a-real+token==", ""),
        ("<Credentials>", "<Credentials/><Credentials>"),
        ("AssumeRoleResult", "GetCallerIdentityResult"),
    ],
)
def test_an_answer_that_is_none_is_the_service_s_failure_and_is_not_quoted(
    was: str, then: str
) -> None:
    with pytest.raises(ServiceFailed) as failed:
        ask(PLAIN, ANSWER.replace(was, then))

    assert "AssumeRole operation" in failed.value.what
    assert "real" not in failed.value.what


def test_a_refusal_is_a_rejection_in_aws_s_words() -> None:
    body = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>'
        "<Code>AccessDenied</Code><Message>User: x is not authorized</Message>"
        "</Error></ErrorResponse>"
    )

    assert ask(PLAIN, body, 403)[0] == Rejection(403, "AccessDenied", "User: x is not authorized")


def test_nothing_goes_over_plain_http_to_another_machine() -> None:
    with pytest.raises(PlainHttpRefused):
        ask(PLAIN, url="http://sts.example")


def test_no_text_of_the_question_shows_the_code() -> None:
    _, http = ask(FULL)

    assert "123456" not in repr(FULL).replace("123456789012", "")
    assert "TokenCode" not in repr(http.requests)

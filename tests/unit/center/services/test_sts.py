from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import delete, update

from sekisho.center import sessions
from sekisho.center.sessions import Session
from sekisho.center.settings import Revocation
from sekisho.center.storage import tables
from sekisho.secret import Secret
from sekisho.wire import sigv4
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.scene import ADMIN, DEV, ORIGIN, PERSON, PLAIN, VIEW, Build, World

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
BODY = b"Action=GetCallerIdentity&Version=2011-06-15"
NAMESPACE = "{https://sts.amazonaws.com/doc/2011-06-15/}"
Keys = Mapping[str, Any]


def keys_of(
    world: World, account: str = DEV, role: str = ADMIN, session: Session | None = None
) -> Keys:
    token = world.token_by_device(world.device_client(), session)["accessToken"]
    path = f"/federation/credentials?account_id={account}&role_name={role}"
    found: Keys = world.portal(path, token).json()["roleCredentials"]
    return found


@pytest.fixture
def keys(world: World) -> Keys:
    return keys_of(world)


def signed(
    world: World,
    keys: Keys,
    *,
    body: bytes = BODY,
    headers: Mapping[str, str] = FORM,
    service: str = "sts",
    region: str = "us-east-1",
    later: float = 0,
    target: str = "/",
) -> Request:
    """A request signed with `keys`, by a clock that is `later` than the center's."""
    return sigv4.sign(
        Request("POST", f"{ORIGIN}{target}", Headers(headers), body),
        access_key_id=keys["accessKeyId"],
        secret_access_key=Secret(keys["secretAccessKey"]),
        session_token=Secret(keys["sessionToken"]),
        region=region,
        service=service,
        at=world.clock.now() + timedelta(seconds=later),
    )


def without(request: Request, name: str) -> Request:
    pairs = tuple(pair for pair in request.headers.pairs if pair[0].lower() != name)
    return Request(request.method, request.url, Headers(pairs), request.body)


def parsed(response: Response) -> ET.Element:
    return ET.fromstring(response.body)


def code_of(response: Response) -> tuple[int, str]:
    root = parsed(response)
    assert root.tag == f"{NAMESPACE}ErrorResponse"
    return response.status, root.findtext(f"{NAMESPACE}Error/{NAMESPACE}Code") or ""


def test_the_caller_of_the_story_has_its_story_like_form(world: World, keys: Keys) -> None:
    answer = world.http.send(signed(world, keys))
    result = parsed(answer).find(f"{NAMESPACE}GetCallerIdentityResult")
    assert result is not None
    found = {part.tag.removeprefix(NAMESPACE): part.text or "" for part in result}
    role = found["Arn"].split("/")[1]

    assert answer.headers["Content-Type"] == "text/xml"
    assert found["Account"] == "1234567891011"
    assert found["Arn"] == f"arn:aws:sts::1234567891011:assumed-role/{role}/{PERSON}"
    assert role.startswith("AWSReservedSSO_AdministratorAccess_")
    assert found["UserId"].startswith("AROA")
    assert found["UserId"].endswith(f":{PERSON}")


def test_json_comes_where_it_is_asked_for(world: World, keys: Keys) -> None:
    answer = world.http.send(signed(world, keys, headers={**FORM, "Accept": "application/json"}))

    body = answer.json()["GetCallerIdentityResponse"]
    assert body["GetCallerIdentityResult"].keys() == {"UserId", "Account", "Arn"}
    assert body["ResponseMetadata"].keys() == {"RequestId"}


def test_any_region_may_sign(world: World, keys: Keys) -> None:
    assert world.http.send(signed(world, keys, region="ap-northeast-1")).status == 200


def test_a_changed_body_does_not_fit(world: World, keys: Keys) -> None:
    request = signed(world, keys)
    changed = Request(request.method, request.url, request.headers, BODY + b"&x=1")

    assert code_of(world.http.send(changed)) == (403, "SignatureDoesNotMatch")


def test_a_wrong_secret_does_not_fit(world: World, keys: Keys) -> None:
    request = signed(world, {**keys, "secretAccessKey": "obviously-not-the-one"})

    assert code_of(world.http.send(request)) == (403, "SignatureDoesNotMatch")


def test_a_signature_for_another_service_does_not_fit(world: World, keys: Keys) -> None:
    request = signed(world, keys, service="s3")

    assert code_of(world.http.send(request)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("changed", ["accessKeyId", "sessionToken"])
def test_the_key_must_be_ours_and_come_with_its_own_token(
    world: World, keys: Keys, changed: str
) -> None:
    others = keys_of(world)
    mixed = {**keys, changed: others[changed]}
    if changed == "accessKeyId":
        mixed["accessKeyId"] = "ASIAOBVIOUSLYNOTREAL"

    request = signed(world, mixed)

    assert code_of(world.http.send(request)) == (403, "InvalidClientTokenId")


def test_without_a_session_token_the_key_is_not_known(world: World, keys: Keys) -> None:
    request = sigv4.sign(
        Request("POST", f"{ORIGIN}/", Headers(FORM), BODY),
        access_key_id=keys["accessKeyId"],
        secret_access_key=Secret(keys["secretAccessKey"]),
        session_token=None,
        region="us-east-1",
        service="sts",
        at=world.clock.now(),
    )

    assert code_of(world.http.send(request)) == (403, "InvalidClientTokenId")


@pytest.mark.parametrize(
    "later, status", [(-900, 200), (-901, 403), (300, 200), (301, 403), (-86400, 403)]
)
def test_a_signature_is_good_from_15_minutes_ago_to_5_ahead(
    world: World, keys: Keys, later: float, status: int
) -> None:
    assert world.http.send(signed(world, keys, later=later)).status == status


def test_a_clock_that_is_off_hears_both_times(world: World, keys: Keys) -> None:
    answer = world.http.send(signed(world, keys, later=-3600))

    assert code_of(answer) == (403, "SignatureDoesNotMatch")
    assert b"20261122T080000Z" in answer.body
    assert b"20261122T090000Z" in answer.body


def test_expired_credentials_say_so(world: World, keys: Keys) -> None:
    world.clock.advance(3600)

    assert code_of(world.http.send(signed(world, keys))) == (403, "ExpiredToken")


def test_no_signature_is_a_missing_token(world: World) -> None:
    answer = world.send("POST", "/", BODY, **FORM)

    assert code_of(answer) == (403, "MissingAuthenticationToken")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer sks_at_x",
        "AWS4-HMAC-SHA256",
        "AWS4-ECDSA-P256-SHA256 Credential=x/20261122/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=é/é/é/é/é, SignedHeaders=é, Signature=é",
    ],
)
def test_a_malformed_signature_is_incomplete(world: World, keys: Keys, authorization: str) -> None:
    request = signed(world, keys).with_header("Authorization", authorization)

    assert code_of(world.http.send(request)) == (400, "IncompleteSignature")


def test_two_signatures_are_refused(world: World, keys: Keys) -> None:
    request = signed(world, keys)
    pairs = (*request.headers.pairs, ("Authorization", request.headers["Authorization"]))
    doubled = Request(request.method, request.url, Headers(pairs), request.body)

    assert code_of(world.http.send(doubled)) == (400, "IncompleteSignature")


def test_a_presigned_query_beside_a_signature_is_refused(world: World, keys: Keys) -> None:
    request = signed(world, keys, target="/?X-Amz-Signature=00")

    assert code_of(world.http.send(request)) == (400, "IncompleteSignature")


@pytest.mark.parametrize("name", ["host", "x-amz-date", "x-amz-security-token"])
def test_what_matters_has_to_be_signed(world: World, keys: Keys, name: str) -> None:
    request = signed(world, keys)
    value = request.headers["Authorization"]
    names = value.partition("SignedHeaders=")[2].partition(",")[0]
    fewer = ";".join(one for one in names.split(";") if one != name)
    request = request.with_header("Authorization", value.replace(names, fewer))

    assert code_of(world.http.send(request)) == (403, "SignatureDoesNotMatch")


def test_a_signed_header_that_was_taken_away_is_missed(world: World, keys: Keys) -> None:
    request = without(signed(world, keys, headers={**FORM, "X-Extra": "1"}), "x-extra")

    assert code_of(world.http.send(request)) == (403, "SignatureDoesNotMatch")


def test_the_scope_has_to_be_of_the_signatures_day(world: World, keys: Keys) -> None:
    request = signed(world, keys)
    scoped = request.headers["Authorization"].replace("/20261122/", "/20261121/")

    answer = world.http.send(request.with_header("Authorization", scoped))

    assert code_of(answer) == (403, "SignatureDoesNotMatch")


def test_a_time_that_is_none_is_incomplete(world: World, keys: Keys) -> None:
    request = signed(world, keys)
    stamp = request.headers["X-Amz-Date"]
    request = request.with_header("X-Amz-Date", stamp[:8] + "T999999Z")

    assert world.http.send(request).status in (400, 403)


@pytest.mark.parametrize("stated", ["UNSIGNED-PAYLOAD", "0" * 64])
def test_a_payload_hash_has_to_be_the_bodys(world: World, keys: Keys, stated: str) -> None:
    request = signed(world, keys, headers={**FORM, "X-Amz-Content-SHA256": stated})

    assert code_of(world.http.send(request)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    "body, code",
    [
        (b"", "MissingAction"),
        (b"Version=2011-06-15", "MissingAction"),
        (b"Action=Nothing&Version=2011-06-15", "InvalidAction"),
        (b"Action=GetCallerIdentity&Version=2010-01-01", "InvalidAction"),
        (b"Action=GetCallerIdentity", "InvalidAction"),
        (b"Action=GetCallerIdentity&Action=AssumeRole&Version=2011-06-15", "ValidationError"),
        (b"&".join(b"a%d=1" % n for n in range(1000)), "ValidationError"),
    ],
)
def test_a_form_that_names_no_operation_is_400(world: World, body: bytes, code: str) -> None:
    assert code_of(world.send("POST", "/", body, **FORM)) == (400, code)


def test_a_body_that_is_no_form_is_answered_in_xml(world: World) -> None:
    answer = world.send("POST", "/", b"{}", **{"Content-Type": "application/json"})

    assert code_of(answer) == (400, "MissingAction")


def test_a_body_over_64_kib_is_too_large(world: World) -> None:
    answer = world.send("POST", "/", b"x" * (64 * 1024 + 1), **FORM)

    assert code_of(answer) == (413, "RequestEntityTooLarge")


@pytest.mark.parametrize(
    "action",
    [
        f"AssumeRoot&TargetPrincipal={DEV}&TaskPolicyArn.arn=arn:aws:iam::aws:policy/x",
        "AssumeRole&RoleArn=arn:aws:iam::111122223333:role/x&RoleSessionName=me",
    ],
)
def test_what_aws_has_and_nobody_may_do_here_is_denied(
    world: World, keys: Keys, action: str
) -> None:
    body = f"Action={action}&Version=2011-06-15".encode()
    answer = world.http.send(signed(world, keys, body=body))

    assert code_of(answer) == (403, "AccessDenied")


@pytest.mark.parametrize("action", ["GetSessionToken", "GetFederationToken&Name=me"])
def test_what_needs_long_term_keys_says_so(world: World, keys: Keys, action: str) -> None:
    body = f"Action={action}&Version=2011-06-15".encode()
    answer = world.http.send(signed(world, keys, body=body))
    name = action.partition("&")[0]

    assert code_of(answer) == (403, "AccessDenied")
    assert f"Cannot call {name} with session credentials".encode() in answer.body


def account_of(world: World, keys: Keys, key_id: str) -> Response:
    body = f"Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId={key_id}".encode()
    return world.http.send(signed(world, keys, body=body))


@pytest.mark.parametrize("account, role", [(DEV, ADMIN), (PLAIN, VIEW)])
def test_a_key_id_tells_its_account(world: World, keys: Keys, account: str, role: str) -> None:
    other = keys_of(world, account, role)
    answer = account_of(world, keys, other["accessKeyId"])

    path = f"{NAMESPACE}GetAccessKeyInfoResult/{NAMESPACE}Account"
    assert parsed(answer).findtext(path) == account


def test_a_key_id_that_tells_nothing_and_is_not_ours_is_denied(world: World, keys: Keys) -> None:
    answer = account_of(world, keys, "ASIAOBVIOUSLYNOTREAL")

    assert code_of(answer) == (403, "AccessDenied")


@pytest.mark.parametrize("key_id", ["", "short", "x" * 129])
def test_a_key_id_of_a_wrong_length_is_a_validation_error(
    world: World, keys: Keys, key_id: str
) -> None:
    assert code_of(account_of(world, keys, key_id)) == (400, "ValidationError")


def test_what_is_denied_needs_a_signature_first(world: World) -> None:
    answer = world.send("POST", "/", b"Action=GetSessionToken&Version=2011-06-15", **FORM)

    assert code_of(answer) == (403, "MissingAuthenticationToken")


def test_a_service_of_the_json_protocol_hears_json(world: World) -> None:
    answer = world.send("POST", "/", b"{}", **{"X-Amz-Target": "DynamoDB_20120810.ListTables"})

    assert (answer.status, answer.json()["__type"]) == (400, "UnknownOperationException")


def test_a_person_at_the_root_is_sent_to_the_portal(world: World) -> None:
    answer = world.send("GET", "/")

    assert (answer.status, answer.headers["Location"]) == (303, "/start")


def test_credentials_outlive_logout_and_assignment_as_at_aws(world: World) -> None:
    session = world.signed_in()
    keys = keys_of(world, session=session)
    sessions.end_session(world.center, session)
    with world.center.database.writing() as connection:
        connection.execute(delete(tables.assignments))

    assert world.http.send(signed(world, keys)).status == 200


@pytest.fixture
def strict(build: Build) -> World:
    return build(revocation=Revocation.STRICT)


def test_strict_credentials_die_with_their_session_alone(strict: World) -> None:
    session = strict.signed_in()
    ended, other = keys_of(strict, session=session), keys_of(strict)
    sessions.end_session(strict.center, session)

    assert code_of(strict.http.send(signed(strict, ended))) == (403, "ExpiredToken")
    assert strict.http.send(signed(strict, other)).status == 200


def test_strict_credentials_die_with_their_assignment(strict: World) -> None:
    keys = keys_of(strict)
    with strict.center.database.writing() as connection:
        connection.execute(delete(tables.assignments))

    assert code_of(strict.http.send(signed(strict, keys))) == (403, "ExpiredToken")


def test_strict_credentials_die_with_their_user(strict: World) -> None:
    keys = keys_of(strict)
    with strict.center.database.writing() as connection:
        connection.execute(update(tables.users).values(enabled=False))

    assert code_of(strict.http.send(signed(strict, keys))) == (403, "ExpiredToken")


def test_strict_credentials_outlive_a_session_that_merely_ran_out(strict: World) -> None:
    session = strict.signed_in()
    strict.clock.advance(8 * 3600 - 60)
    keys = keys_of(strict, role=VIEW, session=session)
    strict.clock.advance(120)

    assert strict.http.send(signed(strict, keys)).status == 200

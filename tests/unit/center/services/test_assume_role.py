"""AssumeRole: the trust list alone allows, and what was assumed is known as itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import delete

from sekisho.center.settings import Revocation
from sekisho.center.storage import tables
from sekisho.secret import Secret
from sekisho.wire import sigv4
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.scene import (
    ADMIN,
    DEPLOYER,
    DEV,
    EXTERNAL_ID,
    ORIGIN,
    PERSON,
    PLAIN,
    RELEASER,
    STG,
    VIEW,
    Build,
    World,
)

NAMESPACE = "{https://sts.amazonaws.com/doc/2011-06-15/}"
DEPLOYER_ARN = f"arn:aws:iam::{DEV}:role/{DEPLOYER}"
RELEASER_ARN = f"arn:aws:iam::{STG}:role/{RELEASER}"
Keys = Mapping[str, str]


def keys_of(world: World, account: str = DEV, role: str = ADMIN) -> Keys:
    """Credentials of an assigned permission set, by the names that STS gives them."""
    token = world.token_by_device(world.device_client())["accessToken"]
    path = f"/federation/credentials?account_id={account}&role_name={role}"
    found = world.portal(path, token).json()["roleCredentials"]
    return {
        "AccessKeyId": found["accessKeyId"],
        "SecretAccessKey": found["secretAccessKey"],
        "SessionToken": found["sessionToken"],
    }


@pytest.fixture
def keys(world: World) -> Keys:
    return keys_of(world)


def call(world: World, keys: Keys, action: str, **fields: str) -> Response:
    """Call STS with a signature of `keys`; `__` in a field's name stands for a dot."""
    form = {"Action": action, "Version": "2011-06-15"}
    form |= {name.replace("__", "."): value for name, value in fields.items()}
    headers = Headers({"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
    request = sigv4.sign(
        Request("POST", f"{ORIGIN}/", headers, urlencode(form).encode()),
        access_key_id=keys["AccessKeyId"],
        secret_access_key=Secret(keys["SecretAccessKey"]),
        session_token=Secret(keys["SessionToken"]),
        region="us-east-1",
        service="sts",
        at=world.clock.now(),
    )
    return world.http.send(request)


def assume(
    world: World, keys: Keys, arn: str = DEPLOYER_ARN, session: str = "a-session", **fields: str
) -> Response:
    return call(world, keys, "AssumeRole", RoleArn=arn, RoleSessionName=session, **fields)


def leaves(response: Response) -> dict[str, str]:
    """Every element of an answer that has text, by its name."""
    assert response.status == 200, response.body
    found = ET.fromstring(response.body).iter()
    return {each.tag.removeprefix(NAMESPACE): each.text or "" for each in found if not len(each)}


def refusal(response: Response) -> tuple[int, str, str]:
    error = ET.fromstring(response.body).find(f"{NAMESPACE}Error")
    assert error is not None, response.body
    code, message = (error.findtext(f"{NAMESPACE}{name}") or "" for name in ("Code", "Message"))
    return response.status, code, message


def expiry(response: Response) -> datetime:
    return datetime.fromisoformat(leaves(response)["Expiration"])


def test_who_assumed_a_role_is_that_role_from_then_on(world: World, keys: Keys) -> None:
    assumed = leaves(assume(world, keys))
    identity = leaves(call(world, assumed, "GetCallerIdentity"))

    assert identity["Arn"] == f"arn:aws:sts::{DEV}:assumed-role/{DEPLOYER}/a-session"
    assert identity["Account"] == DEV
    assert identity["UserId"] == assumed["AssumedRoleId"]
    assert identity["Arn"] == assumed["Arn"]
    assert assumed["AssumedRoleId"].startswith("AROA")


def test_a_role_may_be_assumed_from_a_role_that_it_trusts(world: World, keys: Keys) -> None:
    deployer = leaves(assume(world, keys))
    releaser = leaves(assume(world, deployer, RELEASER_ARN, "further"))
    identity = leaves(call(world, releaser, "GetCallerIdentity"))

    assert identity["Arn"] == f"arn:aws:sts::{STG}:assumed-role/{RELEASER}/further"


def test_a_role_that_the_first_one_leads_to_is_not_open_to_the_first(
    world: World, keys: Keys
) -> None:
    status, code, message = refusal(assume(world, keys, RELEASER_ARN))

    assert (status, code) == (403, "AccessDenied")
    assert message.startswith(f"User: arn:aws:sts::{DEV}:assumed-role/AWSReservedSSO_{ADMIN}_")
    assert message.endswith(
        f"/{PERSON} is not authorized to perform: sts:AssumeRole on resource: {RELEASER_ARN}"
    )


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{DEV}:role/nobody-declared-this",
        f"arn:aws:iam::{PLAIN}:role/{DEPLOYER}",
        f"arn:aws-cn:iam::{DEV}:role/{DEPLOYER}",
        f"arn:aws:iam::{DEV}:role/path/{DEPLOYER}",
        f"arn:aws:iam::{DEV}:role/{ADMIN}",
        f"arn:aws:iam::{DEV}:role/{DEPLOYER.upper()}",
    ],
)
def test_what_is_not_there_is_refused_like_what_is_not_trusted(
    world: World, keys: Keys, arn: str
) -> None:
    status, code, message = refusal(assume(world, keys, arn))

    assert (status, code) == (403, "AccessDenied")
    assert message.endswith(f"is not authorized to perform: sts:AssumeRole on resource: {arn}")


def test_another_role_of_the_same_person_is_not_trusted(world: World) -> None:
    assert refusal(assume(world, keys_of(world, DEV, VIEW)))[:2] == (403, "AccessDenied")


@pytest.mark.parametrize("given", [{}, {"ExternalId": "another-one"}])
def test_a_trust_that_asks_for_an_external_id_wants_that_one(
    world: World, given: dict[str, str]
) -> None:
    keys = keys_of(world, PLAIN, VIEW)
    refused = refusal(assume(world, keys, **given))

    assert refused[:2] == (403, "AccessDenied")
    assert refused[2].endswith(f"sts:AssumeRole on resource: {DEPLOYER_ARN}")
    assert assume(world, keys, ExternalId=EXTERNAL_ID).status == 200


def test_an_external_id_that_nobody_asks_for_does_no_harm(world: World, keys: Keys) -> None:
    assert assume(world, keys, ExternalId="unasked").status == 200


@pytest.mark.parametrize("seconds, given", [(3600, {}), (900, {"DurationSeconds": "900"})])
def test_credentials_live_for_an_hour_unless_less_is_asked_for(
    world: World, keys: Keys, seconds: int, given: dict[str, str]
) -> None:
    answer = assume(world, keys, **given)

    assert (expiry(answer) - world.clock.now()).total_seconds() == seconds


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"DurationSeconds": "899"}, "DurationSeconds is less than 900"),
        ({"DurationSeconds": "43201"}, "DurationSeconds is more than 43200"),
        ({"DurationSeconds": "3601"}, "exceeds the 1 hour session limit"),
        ({"DurationSeconds": "soon"}, "DurationSeconds has to be a integer"),
        ({"session": "x"}, "RoleSessionName is less than 2"),
        ({"session": "x" * 65}, "RoleSessionName is more than 64"),
        ({"session": "two words"}, "at 'roleSessionName' failed to satisfy constraint"),
        ({"session": "関所"}, "at 'roleSessionName' failed to satisfy constraint"),
        ({"ExternalId": "two words"}, "at 'externalId' failed to satisfy constraint"),
        ({"SourceIdentity": "two words"}, "at 'sourceIdentity' failed to satisfy constraint"),
        ({"SerialNumber": "two words"}, "at 'serialNumber' failed to satisfy constraint"),
        ({"TokenCode": "12345x"}, "at 'tokenCode' failed to satisfy constraint"),
        ({"TokenCode": "12345"}, "TokenCode is less than 6"),
        ({"arn": f"arn:aws:iam::{DEV}:user/{DEPLOYER}"}, "Request ARN is invalid"),
        ({"arn": "deployer"}, "RoleArn is less than 20"),
        ({"Tags__member__1__Value": "x"}, "Key is required"),
        ({"Tags__member__1__Key": "x" * 129, "Tags__member__1__Value": ""}, "Key is more than"),
        ({f"TransitiveTagKeys__member__{n}": "k" for n in range(1, 52)}, "is more than 50"),
    ],
)
def test_a_parameter_outside_its_limits_is_a_validation_error(
    world: World, keys: Keys, fields: dict[str, str], said: str
) -> None:
    status, code, message = refusal(assume(world, keys, **fields))

    assert (status, code) == (400, "ValidationError")
    assert said in message


def test_tags_are_taken(world: World, keys: Keys) -> None:
    tags = {"Tags__member__1__Key": "team", "Tags__member__1__Value": "", "TransitiveTagKeys": ""}

    assert assume(world, keys, **tags).status == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"Policy": "{}"},
        {"PolicyArns__member__1__arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        {"SerialNumber": "arn:aws:iam::111122223333:mfa/me", "TokenCode": "123456"},
    ],
)
def test_what_would_be_ignored_is_refused_instead(
    world: World, keys: Keys, fields: dict[str, str]
) -> None:
    assert refusal(assume(world, keys, **fields))[:2] == (403, "AccessDenied")


def test_a_source_identity_stays_with_the_chain(world: World, keys: Keys) -> None:
    deployer = leaves(assume(world, keys, SourceIdentity="me@example.com"))
    further = leaves(assume(world, deployer, RELEASER_ARN))
    changed = assume(world, deployer, RELEASER_ARN, SourceIdentity="you@example.com")

    assert deployer["SourceIdentity"] == "me@example.com"
    assert further["SourceIdentity"] == "me@example.com"
    assert refusal(changed)[:2] == (403, "AccessDenied")
    assert "sts:SetSourceIdentity" in refusal(changed)[2]


def test_without_a_signature_nothing_is_assumed(world: World) -> None:
    form = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": DEPLOYER_ARN}
    body = urlencode({**form, "RoleSessionName": "me"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = world.send("POST", "/", body, **headers)

    assert refusal(answer)[:2] == (403, "MissingAuthenticationToken")


def test_json_has_the_expiry_in_seconds(world: World, keys: Keys) -> None:
    request = assume_in_json(world, keys)
    result = world.http.send(request).json()["AssumeRoleResponse"]["AssumeRoleResult"]

    assert result["Credentials"]["Expiration"] == int(world.clock.now().timestamp()) + 3600


def assume_in_json(world: World, keys: Keys) -> Request:
    query = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": DEPLOYER_ARN}
    target = f"{ORIGIN}/?{urlencode({**query, 'RoleSessionName': 'me'})}"
    return sigv4.sign(
        Request("GET", target, Headers({"Accept": "application/json"})),
        access_key_id=keys["AccessKeyId"],
        secret_access_key=Secret(keys["SecretAccessKey"]),
        session_token=Secret(keys["SessionToken"]),
        region="us-east-1",
        service="sts",
        at=world.clock.now(),
    )


@pytest.mark.parametrize("revocation, status", [(Revocation.AWS, 200), (Revocation.STRICT, 403)])
def test_an_assumed_role_dies_with_the_assignment_it_began_with_only_where_that_is_chosen(
    build: Build, revocation: Revocation, status: int
) -> None:
    world = build(revocation=revocation)
    assumed: Any = leaves(assume(world, keys_of(world)))
    with world.center.database.writing() as connection:
        connection.execute(delete(tables.assignments))

    assert call(world, assumed, "GetCallerIdentity").status == status

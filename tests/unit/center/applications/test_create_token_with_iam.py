"""Who may ask for an application's tokens, by which grant, and what the ID token says."""

import base64
import json
import re
from typing import Any

import jwt
import pytest
from botocore.exceptions import ClientError

from sekisho.center import identity_context
from sekisho.center.clients import application_client
from sekisho.center.directory.applications import application_of
from sekisho.center.directory.instance import OWNER_ACCOUNT
from sekisho.center.grants import refresh_token
from sekisho.center.protocol.fault import Fault
from tests.unit.center.administration.conftest import Clients
from tests.unit.center.applications.conftest import Found
from tests.unit.center.applications.scene import (
    ACCESS_TYPE,
    DEFAULTS,
    EXCHANGE,
    Gatehouse,
    Provider,
)
from tests.unit.center.applications.test_jwt_bearer import user_id
from tests.unit.center.scene import DEV, ORIGIN, OTHER, PERSON, STG, VIEW, Build, World

DENIED, CLIENT = "AccessDeniedException", "InvalidClientException"


def caller(clients: Clients) -> str:
    """The session ARN of whoever asks for the application."""
    arn: str = clients("sts", OTHER).get_caller_identity()["Arn"]
    return arn


def policy(principal: object, **more: object) -> dict[str, object]:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sso-oauth:CreateTokenWithIAM",
        "Resource": "*",
        **more,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def role_of(session_arn: str) -> str:
    role = session_arn.split("/")[1]
    return f"arn:aws:iam::{STG}:role/aws-reserved/sso.amazonaws.com/{role}"


def test_the_policy_names_the_role_the_session_or_the_account(
    gatehouse: Gatehouse, provider: Provider, clients: Clients
) -> None:
    session = caller(clients)
    for principal in (role_of(session), session, f"arn:aws:iam::{STG}:root", STG):
        gatehouse.policy(policy({"AWS": [principal, "arn:aws:iam::111122223333:root"]}))
        assert gatehouse.ask(assertion=provider.assertion())["accessToken"]


@pytest.mark.parametrize(
    "refusing",
    [
        policy({"AWS": f"arn:aws:iam::{DEV}:root"}),
        policy({"AWS": f"arn:aws:iam::{STG}:role/AWSReservedSSO_{VIEW}"}),
        policy({"Service": "*"}),
        policy("*", Action="sso-oauth:IntrospectTokenWithIAM"),
        policy("*", Resource="arn:aws:sso::000000000000:application/other"),
        policy("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
        {**policy("*"), "Version": "2008-10-17"},
        {"Version": "2012-10-17", "Statement": []},
        {
            "Version": "2012-10-17",
            "Statement": [
                *policy("*")["Statement"],  # type: ignore[misc]
                {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"},
            ],
        },
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]},
        "everybody",
    ],
)
def test_a_policy_that_does_not_allow_it_or_is_not_understood_refuses(
    gatehouse: Gatehouse, provider: Provider, refusing: object
) -> None:
    gatehouse.policy(refusing)

    assert gatehouse.refusal(assertion=provider.assertion()) == DENIED
    assert "not authorized to perform: sso-oauth:CreateTokenWithIAM" in gatehouse.said


def test_what_is_not_evaluated_is_named(gatehouse: Gatehouse, provider: Provider) -> None:
    gatehouse.policy(policy("*", Condition={"Bool": {"aws:SecureTransport": "true"}}))
    gatehouse.refusal(assertion=provider.assertion())

    assert gatehouse.said.endswith(
        "its policy is not understood here: Condition is not evaluated here"
    )


def test_without_an_authentication_method_nobody_may(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    gatehouse.admin.delete_application_authentication_method(
        **gatehouse.this, AuthenticationMethodType="IAM"
    )

    assert gatehouse.refusal(assertion=provider.assertion()) == DENIED


def test_an_application_that_is_disabled_or_gone_is_no_client(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    gatehouse.admin.update_application(**gatehouse.this, Status="DISABLED")
    disabled = gatehouse.refusal(assertion=provider.assertion())
    gatehouse.admin.delete_application(**gatehouse.this)

    assert disabled == CLIENT
    assert gatehouse.refusal(assertion=provider.assertion()) == CLIENT


def test_a_grant_has_to_have_been_put(gatehouse: Gatehouse, found: Found) -> None:
    assert gatehouse.refusal("authorization_code", code="x") == "UnauthorizedClientException"
    assert gatehouse.refusal(EXCHANGE, subjectToken="x") == "UnauthorizedClientException"
    assert found("other").refusal(assertion="x") == "UnauthorizedClientException"


@pytest.mark.parametrize("grant", ["password", "urn:ietf:params:oauth:grant-type:device_code", ""])
def test_there_are_four_grants(gatehouse: Gatehouse, grant: str) -> None:
    assert gatehouse.refusal(grant) == "UnsupportedGrantTypeException"


def test_a_request_for_another_region_is_told_which_one_is_right(
    gatehouse: Gatehouse, provider: Provider, clients: Clients
) -> None:
    abroad = clients("sso-oidc", OTHER, region="eu-west-1")
    gatehouse.oidc = abroad
    with pytest.raises(ClientError) as refused:
        gatehouse.ask(assertion=provider.assertion())
    gatehouse.admin.add_region(InstanceArn=gatehouse.instance, RegionName="eu-west-1")
    answer = gatehouse.ask(assertion=provider.assertion())

    said = refused.value.response
    assert said["Error"]["Code"] == "InvalidRequestRegionException"
    assert (said["error"], said["region"]) == ("invalid_request", "us-east-1")
    assert said["endpoint"] == ORIGIN
    assert answer["accessToken"]


def test_an_unsigned_request_is_refused(gatehouse: Gatehouse, world: World) -> None:
    answer = world.post("/token?aws_iam=t", clientId=gatehouse.arn, grantType="refresh_token")

    assert answer.status == 403
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationToken"
    assert "error" not in answer.json()


def test_a_signature_for_another_service_is_refused(
    gatehouse: Gatehouse, provider: Provider, clients: Clients
) -> None:
    gatehouse.oidc = clients("sso-oidc", OTHER, signed_for="sts")

    assert gatehouse.refusal(assertion=provider.assertion()) == "SignatureDoesNotMatch"


def test_the_query_tells_it_from_create_token(gatehouse: Gatehouse, world: World) -> None:
    answer = world.post("/token", clientId=gatehouse.arn, clientSecret="x", grantType="x")

    assert answer.headers["x-amzn-ErrorType"] == CLIENT


def test_who_asks_too_often_is_told_to_wait(gatehouse: Gatehouse) -> None:
    codes = {gatehouse.refusal("password") for _ in range(201)}

    assert codes == {"UnsupportedGrantTypeException", "SlowDownException"}


# --- what is answered ---


def test_the_id_token_names_the_person_and_the_application(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    answer = gatehouse.ask(assertion=provider.assertion())
    published = world.send("GET", "/.well-known/jwks.json").json()
    (key,) = jwt.PyJWKSet.from_dict(published).keys
    claims = jwt.decode(
        answer["idToken"], key, algorithms=["ES256"], audience=gatehouse.arn,
        options={"require": ["exp", "iat"]},
    )  # fmt: skip

    center, now = world.center, world.center.now()
    context = claims.pop("sts:identity_context")
    assert re.fullmatch(r"sks_ic_\w+\.[\w-]{4,2000}", claims.pop("sts:audit_context"))
    assert re.fullmatch(r"[0-9a-f-]{36}", claims.pop("aws:credential_id"))
    assert context == answer["awsAdditionalDetails"]["identityContext"]
    assert claims == {
        "iss": f"https://identitycenter.amazonaws.com/{center.instance.id}",
        "sub": user_id(world, PERSON),
        "aud": gatehouse.arn,
        "iat": now,
        "exp": now + 3600,
        "auth_time": now,
        "aws:identity_store_id": center.instance.identity_store_id,
        "aws:identity_store_arn": center.instance.identity_store_arn,
        "aws:instance_account": OWNER_ACCOUNT,
        "aws:instance_arn": gatehouse.instance,
    }


def test_what_is_published_verifies_and_does_not_sign(world: World) -> None:
    answer = world.send("GET", "/.well-known/jwks.json")
    (key,) = answer.json()["keys"]

    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert answer.headers["Content-Type"] == "application/jwk-set+json"


def test_an_id_token_of_before_the_keys_were_changed_is_still_verified(
    build: Build, provider: Provider, found: Found, world: World
) -> None:
    answer = found().trust().ask(assertion=provider.assertion())
    _another_key(world)
    later = build()
    published = jwt.PyJWKSet.from_dict(later.send("GET", "/.well-known/jwks.json").json())
    kid = jwt.get_unverified_header(answer["idToken"])["kid"]

    assert len(published.keys) == 2
    assert kid != later.center.keys.current
    assert jwt.decode(
        answer["idToken"], published[kid], algorithms=["ES256"], options={"verify_aud": False}
    )


def _another_key(world: World) -> None:
    path = world.center.settings.keys
    content = json.loads(path.read_text(encoding="utf-8"))
    content["keys"]["new"] = base64.b64encode(b"n" * 32).decode()
    path.write_text(json.dumps({**content, "current": "new"}), encoding="utf-8")


def test_a_refresh_yields_no_id_token_and_the_next_refresh_token(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    first = gatehouse.ask(assertion=provider.assertion())
    second = gatehouse.ask("refresh_token", refreshToken=first["refreshToken"])

    assert not {"idToken", "awsAdditionalDetails"} & second.keys()
    assert second["scope"] == DEFAULTS
    assert second["refreshToken"] != first["refreshToken"]


def test_a_refresh_may_ask_for_fewer_scopes_and_the_next_for_all_again(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    gatehouse.scope("a:b")
    first = gatehouse.ask(assertion=provider.assertion())
    fewer = gatehouse.ask("refresh_token", refreshToken=first["refreshToken"], scope=["a:b"])
    again = gatehouse.ask("refresh_token", refreshToken=first["refreshToken"])
    whole = gatehouse.ask("refresh_token", refreshToken=fewer["refreshToken"])

    assert (fewer["scope"], whole["scope"]) == (["a:b"], [*DEFAULTS, "a:b"])
    assert (again["accessToken"], again["scope"]) == (fewer["accessToken"], ["a:b"])


def test_a_refresh_cannot_ask_for_more_than_was_granted(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    first = gatehouse.ask(assertion=provider.assertion(), scope=["openid"])
    gatehouse.scope("a:b")
    more = gatehouse.refusal("refresh_token", refreshToken=first["refreshToken"], scope=["a:b"])

    assert more == "InvalidScopeException"
    assert gatehouse.ask("refresh_token", refreshToken=first["refreshToken"])["scope"] == ["openid"]


def test_a_scope_that_was_taken_away_is_gone_at_the_next_refresh(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    gatehouse.scope("a:b")
    first = gatehouse.ask(assertion=provider.assertion())
    gatehouse.admin.delete_application_access_scope(**gatehouse.this, Scope="a:b")

    assert gatehouse.ask("refresh_token", refreshToken=first["refreshToken"])["scope"] == DEFAULTS


def test_a_refresh_token_is_one_applications(
    gatehouse: Gatehouse, provider: Provider, found: Found
) -> None:
    token = gatehouse.ask(assertion=provider.assertion())["refreshToken"]
    other = found("other").grant("refresh_token", RefreshToken={})

    assert other.refusal("refresh_token", refreshToken=token) == "InvalidGrantException"
    assert gatehouse.ask("refresh_token", refreshToken=token)["accessToken"]


def test_a_refresh_token_that_comes_too_late_ends_the_sign_in(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    first = gatehouse.ask(assertion=provider.assertion())["refreshToken"]
    second = gatehouse.ask("refresh_token", refreshToken=first)["refreshToken"]
    world.clock.advance(61)
    late = gatehouse.refusal("refresh_token", refreshToken=first)

    assert late == "InvalidGrantException"
    assert gatehouse.refusal("refresh_token", refreshToken=second) == "InvalidGrantException"


def test_who_may_not_use_the_application_any_more_is_not_refreshed(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    token = gatehouse.ask(assertion=provider.assertion())["refreshToken"]
    gatehouse.admin.put_application_assignment_configuration(
        **gatehouse.this, AssignmentRequired=True
    )

    assert gatehouse.refusal("refresh_token", refreshToken=token) == "InvalidGrantException"


def test_tokens_end_with_their_session_after_the_instances_hours(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    token = gatehouse.ask(assertion=provider.assertion())["refreshToken"]
    with world.center.database.reading() as connection:
        application = application_of(connection, gatehouse.arn)
    assert application is not None
    client, presented = application_client(application), {"refreshToken": token}
    world.clock.advance(8 * 3600 - 60)
    last = refresh_token.redeem(world.center, client, presented)
    world.clock.advance(60)

    assert last.expires_in == 60
    with pytest.raises(Fault, match="Invalid grant"):
        refresh_token.redeem(world.center, client, presented)


def test_every_error_is_one_of_the_models(gatehouse: Gatehouse, provider: Provider) -> None:
    model = gatehouse.oidc.meta.service_model.operation_model("CreateTokenWithIAM")
    modelled = {shape.name for shape in model.error_shapes}
    first = gatehouse.ask(assertion=provider.assertion())
    cases: list[tuple[str, dict[str, Any]]] = [
        ("password", {}),
        (EXCHANGE, {"subjectToken": "x", "subjectTokenType": ACCESS_TYPE}),
        ("refresh_token", {}),
        ("refresh_token", {"refreshToken": "x"}),
        ("refresh_token", {"refreshToken": first["refreshToken"], "scope": ["x"]}),
        ("urn:ietf:params:oauth:grant-type:jwt-bearer", {"assertion": "x"}),
    ]

    assert {gatehouse.refusal(grant, **fields) for grant, fields in cases} <= modelled


def test_the_contexts_of_two_purposes_differ_and_say_the_same(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    answer = gatehouse.ask(assertion=provider.assertion())
    claims = jwt.decode(answer["idToken"], options={"verify_signature": False})
    one, other = claims["sts:identity_context"], claims["sts:audit_context"]
    contexts = [identity_context.context_of(world.center, each) for each in (one, other)]

    assert one != other
    assert contexts[0] == contexts[1]
    assert contexts[0] is not None

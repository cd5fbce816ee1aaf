"""Assertions of another issuer: who gets tokens for whom, and everybody who gets none."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from sekisho.center.storage import tables
from tests.unit.center.administration.conftest import Clients
from tests.unit.center.applications.conftest import Found
from tests.unit.center.applications.scene import (
    ACCOUNTS,
    AUDIENCE,
    DEFAULTS,
    ISSUER,
    REFRESH_TYPE,
    Gatehouse,
    Provider,
    jwk,
    private_key,
)
from tests.unit.center.scene import OTHER, PERSON, World

GRANT, DENIED = "InvalidGrantException", "AccessDeniedException"


def test_an_assertion_yields_tokens_of_the_person_it_names(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    answer = gatehouse.ask(assertion=provider.assertion())

    assert answer["tokenType"] == "Bearer"
    assert answer["expiresIn"] == 3600
    assert answer["issuedTokenType"] == REFRESH_TYPE
    assert answer["scope"] == DEFAULTS
    assert {"accessToken", "refreshToken", "idToken"} <= answer.keys()


def test_without_the_refresh_grant_there_is_no_refresh_token(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    gatehouse.admin.delete_application_grant(**gatehouse.this, GrantType="refresh_token")

    assert "refreshToken" not in gatehouse.ask(assertion=provider.assertion())


@pytest.mark.parametrize("kind", ["RS256", "ES256", "ES384", "EdDSA"])
def test_every_kind_of_key_is_taken(gatehouse: Gatehouse, provider: Provider, kind: str) -> None:
    provider.publish(jwk(kind, "this"))

    assert gatehouse.ask(assertion=provider.assertion(kind, "this"))["accessToken"]


def test_an_audience_may_be_one_of_several(gatehouse: Gatehouse, provider: Provider) -> None:
    assert gatehouse.ask(assertion=provider.assertion(aud=["elsewhere", AUDIENCE]))["accessToken"]


def _now(idp: Provider) -> int:
    return int(idp.clock.now().timestamp())


def _unsigned(idp: Provider) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT', 'kid': 'one'})}.{_part(idp.claims())}."


def _signed(claims: object, **header: object) -> str:
    """What a library would not sign, signed all the same."""
    head = _part({"alg": "RS256", "typ": "JWT", "kid": "one", **header})
    signed = f"{head}.{_part(claims)}"
    algorithm = jwt.get_algorithm_by_name("RS256")
    signature = algorithm.sign(signed.encode(), private_key("RS256"))
    return f"{signed}.{jwt.utils.base64url_encode(signature).decode()}"


def _confused(idp: Provider) -> str:
    """Algorithm confusion: an HMAC whose secret is what everybody may read."""
    public = private_key("RS256").public_key()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'one'})}.{_part(idp.claims())}"
    signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{jwt.utils.base64url_encode(signature).decode()}"


def _nested() -> str:
    deep = jwt.utils.base64url_encode(b"[" * 5000).decode()
    return f"{deep}.{deep}.AA"


def _part(said: object) -> str:
    return jwt.utils.base64url_encode(json.dumps(said).encode()).decode()


Change = Callable[[Provider], str]
REFUSED: dict[str, Change] = {
    "expired": lambda idp: idp.assertion(exp=_now(idp) - 61),
    "without an end": lambda idp: idp.assertion(exp=None),
    "with an end that is no number": lambda idp: idp.assertion(exp="tomorrow"),
    "with an end that is true": lambda idp: idp.assertion(exp=True),
    "with an end that is not a number": lambda idp: idp.assertion(exp=float("nan")),
    "with an end at infinity": lambda idp: idp.assertion(exp=float("inf")),
    "that lives for years": lambda idp: idp.assertion(exp=_now(idp) + 365 * 86400),
    "that lives for ever": lambda idp: idp.assertion(exp=10**400),
    "issued in the future": lambda idp: idp.assertion(iat=_now(idp) + 61),
    "not valid yet": lambda idp: idp.assertion(nbf=_now(idp) + 61),
    "for another audience": lambda idp: idp.assertion(aud="elsewhere"),
    "for no audience": lambda idp: idp.assertion(aud=None),
    "for an audience that is a map": lambda idp: idp.assertion(aud={AUDIENCE: 1}),
    "of another issuer": lambda idp: idp.assertion(iss="https://other.example.com"),
    "of an issuer that is spelt otherwise": lambda idp: idp.assertion(iss=f"{ISSUER}/"),
    "of no issuer": lambda idp: idp.assertion(iss=None),
    "of an issuer that is a list": lambda idp: _signed(idp.claims(iss=[ISSUER])),
    "about nobody": lambda idp: idp.assertion(sub=None),
    "without the mapped claim": lambda idp: idp.assertion(email=None),
    "whose claim is a list": lambda idp: idp.assertion(email=[PERSON]),
    "whose claim has a NUL": lambda idp: idp.assertion(email="a\0b"),
    "whose claim is a lone surrogate": lambda idp: idp.assertion(email="\ud800"),
    "whose id is a lone surrogate": lambda idp: idp.assertion(jti="\ud800"),
    "whose id is a number": lambda idp: idp.assertion(jti=7),
    "naming an unknown person": lambda idp: idp.assertion(email="nobody@hoge.com"),
    "by an unknown key": lambda idp: idp.assertion(kid="two"),
    "by another key of the same name": lambda idp: idp.assertion("another"),
    "by a key of another kind": lambda idp: idp.assertion("ES256"),
    "that is a logout token": lambda idp: idp.assertion(typ="logout+jwt"),
    "that is a DPoP proof": lambda idp: idp.assertion(typ="dpop+jwt"),
    "signed with nothing": _unsigned,
    "signed with the public key as a password": _confused,
    "with a header that must be known": lambda idp: _signed(idp.claims(), crit=["b64"], b64=True),
    "with a key that is a number": lambda idp: _signed(idp.claims(), kid=1),
    "that is no token": lambda _: "a.b",
    "whose claims are a list": lambda _: _signed([]),
    "that is nested without end": lambda _: _nested(),
    "that is in another alphabet": lambda idp: f"{idp.assertion()}ü",
}


@pytest.mark.parametrize("how", REFUSED)
def test_an_assertion_that_is_not_right_is_refused(
    gatehouse: Gatehouse, provider: Provider, how: str
) -> None:
    assert gatehouse.refusal(assertion=REFUSED[how](provider)) == GRANT
    assert gatehouse.said


def test_a_refused_assertion_tells_why_in_words(gatehouse: Gatehouse, provider: Provider) -> None:
    gatehouse.refusal(assertion=provider.assertion(aud="elsewhere"))

    assert gatehouse.said == "The assertion's audience is not authorized"


def test_clocks_may_differ_by_a_minute(gatehouse: Gatehouse, provider: Provider) -> None:
    now = _now(provider)

    assert gatehouse.ask(assertion=provider.assertion(exp=now - 59, iat=now - 300))
    assert gatehouse.ask(assertion=provider.assertion(iat=now + 59, nbf=now + 59))


def test_an_assertion_with_an_id_works_once(gatehouse: Gatehouse, provider: Provider) -> None:
    assertion = provider.assertion()
    gatehouse.ask(assertion=assertion)

    assert gatehouse.refusal(assertion=assertion) == GRANT
    assert gatehouse.said == "The assertion was used before"


def test_an_assertion_that_was_refused_is_not_used_up(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    assertion = provider.assertion()
    require_assignment(gatehouse)
    refused = gatehouse.refusal(assertion=assertion)
    gatehouse.admin.put_application_assignment_configuration(
        **gatehouse.this, AssignmentRequired=False
    )

    assert refused == DENIED
    assert gatehouse.ask(assertion=assertion)["accessToken"]


def test_one_without_an_id_works_while_it_lives(gatehouse: Gatehouse, provider: Provider) -> None:
    assertion = provider.assertion(jti=None)

    tokens = {gatehouse.ask(assertion=assertion)["accessToken"] for _ in range(2)}

    assert len(tokens) == 2


def test_ids_of_assertions_are_forgotten_a_day_after_they_expired(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    gatehouse.ask(assertion=provider.assertion())
    kept = []
    for seconds in (86400, 400):
        world.clock.advance(seconds)
        world.send("GET", "/healthz")
        with world.center.database.reading() as connection:
            kept.append(len(connection.execute(select(tables.used_assertions)).all()))

    assert kept == [1, 0]


@pytest.mark.parametrize("place", range(3))
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_an_assertion_of_which_any_letter_was_changed_is_refused(
    gatehouse: Gatehouse, provider: Provider, place: int, data: st.DataObject
) -> None:
    parts = provider.assertion("RS256", jti=None).split(".")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \n"
    at = data.draw(st.integers(0, len(parts[place])))
    new = data.draw(st.sampled_from(letters))
    replaced = data.draw(st.booleans()) and at < len(parts[place])
    before, after = parts[place][:at], parts[place][at + replaced :]
    changed = [*parts[:place], f"{before}{new}{after}", *parts[place + 1 :]]
    if changed != parts:
        assert gatehouse.refusal(assertion=".".join(changed)) == GRANT


@pytest.mark.parametrize("last", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
def test_a_signature_has_one_spelling(gatehouse: Gatehouse, provider: Provider, last: str) -> None:
    provider.publish(jwk("ES256", "one"))
    assertion = provider.assertion("ES256", jti=None)
    changed = assertion[:-1] + last
    if changed == assertion:
        assert gatehouse.ask(assertion=changed)
    else:
        assert gatehouse.refusal(assertion=changed) == GRANT


# --- who is named ---


def test_somebody_who_is_disabled_is_not_told_from_nobody(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    gatehouse.refusal(assertion=provider.assertion(email="nobody@hoge.com"))
    nobody = gatehouse.said
    with world.center.database.writing() as connection:
        connection.execute(
            update(tables.users).where(tables.users.c.name == PERSON).values(enabled=False)
        )

    gatehouse_refusal = gatehouse.refusal(assertion=provider.assertion())

    assert (gatehouse_refusal, gatehouse.said) == (GRANT, nobody)


def user_id(world: World, name: str) -> str:
    with world.center.database.reading() as connection:
        query = select(tables.users.c.id).where(tables.users.c.name == name)
        return str(connection.execute(query).scalar_one())


def subject_of(answer: dict[str, Any]) -> str:
    claims = jwt.decode(answer["idToken"], options={"verify_signature": False})
    return str(claims["sub"])


def test_an_email_address_finds_the_person(
    found: Found, provider: Provider, clients: Clients, world: World
) -> None:
    gatehouse = found().trust("email", "emails.value")
    clients("identitystore").update_user(
        IdentityStoreId=world.center.instance.identity_store_id,
        UserId=user_id(world, OTHER),
        Operations=[{"AttributePath": "emails", "AttributeValue": [{"value": "f@example.com"}]}],
    )

    answer = gatehouse.ask(assertion=provider.assertion(email="f@example.com"))

    assert subject_of(answer) == user_id(world, OTHER)
    assert gatehouse.refusal(assertion=provider.assertion(email=OTHER)) == GRANT


def give_external_id(world: World, name: str, issuer: str, external_id: str) -> None:
    with world.center.database.writing() as connection:
        connection.execute(
            insert(tables.external_ids).values(
                issuer=issuer, external_id=external_id, resource_id=user_id_in(connection, name)
            )
        )


def user_id_in(connection: Any, name: str) -> str:
    query = select(tables.users.c.id).where(tables.users.c.name == name)
    return str(connection.execute(query).scalar_one())


def test_an_external_id_finds_the_person_unless_it_is_several_peoples(
    found: Found, provider: Provider, world: World
) -> None:
    gatehouse = found().trust("sub", "externalId")
    give_external_id(world, OTHER, "idp", "00u1")
    answer = gatehouse.ask(assertion=provider.assertion())
    give_external_id(world, PERSON, "another", "00u1")

    assert subject_of(answer) == user_id(world, OTHER)
    assert gatehouse.refusal(assertion=provider.assertion()) == GRANT
    assert gatehouse.said == "Several people have what the assertion names"


def test_a_claim_may_lie_in_a_structure(found: Found, provider: Provider, world: World) -> None:
    gatehouse = found().trust("person.mail")

    answer = gatehouse.ask(assertion=provider.assertion(person={"mail": OTHER}))

    assert subject_of(answer) == user_id(world, OTHER)
    assert gatehouse.refusal(assertion=provider.assertion(person=OTHER)) == GRANT


def test_people_are_found_by_nothing_else(found: Found, provider: Provider) -> None:
    gatehouse = found().trust("email", "title")

    assert gatehouse.refusal(assertion=provider.assertion()) == GRANT
    assert gatehouse.said == "People are not found by title here"


# --- who may use the application ---


def require_assignment(gatehouse: Gatehouse) -> None:
    gatehouse.admin.put_application_assignment_configuration(
        **gatehouse.this, AssignmentRequired=True
    )


def test_a_person_or_their_group_has_to_be_assigned(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    require_assignment(gatehouse)
    nobody = gatehouse.refusal(assertion=provider.assertion())
    with world.center.database.reading() as connection:
        group = connection.execute(select(tables.groups.c.id)).scalar_one()
    gatehouse.admin.create_application_assignment(
        **gatehouse.this, PrincipalId=group, PrincipalType="GROUP"
    )
    member = gatehouse.ask(assertion=provider.assertion())
    outsider = gatehouse.refusal(assertion=provider.assertion(email=OTHER))
    gatehouse.admin.create_application_assignment(
        **gatehouse.this, PrincipalId=user_id(world, OTHER), PrincipalType="USER"
    )

    assert (nobody, outsider) == (DENIED, DENIED)
    assert member["accessToken"]
    assert gatehouse.ask(assertion=provider.assertion(email=OTHER))["accessToken"]


def test_an_issuer_is_trusted_by_the_applications_that_name_it(
    gatehouse: Gatehouse, provider: Provider, found: Found
) -> None:
    other = found("other").trust(url="https://other.example.com")

    assert other.refusal(assertion=provider.assertion()) == GRANT
    assert other.said == "The assertion's issuer is not trusted for this application"


def test_without_an_assertion_the_request_is_wrong(gatehouse: Gatehouse) -> None:
    assert gatehouse.refusal() == "InvalidRequestException"


def test_the_scopes_are_those_that_are_asked_for(gatehouse: Gatehouse, provider: Provider) -> None:
    gatehouse.scope(ACCOUNTS).scope("read:gates")

    everything = gatehouse.ask(assertion=provider.assertion())
    some = gatehouse.ask(assertion=provider.assertion(), scope=["read:gates"])
    none_such = gatehouse.refusal(assertion=provider.assertion(), scope=["write:gates"])

    assert everything["scope"] == [*DEFAULTS, "read:gates", ACCOUNTS]
    assert some["scope"] == ["read:gates"]
    assert not {"idToken", "awsAdditionalDetails"} & some.keys()
    assert none_such == "InvalidScopeException"

"""AssumeRole on somebody's behalf: contexts of this center, that still hold."""

import base64
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import select, update

from sekisho.center import identity_context, own_sessions
from sekisho.center.settings import Revocation
from sekisho.center.storage import tables
from tests.unit.center.administration.conftest import Clients, botocore_client
from tests.unit.center.applications.scene import ISSUER, Gatehouse, Provider
from tests.unit.center.applications.test_jwt_bearer import user_id
from tests.unit.center.scene import DEPLOYER, DEV, OTHER, PERSON, Build, World

IDENTITY_CENTER = "arn:aws:iam::aws:contextProvider/IdentityCenter"


def assume(sts: Any, *contexts: str, provider: str = IDENTITY_CENTER) -> dict[str, Any]:
    found: dict[str, Any] = sts.assume_role(
        RoleArn=f"arn:aws:iam::{DEV}:role/{DEPLOYER}",
        RoleSessionName="on-behalf",
        ProvidedContexts=[{"ProviderArn": provider, "ContextAssertion": each} for each in contexts],
    )
    return found


def refusal(sts: Any, *contexts: str, provider: str = IDENTITY_CENTER) -> str:
    with pytest.raises(ClientError) as refused:
        assume(sts, *contexts, provider=provider)
    code: str = refused.value.response["Error"]["Code"]
    return code


@pytest.fixture
def sts(clients: Clients) -> Any:
    return clients("sts")


def context_of(gatehouse: Gatehouse, provider: Provider, person: str = OTHER) -> str:
    answer = gatehouse.ask(assertion=provider.assertion(email=person))
    context: str = answer["awsAdditionalDetails"]["identityContext"]
    return context


def test_a_good_context_is_recorded_with_the_credentials(
    gatehouse: Gatehouse, provider: Provider, sts: Any, world: World
) -> None:
    answer = assume(sts, context_of(gatehouse, provider))
    table = tables.role_credentials
    with world.center.database.reading() as connection:
        query = select(table.c.on_behalf_of, table.c.user_id).where(
            table.c.access_key_id == answer["Credentials"]["AccessKeyId"]
        )
        row = connection.execute(query).one()

    assert (row.on_behalf_of, row.user_id) == (user_id(world, OTHER), user_id(world, PERSON))


def test_a_context_of_which_a_letter_was_changed_is_refused(
    gatehouse: Gatehouse, provider: Provider, sts: Any
) -> None:
    context = context_of(gatehouse, provider)
    for at in (0, 8, len(context) // 2, len(context) - 1):
        other = "B" if context[at] == "A" else "A"
        changed = f"{context[:at]}{other}{context[at + 1 :]}"
        assert refusal(sts, changed) == "ExpiredTokenException"


@pytest.mark.parametrize("made_up", ["nothing", "sks_ic_", "sks_ic_k.!!!", "sks_ic_x.QUJD", "üüüü"])
def test_what_is_no_context_is_refused(sts: Any, made_up: str) -> None:
    assert refusal(sts, made_up) == "ExpiredTokenException"


def test_one_that_has_expired_is_refused(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    context = context_of(gatehouse, provider)
    world.clock.advance(3599)
    before = identity_context.context_of(world.center, context)
    world.clock.advance(1)

    assert before is not None
    assert identity_context.context_of(world.center, context) is None


def test_one_of_another_instance_is_refused_though_the_keys_are_the_same(
    gatehouse: Gatehouse, provider: Provider, build: Build
) -> None:
    elsewhere = build(token_issuer_keys={ISSUER: provider.file})
    admin = botocore_client(elsewhere, "sso-admin")
    oidc = botocore_client(elsewhere, "sso-oidc", OTHER)
    theirs = context_of(Gatehouse(elsewhere, admin, oidc).trust(), provider)

    assert gatehouse.world.center.keys.ids == elsewhere.center.keys.ids
    assert refusal(botocore_client(gatehouse.world, "sts"), theirs) == "ExpiredTokenException"


def test_one_whose_sign_in_was_ended_is_refused(
    gatehouse: Gatehouse, provider: Provider, sts: Any, world: World
) -> None:
    context = context_of(gatehouse, provider)
    session = world.signed_in(OTHER)
    (seen,) = own_sessions.command_line_sign_ins(world.center, session)
    own_sessions.end_sign_in(world.center, session, seen.id)

    assert refusal(sts, context) == "ExpiredTokenException"


def test_one_of_somebody_who_is_disabled_is_refused(
    gatehouse: Gatehouse, provider: Provider, sts: Any, world: World
) -> None:
    context = context_of(gatehouse, provider)
    disable(world, OTHER)

    assert refusal(sts, context) == "ExpiredTokenException"


def disable(world: World, name: str) -> None:
    with world.center.database.writing() as connection:
        connection.execute(
            update(tables.users).where(tables.users.c.name == name).values(enabled=False)
        )


def test_other_providers_and_several_contexts_are_refused(
    gatehouse: Gatehouse, provider: Provider, sts: Any
) -> None:
    context = context_of(gatehouse, provider)
    other = "arn:aws:iam::aws:contextProvider/Other"

    assert refusal(sts, context, provider=other) == "ValidationError"
    assert refusal(sts, context, context) == "ValidationError"


def test_the_context_tells_its_holder_nothing(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    payload = context_of(gatehouse, provider).rpartition(".")[2]
    opened = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))

    assert user_id(world, OTHER).encode() not in opened
    assert b"purpose" not in opened


def test_strict_revocation_ends_what_was_assumed_for_somebody_who_is_disabled_since(
    build: Build, provider: Provider
) -> None:
    world = build(revocation=Revocation.STRICT, token_issuer_keys={ISSUER: provider.file})
    admin, oidc = botocore_client(world, "sso-admin"), botocore_client(world, "sso-oidc", OTHER)
    gatehouse = Gatehouse(world, admin, oidc).trust()
    sts = botocore_client(world, "sts")
    keys = assume(sts, context_of(gatehouse, provider))["Credentials"]
    held = botocore_client(world, "sts", keys=keys)
    before = held.get_caller_identity()["Arn"]
    disable(world, OTHER)

    assert before.endswith("/on-behalf")
    with pytest.raises(ClientError, match="revoked"):
        held.get_caller_identity()

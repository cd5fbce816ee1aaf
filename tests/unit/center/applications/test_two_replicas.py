"""Two centers over one database, with the same files: any of them may be asked."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.center.administration.conftest import botocore_client
from tests.unit.center.applications.scene import ACCOUNTS, ISSUER, JWT_BEARER, Gatehouse, Provider
from tests.unit.center.scene import DEPLOYER, DEV, OTHER, Build, World


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def replicas(build: Build, provider: Provider) -> list[World]:
    keys = {ISSUER: provider.file}
    return [build(in_memory=False, token_issuer_keys=keys) for _ in range(2)]


@pytest.fixture
def gatehouse(replicas: list[World]) -> Gatehouse:
    one, other = replicas
    admin, oidc = botocore_client(one, "sso-admin"), botocore_client(other, "sso-oidc", OTHER)
    return Gatehouse(one, admin, oidc).trust().scope(ACCOUNTS)


def ask(gatehouse: Gatehouse, oidc: Any, grant: str, **fields: str) -> Any:
    return oidc.create_token_with_iam(clientId=gatehouse.arn, grantType=grant, **fields)


def test_what_one_issues_the_other_knows(
    gatehouse: Gatehouse, provider: Provider, replicas: list[World]
) -> None:
    one, _ = replicas
    answer = gatehouse.ask(assertion=provider.assertion())  # at the other
    here = botocore_client(one, "sso-oidc", OTHER)
    refreshed = ask(gatehouse, here, "refresh_token", refreshToken=answer["refreshToken"])
    published = [world.send("GET", "/.well-known/jwks.json").json() for world in replicas]
    assumed = botocore_client(one, "sts").assume_role(
        RoleArn=f"arn:aws:iam::{DEV}:role/{DEPLOYER}",
        RoleSessionName="on-behalf",
        ProvidedContexts=[
            {
                "ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter",
                "ContextAssertion": answer["awsAdditionalDetails"]["identityContext"],
            }
        ],
    )

    assert one.portal("/assignment/accounts", answer["accessToken"]).status == 200
    assert refreshed["refreshToken"] != answer["refreshToken"]
    assert published[0] == published[1]
    assert assumed["Credentials"]["AccessKeyId"]


def test_an_assertion_works_once_however_many_present_it_wherever(
    gatehouse: Gatehouse, provider: Provider, replicas: list[World]
) -> None:
    assertion = provider.assertion()
    clients = [botocore_client(world, "sso-oidc", OTHER) for world in replicas]

    def present(number: int) -> str:
        try:
            ask(gatehouse, clients[number % 2], JWT_BEARER, assertion=assertion)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "let in"

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(present, range(6)))

    assert sorted(outcomes) == ["InvalidGrantException"] * 5 + ["let in"]

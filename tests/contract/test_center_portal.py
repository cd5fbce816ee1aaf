"""The access portal's API, by botocore's own client, and its errors against AWS's own model."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from sekisho.center.limits import PORTAL
from tests.contract.conftest import Served, emptied
from tests.unit.center.scene import ADMIN, DEV, OTHER, PLAIN, STG, UNASSIGNED, VIEW

MODEL = botocore.session.get_session().get_service_model("sso")
OPERATIONS = ("ListAccounts", "ListAccountRoles", "GetRoleCredentials", "Logout")


@pytest.fixture
def sso(served: Served) -> Any:
    return served.client("sso")


@pytest.fixture(scope="module")
def token(served: Served) -> str:
    return served.token()


def test_list_accounts(sso: Any, token: str) -> None:
    answer = sso.list_accounts(accessToken=token)

    assert [account["accountId"] for account in answer["accountList"]] == [DEV, PLAIN, STG]
    assert "nextToken" not in answer


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_botocores_paginator_sees_every_account_once(sso: Any, token: str, size: int) -> None:
    pages = sso.get_paginator("list_accounts").paginate(
        accessToken=token, PaginationConfig={"PageSize": size}
    )

    assert [account["accountId"] for account in pages.search("accountList[]")] == [DEV, PLAIN, STG]


def test_botocores_paginator_sees_every_role_once(sso: Any, token: str) -> None:
    pages = sso.get_paginator("list_account_roles").paginate(
        accessToken=token, accountId=DEV, PaginationConfig={"PageSize": 1}
    )

    assert list(pages.search("roleList[].roleName")) == [ADMIN, VIEW]


def test_get_role_credentials(sso: Any, token: str) -> None:
    answer = sso.get_role_credentials(accessToken=token, accountId=DEV, roleName=ADMIN)
    found = answer["roleCredentials"]
    left = datetime.fromtimestamp(found["expiration"] / 1000, UTC) - datetime.now(UTC)

    assert found["accessKeyId"].startswith("ASIA")
    assert 3000 < left.total_seconds() <= 3600


def test_logout(sso: Any, served: Served) -> None:
    token = served.token()
    answer = sso.logout(accessToken=token)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    with pytest.raises(sso.exceptions.UnauthorizedException):
        sso.list_accounts(accessToken=token)


def test_each_person_sees_their_own(sso: Any, served: Served) -> None:
    accounts = sso.list_accounts(accessToken=served.token(OTHER))["accountList"]

    assert [account["accountId"] for account in accounts] == [STG]


@pytest.mark.parametrize("account, role", [(DEV, "Nothing"), (UNASSIGNED, ADMIN)])
def test_no_access_is_a_403_that_aws_has_and_its_model_has_not(
    sso: Any, token: str, account: str, role: str
) -> None:
    with pytest.raises(ClientError) as refused:
        sso.get_role_credentials(accessToken=token, accountId=account, roleName=role)

    assert refused.value.response["Error"] == {"Code": "ForbiddenException", "Message": "No access"}
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert "ForbiddenException" not in MODEL.shape_names


UNKNOWN = "obviously-not-a-token"
REFUSALS: dict[tuple[str, str], Callable[[Any, str], object]] = {
    ("ListAccounts", "InvalidRequestException"): lambda sso, token: sso.list_accounts(
        accessToken=token, nextToken="x"
    ),
    ("ListAccounts", "UnauthorizedException"): lambda sso, _: sso.list_accounts(
        accessToken=UNKNOWN
    ),
    ("ListAccountRoles", "InvalidRequestException"): lambda sso, token: sso.list_account_roles(
        accessToken=token, accountId=DEV, nextToken="x"
    ),
    ("ListAccountRoles", "UnauthorizedException"): lambda sso, _: sso.list_account_roles(
        accessToken=UNKNOWN, accountId=DEV
    ),
    ("GetRoleCredentials", "InvalidRequestException"): lambda sso, token: sso.get_role_credentials(
        accessToken=token, accountId="\0", roleName=ADMIN
    ),
    ("GetRoleCredentials", "UnauthorizedException"): lambda sso, _: sso.get_role_credentials(
        accessToken=UNKNOWN, accountId=DEV, roleName=ADMIN
    ),
    ("Logout", "UnauthorizedException"): lambda sso, _: sso.logout(accessToken=UNKNOWN),
}
NOT_MET_HERE = {
    ("Logout", "InvalidRequestException"),  # it has nothing but the token
    # What is unknown is `No access`, so that nobody learns what exists.
    ("ListAccounts", "ResourceNotFoundException"),
    ("ListAccountRoles", "ResourceNotFoundException"),
    ("GetRoleCredentials", "ResourceNotFoundException"),
}


HASTE: dict[str, Callable[[Any], object]] = {
    "ListAccounts": lambda sso: sso.list_accounts(accessToken=UNKNOWN),
    "ListAccountRoles": lambda sso: sso.list_account_roles(accessToken=UNKNOWN, accountId=DEV),
    "GetRoleCredentials": lambda sso: sso.get_role_credentials(
        accessToken=UNKNOWN, accountId=DEV, roleName=ADMIN
    ),
    "Logout": lambda sso: sso.logout(accessToken=UNKNOWN),
}


@pytest.mark.parametrize("operation", HASTE)
def test_who_is_in_a_hurry_hears_the_models_error(limited: Served, operation: str) -> None:
    emptied(limited, PORTAL)
    sso = limited.client("sso")
    with pytest.raises(sso.exceptions.TooManyRequestsException) as refused:
        HASTE[operation](sso)

    answer = refused.value.response
    assert refused.value.operation_name == operation
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"


@pytest.mark.parametrize("operation, error", REFUSALS)
def test_an_error_has_the_name_status_and_body_of_awss_model(
    sso: Any, token: str, operation: str, error: str
) -> None:
    with pytest.raises(getattr(sso.exceptions, error)) as refused:
        REFUSALS[operation, error](sso, token)

    answer = refused.value.response
    shape = MODEL.shape_for(error)
    assert refused.value.operation_name == operation
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == shape.metadata["error"]["httpStatusCode"]
    assert answer["Error"]["Message"]


def test_every_error_of_the_model_is_met_or_accounted_for() -> None:
    modelled = {
        (operation, error.name)
        for operation in OPERATIONS
        for error in MODEL.operation_model(operation).error_shapes
    }

    hasty = {(operation, "TooManyRequestsException") for operation in HASTE}
    assert REFUSALS.keys() | hasty | NOT_MET_HERE == modelled
    assert set(OPERATIONS) == set(MODEL.operation_names)

"""STS, by botocore's own client and signer."""

from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
import urllib3
from botocore.exceptions import ClientError

from sekisho.center.limits import STS
from tests.contract.conftest import Served, emptied
from tests.unit.center.scene import ADMIN, DEPLOYER, DEV, PERSON, PLAIN, VIEW

MODEL = botocore.session.get_session().get_service_model("sts")


def credentials(served: Served, account: str = DEV, role: str = ADMIN) -> dict[str, str]:
    """Role credentials as botocore's session takes them."""
    answer = served.client("sso").get_role_credentials(
        accessToken=served.token(), accountId=account, roleName=role
    )["roleCredentials"]
    return {
        "access_key": answer["accessKeyId"],
        "secret_key": answer["secretAccessKey"],
        "token": answer["sessionToken"],
    }


@pytest.mark.parametrize("account, role", [(DEV, ADMIN), (PLAIN, VIEW)])
def test_get_caller_identity_is_who_signed_in_to_which_role(
    served: Served, account: str, role: str
) -> None:
    answer = served.client("sts", **credentials(served, account, role)).get_caller_identity()
    kind, name, person = answer["Arn"].rpartition(":")[2].split("/")

    assert answer["Account"] == account
    assert answer["Arn"].startswith(f"arn:aws:sts::{account}:assumed-role/")
    assert (kind, person) == ("assumed-role", PERSON)
    assert name.startswith(f"AWSReservedSSO_{role}_")
    assert answer["UserId"].endswith(f":{PERSON}")


def test_one_role_has_one_id_whoever_asks_and_however_often(served: Served) -> None:
    ids = {
        served.client("sts", **credentials(served)).get_caller_identity()["UserId"]
        for _ in range(2)
    }

    assert len(ids) == 1


def _refused(client: Any, operation: str, **parameters: str) -> dict[str, Any]:
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**parameters)
    answer: dict[str, Any] = refused.value.response
    return answer


@pytest.mark.parametrize(
    "changed, code",
    [
        ({"secret_key": "obviously-not-the-secret"}, "SignatureDoesNotMatch"),
        ({"token": "obviously-not-the-token"}, "InvalidClientTokenId"),
        ({"access_key": "ASIAOBVIOUSLYNOTREAL"}, "InvalidClientTokenId"),
    ],
)
def test_wrong_credentials_are_refused_as_at_aws(
    served: Served, changed: dict[str, str], code: str
) -> None:
    client = served.client("sts", **{**credentials(served), **changed})
    answer = _refused(client, "get_caller_identity")

    assert answer["Error"]["Code"] == code
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert answer["ResponseMetadata"]["RequestId"]


def test_no_credentials_are_a_missing_token(served: Served) -> None:
    answer = _refused(served.client("sts"), "get_caller_identity")

    assert answer["Error"]["Code"] == "MissingAuthenticationToken"


@pytest.mark.parametrize(
    "operation, parameters",
    [
        ("get_session_token", {}),
        ("get_federation_token", {"Name": "me"}),
        ("get_access_key_info", {"AccessKeyId": "ASIAOBVIOUSLYNOTREAL"}),
        ("assume_role", {"RoleArn": f"arn:aws:iam::{PLAIN}:role/x", "RoleSessionName": "me"}),
        ("decode_authorization_message", {"EncodedMessage": "x"}),
    ],
)
def test_what_is_not_allowed_is_access_denied(
    served: Served, operation: str, parameters: dict[str, str]
) -> None:
    client = served.client("sts", **credentials(served))
    answer = _refused(client, operation, **parameters)

    assert answer["Error"]["Code"] == "AccessDenied"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403


def _as_session(credentials: dict[str, str]) -> dict[str, str]:
    return {
        "access_key": credentials["AccessKeyId"],
        "secret_key": credentials["SecretAccessKey"],
        "token": credentials["SessionToken"],
    }


def test_a_role_is_assumed_by_whom_it_trusts_and_known_afterwards(served: Served) -> None:
    answer = served.client("sts", **credentials(served)).assume_role(
        RoleArn=f"arn:aws:iam::{DEV}:role/{DEPLOYER}",
        RoleSessionName="a-session",
        DurationSeconds=900,
        Tags=[{"Key": "team", "Value": "a team"}, {"Key": "empty", "Value": ""}],
        TransitiveTagKeys=["team"],
        SourceIdentity="me@example.com",
    )
    identity = served.client("sts", **_as_session(answer["Credentials"])).get_caller_identity()
    left = (answer["Credentials"]["Expiration"] - datetime.now(UTC)).total_seconds()

    assert identity["Arn"] == f"arn:aws:sts::{DEV}:assumed-role/{DEPLOYER}/a-session"
    assert identity["Account"] == DEV
    assert answer["AssumedRoleUser"] == {
        "AssumedRoleId": identity["UserId"],
        "Arn": identity["Arn"],
    }
    assert answer["SourceIdentity"] == "me@example.com"
    assert 800 < left <= 900


def test_who_is_in_a_hurry_is_throttled(limited: Served) -> None:
    emptied(limited, STS)
    answer = _refused(limited.client("sts"), "get_caller_identity")

    assert answer["Error"]["Code"] == "Throttling"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_key_id_tells_its_account(served: Served) -> None:
    keys = credentials(served, PLAIN, VIEW)
    client = served.client("sts", **credentials(served))

    assert client.get_access_key_info(AccessKeyId=keys["access_key"])["Account"] == PLAIN


def test_a_presigned_url_tells_whose_it_is(served: Served) -> None:
    client = served.client("sts", **credentials(served))
    url = client.generate_presigned_url("get_caller_identity", HttpMethod="GET")
    answer = urllib3.request("GET", url)

    assert answer.status == 200
    assert f"<Account>{DEV}</Account>" in answer.data.decode()


def test_a_parameter_outside_the_models_limits_is_a_validation_error(served: Served) -> None:
    client = served.client("sts", **credentials(served))
    client.meta.config.parameter_validation = False
    answer = _refused(
        client, "assume_role", RoleArn=f"arn:aws:iam::{PLAIN}:role/x", RoleSessionName="x" * 65
    )

    assert answer["Error"]["Code"] == "ValidationError"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400

"""GetCallerIdentity as a URL, made by botocore's own signer: what EKS and Vault hand around."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sekisho.testing.clock import FakeClock
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.scene import ORIGIN, World
from tests.unit.center.services.test_sts import FORM, Keys, code_of, keys_of, signed

CALL = "Action=GetCallerIdentity&Version=2011-06-15"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC))  # botocore signs by the machine's clock


@pytest.fixture
def keys(world: World) -> Keys:
    return keys_of(world)


def presigned(
    keys: Keys, *, expires: int = 60, headers: Mapping[str, str] | None = None, call: str = CALL
) -> str:
    """A URL, and nothing else: whoever has it can send it, with the headers that it names."""
    request = AWSRequest("GET", f"{ORIGIN}/?{call}", headers=dict(headers or {}))
    credentials = Credentials(keys["accessKeyId"], keys["secretAccessKey"], keys["sessionToken"])
    SigV4QueryAuth(credentials, "sts", "us-east-1", expires=expires).add_auth(request)
    return str(request.url)


def get(world: World, url: str, **headers: str) -> Response:
    return world.http.send(Request("GET", url, Headers(headers)))


def test_a_presigned_url_tells_whose_it_is(world: World, keys: Keys) -> None:
    answer = get(world, presigned(keys), Accept="application/json")

    assert answer.status == 200
    assert "GetCallerIdentityResult" in answer.json()["GetCallerIdentityResponse"]


def test_the_header_that_eks_signs_besides_counts(world: World, keys: Keys) -> None:
    url = presigned(keys, headers={"x-k8s-aws-id": "a-cluster"})

    assert get(world, url, **{"x-k8s-aws-id": "a-cluster"}).status == 200
    assert code_of(get(world, url, **{"x-k8s-aws-id": "another"})) == (403, "SignatureDoesNotMatch")
    assert code_of(get(world, url)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("expires", [0, 60, 604800])
def test_it_is_good_for_a_quarter_of_an_hour_whatever_it_says_itself(
    world: World, keys: Keys, expires: int
) -> None:
    url = presigned(keys, expires=expires)
    world.clock.advance(14 * 60)
    before = get(world, url)
    world.clock.advance(2 * 60)
    after = get(world, url)

    assert before.status == 200
    assert code_of(after) == (403, "SignatureDoesNotMatch")


def test_it_is_good_for_the_one_call_that_it_names(world: World, keys: Keys) -> None:
    url = presigned(keys).replace("GetCallerIdentity", "GetSessionToken")

    assert code_of(get(world, url)) == (403, "SignatureDoesNotMatch")


def test_a_signature_beside_it_is_one_too_many(world: World, keys: Keys) -> None:
    header = signed(world, keys, headers=FORM).headers["Authorization"]

    assert code_of(get(world, presigned(keys), Authorization=header)) == (
        400,
        "IncompleteSignature",
    )


@pytest.mark.parametrize(
    "name", ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders",
             "X-Amz-Signature"],
)  # fmt: skip
def test_a_part_that_is_missing_or_comes_twice_is_incomplete(
    world: World, keys: Keys, name: str
) -> None:
    url = presigned(keys)
    parts = url.partition("?")[2].split("&")
    (part,) = [part for part in parts if part.startswith(f"{name}=")]
    kept = "&".join(other for other in parts if other != part)

    assert code_of(get(world, f"{ORIGIN}/?{kept}")) == (400, "IncompleteSignature")
    assert get(world, f"{url}&{part}").status == 400


def test_a_token_that_was_not_issued_with_the_key_is_not_valid(world: World, keys: Keys) -> None:
    url = presigned({**keys, "sessionToken": "obviously-not-the-token"})

    assert code_of(get(world, url)) == (403, "InvalidClientTokenId")


def test_the_host_has_to_be_signed(world: World, keys: Keys) -> None:
    url = presigned(keys, headers={"x-k8s-aws-id": "a"}).replace("host%3B", "")

    assert code_of(get(world, url, **{"x-k8s-aws-id": "a"})) == (403, "SignatureDoesNotMatch")

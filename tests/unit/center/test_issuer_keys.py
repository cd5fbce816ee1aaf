"""The files of token issuers' keys: what is taken, and what becomes of a change."""

import json
import logging
from pathlib import Path

import jwt
import pytest

from sekisho.center import assertions
from sekisho.center.assertions import Refused
from sekisho.center.issuer_keys import IssuerKeys, open_issuer_keys
from sekisho.errors import FileUnreadable, TokenIssuerKeysUnusable
from sekisho.secret import Secret
from tests.unit.center.applications.scene import jwk, private_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "idp-keys.json"


def publish(path: Path, *keys: object) -> None:
    """Put a whole new file in the place of the old one, as `mv` does."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"keys": keys}), encoding="utf-8")
    new.replace(path)


def opened(path: Path, *keys: object) -> IssuerKeys:
    publish(path, *keys)
    return open_issuer_keys(path)


def test_a_key_says_what_it_may_verify(path: Path) -> None:
    keys = opened(
        path, jwk("RS256", "r"), jwk("RS256", "one", alg="PS384"), jwk("ES384", "e"),
        jwk("EdDSA", "d"), jwk("ES256", "x", use="enc"),
    )  # fmt: skip
    said = {kid: key.algorithms for kid in "red" if (key := keys.key(kid))}

    assert said == {
        "r": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
        "e": ("ES384",),
        "d": ("EdDSA",),
    }
    one = keys.key("one")
    assert one is not None
    assert one.algorithms == ("PS384",)
    assert keys.key("x") is None


def test_a_key_without_an_id_is_taken_when_it_is_alone(path: Path) -> None:
    alone = opened(path, jwk("RS256", None))
    two = opened(path.with_name("two.json"), jwk("RS256", "a"), jwk("ES256", "b"))

    assert alone.key(None) is not None
    assert two.key(None) is None


@pytest.mark.parametrize(
    "keys, reason",
    [
        ([], "there is no key"),
        ([jwk("ES256", "x", use="enc")], "there is no key"),
        ([jwk("RS256", "one", private=True)], "private or secret"),
        ([{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}], "private or secret"),
        ([{"kty": "oct", "kid": "one"}], "of a kind that is not taken"),
        ([jwk("RS256", "one", alg="HS256")], "of a kind that is not taken"),
        ([jwk("ES256", "one", alg="RS256")], "of a kind that is not taken"),
        ([jwk("weak", "one")], "fewer than 2048 bits"),
        ([jwk("RS256", "one"), jwk("ES256", "one")], "a kid of its own"),
        ([jwk("RS256", None), jwk("ES256", None)], "a kid of its own"),
        ([{"kty": "RSA", "kid": "one", "n": "!", "e": "AQAB"}], "does not read as a key"),
        ([{"kty": "EC", "crv": "P-256", "kid": "one", "x": "AA", "y": "AA"}], "does not read"),
        (["one"], "does not read as a JSON Web Key Set"),
        ([jwk("RS256", str(number)) for number in range(201)], "more than 200 keys"),
    ],
)
def test_a_file_that_is_not_right_is_refused_with_the_reason(
    path: Path, keys: list[object], reason: str
) -> None:
    with pytest.raises(TokenIssuerKeysUnusable) as refused:
        opened(path, *keys)

    assert reason in refused.value.what


@pytest.mark.parametrize("text", ["", "nothing", "[]", '{"keys": 1}', "[" * 100_000, "{}"])
def test_what_is_no_key_set_is_refused(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")

    with pytest.raises(TokenIssuerKeysUnusable):
        open_issuer_keys(path)


def test_a_file_that_is_not_there_is_refused_at_the_start(path: Path) -> None:
    with pytest.raises(FileUnreadable):
        open_issuer_keys(path)


def test_a_key_that_is_added_works_and_one_that_is_removed_does_not(path: Path) -> None:
    keys = opened(path, jwk("RS256", "old"))
    publish(path, jwk("ES256", "new"))

    assert keys.key("new") is not None
    assert keys.key("old") is None


def test_a_file_that_is_torn_leaves_what_was_there_and_warns(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keys = opened(path, jwk("RS256", "old"))
    path.write_text('{"keys": [', encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="sekisho.center"):
        during = [keys.key("old") is not None for _ in range(3)]
    publish(path, jwk("ES256", "new"))

    assert during == [True] * 3
    assert len(caplog.records) == 1
    assert keys.key("new") is not None


def test_a_file_that_is_taken_away_has_no_keys(path: Path) -> None:
    keys = opened(path, jwk("RS256", "old"))
    path.unlink()
    gone = keys.key("old")
    publish(path, jwk("RS256", "old"))

    assert gone is None
    assert keys.key("old") is not None


# --- the vectors of the RFCs ---

RS256_KEY = {
    "kty": "RSA",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1"
    "Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXnd"
    "S5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7"
    "aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "e": "AQAB",
}
RS256 = (
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
    "NvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAu"
    "HIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vR"
    "K5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7n"
    "oOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
ES256_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
ES256 = (
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
    "NvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmW"
    "QxfKTUJqPP3-Kg6NU1Q"
)


@pytest.mark.parametrize("key, token", [(RS256_KEY, RS256), (ES256_KEY, ES256)])
def test_the_vectors_of_rfc_7515_are_verified(path: Path, key: dict[str, str], token: str) -> None:
    """RFC 7515, appendices A.2 and A.3."""
    claims = assertions.signed_claims(Secret(token), opened(path, key))

    assert claims == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}


def test_the_key_of_one_vector_does_not_verify_the_other(path: Path) -> None:
    with pytest.raises(Refused, match="signature"):
        assertions.signed_claims(Secret(RS256), opened(path, ES256_KEY))


def test_a_key_that_names_one_algorithm_verifies_no_other_of_its_kind(path: Path) -> None:
    token = jwt.encode({"iss": "joe"}, private_key("RS256"), "RS256", headers={"kid": "one"})
    keys = opened(path, jwk("RS256", "one", alg="PS256"))

    with pytest.raises(Refused, match="signature"):
        assertions.signed_claims(Secret(token), keys)

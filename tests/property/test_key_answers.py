"""Whatever is sent as a security key's answer is read, or refused; it never breaks the center."""

import json
from typing import Any

import cbor2
from hypothesis import given
from hypothesis import strategies as st

from sekisho.center.factors.key_answers import (
    Assertion,
    NewKey,
    read_assertion,
    read_new_key,
    verified,
)
from sekisho.center.factors.relying_party import RelyingParty
from tests.authenticator import Key, encoded

ORIGIN = "http://localhost:8765"
PARTY = RelyingParty("localhost", ORIGIN)
KEY = Key()
CREATION = json.dumps({"rp": {"id": "localhost"}, "user": {"id": "dXNlcg"}, "challenge": "AAAA"})
REQUEST = json.dumps({"rpId": "localhost", "challenge": "AAAA"})

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
ANY_CBOR = st.recursive(
    st.none() | st.booleans() | st.integers(-300, 300) | st.binary(max_size=40) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.integers(-4, 4) | st.text(max_size=9), inner)
    ),
    max_leaves=8,
)
BYTES = st.binary(max_size=80) | ANY_CBOR.map(cbor2.dumps)


def changed(answer: str, within: str | None, name: str, value: object) -> str:
    """`answer`, but for one field of it, or of its response."""
    fields: dict[str, Any] = json.loads(answer)
    (fields if within is None else fields[within])[name] = value
    return json.dumps(fields)


FIELDS = st.sampled_from(
    [
        (None, "id"),
        (None, "rawId"),
        (None, "type"),
        (None, "response"),
        (None, "authenticatorAttachment"),
        (None, "clientExtensionResults"),
        ("response", "clientDataJSON"),
        ("response", "attestationObject"),
        ("response", "authenticatorData"),
        ("response", "signature"),
        ("response", "userHandle"),
        ("response", "transports"),
    ]
)
VALUES = (
    ANY_JSON | BYTES.map(encoded) | ANY_JSON.map(lambda any_: encoded(json.dumps(any_).encode()))
)


@given(st.text() | ANY_JSON.map(json.dumps) | st.integers(1, 5000).map(lambda deep: "[" * deep))
def test_any_text_is_no_answer(text: str) -> None:
    assert read_new_key(text, PARTY) is None
    assert read_assertion(text) is None


@given(FIELDS, VALUES)
def test_any_field_may_be_anything(where: tuple[str | None, str], value: object) -> None:
    new = read_new_key(changed(KEY.create(CREATION, ORIGIN), *where, value), PARTY)
    read = read_assertion(changed(KEY.get(REQUEST, ORIGIN), *where, value))

    assert new is None or isinstance(new, NewKey)
    if read is not None:
        assert isinstance(read, Assertion)
        assert read.credential_id.isascii()
        verified(read, KEY.cose(), PARTY, person_verified=True)


@given(BYTES, ANY_CBOR, st.sampled_from(["none", "packed", "tpm", "apple", 7, None]))
def test_authenticator_data_and_statements_may_be_anything(
    data: bytes, statement: object, kind: object
) -> None:
    answer = KEY.create(
        CREATION, ORIGIN, auth_data=data, statement={"fmt": kind, "attStmt": statement}
    )

    assert read_new_key(answer, PARTY) is None


@given(BYTES)
def test_a_public_key_may_be_anything(cose: bytes) -> None:
    """After a good head: that is what somebody sends who wants to enrol what is no key."""
    head = KEY._data("localhost", 0x40, {})
    data = head + b"\0" * 16 + len(KEY.id).to_bytes(2) + KEY.id + cose

    assert read_new_key(KEY.create(CREATION, ORIGIN, auth_data=data), PARTY) is None


@given(BYTES)
def test_a_kept_key_that_is_none_verifies_nothing(cose: bytes) -> None:
    read = read_assertion(KEY.get(REQUEST, ORIGIN))

    assert read is not None
    assert verified(read, cose, PARTY, person_verified=False) is None

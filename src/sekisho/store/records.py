"""What binds a token: sekisho's records, and the check that every use of a token begins with.

The AWS CLI's token file says neither which endpoint a token was issued by, nor to whom. A record
in the state folder says so, and names its token by SHA-256 (design §3, "Binding").
"""

import json
from collections.abc import Iterator
from typing import Any

from sekisho.errors import Mismatch, TokenNotAdopted
from sekisho.model import Region, SignInTarget, StartUrl
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.values import replace

__all__ = ["check_binding", "is_bound", "listing", "parse_record", "render_record", "same_place"]

_VERSION = 2
_BOUND_TO_NO_ROLE = 1
"""The version whose `issued` said nothing of account and role; the rest of it is as of now."""


def check_binding(
    token: CachedToken,
    record: TokenRecord | None,
    target: SignInTarget,
    *,
    oidc: str,
    portal: str,
    overridden: bool,
    login: str,
) -> TokenRecord | None:
    """Let `token` pass for `target` at these endpoints, or refuse it.

    `oidc` and `portal` are the URLs of the endpoints that the config and the environment name
    now; `overridden` says that one of them is not AWS's own; `login` is the command that would
    mend a refusal. Returns the record when it is this very token's, and `None` when the person
    is unknown: another tool wrote the token, so role credentials fetched before do not count.

    Raises `Mismatch`, naming both values, when the token's own file or the record says another
    start URL, Region or endpoint, and `TokenNotAdopted` for a token without a record at an
    overridden endpoint. A record of an earlier token binds the one that replaced it.
    """
    for what, issued_for, asked_for in _claims(token, record, target, oidc, portal):
        if issued_for != asked_for:
            raise Mismatch(what=what, issued_for=issued_for, asked_for=asked_for, login=login)
    if record is None and overridden:
        raise TokenNotAdopted(target.token_key.value, portal, login=login)
    return record if record is not None and is_bound(token, record) else None


def is_bound(token: CachedToken, record: TokenRecord) -> bool:
    """Whether `record` is the record of this very token."""
    return sha256_hex(token.access_token.reveal()) == record.token_sha256


def listing(
    record: TokenRecord, token_sha256: str, digest: str, replaced: str | None
) -> TokenRecord:
    """Return `record` with `digest` listed as issued with the token of that SHA-256.

    A record of an earlier token is bound to that one from now on, as `Store.put_issued` has it.
    `replaced` is listed no longer: a record grows with the roles in use, and not with time.
    """
    if record.token_sha256 != token_sha256:
        record = replace(record, token_sha256=token_sha256, person=None, issued=())
    kept = tuple(each for each in record.issued if each != replaced)
    return replace(record, issued=(*kept, digest))


def same_place(one: TokenRecord, other: TokenRecord) -> bool:
    """Whether both records bind their token to the same start URL, Region and endpoints."""
    return _place(one) == _place(other)


def render_record(record: TokenRecord) -> bytes:
    """Write `record` as versioned JSON. No secret is in it."""
    fields = {
        "version": _VERSION,
        "token_sha256": record.token_sha256,
        "start_url": record.start_url,
        "region": record.region,
        "oidc_endpoint": record.oidc_endpoint,
        "portal_endpoint": record.portal_endpoint,
        "person": record.person,
        "issued": list(record.issued),
        "refused": record.refused,
    }
    return json.dumps(fields, indent=2).encode() + b"\n"


def parse_record(data: bytes) -> TokenRecord:
    """Read a record. Raises `ValueError` for anything that no `render_record` ever wrote.

    One of version 1 lists nothing as issued, so that role credentials are fetched anew once.
    """
    fields = json.loads(data)
    version = fields.get("version") if isinstance(fields, dict) else None
    if version not in (_VERSION, _BOUND_TO_NO_ROLE):
        raise ValueError(f"it is not a record of version {_VERSION}")
    person, issued = fields.get("person"), fields.get("issued")
    if not (person is None or isinstance(person, str)):
        raise ValueError("person is neither text nor null")
    refused = fields.get("refused")  # an earlier version's record says nothing of it
    if not (refused is None or isinstance(refused, str)):
        raise ValueError("refused is neither text nor null")
    if not isinstance(issued, list) or not all(isinstance(digest, str) for digest in issued):
        raise ValueError("issued is not a list of digests")
    return TokenRecord(
        token_sha256=_text(fields, "token_sha256"),
        start_url=StartUrl(_text(fields, "start_url")),
        region=Region(_text(fields, "region")),
        oidc_endpoint=_text(fields, "oidc_endpoint"),
        portal_endpoint=_text(fields, "portal_endpoint"),
        person=person,
        issued=tuple(issued) if version == _VERSION else (),
        refused=refused,
    )


def _claims(
    token: CachedToken, record: TokenRecord | None, target: SignInTarget, oidc: str, portal: str
) -> Iterator[tuple[str, str, str]]:
    """What is claimed of the token: (of what, issued for, asked for).

    Other tools may leave start URL and Region out of the file; what is not said is not compared.
    """
    if token.start_url is not None:
        yield "start URL", token.start_url, target.start_url
    if token.region is not None:
        yield "Region", token.region, target.region
    if record is not None:
        yield "start URL", record.start_url, target.start_url
        yield "Region", record.region, target.region
        yield "OIDC endpoint", record.oidc_endpoint, oidc
        yield "portal endpoint", record.portal_endpoint, portal


def _place(record: TokenRecord) -> tuple[str, ...]:
    return (record.start_url, record.region, record.oidc_endpoint, record.portal_endpoint)


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing, or no text")  # noqa: TRY004  # of a file, not a caller
    return value

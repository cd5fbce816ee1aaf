"""An identity provider with keys of its own, and an application that trusts it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from sekisho.center.storage.times import to_epoch
from sekisho.testing.clock import FakeClock
from tests.unit.center.scene import PERSON, World

ISSUER = "https://idp.example.com"
AUDIENCE = "gatehouse"
SITE = "https://gatehouse.example.com/callback?from=center"
CODE, REFRESH = "authorization_code", "refresh_token"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TYPE = "urn:ietf:params:oauth:token-type:access_token"
REFRESH_TYPE = "urn:ietf:params:oauth:token-type:refresh_token"
ACCOUNTS = "sso:account:access"
DEFAULTS = ["openid", "aws", "sts:identity_context"]
CUSTOM = "arn:aws:sso::aws:applicationProvider/custom"
EVERYBODY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "sso-oauth:CreateTokenWithIAM",
            "Resource": "*",
        }
    ],
}
_ALGORITHMS: Mapping[str, Any] = {"RS": RSAAlgorithm, "ES": ECAlgorithm, "Ed": OKPAlgorithm}


@cache
def private_key(kind: str) -> Any:
    """One key of each kind for all tests: making one takes longer than a test."""
    match kind:
        case "RS256" | "another":
            return rsa.generate_private_key(65537, 2048)
        case "weak":
            return rsa.generate_private_key(65537, 1024)  # noqa: S505  # to be refused
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "ES384":
            return ec.generate_private_key(ec.SECP384R1())
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
    raise ValueError(kind)


def jwk(kind: str, kid: str | None, *, private: bool = False, **more: object) -> dict[str, object]:
    """A key as an issuer publishes it."""
    key = private_key(kind)
    algorithm = _ALGORITHMS.get(kind[:2], RSAAlgorithm)
    found = json.loads(algorithm.to_jwk(key if private else key.public_key()))
    found.pop("key_ops", None)
    return {**found, **({} if kid is None else {"kid": kid}), **more}


@dataclass
class Provider:
    """Signs assertions, and hands its public keys to the operator in a file."""

    file: Path
    clock: FakeClock
    issued: int = field(default=0)

    def publish(self, *keys: Mapping[str, object]) -> None:
        self.file.write_text(json.dumps({"keys": keys or [jwk("RS256", "one")]}), encoding="utf-8")

    def claims(self, **changed: object) -> dict[str, object]:
        """Those of an ordinary assertion about the person; `None` leaves one out."""
        self.issued += 1
        now = to_epoch(self.clock.now())
        usual = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "00u1",
            "email": PERSON,
            "iat": now,
            "exp": now + 300,
            "jti": f"id-{self.issued}",
            **changed,
        }
        return {name: value for name, value in usual.items() if value is not None}

    def assertion(
        self, kind: str = "RS256", kid: str | None = "one", typ: str | None = "JWT", **changed: Any
    ) -> str:
        headers = {"kid": kid, "typ": typ}
        algorithm = kind if kind in ("ES256", "ES384", "EdDSA") else "RS256"
        return jwt.encode(
            self.claims(**changed), private_key(kind), algorithm=algorithm,
            headers={name: value for name, value in headers.items() if name == "typ" or value},
        )  # fmt: skip


class Gatehouse:
    """An application, as its administrator sets it up, and as its own server asks for tokens."""

    def __init__(self, world: World, admin: Any, oidc: Any, name: str = "gatehouse") -> None:
        self.world, self.admin, self.oidc = world, admin, oidc
        self.instance = world.center.instance.arn
        self.arn: str = admin.create_application(
            InstanceArn=self.instance, ApplicationProviderArn=CUSTOM, Name=name
        )["ApplicationArn"]
        self.this = {"ApplicationArn": self.arn}
        self.policy(EVERYBODY)
        admin.put_application_assignment_configuration(**self.this, AssignmentRequired=False)

    def policy(self, policy: object) -> None:
        self.admin.put_application_authentication_method(
            **self.this,
            AuthenticationMethodType="IAM",
            AuthenticationMethod={"Iam": {"ActorPolicy": policy}},
        )

    def trust(
        self, claim: str = "email", attribute: str = "userName", url: str = ISSUER
    ) -> "Gatehouse":
        """Have assertions of the provider taken, with refreshing."""
        issuer = self.admin.create_trusted_token_issuer(
            InstanceArn=self.instance,
            Name="idp",
            TrustedTokenIssuerType="OIDC_JWT",
            TrustedTokenIssuerConfiguration={
                "OidcJwtConfiguration": {
                    "IssuerUrl": url,
                    "ClaimAttributePath": claim,
                    "IdentityStoreAttributePath": attribute,
                    "JwksRetrievalOption": "OPEN_ID_DISCOVERY",
                }
            },
        )["TrustedTokenIssuerArn"]
        trusted = {"TrustedTokenIssuerArn": issuer, "AuthorizedAudiences": ["other", AUDIENCE]}
        self.grant(JWT_BEARER, JwtBearer={"AuthorizedTokenIssuers": [trusted]})
        return self.grant(REFRESH, RefreshToken={})

    def grant(self, kind: str, **grant: object) -> "Gatehouse":
        self.admin.put_application_grant(**self.this, GrantType=kind, Grant=grant)
        return self

    def scope(self, scope: str, *targets: str) -> "Gatehouse":
        more = {"AuthorizedTargets": list(targets)} if targets else {}
        self.admin.put_application_access_scope(**self.this, Scope=scope, **more)
        return self

    def ask(self, grant: str = JWT_BEARER, **fields: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.oidc.create_token_with_iam(
            clientId=self.arn, grantType=grant, **fields
        )
        return found

    def refusal(self, grant: str = JWT_BEARER, **fields: Any) -> str:
        """The error that it gets; what it says is in `said`."""
        try:
            self.ask(grant, **fields)
        except ClientError as error:
            self.said = str(error.response.get("error_description", ""))
            return str(error.response["Error"]["Code"])
        raise AssertionError("it was let through")

    said = ""

"""SSO-OIDC: an application registers, starts a device authorization, and gets tokens.

Source: the service model `sso-oidc`; `spec/identity-center.md` §1.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from sekisho.center import audit, clients
from sekisho.center.clients import AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN, Client
from sekisho.center.directory.applications import ACCOUNT_ACCESS
from sekisho.center.grants import device_code
from sekisho.center.grants.catalogue import GRANTS
from sekisho.center.grants.loopback import is_loopback_redirect
from sekisho.center.limits import DEVICE, REGISTER
from sekisho.center.protocol.call import Call, Serve
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.throttling import refuse_haste
from sekisho.center.services.token_with_iam import create_token_with_iam
from sekisho.secret import Secret

__all__ = ["OPERATIONS", "create_token", "register_client", "start_device_authorization"]

_SCOPES = frozenset({ACCOUNT_ACCESS})
"""What a token may be for. Other scopes belong to AWS's own applications."""
_SLOW_DOWN = "SlowDownException"
_LONGEST_NAME = 256
_MOST_SCOPES = 25
_MOST_REDIRECTS = 10
_SCOPE = re.compile(r"[A-Za-z0-9_]{1,50}(:[A-Za-z0-9_]{1,50}){0,2}")


def register_client(call: Call) -> Mapping[str, object]:
    """RegisterClient (§1.6): open to anybody, as AWS's is; nothing is stored."""
    refuse_haste(call, REGISTER, _SLOW_DOWN)
    params = call.params
    name = params["clientName"]
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise Fault("InvalidClientMetadataException", "clientName: 1 to 256 printable characters")
    if params["clientType"] != "public":
        raise Fault("InvalidClientMetadataException", "The only clientType is public")
    if params.get("entitledApplicationArn"):
        raise Fault("InvalidRequestException", "There are no applications here to be entitled")
    _refuse_unknown_instance(call, params.get("issuerUrl"))
    scopes = _scopes(params.get("scopes") or [])
    grants = _grants(params.get("grantTypes") or [], scopes)
    registered = clients.register(
        call.center,
        name=name,
        scopes=scopes,
        grants=grants,
        redirect_uris=_redirects(params.get("redirectUris") or [], grants),
    )
    audit.record("client.registered", client=name, address=call.address)
    return {
        "clientId": registered.client.client_id,
        "clientSecret": registered.secret.reveal(),
        "clientIdIssuedAt": registered.issued_at,
        "clientSecretExpiresAt": registered.expires_at,
        "authorizationEndpoint": f"{call.origin}/authorize",
        "tokenEndpoint": f"{call.origin}/token",
    }


def start_device_authorization(call: Call) -> Mapping[str, object]:
    """StartDeviceAuthorization (§1.7)."""
    refuse_haste(call, DEVICE, _SLOW_DOWN)
    client = _client(call)
    if DEVICE_CODE not in client.grants:
        raise Fault("UnauthorizedClientException", "The client is not registered for this grant")
    _refuse_unknown_instance(call, call.params["startUrl"])
    pair = device_code.start(call.center, client, address=call.address)
    uri = f"{call.origin}/device"
    return {
        "deviceCode": pair.device_code.reveal(),
        "userCode": pair.user_code,
        "verificationUri": uri,
        "verificationUriComplete": f"{uri}?{urlencode({'user_code': pair.user_code})}",
        "expiresIn": pair.expires_in,
        "interval": pair.interval,
    }


def create_token(call: Call) -> Mapping[str, object]:
    """CreateToken (§1.8): one of the three grants. `scope` has no effect, as at AWS."""
    client = _client(call)
    grant = call.params["grantType"]
    if grant not in GRANTS:
        raise Fault("UnsupportedGrantTypeException", f"The grants are {', '.join(GRANTS)}")
    if grant not in client.grants:
        raise Fault("UnauthorizedClientException", "The client is not registered for this grant")
    issued = GRANTS[grant](call.center, client, call.params)
    refresh = issued.refresh_token
    return {
        "accessToken": issued.access_token.reveal(),
        "tokenType": "Bearer",
        "expiresIn": issued.expires_in,
        "refreshToken": None if refresh is None else refresh.reveal(),
    }


OPERATIONS: Mapping[str, Serve] = {
    "RegisterClient": register_client,
    "StartDeviceAuthorization": start_device_authorization,
    "CreateToken": create_token,
    "CreateTokenWithIAM": create_token_with_iam,
}


def _client(call: Call) -> Client:
    """Authenticate who calls; the description names the remedy, since clients do not know it."""
    client = clients.authenticate_client(
        call.center, call.params["clientId"], Secret(call.params["clientSecret"])
    )
    if client is None:
        raise Fault(
            "InvalidClientException",
            "Invalid client provided: its registration is unknown or has expired; remove the "
            "cached registration and sign in again",
        )
    return client


def _refuse_unknown_instance(call: Call, url: str | None) -> None:
    if url is not None and not call.center.instance.is_named_by(url, origin=call.origin):
        raise Fault("InvalidRequestException", "The start URL is not one of this instance's")


def _scopes(asked: list[str]) -> tuple[str, ...]:
    if len(asked) > _MOST_SCOPES:
        raise Fault("InvalidScopeException", f"At most {_MOST_SCOPES} scopes")
    for scope in asked:
        if scope not in _SCOPES:
            shown = scope if _SCOPE.fullmatch(scope) else "the scope"
            raise Fault("InvalidScopeException", f"{shown} is not offered by this instance")
    return tuple(dict.fromkeys(asked))


def _grants(asked: list[str], scopes: tuple[str, ...]) -> tuple[str, ...]:
    """None named: the device flow, and refreshing when scopes were asked for (§1.6)."""
    if not asked:
        return (DEVICE_CODE, REFRESH_TOKEN) if scopes else (DEVICE_CODE,)
    if not set(asked) <= GRANTS.keys():
        raise Fault("UnsupportedGrantTypeException", f"The grants are {', '.join(GRANTS)}")
    if AUTHORIZATION_CODE in asked and not scopes:
        raise Fault("InvalidScopeException", "authorization_code needs scopes")
    return tuple(dict.fromkeys(asked))


def _redirects(asked: list[str], grants: tuple[str, ...]) -> tuple[str, ...]:
    if AUTHORIZATION_CODE in grants and not asked:
        raise Fault("InvalidRedirectUriException", "authorization_code needs a redirect URI")
    if len(asked) > _MOST_REDIRECTS:
        raise Fault("InvalidRedirectUriException", f"At most {_MOST_REDIRECTS} redirect URIs")
    if not all(is_loopback_redirect(uri) for uri in asked):
        raise Fault(
            "InvalidRedirectUriException",
            "A redirect URI is http://127.0.0.1/oauth/callback or http://[::1]/oauth/callback, "
            "with any port, or without the path",
        )
    return tuple(dict.fromkeys(asked))

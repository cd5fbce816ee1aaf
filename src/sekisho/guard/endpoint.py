"""The credentials endpoint: what ECS and EKS offer their containers, for one command on this machine.

SDKs find it by `AWS_CONTAINER_CREDENTIALS_FULL_URI` and ask again when credentials run out. It is
one function from a request to a response; `adapters/endpoint_server.py` has the socket.

Source: `spec/aws-cli.md` §9.2, and the AWS SDKs reference guide, "Container credential provider".
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from sekisho.credentials.interface import CredentialSource
from sekisho.errors import Refused, SekishoError, ServiceError, SignInNeeded
from sekisho.model import RoleCredentials
from sekisho.secret import Secret
from sekisho.store.cachefile import spell_time
from sekisho.wire.http import Headers, Request, Response

__all__ = ["CredentialsEndpoint", "Responder", "untold"]

Responder = Callable[[Request], Response]
"""What a server of this endpoint is given."""

_OWN_NAMES = ("127.0.0.1", "localhost")
_JSON = {"Content-Type": "application/json", "Cache-Control": "no-store"}


def untold(error: SekishoError) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class CredentialsEndpoint:
    """Answers for one source of credentials, whoever knows the token."""

    source: CredentialSource
    token: Secret
    """What has to stand in `Authorization`, as it is: SDKs add no scheme."""
    tell: Callable[[SekishoError], None] = untold
    """Hears why there were no credentials, in every such case."""

    def answer(self, request: Request) -> Response:
        """Responder `request`; block for the source. Raises nothing that sekisho can explain.

        1. The name that it was asked by has to be ours: a page in a browser can have a name of
           its own bent to 127.0.0.1 (DNS rebinding).
        2. The token, compared in constant time. Who has none learns nothing else.
        3. The path and the method.
        4. The credentials, or why there are none, in the words of the error.
        """
        url = urlsplit(request.url)
        if request.headers.get("Host") not in {f"{name}:{url.port}" for name in _OWN_NAMES}:  # 1
            return _refusal(HTTPStatus.MISDIRECTED_REQUEST)
        if Secret(request.headers.get("Authorization", "")) != self.token:  # 2
            return _refusal(HTTPStatus.UNAUTHORIZED)
        if url.path != "/":  # 3
            return _refusal(HTTPStatus.NOT_FOUND)
        if request.method != "GET":
            return _refusal(HTTPStatus.METHOD_NOT_ALLOWED, Allow="GET")
        try:  # 4
            return _json(HTTPStatus.OK, _fields(self.source.fetch()))
        except SekishoError as error:
            self.tell(error)
            return _json(_status(error), _explanation(error))


def _fields(credentials: RoleCredentials) -> dict[str, str]:
    """The four that every SDK demands, and the one that botocore and Java take, too."""
    return {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "Token": credentials.session_token.reveal(),
        "Expiration": spell_time(credentials.expires_at),
        "AccountId": credentials.role.account_id,
    }


def _status(error: SekishoError) -> HTTPStatus:
    """SDKs may try again after a 5xx; after a 4xx it takes a person."""
    match error:
        case SignInNeeded() | Refused():
            return HTTPStatus.FORBIDDEN
        case ServiceError():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            return HTTPStatus.INTERNAL_SERVER_ERROR


def _explanation(error: SekishoError) -> dict[str, str]:
    """Java reads `code` and `message`, JavaScript `Code` and `Message`; botocore prints it all."""
    code = type(error).__name__
    message = f"{error.what}\ndo: {error.do}" if error.do else error.what
    return {"code": code, "message": message, "Code": code, "Message": message}


def _json(status: HTTPStatus, fields: dict[str, str]) -> Response:
    return Response(status, Headers(_JSON), json.dumps(fields).encode())


def _refusal(status: HTTPStatus, **headers: str) -> Response:
    """Say no more than the status does."""
    return Response(status, Headers({"Cache-Control": "no-store", **headers}))

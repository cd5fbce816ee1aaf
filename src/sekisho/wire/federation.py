"""What the client says to the federation endpoint, and how it reads the answer.

Source: AWS IAM user guide, "Enable custom identity broker access to the AWS console";
`spec/identity-center.md` §5. SessionDuration is left out: the console then lasts as long as the
credentials, and role chaining allows nothing else.
"""

import json
from urllib.parse import urlencode

from sekisho.model import RoleCredentials
from sekisho.secret import Secret
from sekisho.wire.http import Headers, Request, Response
from sekisho.wire.shape import members, word

__all__ = ["get_signin_token", "login_url", "signin_token_in"]

_PATH = "/federation"


def get_signin_token(endpoint: str, credentials: RoleCredentials) -> Request:
    """Ask for a sign-in token: by POST, so that no credentials stand in an address."""
    session = {
        "sessionId": credentials.access_key_id,
        "sessionKey": credentials.secret_access_key.reveal(),
        "sessionToken": credentials.session_token.reveal(),
    }
    form = urlencode({"Action": "getSigninToken", "Session": json.dumps(session)})
    headers = Headers({"Content-Type": "application/x-www-form-urlencoded"})
    return Request("POST", f"{endpoint}{_PATH}", headers, form.encode())


def signin_token_in(response: Response) -> Secret:
    """Read the token. Raises `NotThisShape`."""
    return Secret(word(members(response), "SigninToken"))


def login_url(endpoint: str, token: Secret, *, issuer: str, destination: str) -> Secret:
    """Spell the address that opens the console at `destination`.

    `issuer` is where the console sends the person when the session is over. Whoever has the
    address is signed in by it, so it is a secret.
    """
    query = urlencode(
        {
            "Action": "login",
            "Issuer": issuer,
            "Destination": destination,
            "SigninToken": token.reveal(),
        }
    )
    return Secret(f"{endpoint}{_PATH}?{query}")

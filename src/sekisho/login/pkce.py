"""The authorization code flow with PKCE and a loopback redirect.

The other end is `center/grants/authorization_code.py`. Sources: RFC 6749 §4.1, RFC 7636,
RFC 8252 §7.3 and §8.3, RFC 9700 §2.1.1; AWS's shapes: `spec/aws-cli.md` §3.4.

1. Listen on a port of 127.0.0.1 (RFC 8252 §7.3, §8.3: an address, not a name).
2. Make a code verifier (RFC 7636 §4.1) and its S256 challenge (§4.2).
3. Make a state that nobody can guess (RFC 6749 §10.12).
4. Send the browser to the authorization endpoint (RFC 7636 §4.3; RFC 8252 §6).
5. Wait for the redirect (`callback`), at most until the deadline; where the browser may be on
   another machine, its address may be pasted (`pasting`).
6. Exchange the code, with the verifier and the very redirect URI (RFC 7636 §4.5,
   RFC 6749 §4.1.3).
"""

import base64
import hashlib
import secrets
import string
import uuid

from sekisho.aws.oidc import IssuedToken, Oidc
from sekisho.errors import SignInTimedOut
from sekisho.login.callback import PATH, Authorized, Callback, Expected, Failed, issuers_of
from sekisho.login.interface import SignInOptions, SignInPorts
from sekisho.login.pasting import pasting
from sekisho.login.registration import DEFAULT_SCOPES
from sekisho.login.rejected import INVALID_CLIENT, error_of
from sekisho.model import SignInTarget
from sekisho.ports import Listener
from sekisho.secret import Secret
from sekisho.store.interface import Registration
from sekisho.wire.rejection import Rejection

__all__ = ["code_challenge", "sign_in"]

_UNRESERVED = string.ascii_letters + string.digits + "-._~"  # RFC 3986 §2.3
_VERIFIER_LENGTH = 64  # RFC 7636 §4.1 has 43 to 128; the AWS CLI uses this


def sign_in(
    target: SignInTarget,
    oidc: Oidc,
    registration: Registration,
    ports: SignInPorts,
    options: SignInOptions,
) -> IssuedToken | Rejection:
    """Sign in through the browser, by the steps above; block until it has come back.

    `registration` is one for this flow. Returns the token, or the one rejection that a new
    registration mends (`InvalidClientException`). Nothing is stored.

    Raises `PortTaken`, `SignInDenied`, `SignInTimedOut`, `ServiceRejected`, and what every call
    raises (`aws.oidc`).
    """
    with ports.loopback.listen(options.callback_port) as listener:  # 1
        redirect_uri = f"http://127.0.0.1:{listener.port}{PATH}"
        verifier = _code_verifier()  # 2
        state = Secret(str(uuid.uuid4()))  # 3
        url = oidc.authorize_url(  # 4
            client_id=registration.client_id,
            redirect_uri=redirect_uri,
            state=state.reveal(),
            scopes=target.scopes or DEFAULT_SCOPES,
            code_challenge=code_challenge(verifier),
        )
        opened = not options.no_browser and ports.browser.open(url)
        ports.progress.show_url(url, opened=opened)
        expected = Expected(state, listener.port, issuers_of(oidc.endpoint, target))
        with pasting(redirect_uri, ports, wanted=not opened or options.callback_port > 0):
            code = _wait_for_code(listener, expected, ports, options)  # 5
    return _exchange(oidc, registration, code, redirect_uri, verifier)  # 6


def code_challenge(verifier: Secret) -> str:
    """Derive the S256 code challenge of `verifier` (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.reveal().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _code_verifier() -> Secret:
    return Secret("".join(secrets.choice(_UNRESERVED) for _ in range(_VERIFIER_LENGTH)))


def _wait_for_code(
    listener: Listener, expected: Expected, ports: SignInPorts, options: SignInOptions
) -> Secret:
    callback = Callback(expected, refused=ports.progress.trouble)
    ports.progress.waiting(options.deadline)
    listener.serve(callback.answer, callback.is_over, seconds=options.deadline)
    match callback.outcome:
        case Authorized(code):
            return code
        case Failed(error):
            raise error
        case None:
            raise SignInTimedOut(minutes=options.deadline / 60, login=options.login)


def _exchange(
    oidc: Oidc, registration: Registration, code: Secret, redirect_uri: str, verifier: Secret
) -> IssuedToken | Rejection:
    answer = oidc.create_token_with_code(
        client_id=registration.client_id,
        client_secret=registration.client_secret,
        code=code,
        redirect_uri=redirect_uri,
        code_verifier=verifier,
    )
    if isinstance(answer, Rejection) and answer.error != INVALID_CLIENT:
        raise error_of("CreateToken", answer)
    return answer

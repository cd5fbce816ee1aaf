"""A browser for tests in any language: it signs in by itself, through the center's pages.

    export BROWSER="python -m sekisho.testing.robot %s &"
    export SEKISHO_TEST_USER=you@example.com SEKISHO_TEST_PASSWORD='not a real password'
    export SEKISHO_TEST_TOTP='SECRET KEY OF AN AUTHENTICATOR APP'    # if the person has one

It has no way around the pages: it fills in the same forms and presses the same buttons as a person.
"""

import binascii
import os
import sys

from sekisho.adapters.clock import SystemClock
from sekisho.adapters.http import NetworkHttp
from sekisho.errors import SekishoError
from sekisho.model import Environ
from sekisho.secret import Secret
from sekisho.testing.authenticator_app import AuthenticatorApp
from sekisho.testing.visitor import NotOnPage, Visitor, sign_in_through_pages

__all__ = ["main", "visit"]

_USER, _PASSWORD = "SEKISHO_TEST_USER", "SEKISHO_TEST_PASSWORD"
_TOTP = "SEKISHO_TEST_TOTP"


def visit(
    url: str, user: str, password: Secret, environ: Environ, *, app: AuthenticatorApp | None = None
) -> None:
    """Open `url`, sign in as `user`, and press Allow. Raises what `sign_in_through_pages` does."""
    sign_in_through_pages(Visitor(NetworkHttp(environ)), url, user, password, app=app)


def main(arguments: list[str], environ: Environ) -> str | None:
    """Visit the one URL of `arguments`; return what went wrong, in words."""
    user, password = environ.get(_USER), environ.get(_PASSWORD)
    if len(arguments) != 1 or not user or not password:
        return f"set {_USER} and {_PASSWORD}, and give one URL"
    secret = environ.get(_TOTP)
    app = AuthenticatorApp(secret, SystemClock().now) if secret else None
    try:
        visit(arguments[0], user, Secret(password), environ, app=app)
    except (NotOnPage, SekishoError) as error:
        return str(error)
    except binascii.Error:
        return f"{_TOTP} is no secret key of an authenticator app (base32)"
    return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], os.environ))

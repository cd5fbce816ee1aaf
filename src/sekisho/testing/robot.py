"""A browser for tests in any language: it signs in by itself, through the center's pages.

    export BROWSER="python -m sekisho.testing.robot %s &"
    export SEKISHO_TEST_USER=you@example.com SEKISHO_TEST_PASSWORD='not a real password'

It has no way around the pages: it fills in the same forms and presses the same buttons as a person.
"""

import os
import sys

from sekisho.adapters.http import NetworkHttp
from sekisho.errors import SekishoError
from sekisho.model import Environ
from sekisho.secret import Secret
from sekisho.testing.visitor import NotOnPage, Visitor, sign_in_through_pages

__all__ = ["main", "visit"]

_USER, _PASSWORD = "SEKISHO_TEST_USER", "SEKISHO_TEST_PASSWORD"


def visit(url: str, user: str, password: Secret, environ: Environ) -> None:
    """Open `url`, sign in as `user`, and press Allow. Raises what `sign_in_through_pages` does."""
    sign_in_through_pages(Visitor(NetworkHttp(environ)), url, user, password)


def main(arguments: list[str], environ: Environ) -> str | None:
    """Visit the one URL of `arguments`; return what went wrong, in words."""
    user, password = environ.get(_USER), environ.get(_PASSWORD)
    if len(arguments) != 1 or not user or not password:
        return f"set {_USER} and {_PASSWORD}, and give one URL"
    try:
        visit(arguments[0], user, Secret(password), environ)
    except (NotOnPage, SekishoError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], os.environ))

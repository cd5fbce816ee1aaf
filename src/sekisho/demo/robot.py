"""The demo's browser: signs in through the center's pages as a person's browser would.

Run as `python -m sekisho.demo.robot URL`, which is how the variable BROWSER names it. It has no
way around the pages: it fills in the same forms and presses the same buttons.
"""

import os
import sys

from sekisho.adapters.http import NetworkHttp
from sekisho.demo.script import PASSWORD, PERSON
from sekisho.secret import Secret
from sekisho.testing.visitor import Visitor, sign_in_through_pages

__all__ = ["main"]


def main(url: str) -> None:
    """Open `url`, sign in as the story's engineer, and press Allow."""
    visitor = Visitor(NetworkHttp(os.environ))
    sign_in_through_pages(visitor, url, PERSON, Secret(PASSWORD))


if __name__ == "__main__":
    main(sys.argv[1])

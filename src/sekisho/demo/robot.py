"""The demo's browser: signs in through the center's pages as a person's browser would.

Run as `python -m sekisho.demo.robot URL`, which is how the variable BROWSER names it.
"""

import os
import sys

from sekisho.demo.script import PASSWORD, PERSON
from sekisho.secret import Secret
from sekisho.testing.robot import visit

__all__ = ["main"]


def main(url: str) -> None:
    """Open `url`, sign in as the story's engineer, and press Allow."""
    visit(url, PERSON, Secret(PASSWORD), os.environ)


if __name__ == "__main__":
    main(sys.argv[1])

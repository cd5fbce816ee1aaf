"""The person's own browser, for `sekisho demo --interactive`.

The demo's commands have a scratch home; a browser started in it would begin as a new one. So it
is started with the person's own.
"""

import os
import sys

from sekisho.adapters.browser import SystemBrowser

__all__ = ["main"]


def main(url: str) -> int:
    """Open `url`; return 0 when a browser took it."""
    environ = dict(os.environ)
    environ["HOME"] = os.environ["HOME"] = environ.pop("SEKISHO_DEMO_HOME", environ["HOME"])
    environ.pop("BROWSER", None)
    os.environ.pop("BROWSER", None)
    return 0 if SystemBrowser(environ).open(url) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))

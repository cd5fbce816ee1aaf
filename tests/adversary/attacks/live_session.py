"""Go where a sign-in leads, with the cookies of the person's browser, and press Allow.

    python live_session.py COOKIES URL

The person is signed in there: nobody asks for a password.
"""

import json
import sys
from pathlib import Path

from sekisho.adapters.http import NetworkHttp
from sekisho.testing.visitor import Visitor

if __name__ == "__main__":
    cookies, url = sys.argv[1:]
    visitor = Visitor(NetworkHttp({}))
    for origin, cookie in json.loads(Path(cookies).read_text(encoding="utf-8")):
        visitor.cookies.take(origin, cookie)
    visitor.open(url)
    visitor.press("Allow")
    sys.stdout.write(json.dumps(visitor.came_back))

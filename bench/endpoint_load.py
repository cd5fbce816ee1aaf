"""Asks the credentials endpoint of `sekisho exec --endpoint`, as the command that runs in it.

Prints `{"kept": MS, "anew": MS}`: the p99 with one connection that is kept, and with one for each
question, at a pace that leaves the endpoint time.
"""

import http.client
import json
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

_QUESTIONS = 500
_PACE = 0.005
"""Seconds between two questions."""


def main() -> None:
    """Measure, and print."""
    url = urlsplit(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
    token = Path(os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read_text(encoding="utf-8")
    host = url.hostname or "127.0.0.1"
    there = http.client.HTTPConnection(host, url.port, timeout=30)
    _ask(there, token)  # fetches what is served from now on
    kept = _p99([_timed(there, token) for _ in range(_QUESTIONS)])
    anew = _p99(
        [
            _timed(http.client.HTTPConnection(host, url.port, timeout=30), token)
            for _ in range(_QUESTIONS)
        ]
    )
    print(json.dumps({"kept": kept, "anew": anew}))


def _timed(there: http.client.HTTPConnection, token: str) -> float:
    """Return how many milliseconds one question took."""
    time.sleep(_PACE)
    began = time.perf_counter()
    _ask(there, token)
    return (time.perf_counter() - began) * 1000


def _ask(there: http.client.HTTPConnection, token: str) -> None:
    there.request("GET", "/", headers={"Authorization": token})
    answer = there.getresponse()
    if "AccessKeyId" not in json.loads(answer.read()):
        raise SystemExit(f"the endpoint answered {answer.status}")


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


if __name__ == "__main__":
    main()

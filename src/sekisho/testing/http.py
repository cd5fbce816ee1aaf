"""Two fakes of `ports.Http`: one that follows a script, one that stands in the way of another."""

import json
import threading
from collections.abc import Callable, Mapping

from sekisho.ports import Http
from sekisho.wire.http import Headers, Request, Response

__all__ = ["InterposedHttp", "ScriptedHttp", "failure", "success"]


def success(body: Mapping[str, object] | None = None) -> Response:
    """Make a 200 as AWS's JSON services send it; without `body` it is empty."""
    data = b"" if body is None else json.dumps(body).encode()
    return Response(200, Headers({"Content-Type": "application/json"}), data)


def failure(status: int, error: str, body: Mapping[str, object] | None = None) -> Response:
    """Make the answer by which an AWS JSON service says `error`: named in a header."""
    headers = Headers({"Content-Type": "application/json", "x-amzn-ErrorType": error})
    return Response(status, headers, json.dumps(body or {}).encode())


class ScriptedHttp:
    """Gives the answers of a script, in order; an exception in it is raised."""

    def __init__(self, *script: Response | Exception) -> None:
        """Take the whole `script`."""
        self._script = list(script)
        self.requests: list[Request] = []
        """Every request that was sent, in order."""

    def send(self, request: Request) -> Response:
        """Give the next answer. Raises `AssertionError` when the script is at its end."""
        self.requests.append(request)
        if not self._script:
            raise AssertionError(f"no answer is scripted for {request.method} {request.origin}")
        answer = self._script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def bodies(self) -> list[object]:
        """The JSON bodies that were sent; `None` for those that had none."""
        return [json.loads(request.body) if request.body else None for request in self.requests]


class InterposedHttp:
    """Sends through `inner`, unless a rule answers first. Threads may share one."""

    def __init__(self, inner: Http, rule: Callable[[Request], Response | Exception | None]) -> None:
        """`rule` sees each request; what it gives is answered or raised, `None` goes through."""
        self._inner = inner
        self._rule = rule
        self._lock = threading.Lock()
        self.requests: list[Request] = []
        """Every request that was sent, in order."""

    def send(self, request: Request) -> Response:
        """Ask the rule, then `inner`."""
        with self._lock:
            self.requests.append(request)
            answer = self._rule(request)
        if isinstance(answer, Exception):
            raise answer
        return self._inner.send(request) if answer is None else answer

"""The redirected URL, pasted: for a browser that is on another machine and cannot come back.

The visit that the browser could not make is made from here, to the same loopback port. So it is
judged as the browser's own would be (`callback`): state first, accepted once.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sekisho.errors import ServiceError
from sekisho.login.interface import SignInPorts
from sekisho.wire.http import Request

__all__ = ["pasting"]


@contextmanager
def pasting(redirect_uri: str, ports: SignInPorts, *, wanted: bool) -> Iterator[None]:
    """Let the person paste where the browser was sent, below `redirect_uri`, while the block runs.

    Nothing is listened to where it is not `wanted`, or where nobody can type. It holds nothing
    up. A line that is something else is told as trouble, without its text.
    """

    def visit(line: str) -> None:
        url = line.strip()
        if url.startswith(f"{redirect_uri}?"):
            with suppress(ServiceError):  # it is over already: there is nobody to visit
                ports.http.send(Request("GET", url))
        elif url:
            ports.progress.trouble(f"that is not the whole address: it begins with {redirect_uri}?")

    if not wanted:
        yield
        return
    with ports.keyboard.listen(visit) as somebody_types:
        if somebody_types:
            ports.progress.may_paste()
        yield

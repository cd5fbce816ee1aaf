"""The short way of `sekisho credential-process --profile P` to the agent: one round trip.

As `quick`, which comes here for guarded profiles, it loads nothing that Python has not loaded by
itself but for the C half of `socket`, writes the one line that it says by hand, and leaves anything
unusual to the long way: that asks once more, and knows how to say what is wrong. A test holds both
lines to `protocol`.
"""

import os

from sekisho.guard import place

__all__ = ["looks_guarded", "release"]

_PATIENCE_SECONDS = 5.0
"""The agent may have to fetch credentials; the long way waits longer, and says for what."""
_MOST_BYTES = 64 * 1024
_ASK = '{"ask":"release","profile":"%s","config":"%s","version":1}\n'
_HEAD, _TAIL = b'{"answer":"credentials","document":', b',"version":1}\n'


def looks_guarded(config: bytes, profile: str) -> bool:
    """Whether the text of a config file has a guarded profile of that name, plainly spelt.

    It is a guess that costs nothing; what a profile is, the agent says.
    """
    header = "[default]" if profile == "default" else f"[profile {profile}]"
    text = b"\n" + config
    start = text.find(b"\n" + header.encode())
    end = text.find(b"\n[", start + 1)
    section = text[start : end if end >= 0 else None] if start >= 0 else b""
    return b"\nsekisho_sso_session" in section and b"sealed" not in section


def release(profile: str, config: str, path: str) -> str | None:
    """Return the credentials of `profile` from the agent at the socket `path`, as it spells them.

    `config` is the config file's absolute path. `None` where the long way must go. Blocks for a few
    seconds at most; raises `OSError` and `ValueError`.
    """
    if not (_is_plain(profile) and _is_plain(config) and config.startswith("/")):
        return None
    if place.fault(path, os.getuid()) is not None:
        return None
    heard = _ask(path, (_ASK % (profile, config)).encode())
    if not (heard.startswith(_HEAD) and heard.endswith(_TAIL)):
        return None
    return heard[len(_HEAD) : -len(_TAIL)].decode()


def _is_plain(text: str) -> bool:
    """Whether JSON has it as it is."""
    return text.isascii() and text.isprintable() and '"' not in text and "\\" not in text


def _ask(path: str, line: bytes) -> bytes:
    """Say `line`, and return what is answered; nothing where it is no line, or another user's."""
    import _socket

    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.settimeout(_PATIENCE_SECONDS)
        connection.connect(path)
        if place.peer_uid(connection) != os.getuid():
            return b""
        connection.sendall(line)
        heard = b""
        while not heard.endswith(b"\n") and len(heard) <= _MOST_BYTES:
            piece = connection.recv(_MOST_BYTES)
            if not piece:
                return b""
            heard += piece
        return heard
    finally:
        connection.close()

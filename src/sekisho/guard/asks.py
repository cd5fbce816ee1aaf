"""What a client says to the agent; `protocol` has the rules of the conversation."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

__all__ = [
    "Approved",
    "Ask",
    "Browsed",
    "Close",
    "Open",
    "Pasted",
    "Release",
    "Scope",
    "Status",
    "Stop",
    "Typed",
]

_Name = Annotated[str, Meta(min_length=1, max_length=1024)]
_Path = Annotated[str, Meta(max_length=4096)]
_Seconds = Annotated[int, Meta(ge=1, le=7 * 24 * 3600)]
_Version = Literal[1]


class _Ask(Struct, frozen=True, tag_field="ask", forbid_unknown_fields=True):
    """One line of a client's."""


class Release(_Ask, tag="release", frozen=True):
    """Hand out the credentials of an open gate."""

    profile: _Name
    """The gate's label."""
    config: _Path
    """The config file that the asking program has, absolute; the agent has it too, or refuses."""
    version: _Version = 1


class Open(_Ask, tag="open", frozen=True):
    """Sign the person in, and open the gate of a guarded profile and those that go with it."""

    profile: _Name
    config: _Path
    use_device_code: bool = False
    no_browser: bool = False
    callback_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    if_needed: bool = False
    """Nothing is done while the gate is open, and its sign-in good for 15 more minutes."""
    can_browse: bool = True
    """Whether the client can open a browser when it is asked to (`Browse`)."""
    version: _Version = 1


class Browsed(_Ask, tag="browsed", frozen=True):
    """In answer to `Browse`."""

    opened: bool
    """Whether a browser took the URL."""
    version: _Version = 1


class Typed(_Ask, tag="typed", frozen=True):
    """In answer to `Confirm`: what the person typed."""

    text: Annotated[str, Meta(max_length=1024)]
    version: _Version = 1


class Approved(_Ask, tag="approved", frozen=True):
    """In answer to `Approve`."""

    digest: Annotated[str, Meta(max_length=64)]
    """That of the policy that the person has seen; empty: they said no."""
    version: _Version = 1


class Pasted(_Ask, tag="pasted", frozen=True):
    """The redirected URL, where the browser could not come back by itself."""

    text: Annotated[str, Meta(max_length=8192)]
    version: _Version = 1


class Close(_Ask, tag="close", frozen=True):
    """Close a gate and end its sign-in, with every gate that it had opened."""

    profile: _Name | None
    """`None`: all gates."""
    local: bool = False
    """The service is not told."""
    version: _Version = 1


class Status(_Ask, tag="status", frozen=True):
    """Say what is open."""

    version: _Version = 1


class Scope(_Ask, tag="scope", frozen=True):
    """Make a socket that knows only these gates; it ends with this connection, at the latest."""

    profiles: Annotated[tuple[_Name, ...], Meta(min_length=1, max_length=64)]
    config: _Path
    seconds: _Seconds
    version: _Version = 1


class Stop(_Ask, tag="stop", frozen=True):
    """Close all gates, and end the agent."""

    version: _Version = 1


Ask = Release | Open | Browsed | Typed | Approved | Pasted | Close | Status | Scope | Stop

"""What the agent says to a client; `protocol` has the rules of the conversation.

Times are ISO 8601, UTC.
"""

from typing import Literal

import msgspec
from msgspec import Struct

__all__ = [
    "Answer",
    "Approve",
    "Browse",
    "Chose",
    "Closed",
    "Confirm",
    "Credentials",
    "Ended",
    "Failed",
    "GateState",
    "MayPaste",
    "Opened",
    "Pending",
    "Scoped",
    "ShowCode",
    "ShowUrl",
    "SignInState",
    "State",
    "Stopping",
    "Trouble",
    "Waiting",
]

_Version = Literal[1]


class _Answer(Struct, frozen=True, tag_field="answer", forbid_unknown_fields=True):
    """One line of the agent's."""


class Credentials(_Answer, tag="credentials", frozen=True):
    """To `Release`."""

    document: msgspec.Raw
    """What `credential_process` prints, as JSON (`credentials.formats.process_json`)."""
    version: _Version = 1


class Failed(_Answer, tag="failed", frozen=True):
    """To any ask: an error of sekisho's, to be shown as if it had happened in the client."""

    kind: str
    """The class of `errors`: `GateClosed`."""
    what: str
    do: str
    see: str
    exit_status: int
    version: _Version = 1


class Chose(_Answer, tag="chose", frozen=True):
    """`login.interface.Progress.choose`."""

    flow: str
    why: str
    version: _Version = 1


class Browse(_Answer, tag="browse", frozen=True):
    """Open this URL in the person's browser, and say `Browsed`."""

    url: str
    version: _Version = 1


class ShowUrl(_Answer, tag="show-url", frozen=True):
    """`login.interface.Progress.show_url`."""

    url: str
    opened: bool
    version: _Version = 1


class ShowCode(_Answer, tag="show-code", frozen=True):
    """`login.interface.Progress.show_code`."""

    user_code: str
    url: str
    complete_url: str
    host: str
    region: str
    opened: bool
    version: _Version = 1


class Waiting(_Answer, tag="waiting", frozen=True):
    """`login.interface.Progress.waiting`."""

    seconds: float
    version: _Version = 1


class MayPaste(_Answer, tag="may-paste", frozen=True):
    """`login.interface.Progress.may_paste`: from now on `Pasted` is heard."""

    version: _Version = 1


class Trouble(_Answer, tag="trouble", frozen=True):
    """`login.interface.Progress.trouble`."""

    reason: str
    version: _Version = 1


class Confirm(_Answer, tag="confirm", frozen=True):
    """The policy wants the profile's name typed; the client asks, and says `Typed`."""

    profile: str
    account_id: str
    role_name: str
    environment: str
    version: _Version = 1


class Approve(_Answer, tag="approve", frozen=True):
    """`policy.toml` is not what was approved; the client shows it, asks, and says `Approved`."""

    path: str
    digest: str
    """SHA-256 of `now`, in hex."""
    before: str | None
    """What was approved last; `None`: there was none."""
    now: str | None
    """What the file holds; `None`: it is gone, and the defaults would count."""
    version: _Version = 1


class GateState(Struct, frozen=True, forbid_unknown_fields=True):
    """An open gate."""

    profile: str
    start_url: str
    region: str
    account_id: str
    role_name: str
    person: str | None
    environment: str
    opened_at: str
    closes_at: str
    credentials_expire: str | None
    """Of those that were handed out last."""
    sign_in: int
    """Which of `State.sign_ins` it was opened by."""


class SignInState(Struct, frozen=True, forbid_unknown_fields=True):
    """A sign-in that the agent holds the token of."""

    number: int
    session: str
    start_url: str
    region: str
    person: str | None
    access_expires: str
    refreshable: bool
    registration_expires: str | None


class Pending(Struct, frozen=True, forbid_unknown_fields=True):
    """A sign-in that waits for the person."""

    profile: str
    asker: str
    """The program that asked for it, and its parents, in words."""
    since: str


class Opened(_Answer, tag="opened", frozen=True):
    """The end of `Open`."""

    gates: tuple[GateState, ...]
    """Those that this sign-in opened, the asked one first."""
    person: str | None
    note: str
    """Why the person is unknown; empty when they are known."""
    was_open: bool
    """`if_needed`, and nothing had to be done."""
    version: _Version = 1


class Ended(Struct, frozen=True, forbid_unknown_fields=True):
    """A sign-in that was ended."""

    session: str
    profiles: tuple[str, ...]
    """Whose gates closed with it."""
    told_service: bool
    trouble: str
    """Why the service could not be told; empty when it was, or was not to be."""
    credentials_until: str | None
    """Until when role credentials live that were handed out; `None`: none were."""


class Closed(_Answer, tag="closed", frozen=True):
    """To `Close`."""

    sign_ins: tuple[Ended, ...]
    version: _Version = 1


class State(_Answer, tag="state", frozen=True):
    """To `Status`."""

    pid: int
    started_at: str
    config: str
    """The config file that the agent reads."""
    endpoints: tuple[str, ...]
    """Those that are not AWS's own, which it was started with."""
    persist: Literal["memory", "sealed"]
    gates: tuple[GateState, ...]
    sign_ins: tuple[SignInState, ...]
    pending: Pending | None
    version: _Version = 1


class Scoped(_Answer, tag="scoped", frozen=True):
    """To `Scope`."""

    socket: str
    closes_at: str
    version: _Version = 1


class Stopping(_Answer, tag="stopping", frozen=True):
    """To `Stop`: all gates are closed."""

    version: _Version = 1


Answer = (
    Credentials
    | Failed
    | Chose
    | Browse
    | ShowUrl
    | ShowCode
    | Waiting
    | MayPaste
    | Trouble
    | Confirm
    | Approve
    | Opened
    | Closed
    | State
    | Scoped
    | Stopping
)

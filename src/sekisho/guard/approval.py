"""Which policy holds: the last one that the person has seen and said yes to.

Whoever can write to `policy.toml` could loosen it, and the next `login` would follow. So its text is
remembered, in the state folder and, while the agent runs, in memory; another one is shown and
asked for by the next `login`, before anything else. Until then nothing opens, and what is open stays
under the old one. While there is no policy and never was one, the defaults hold, unasked.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sekisho import files
from sekisho.errors import PolicyInvalid, PolicyNotApproved
from sekisho.guard.answers import Approve
from sekisho.reach.policy import NO_POLICY, Policy, parse_policy

__all__ = ["Approval", "digest_of"]

_MOST_BYTES = 100_000
"""Two of them, spelt out in JSON, have to fit into one answer."""


def digest_of(text: bytes | None) -> str:
    """Return the SHA-256 of a policy's bytes, in hex; a file that is gone counts as empty."""
    return hashlib.sha256(text or b"").hexdigest()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A policy that was said yes to."""

    text: bytes | None
    policy: Policy


class Approval:
    """The policy that holds, and the way to another one. Not for threads."""

    def __init__(self, path: Path, memory: Path) -> None:
        """The policy's file is `path`; the one that was approved last is kept at `memory`.

        Raises `FileUnreadable`, and `PolicyInvalid` for a memory that is none: it is asked for anew
        once that file is removed.
        """
        self._path = path
        self._memory = memory
        kept = files.read(memory)
        self._seen = None if kept is None else _Seen(kept, parse_policy(kept, memory))

    @property
    def path(self) -> Path:
        """Where the policy lies."""
        return self._path

    @property
    def policy(self) -> Policy:
        """The policy that holds; `NO_POLICY` before the first one was approved."""
        return NO_POLICY if self._seen is None else self._seen.policy

    def ensure(self, ask: Callable[[Approve], str], *, login: str) -> bool:
        """Have the policy approved, where it is another one than was; return whether it was.

        `ask` shows it and returns the digest of what the person said yes to; `login` is the command
        that asks again. Blocks for the person. Raises `PolicyNotApproved`; `PolicyInvalid` before
        anybody is asked; `FileUnreadable`, `FileUnwritable`, and what `ask` raises.
        """
        text = files.read(self._path)
        before = None if self._seen is None else self._seen.text
        if (text or b"") == (before or b""):
            return False
        policy = NO_POLICY if text is None else parse_policy(self._bounded(text), self._path)
        question = Approve(
            path=str(self._path), digest=digest_of(text), before=_shown(before), now=_shown(text)
        )
        if ask(question) != question.digest:
            raise PolicyNotApproved(self._path, login=login)
        files.write_private(self._memory, text or b"")
        self._seen = _Seen(text, policy)
        return True

    def _bounded(self, text: bytes) -> bytes:
        if len(text) > _MOST_BYTES:
            raise PolicyInvalid(self._path, f"it has more than {_MOST_BYTES:,} bytes")
        return text


def _shown(text: bytes | None) -> str | None:
    return None if text is None else text.decode("utf-8-sig")

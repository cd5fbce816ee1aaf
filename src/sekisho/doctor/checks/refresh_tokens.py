"""Refresh tokens that lie on the disk as plain text."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.store.interface import CachedToken
from sekisho.store.keys import token_folder

__all__ = ["CHECK"]


def _look(subject: Subject) -> Iterator[Result]:
    now = subject.around.clock.now()
    found = [
        each.token
        for each in subject.signed_in
        if each.token and each.token.refresh_token is not None and not _is_over(each.token, now)
    ]
    if not found:
        yield Result(Gravity.OK, "none lies on the disk")
        return
    by_organisation: dict[str, list[CachedToken]] = {}
    for token in found:
        by_organisation.setdefault(_organisation(token), []).append(token)
    said = "; ".join(f"{name} ({_until(tokens)})" for name, tokens in by_organisation.items())
    lie = "refresh token lies" if len(found) == 1 else "refresh tokens lie"
    yield Result(
        Gravity.INFO,
        f"{len(found)} {lie} on the disk as plain text: {said}",
        "That is how AWS tools share a sign-in. Whoever reads one has every role of its person, "
        "with no sign-in, until then.",
        "sekisho logout --all",
        about=str(token_folder(subject.around.home)),
    )


def _is_over(token: CachedToken, now: datetime) -> bool:
    """Whether the client that it was issued to is registered no longer."""
    return token.registration_expires_at is not None and token.registration_expires_at <= now


def _organisation(token: CachedToken) -> str:
    return (urlsplit(token.start_url).hostname if token.start_url else None) or "not known"


def _until(tokens: list[CachedToken]) -> str:
    number = f"{len(tokens)}, " if len(tokens) > 1 else ""
    ends = [each.registration_expires_at for each in tokens]
    if None in ends:
        return f"{number}until nobody knows when"
    latest = max(end for end in ends if end is not None)
    return f"{number}until {latest:%Y-%m-%d} at the latest"


CHECK = Check(
    "refresh-tokens",
    "refresh tokens on the disk: how many, of which organisations, until when",
    _look,
)
